//! One of each page about what is done to a user, its groups and applications, and the deleted; as in `samples`.

use super::samples::{frame, head};
use super::*;
use crate::pages::view::Link;
use crate::pages::view::samples::{AT, form, shown, typed};

fn fact(label: &'static str, value: &str, mark: &str) -> Fact {
    Fact { label, value: typed(value, mark), exact: false }
}

/// What the head of a profile offers, one of it refused.
fn acts(mark: &str) -> Vec<Act> {
    let act = |label: &str, rare, refused| Act {
        label: label.to_owned(),
        url: "/portal/x/users/y/z".to_owned(),
        rare,
        refused,
    };
    vec![
        act("Revoke sessions", false, None),
        act("Block sign-in", false, Some(typed("It takes one of these roles: User Administrator.", mark))),
        act("Delete guest", true, None),
    ]
}

fn user(mark: &str) -> UserHead {
    UserHead { groups: 3, apps: 2, acts: acts(mark), ..head(Standing::Accepted, mark) }
}

fn no(mark: &str) -> Permission {
    Permission { refused: Some(typed("Changing a group needs its owner or an administrator.", mark)) }
}

fn questions(mark: &str) -> Vec<(&'static str, String)> {
    let block = Question {
        frame: frame(Place::Users, mark),
        crumbs: vec![Link { label: typed("Jonas Lindqvist", mark), url: "/portal/x/users/y".to_owned() }],
        here: "Block sign-in",
        before: "Block sign-in of",
        name: typed("Jonas Lindqvist", mark),
        after: "?".to_owned(),
        address: typed("jonas@contoso.example", mark),
        standing: Some(Standing::Accepted),
        happens: "is signed out everywhere at once.".to_owned(),
        problem: None,
        stays: Consequences {
            heading: "Keeps",
            facts: vec![fact("Passcode by mail", "jonas@contoso.example", mark)],
        },
        ends: Consequences {
            heading: "Ends at once",
            facts: vec![fact("Open sessions, tokens and codes", "all", mark)],
        },
        undo: "At any time, with Unblock sign-in.".to_owned(),
        told: vec![(typed("Nadia Kovács", mark), "As sponsor. No mail goes out.".to_owned())],
        as_graph: typed("PATCH https://hospes.example/v1.0/users/y", mark),
        revision: 3,
        danger: false,
        verb: "Block sign-in".to_owned(),
        keep: "Keep enabled".to_owned(),
        back: "/portal/x/users/y".to_owned(),
        form: form("/portal/x/users/y/block"),
    };
    let refused = Question {
        danger: true,
        after: typed(" permanently?", mark),
        problem: Some(typed("The user has been changed since this page was drawn.", mark)),
        ..block.clone()
    };
    let stuck = Question { verb: String::new(), standing: None, ..refused.clone() };
    vec![
        ("portal-question", shown(&block)),
        ("portal-question-refused", shown(&refused)),
        ("portal-question-stuck", shown(&stuck)),
    ]
}

fn deleted(mark: &str) -> Vec<(&'static str, String)> {
    let list = Deleted {
        frame: frame(Place::Deleted, mark),
        flash: Some("The user was deleted permanently."),
        search: typed("jonas", mark),
        rows: vec![DeletedRow {
            name: typed("Jonas Lindqvist", mark),
            address: typed("jonas@contoso.example", mark),
            user_type: "Guest",
            since: AT,
            until: AT,
            left: "12 days".to_owned(),
            restore: "/portal/x/deleted/y/restore".to_owned(),
            purge: "/portal/x/deleted/y/purge".to_owned(),
        }],
        total: "1 deleted user".to_owned(),
        next: Some("/portal/x/deleted?after=y".to_owned()),
        first: Some("/portal/x/deleted".to_owned()),
        all: "/portal/x/deleted".to_owned(),
    };
    let nobody = Deleted { rows: Vec::new(), ..list.clone() };
    let none = Deleted { search: String::new(), flash: None, ..nobody.clone() };
    vec![
        ("portal-deleted", shown(&list)),
        ("portal-deleted-nobody", shown(&nobody)),
        ("portal-deleted-none", shown(&none)),
    ]
}

fn groups(mark: &str) -> Vec<(&'static str, String)> {
    let row = |through: &str, remove: Option<&str>, refused| MembershipRow {
        name: typed("Spring audit", mark),
        description: typed("Everybody who audits in spring", mark),
        roles: vec!["Guest Inviter"],
        role_assignable: true,
        through: through.to_owned(),
        remove: remove.map(str::to_owned),
        refused,
    };
    let list = Groups {
        frame: frame(Place::Users, mark),
        user: user(mark),
        flash: Some("The membership was added."),
        edit: Permission { refused: None },
        rows: vec![
            row("", Some("/portal/x/users/y/groups/z/remove"), None),
            row("", None, no(mark).refused),
            row(&typed("Suppliers", mark), None, None),
        ],
        add: Permission { refused: None },
    };
    let none = Groups { rows: Vec::new(), flash: None, add: no(mark), ..list.clone() };
    let add = AddMembership {
        frame: frame(Place::Users, mark),
        user: user(mark),
        search: typed("audit", mark),
        choices: [None, no(mark).refused]
            .map(|refused| GroupChoice {
                id: "6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413".to_owned(),
                name: typed("Spring audit", mark),
                description: typed("Everybody who audits in spring", mark),
                roles: vec!["Guest Inviter"],
                role_assignable: true,
                refused,
            })
            .to_vec(),
        more: 12,
        chosen: String::new(),
        problem: None,
        form: form("/portal/x/users/y/groups/add"),
    };
    let refused = AddMembership { problem: Some(typed("No group was chosen.", mark)), ..add.clone() };
    let nothing = AddMembership { choices: Vec::new(), more: 0, ..add.clone() };
    vec![
        ("portal-groups", shown(&list)),
        ("portal-groups-none", shown(&none)),
        ("portal-groups-add", shown(&add)),
        ("portal-groups-add-refused", shown(&refused)),
        ("portal-groups-add-nothing", shown(&nothing)),
    ]
}

fn applications(mark: &str) -> Vec<(&'static str, String)> {
    let row = |through: &str, role: &str, remove: Option<&str>, refused| AssignmentRow {
        app: typed("Supplier Portal", mark),
        role: role.to_owned(),
        through: through.to_owned(),
        since: AT,
        remove: remove.map(str::to_owned),
        refused,
    };
    let list = Applications {
        frame: frame(Place::Users, mark),
        user: user(mark),
        flash: None,
        edit: no(mark),
        rows: vec![
            row("", &typed("Reader", mark), Some("/portal/x/users/y/applications/z/remove"), None),
            row("", "", None, no(mark).refused),
            row(&typed("Suppliers", mark), "", None, None),
        ],
        add: Permission { refused: None },
    };
    let none = Applications { rows: Vec::new(), add: no(mark), ..list.clone() };
    let choose = ChooseApplication {
        frame: frame(Place::Users, mark),
        user: user(mark),
        search: typed("supplier", mark),
        choices: [Some("/portal/x/users/y/applications/add?app=z".to_owned()), None]
            .map(|url| AppChoice {
                name: typed("Supplier Portal", mark),
                detail: "2 roles to choose from".to_owned(),
                url,
            })
            .to_vec(),
        more: 1,
    };
    let nothing = ChooseApplication { choices: Vec::new(), more: 0, ..choose.clone() };
    let assign = Assign {
        frame: frame(Place::Users, mark),
        user: user(mark),
        app_id: "6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413".to_owned(),
        app: typed("Supplier Portal", mark),
        assignment_required: true,
        roles: vec![Link {
            label: typed("Reader", mark),
            url: "5b1d7c4e-0c2f-4f1b-9d53-6a1f0e8b2c77".to_owned(),
        }],
        chosen: String::new(),
        problem: None,
        other: "/portal/x/users/y/applications/add".to_owned(),
        form: form("/portal/x/users/y/applications/add"),
    };
    let refused =
        Assign { problem: Some(typed("This is no role of the application.", mark)), ..assign.clone() };
    let no_roles = Assign { roles: Vec::new(), assignment_required: false, ..assign.clone() };
    vec![
        ("portal-applications", shown(&list)),
        ("portal-applications-none", shown(&none)),
        ("portal-applications-add", shown(&choose)),
        ("portal-applications-add-nothing", shown(&nothing)),
        ("portal-assign", shown(&assign)),
        ("portal-assign-refused", shown(&refused)),
        ("portal-assign-no-roles", shown(&no_roles)),
    ]
}

/// Every page, by name.
pub(super) fn all(mark: &str) -> Vec<(&'static str, String)> {
    [questions(mark), deleted(mark), groups(mark), applications(mark)].concat()
}
