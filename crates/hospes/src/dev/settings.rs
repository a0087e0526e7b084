//! What other programs must know to reach the server, by the names they read in their environment. Refuses relative
//! paths: scripts run in other folders.

use std::path::{Path, PathBuf};

use super::env_file;
use super::seed_file::Seed;

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
        let seed = self.seed;
        let upn = |role: &str| seed.with_role(role).map(|person| person.upn.clone()).unwrap_or_default();
        let password = || seed.password.clone();
        vec![
            (env_file::BASE_URL, self.base_url.to_owned()),
            ("HOSPES_CA_FILE", self.ca_path().display().to_string()),
            ("HOSPES_TENANT_ID", seed.tenant.to_string()),
            ("HOSPES_CLIENT_ID", seed.automation.client_id.to_string()),
            ("HOSPES_CLIENT_SECRET", seed.automation.secret.clone()),
            ("HOSPES_ADMIN_USER", upn("Global Administrator")),
            ("HOSPES_ADMIN_PASSWORD", password()),
            ("HOSPES_HELPDESK_USER", upn("Helpdesk Administrator")),
            ("HOSPES_HELPDESK_PASSWORD", password()),
            ("HOSPES_INVITER_USER", upn("Guest Inviter")),
            ("HOSPES_INVITER_PASSWORD", password()),
            ("HOSPES_GROUP_ID", seed.group.to_string()),
            ("HOSPES_APP_ID", seed.sample.client_id.to_string()),
            ("HOSPES_MAILBOX_URL", format!("{}/dev/mail", self.base_url)),
            ("HOSPES_SAMPLE_APP_URL", format!("{}{}", self.base_url, super::seed::SAMPLE_PATH)),
        ]
    }
}

/// The address mails come from.
pub fn sender(seed: &Seed) -> String {
    format!("invitations@{}", seed.domain)
}
