//! The groups and applications of a user, and the pages that add one. Refuses to offer what would be refused without
//! saying why.

use askama::Template;

use super::{Permission, PortalFrame, UserHead};
use crate::pages::view::{Form, Link};
use crate::pages::words::Moment;

/// A group the user is in.
#[derive(Clone, Debug)]
pub struct MembershipRow {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Directory roles that come with it.
    pub roles: Vec<&'static str>,
    /// Whether directory roles can be assigned to it.
    pub role_assignable: bool,
    /// The user's own groups that lead to it; empty: directly.
    pub through: String,
    /// Path of the removal; none for what is not direct, or out of reach.
    pub remove: Option<String>,
    /// Why it cannot be removed.
    pub refused: Option<String>,
}

/// The groups of a user.
#[derive(Clone, Template)]
#[template(path = "portal/groups.html")]
pub struct Groups {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// What was just done.
    pub flash: Option<&'static str>,
    /// Whether "Edit properties" may be used at all.
    pub edit: Permission,
    /// Direct ones first.
    pub rows: Vec<MembershipRow>,
    /// Whether "Add membership" may be used.
    pub add: Permission,
}

/// A group to choose.
#[derive(Clone, Debug)]
pub struct GroupChoice {
    /// Object id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Directory roles that come with it.
    pub roles: Vec<&'static str>,
    /// Whether directory roles can be assigned to it.
    pub role_assignable: bool,
    /// Why the user cannot be put into it.
    pub refused: Option<String>,
}

/// "Add membership". Posts the field `group`.
#[derive(Clone, Template)]
#[template(path = "portal/groups_add.html")]
pub struct AddMembership {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// What is searched for.
    pub search: String,
    /// Groups that fit, the first few.
    pub choices: Vec<GroupChoice>,
    /// How many more there are.
    pub more: i64,
    /// The group that was chosen.
    pub chosen: String,
    /// Why it was not taken.
    pub problem: Option<String>,
    /// "Add membership".
    pub form: Form,
}

impl AddMembership {
    fn any(&self) -> bool {
        self.choices.iter().any(|choice| choice.refused.is_none())
    }
}

/// An assignment that reaches the user.
#[derive(Clone, Debug)]
pub struct AssignmentRow {
    /// The application.
    pub app: String,
    /// The role there; empty for access without a role.
    pub role: String,
    /// The group that is assigned; empty: the user.
    pub through: String,
    /// Since when.
    pub since: Moment,
    /// Path of the removal; none for what is not direct, or out of reach.
    pub remove: Option<String>,
    /// Why it cannot be removed.
    pub refused: Option<String>,
}

/// The applications of a user.
#[derive(Clone, Template)]
#[template(path = "portal/applications.html")]
pub struct Applications {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// What was just done.
    pub flash: Option<&'static str>,
    /// Whether "Edit properties" may be used at all.
    pub edit: Permission,
    /// Direct ones first.
    pub rows: Vec<AssignmentRow>,
    /// Whether "Add assignment" may be used.
    pub add: Permission,
}

/// An application to choose.
#[derive(Clone, Debug)]
pub struct AppChoice {
    /// Its name.
    pub name: String,
    /// What can be assigned there.
    pub detail: String,
    /// Path of the next step; none when everything is assigned already.
    pub url: Option<String>,
}

/// "Add assignment": which application.
#[derive(Clone, Template)]
#[template(path = "portal/applications_add.html")]
pub struct ChooseApplication {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// What is searched for.
    pub search: String,
    /// Applications that fit, the first few.
    pub choices: Vec<AppChoice>,
    /// How many more there are.
    pub more: i64,
}

/// "Add assignment": which role there. Posts `app` and `role`.
#[derive(Clone, Template)]
#[template(path = "portal/assign.html")]
pub struct Assign {
    /// Portal frame.
    pub frame: PortalFrame,
    /// Whom it is about.
    pub user: UserHead,
    /// Object id of the application.
    pub app_id: String,
    /// The application.
    pub app: String,
    /// Whether only assigned people sign in to it.
    pub assignment_required: bool,
    /// Its roles; empty: it has none. The label is the name, the url the id.
    pub roles: Vec<Link>,
    /// The role that was chosen.
    pub chosen: String,
    /// Why it was not taken.
    pub problem: Option<String>,
    /// Path of the choice of application.
    pub other: String,
    /// "Assign".
    pub form: Form,
}
