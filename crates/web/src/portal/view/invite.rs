//! "Invite external user": four steps of one form, and what came of it. Refuses to show the link of an invitation but in
//! the one answer that made it, and only where no mail carries it (threats A3).

use askama::Template;

use super::{Fact, Field, Permission, PortalFrame, Section};
use crate::pages::view::{Form, Link};
use crate::pages::words::Moment;

/// A step of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Whom, and the mail.
    Basics,
    /// What stands in the profile.
    Properties,
    /// Groups and applications.
    Assignments,
    /// Everything at a glance.
    Review,
}

impl Step {
    /// In order.
    pub const ALL: [Self; 4] = [Self::Basics, Self::Properties, Self::Assignments, Self::Review];

    /// The word in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basics => "basics",
            Self::Properties => "properties",
            Self::Assignments => "assignments",
            Self::Review => "review",
        }
    }

    /// What people read (reference/portal.md section 2).
    pub fn label(self) -> &'static str {
        match self {
            Self::Basics => "Basics",
            Self::Properties => "Properties",
            Self::Assignments => "Assignments",
            Self::Review => "Review + invite",
        }
    }

    /// Reads the word; the first step for any other.
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|step| step.name() == name).unwrap_or(Self::Basics)
    }

    /// The step before.
    pub fn before(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|step| *step < self)
    }

    /// The step behind.
    pub fn behind(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }
}

/// Whom, and the mail.
#[derive(Clone, Debug)]
pub struct Basics {
    /// E-mail and display name.
    pub who: Vec<Field>,
    /// "Send invite message".
    pub send: bool,
    /// The short message.
    pub message: Field,
    /// Copy, landing page, language.
    pub mail: Vec<Field>,
}

/// What stands in the profile.
#[derive(Clone, Debug)]
pub struct Details {
    /// Fields that are reached, by category.
    pub sections: Vec<Section>,
    /// Why the others are not.
    pub not_reached: Option<String>,
    /// User type Member.
    pub as_member: bool,
    /// Whether that may be chosen.
    pub member: Permission,
    /// Sponsors, one a line.
    pub sponsors: Field,
}

/// A group or app role that can be chosen.
#[derive(Clone, Debug)]
pub struct Assignable {
    /// Its name in the form.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// The app role; empty for none.
    pub detail: String,
    /// Whether it was chosen.
    pub chosen: bool,
    /// Why it cannot be.
    pub refused: Option<String>,
}

/// Groups or app roles.
#[derive(Clone, Debug)]
pub struct Chooser {
    /// `Groups` or `Applications`.
    pub heading: &'static str,
    /// What can be chosen.
    pub items: Vec<Assignable>,
    /// What is said where there is nothing.
    pub none: &'static str,
    /// Whether a search would show more.
    pub more: bool,
    /// Whether any may be chosen.
    pub permission: Permission,
    /// What is wrong with what was chosen.
    pub problem: Option<String>,
}

/// Who gets which mail.
#[derive(Clone, Debug)]
pub struct Told {
    /// The address.
    pub who: String,
    /// What.
    pub what: &'static str,
}

/// Everything at a glance.
#[derive(Clone, Debug)]
pub struct Review {
    /// What Invite amounts to.
    pub comes: String,
    /// The user it is about, if there is one already.
    pub existing: Option<Link>,
    /// Nothing would be done.
    pub idle: bool,
    /// What was filled in, by step.
    pub parts: Vec<(Step, Vec<Fact>)>,
    /// Who gets which mail.
    pub told: Vec<Told>,
}

/// The step that is shown.
#[derive(Clone, Debug)]
pub enum StepBody {
    /// The first.
    Basics(Basics),
    /// The second.
    Properties(Details),
    /// The third: groups and applications, with the text that was searched for.
    Assignments(Vec<Chooser>, String),
    /// The last.
    Review(Review),
}

/// "Invite external user". Posts the fields of its step, those of the others as they are, `step`, and `do`: `to-` and a
/// step, `find` or `invite`.
#[derive(Clone, Template)]
#[template(path = "portal/invite.html")]
pub struct Invite {
    /// Portal frame.
    pub frame: PortalFrame,
    /// The step that is shown.
    pub step: Step,
    /// Its fields.
    pub body: StepBody,
    /// The values of the other steps, as hidden fields.
    pub kept: Vec<(String, String)>,
    /// What is wrong with the step as a whole.
    pub problem: Option<String>,
    /// The field that is wrong: its anchor and label.
    pub wrong: Option<(&'static str, &'static str)>,
    /// The user the problem is about.
    pub about: Option<Link>,
    /// The whole form.
    pub form: Form,
}

impl Invite {
    fn is_refused(&self) -> bool {
        self.problem.is_some() || self.wrong.is_some()
    }
}

/// What came of it.
#[derive(Clone, Template)]
#[template(path = "portal/invite_done.html")]
pub struct InviteDone {
    /// Portal frame.
    pub frame: PortalFrame,
    /// What happened, as a title.
    pub title: String,
    /// What happened, in a sentence.
    pub words: &'static str,
    /// The guest's name.
    pub name: String,
    /// The address.
    pub address: String,
    /// Path of the profile, for people who may open it.
    pub profile: Option<String>,
    /// What was done.
    pub done: Vec<Fact>,
    /// What was not: what, why, and where it can be finished.
    pub undone: Vec<(String, String, Option<Link>)>,
    /// The link, when no mail carries it: shown this once. A secret of the guest.
    pub link: Option<String>,
    /// Until when the invitation waits, if it does.
    pub until: Option<Moment>,
}

/// The form in its steps, filled in by somebody who types `mark` everywhere, and what comes of it.
#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "one sample of each state of each step")]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    let shown = |page: &Invite| page.render().unwrap_or_else(|error| panic!("{error}"));
    let typed = |text: &str| format!("{text}{mark}");
    let field = |name, label, problem: bool| Field {
        name,
        label,
        hint: "What it is for.",
        value: typed("text"),
        problem: problem.then(|| typed("This is not one. Give another.")),
        read_only: None,
    };
    let user = || Link { label: typed("Jonas Lindqvist"), url: "/portal/x/users/y".to_owned() };
    let no = || Permission { refused: Some(typed("It takes one of these roles: User Administrator.")) };
    let page = |body, wrong: bool| Invite {
        frame: super::samples::frame(super::Place::Users, mark),
        step: match body {
            StepBody::Basics(_) => Step::Basics,
            StepBody::Properties(_) => Step::Properties,
            StepBody::Assignments(..) => Step::Assignments,
            StepBody::Review(_) => Step::Review,
        },
        body,
        kept: vec![("once".to_owned(), typed("1"))],
        problem: None,
        wrong: wrong.then_some(("invitedUserEmailAddress", "Email")),
        about: wrong.then(user),
        form: Form { action: "/portal/x/users/invite".to_owned(), token: "c2FtcGxl".to_owned() },
    };
    let basics = |problem| Basics {
        who: vec![field("invitedUserEmailAddress", "Email", problem)],
        send: true,
        message: field("customizedMessageBody", "Message", problem),
        mail: vec![field("ccRecipients", "Cc recipient", problem)],
    };
    let section = |anchor, heading| Section { anchor, heading, fields: vec![field(heading, heading, false)] };
    let details = |reached: bool| Details {
        sections: vec![section("identity", "Identity"), section("job", "Job")],
        not_reached: (!reached).then(|| typed("It takes a role.")),
        as_member: false,
        member: if reached { Permission { refused: None } } else { no() },
        sponsors: Field {
            read_only: (!reached).then(|| typed("Guests do not list.")),
            ..field("sponsors", "Sponsors", false)
        },
    };
    let item = |key: &str, refused: bool| Assignable {
        key: key.to_owned(),
        name: typed("Spring audit"),
        detail: typed("Supplier"),
        chosen: !refused,
        refused: refused.then(|| typed("It takes a role.")),
    };
    let chooser = |heading, key: &str, permission| Chooser {
        heading,
        items: vec![item(&format!("{key}.1"), false), item(&format!("{key}.2"), true)],
        none: "None fits.",
        more: true,
        permission,
        problem: Some(typed("One is not there any more.")),
    };
    let both =
        vec![chooser("Groups", "group", Permission { refused: None }), chooser("Applications", "app", no())];
    let review = |idle: bool| Review {
        comes: "A new guest is made.".to_owned(),
        existing: idle.then(user),
        idle,
        parts: vec![(
            Step::Basics,
            vec![Fact { label: "Email", value: typed("jonas@contoso.example"), exact: false }],
        )],
        told: if idle {
            Vec::new()
        } else {
            vec![Told { who: typed("jonas@contoso.example"), what: "Invitation" }]
        },
    };
    let done = InviteDone {
        frame: super::samples::frame(super::Place::Users, mark),
        title: typed("Invitation sent to jonas@contoso.example"),
        words: "The mail is on its way.",
        name: typed("Jonas Lindqvist"),
        address: typed("jonas@contoso.example"),
        profile: Some("/portal/x/users/y".to_owned()),
        done: vec![Fact { label: "Group", value: typed("Spring audit"), exact: false }],
        undone: Vec::new(),
        link: None,
        until: Some(Moment::default()),
    };
    let partly = InviteDone {
        undone: vec![(typed("Application: Portal"), typed("Somebody was faster."), Some(user()))],
        link: Some("https://guests.fabrikam.example/redeem?rd=x".to_owned()),
        ..done.clone()
    };
    let written = |page: &InviteDone| page.render().unwrap_or_else(|error| panic!("{error}"));
    vec![
        ("portal-invite-basics", shown(&page(StepBody::Basics(basics(false)), false))),
        ("portal-invite-basics-refused", shown(&page(StepBody::Basics(basics(true)), true))),
        ("portal-invite-properties", shown(&page(StepBody::Properties(details(true)), false))),
        ("portal-invite-properties-not-reached", shown(&page(StepBody::Properties(details(false)), false))),
        ("portal-invite-assignments", shown(&page(StepBody::Assignments(both, typed("audit")), false))),
        ("portal-invite-review", shown(&page(StepBody::Review(review(false)), false))),
        ("portal-invite-review-idle", shown(&page(StepBody::Review(review(true)), false))),
        ("portal-invite-done", written(&done)),
        ("portal-invite-partly-done", written(&partly)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_know_their_neighbours() {
        assert_eq!((Step::Basics.before(), Step::Basics.behind()), (None, Some(Step::Properties)));
        assert_eq!((Step::Review.before(), Step::Review.behind()), (Some(Step::Assignments), None));
        assert_eq!(Step::named("no such step"), Step::Basics);
    }
}
