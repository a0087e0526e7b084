//! The redemption of a guest: where it stands, resetting it, and what came of it. Refuses to show an invitation's link but
//! in the one answer that made it (threats A3).

use askama::Template;

use super::{Fact, Permission, PortalFrame, Tessera, UserHead};
use crate::pages::view::Form;
use crate::pages::words::Moment;

/// "Redemption status": resend, or reset. The link "Manage (resend invitation / reset status)" leads here.
#[derive(Clone, Template)]
#[template(path = "portal/redemption.html")]
pub struct Redemption {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// The halves.
    pub tessera: Tessera,
    /// The newest invitation, property by property.
    pub invitation: Vec<Fact>,
    /// Whether the guest waits.
    pub pending: bool,
    /// Whether a reset may be made.
    pub reset: Permission,
    /// Whether the invitation may be sent again.
    pub resend: Permission,
    /// Path of the reset.
    pub reset_path: String,
    /// "Resend invitation".
    pub form: Form,
}

/// "Reset redemption status": the question, what it keeps and ends, who is told.
#[derive(Clone, Template)]
#[template(path = "portal/reset.html")]
pub struct Reset {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// Asked in the older words: "Reset invitation status?", Yes and No.
    pub familiar: bool,
    /// The addresses that can be invited: `mail` and other e-mails; the first is the present one.
    pub addresses: Vec<String>,
    /// The address that is chosen.
    pub chosen: String,
    /// A new address as typed.
    pub new_address: String,
    /// What a new address becomes.
    pub becomes: &'static str,
    /// Whether a new address may be given here, or the reason why not.
    pub new_address_refused: Option<String>,
    /// What is wrong with the address.
    pub address_problem: Option<String>,
    /// Where the guest lands.
    pub redirect_url: String,
    /// What is wrong with that.
    pub redirect_problem: Option<String>,
    /// Whether the mail is sent.
    pub send: bool,
    /// The personal message.
    pub message: String,
    /// What is wrong with that.
    pub message_problem: Option<String>,
    /// What is wrong with the form as a whole.
    pub problem: Option<String>,
    /// What is kept, with its number in words or empty.
    pub keeps: Vec<Fact>,
    /// What ends.
    pub ends: Vec<Fact>,
    /// Who is told what.
    pub told: Vec<(String, String)>,
    /// The same as a request to the API.
    pub as_graph: String,
    /// The same in PowerShell.
    pub as_powershell: String,
    /// The same at the command line.
    pub as_command: String,
    /// Which of this person's resets this is, so that a form posted twice is one reset.
    pub once: String,
    /// The user's revision when the page was opened.
    pub revision: i64,
    /// "Reset".
    pub form: Form,
}

impl Reset {
    fn is_refused(&self) -> bool {
        let problems = [&self.problem, &self.address_problem, &self.redirect_problem, &self.message_problem];
        problems.iter().any(|problem| problem.is_some())
    }
}

/// What a reset has done.
#[derive(Clone, Template)]
#[template(path = "portal/reset_done.html")]
pub struct ResetDone {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// The halves as they stand now.
    pub tessera: Tessera,
    /// The address that was invited.
    pub address: String,
    /// Whether the mail is on its way.
    pub sent: bool,
    /// The link, when no mail takes it there: shown this once. A secret of the guest.
    pub link: Option<String>,
    /// Until when the link works.
    pub until: Moment,
    /// What was kept.
    pub keeps: Vec<Fact>,
    /// What has ended.
    pub ends: Vec<Fact>,
}

/// The invitation was sent again.
#[derive(Clone, Template)]
#[template(path = "portal/resent.html")]
pub struct Resent {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// The address.
    pub address: String,
    /// Until when the new link works.
    pub until: Moment,
}
