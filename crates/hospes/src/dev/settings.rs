//! What other programs must know to reach the server, by the names they read in their environment. Refuses relative
//! paths: scripts run in other folders.

use std::path::{Path, PathBuf};

use super::env_file;
use super::seed_file::Seed;

/// Whether a settings file of a development server sets this variable: whoever has loaded one is not asking a
/// production server for anything.
pub(crate) fn is_variable(name: &str) -> bool {
    env_file::is_process(name) || NAMES.contains(&name)
}

/// The names that are written.
const NAMES: [&str; 25] = [
    env_file::BASE_URL,
    "HOSPES_CA_FILE",
    "HOSPES_TENANT_ID",
    "HOSPES_CLIENT_ID",
    "HOSPES_CLIENT_SECRET",
    "HOSPES_ADMIN_USER",
    "HOSPES_ADMIN_PASSWORD",
    "HOSPES_USER_ADMIN_USER",
    "HOSPES_USER_ADMIN_PASSWORD",
    "HOSPES_HELPDESK_USER",
    "HOSPES_HELPDESK_PASSWORD",
    "HOSPES_INVITER_USER",
    "HOSPES_INVITER_PASSWORD",
    "HOSPES_GROUP_ID",
    "HOSPES_APP_ID",
    "HOSPES_MAILBOX_URL",
    "HOSPES_SAMPLE_APP_URL",
    "HOSPES_PARTNER_TENANT_ID",
    "HOSPES_PARTNER_DOMAIN",
    "HOSPES_PARTNER_CLIENT_ID",
    "HOSPES_PARTNER_CLIENT_SECRET",
    "HOSPES_PARTNER_ADMIN_USER",
    "HOSPES_PARTNER_ADMIN_PASSWORD",
    "HOSPES_PARTNER_USER",
    "HOSPES_PARTNER_PASSWORD",
];
/// The partner's names begin with this.
pub const PARTNER_PREFIX: &str = "HOSPES_PARTNER_";

/// Where everything of this start is reached.
pub struct Whereabouts<'a> {
    /// The public address, without a slash at the end.
    pub base_url: &'a str,
    /// The certificate to trust.
    pub ca_file: &'a Path,
    /// What was seeded.
    pub seed: &'a Seed,
}

impl Whereabouts<'_> {
    /// The certificate's whole path.
    pub fn ca_path(&self) -> PathBuf {
        std::path::absolute(self.ca_file).unwrap_or_else(|_| self.ca_file.to_owned())
    }

    /// The lines of the settings file, in order.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let Seed { host, partner, .. } = self.seed;
        let upn = |role: &str| host.upn_of(Some(role)).to_owned();
        let password = || self.seed.password.clone();
        let values = [
            self.base_url.to_owned(),
            self.ca_path().display().to_string(),
            host.tenant.to_string(),
            host.automation.client_id.to_string(),
            host.automation.secret.clone(),
            upn("Global Administrator"),
            password(),
            upn("User Administrator"),
            password(),
            upn("Helpdesk Administrator"),
            password(),
            upn("Guest Inviter"),
            password(),
            self.seed.group.to_string(),
            self.seed.sample.client_id.to_string(),
            format!("{}/dev/mail", self.base_url),
            format!("{}{}", self.base_url, super::seed::SAMPLE_PATH),
            partner.tenant.to_string(),
            partner.domain.clone(),
            partner.automation.client_id.to_string(),
            partner.automation.secret.clone(),
            partner.upn_of(Some("Global Administrator")).to_owned(),
            password(),
            partner.upn_of(None).to_owned(),
            password(),
        ];
        NAMES.into_iter().zip(values).collect()
    }
}

/// The address mails come from.
pub fn sender(seed: &Seed) -> String {
    format!("invitations@{}", seed.host.domain)
}
