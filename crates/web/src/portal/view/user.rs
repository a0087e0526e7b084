//! One user: overview and properties. Refuses to offer a button that would be refused without saying why.

use askama::Template;

use super::{Newest, PortalFrame, Standing};
use crate::pages::words::Moment;

/// Something that can be done to a user, offered on every page about it.
#[derive(Clone, Debug)]
pub struct Act {
    /// What the button says.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// Stands under "More actions".
    pub rare: bool,
    /// Why the person at the portal may not.
    pub refused: Option<String>,
}

/// What stands above every page about one user.
#[derive(Clone, Debug)]
pub struct UserHead {
    /// Object id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// E-mail address, else the user principal name.
    pub address: String,
    /// `Guest` or `Member`.
    pub user_type: &'static str,
    /// Path of the profile.
    pub url: String,
    /// How the user stands.
    pub standing: Standing,
    /// When it was created.
    pub created: Moment,
    /// Groups it is directly in.
    pub groups: usize,
    /// Applications it is directly assigned to.
    pub apps: usize,
    /// What can be done to it.
    pub acts: Vec<Act>,
}

impl UserHead {
    pub(super) fn has_more(&self) -> bool {
        self.acts.iter().any(|act| act.rare || act.refused.is_some())
    }
}

/// Whether a button may be used: the reason if not.
#[derive(Clone, Debug)]
pub struct Permission {
    /// Cause and remedy of the refusal.
    pub refused: Option<String>,
}

/// A name with its value.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// Its value; empty for none.
    pub value: String,
    /// Written in the face of identifiers.
    pub exact: bool,
}

/// A category of properties.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its heading.
    pub heading: &'static str,
    /// Its properties.
    pub facts: Vec<Fact>,
}

/// The two halves of the guest.
#[derive(Clone, Debug)]
pub struct Tessera {
    /// The organisation that keeps the guest.
    pub host: String,
    /// Display name.
    pub name: String,
    /// Object id.
    pub id: String,
    /// `3 groups, 2 applications`.
    pub access: String,
    /// How the halves stand.
    pub standing: Standing,
    /// The address of the guest's half: proven, or waited for.
    pub address: String,
    /// How it signs in, or what it waits for.
    pub detail: String,
}

/// An identity the guest has or had.
#[derive(Clone, Debug)]
pub struct PastIdentity {
    /// Its address.
    pub address: String,
    /// How it signed in.
    pub way: &'static str,
    /// Since when.
    pub since: Moment,
    /// When and why it ended.
    pub ended: Option<(Moment, &'static str)>,
}

/// A second factor.
#[derive(Clone, Debug)]
pub struct FactorLine {
    /// What its owner called it.
    pub name: String,
    /// What it is.
    pub kind: &'static str,
    /// Since when it works.
    pub added: Moment,
    /// When it was used last.
    pub used: Option<Moment>,
}

/// The overview.
#[derive(Clone, Template)]
#[template(path = "portal/user.html")]
pub struct Profile {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// What was just done.
    pub flash: Option<&'static str>,
    /// Identity in short.
    pub identity: Vec<Fact>,
    /// "Enabled" or "Blocked".
    pub account: &'static str,
    /// Who answers for the user.
    pub sponsors: String,
    /// Names of the groups.
    pub groups: Vec<String>,
    /// Applications, with the role there.
    pub apps: Vec<String>,
    /// Directory roles.
    pub roles: Vec<&'static str>,
    /// The halves; none for members.
    pub tessera: Option<Tessera>,
    /// Why the identities are not shown.
    pub identities_refused: Option<String>,
    /// Every identity, newest first.
    pub identities: Vec<PastIdentity>,
    /// Second factors, the oldest first.
    pub factors: Vec<FactorLine>,
    /// Whether "Require to register again" may be used.
    pub register: Permission,
    /// Whether "Reset redemption status" may be used.
    pub reset: Permission,
    /// Whether "Resend invitation" may be used.
    pub resend: Permission,
    /// Whether "Edit properties" may be used at all.
    pub edit: Permission,
    /// What happened of late.
    pub newest: Newest,
}

/// All properties.
#[derive(Clone, Template)]
#[template(path = "portal/properties.html")]
pub struct Properties {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// By category.
    pub groups: Vec<Group>,
    /// Whether "Edit properties" may be used at all.
    pub edit: Permission,
}
