//! Mail that is captured instead of sent: jobs are leased, prepared and finished as the worker does.

use hospes_actions::jobs::{self, End, MailContent};

use super::Server;

/// A captured mail.
#[derive(Clone)]
pub struct Caught {
    pub to: String,
    pub content: MailContent,
}

impl Caught {
    /// The link of an invitation.
    pub fn link(&self) -> Option<String> {
        match &self.content {
            MailContent::Invitation { link, .. } | MailContent::InvitationNotice { link, .. } => {
                Some(link.clone())
            }
            _ => None,
        }
    }

    /// The digits of a passcode mail.
    pub fn code(&self) -> Option<String> {
        match &self.content {
            MailContent::Passcode { code, .. } => Some(code.clone()),
            _ => None,
        }
    }

    /// Whether this is the notice to an old address.
    pub fn is_reset_notice(&self) -> bool {
        matches!(self.content, MailContent::ResetNotice { .. })
    }
}

impl Server {
    /// Runs every due job and returns the mails, oldest first.
    pub async fn mails(&self) -> Vec<Caught> {
        let mut caught = Vec::new();
        loop {
            let leased = jobs::lease(&self.app, 50).await.unwrap();
            if leased.is_empty() {
                return caught;
            }
            for job in leased {
                let end = match jobs::prepare(&self.app, &job).await.unwrap() {
                    Some(mail) => {
                        caught.push(Caught { to: mail.to.to_string(), content: mail.content });
                        End::Done
                    }
                    None => End::Pointless,
                };
                assert!(jobs::finish(&self.app, job, end).await.unwrap());
            }
        }
    }

    /// The passcode sent to an address just now.
    pub async fn code_for(&self, address: &str) -> String {
        let mails = self.mails().await;
        let found = mails.iter().rev().find(|m| m.to == address).and_then(Caught::code);
        found.unwrap_or_else(|| panic!("no passcode for {address} among {} mails", mails.len()))
    }
}
