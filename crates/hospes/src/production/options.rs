//! What `hospes serve`, `hospes setup`, `hospes domain` and `hospes keys` may be asked for, beside the settings themselves.

use std::path::PathBuf;

use crate::settings::Flags;

/// Options of `hospes serve`.
#[derive(Clone, Debug, clap::Args)]
pub struct ServeOptions {
    /// Settings file; HOSPES_CONFIG names it, too [default: ./hospes.toml if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Check the settings, say where each comes from, and end
    #[arg(long)]
    pub check: bool,
    /// The settings.
    #[command(flatten)]
    pub flags: Flags,
}

/// Options of `hospes setup`.
#[derive(Clone, Debug, clap::Args)]
pub struct SetupOptions {
    /// Settings file; HOSPES_CONFIG names it, too [default: ./hospes.toml if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Name of the organisation, as its guests know it
    #[arg(long, value_name = "NAME")]
    pub organisation: String,
    /// Its domain, such as fabrikam.example; names of people and guests end in it
    #[arg(long, value_name = "DOMAIN")]
    pub domain: String,
    /// What the first administrator signs in as, such as greta
    #[arg(long, value_name = "USER")]
    pub admin: String,
    /// The first administrator's name [default: the user name]
    #[arg(long, value_name = "NAME")]
    pub admin_name: Option<String>,
    /// File that holds the administrator's password; nobody but its owner may read it
    #[arg(long, value_name = "FILE")]
    pub password_file: PathBuf,
    /// Register a client for automation, too, and print its secret
    #[arg(long)]
    pub automation: bool,
    /// The settings.
    #[command(flatten)]
    pub flags: Flags,
}

/// Options of `hospes domain`.
#[derive(Clone, Debug, clap::Args)]
pub struct DomainOptions {
    /// What to do.
    #[command(subcommand)]
    pub command: DomainCommand,
}

/// What `hospes domain` does.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum DomainCommand {
    /// Vouch for a domain of an organisation: its members redeem invitations of others by signing in at home
    Add {
        /// The domain, such as contoso.example
        #[arg(long, value_name = "DOMAIN")]
        domain: String,
        /// Whose, and where.
        #[command(flatten)]
        common: TenantPlace,
    },
    /// Take a domain from an organisation, verified or claimed
    Remove {
        /// The domain, such as contoso.example
        #[arg(long, value_name = "DOMAIN")]
        domain: String,
        /// Whose, and where.
        #[command(flatten)]
        common: TenantPlace,
    },
    /// List the domains of an organisation
    List(TenantPlace),
}

/// What every command about one organisation is told.
#[derive(Clone, Debug, clap::Args)]
pub struct TenantPlace {
    /// The organisation, by its id or one of its verified domains
    #[arg(long, value_name = "TENANT")]
    pub tenant: String,
    /// Settings file; HOSPES_CONFIG names it, too [default: ./hospes.toml if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The settings.
    #[command(flatten)]
    pub flags: Flags,
}

impl DomainCommand {
    /// What every one of them is told.
    pub fn common(&self) -> &TenantPlace {
        match self {
            Self::Add { common, .. } | Self::Remove { common, .. } | Self::List(common) => common,
        }
    }
}

/// Options of `hospes keys`.
#[derive(Clone, Debug, clap::Args)]
pub struct KeysOptions {
    /// What to do.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// What `hospes keys` does.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum KeysCommand {
    /// List the signing keys of an organisation: which one signs, which one follows, which ones still verify
    List(TenantPlace),
    /// Publish the next signing keys before their time; they sign two days later
    Rotate {
        /// A key has got into wrong hands: new keys sign at once, and every token of the others is refused
        #[arg(long)]
        now: bool,
        /// Whose, and where.
        #[command(flatten)]
        common: TenantPlace,
    },
}

impl KeysCommand {
    /// What every one of them is told.
    pub fn common(&self) -> &TenantPlace {
        match self {
            Self::Rotate { common, .. } | Self::List(common) => common,
        }
    }
}
