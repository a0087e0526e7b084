//! The ways to prove an identity that every organisation has: there is nothing to set up. Refuses to be a list of
//! providers an organisation configures; this version has none.

/// A built-in provider (`builtInIdentityProvider` of the original).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// The sign-in of another organisation of this server.
    Home,
    /// A code that is mailed to the invited address.
    Passcode,
}

impl BuiltIn {
    /// Every one, in the order they are tried.
    pub const ALL: [Self; 2] = [Self::Home, Self::Passcode];

    /// The id the original's has.
    pub fn id(self) -> &'static str {
        match self {
            Self::Home => "AADSignup-OAUTH",
            Self::Passcode => "EmailOtpSignup-OAUTH",
        }
    }

    /// `identityProviderType`
    pub fn kind(self) -> &'static str {
        match self {
            Self::Home => "AADSignup",
            Self::Passcode => "EmailOTP",
        }
    }

    /// What people read.
    pub fn display_name(self) -> &'static str {
        match self {
            Self::Home => "Directory Sign up",
            Self::Passcode => "Email One Time Passcode",
        }
    }

    /// The one of that id; letter case does not matter.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.id().eq_ignore_ascii_case(id))
    }
}
