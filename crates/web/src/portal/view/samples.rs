//! One of each page of the portal for tests; `mark` goes wherever people type.

use askama::Template;
use hospes_actions::portal::Sees;
use hospes_domain::time::Time;

use super::{
    Chip, Column, Edit, Fact, FactorLine, Field, Found, Group, Home, OtherEmails, PastIdentity, Permission,
    PersonFound, Place, PortalFrame, Profile, Properties, Redemption, Refused, Resent, Reset, ResetDone,
    Search, Section, Standing, Tessera, UserHead, UserRow, Users,
};
use crate::pages::view::{Form, Link, Trace};
use crate::pages::words::Moment;

pub(super) const AT: Moment = Moment(Time(1_795_270_925_000_000));

pub(super) fn shown(page: &impl Template) -> String {
    page.render().unwrap_or_else(|error| panic!("{error}"))
}

pub(super) fn typed(text: &str, mark: &str) -> String {
    format!("{text}{mark}")
}

pub(super) fn form(action: &str) -> Form {
    Form { action: action.to_owned(), token: "c2FtcGxl".to_owned() }
}

/// What stands around the samples.
pub(crate) fn frame(place: Place, mark: &str) -> PortalFrame {
    PortalFrame {
        development: false,
        base: "/portal/5f0b1e0a-6c1f-4c0e-9a53-0c8a5f9d3b21".to_owned(),
        host: typed("Fabrikam", mark),
        person: typed("Priya Raman", mark),
        role: "User Administrator".to_owned(),
        place,
        sees: Sees { audit: true, mails: true, deleted: true },
        search: typed("", mark),
        my_apps: "/myapps/5f0b1e0a-6c1f-4c0e-9a53-0c8a5f9d3b21".to_owned(),
        sign_out: form("/5f0b1e0a-6c1f-4c0e-9a53-0c8a5f9d3b21/sign-out"),
    }
}

/// A guest.
pub(crate) fn head(standing: Standing, mark: &str) -> UserHead {
    UserHead {
        id: "6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413".to_owned(),
        name: typed("Jonas Lindqvist", mark),
        address: typed("jonas.lindqvist@contoso.example", mark),
        user_type: "Guest",
        url: "/portal/5f0b1e0a-6c1f-4c0e-9a53-0c8a5f9d3b21/users/6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413"
            .to_owned(),
        standing,
        created: AT,
        groups: 3,
        apps: 2,
        acts: Vec::new(),
    }
}

fn halves(standing: Standing, mark: &str) -> Tessera {
    Tessera {
        host: typed("Fabrikam", mark),
        name: typed("Jonas Lindqvist", mark),
        id: "6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413".to_owned(),
        access: "3 groups, 2 applications".to_owned(),
        standing,
        address: typed("jonas.lindqvist@contoso.example", mark),
        detail: "Passcode by mail, since 3 March 2025".to_owned(),
    }
}

pub(super) fn fact(label: &'static str, value: &str, mark: &str) -> Fact {
    Fact { label, value: typed(value, mark), exact: false }
}

pub(super) fn yes() -> Permission {
    Permission { refused: None }
}

fn no(mark: &str) -> Permission {
    Permission { refused: Some(typed("It takes one of these roles: User Administrator.", mark)) }
}

#[expect(clippy::too_many_lines, reason = "one sample of each list in each state")]
fn lists(mark: &str) -> Vec<(&'static str, String)> {
    let home = Home {
        frame: frame(Place::Home, mark),
        domain: typed("fabrikam.example", mark),
        tenant_id: "5f0b1e0a-6c1f-4c0e-9a53-0c8a5f9d3b21".to_owned(),
        users: 1284,
        guests: 1231,
        pending: 37,
        changed: 4,
    };
    let search = Search {
        frame: frame(Place::Elsewhere, mark),
        pages: vec![Found {
            label: "Users",
            detail: "All users of this directory",
            url: "/portal/x/users".to_owned(),
        }],
        people: vec![PersonFound {
            name: typed("Jonas Lindqvist", mark),
            address: typed("jonas@contoso.example", mark),
            url: "/portal/x/users/y".to_owned(),
        }],
        total: 14,
        all: "/portal/x/users?q=jonas".to_owned(),
    };
    let row = |standing: Standing, action: Option<&str>| UserRow {
        name: typed("Jonas Lindqvist", mark),
        address: typed("jonas.lindqvist@contoso.example", mark),
        url: "/portal/x/users/y".to_owned(),
        user_type: "Guest",
        standing,
        signs_in_with: "Passcode by mail",
        created: AT,
        action: action
            .map(|label| Link { label: label.to_owned(), url: "/portal/x/users/y/reset".to_owned() }),
    };
    let users = Users {
        frame: frame(Place::Users, mark),
        flash: Some((
            "The user was deleted, and can be restored under",
            Link { label: "Deleted users".to_owned(), url: "/portal/x/deleted".to_owned() },
        )),
        search: typed("jonas", mark),
        kept: vec![("type", "Guest".to_owned())],
        chips: vec![Chip { label: typed("User type: Guest", mark), without: "/portal/x/users".to_owned() }],
        more: vec![Link { label: "Account status: Blocked".to_owned(), url: "/portal/x/users".to_owned() }],
        by_name: Column { label: "Name", url: "/portal/x/users?sort=-name".to_owned(), sorted: "ascending" },
        by_created: Column { label: "Created", url: "/portal/x/users?sort=created".to_owned(), sorted: "" },
        rows: vec![
            row(Standing::Accepted, None),
            row(Standing::Changed, Some("Reset")),
            row(Standing::Pending("3 days".to_owned()), Some("Resend")),
            row(Standing::Blocked, None),
            row(Standing::Member, None),
        ],
        total: "1284 users".to_owned(),
        invite: yes(),
        next: Some("/portal/x/users?after=y".to_owned()),
        download: "/portal/x/users.csv".to_owned(),
        first: None,
        everybody: Some("/portal/x/users".to_owned()),
    };
    let nobody = Users { rows: Vec::new(), next: None, ..users.clone() };
    let nothing = Search { pages: Vec::new(), people: Vec::new(), total: 0, ..search.clone() };
    let refused = Refused {
        frame: frame(Place::Elsewhere, mark),
        title: "Your role does not reach this".to_owned(),
        cause: typed("A reset needs a role that may reset redemptions.", mark),
        remedy: typed("It takes one of these roles: Helpdesk Administrator.", mark),
        trace: Trace { reference: "7q4km2xd9fzr".to_owned(), code: "not_allowed".to_owned(), at: AT },
    };
    vec![
        ("portal-home", shown(&home)),
        ("portal-search", shown(&search)),
        ("portal-search-nothing", shown(&nothing)),
        ("portal-users", shown(&users)),
        ("portal-users-none", shown(&nobody)),
        ("portal-refused", shown(&refused)),
    ]
}

fn profile(standing: Standing, mark: &str) -> Profile {
    Profile {
        frame: frame(Place::Users, mark),
        user: head(standing.clone(), mark),
        flash: Some("The properties were saved."),
        identity: vec![fact("User principal name", "jonas_contoso.example#EXT#@fabrikam.example", mark)],
        account: "Enabled",
        sponsors: typed("Nadia Kovács", mark),
        groups: vec![typed("Spring audit 2027", mark)],
        apps: vec![typed("Supplier Portal, Reader", mark)],
        roles: vec!["Guest Inviter"],
        tessera: Some(halves(standing, mark)),
        identities_refused: None,
        identities: vec![PastIdentity {
            address: typed("jonas@contoso.example", mark),
            way: "Passcode by mail",
            since: AT,
            ended: Some((AT, "Ended by a reset")),
        }],
        factors: vec![FactorLine {
            name: typed("Phone", mark),
            kind: "Authenticator app",
            added: AT,
            used: None,
        }],
        register: yes(),
        reset: yes(),
        resend: no(mark),
        edit: yes(),
        newest: super::samples_records::newest(mark),
    }
}

fn one_user(mark: &str) -> Vec<(&'static str, String)> {
    let changed = profile(Standing::Changed, mark);
    let member = Profile {
        tessera: None,
        identities: Vec::new(),
        factors: Vec::new(),
        ..profile(Standing::Member, mark)
    };
    let out_of_reach =
        Profile { reset: no(mark), edit: no(mark), ..profile(Standing::Pending(String::new()), mark) };
    let properties = Properties {
        frame: frame(Place::Users, mark),
        user: head(Standing::Accepted, mark),
        groups: vec![Group { heading: "Identity", facts: vec![fact("Display name", "Jonas", mark)] }],
        edit: no(mark),
    };
    let field = |name, read_only: Option<String>, problem: Option<String>| Field {
        name,
        label: "Email",
        hint: "Where a new invitation goes.",
        value: typed("jonas@contoso.example", mark),
        problem,
        read_only,
    };
    let edit = Edit {
        frame: frame(Place::Users, mark),
        user: head(Standing::Accepted, mark),
        sections: vec![Section {
            anchor: "contact",
            heading: "Contact information",
            fields: vec![field("mail", None, None), field("city", Some(typed("Not yours.", mark)), None)],
        }],
        other_emails: vec![typed("jl@northwind.example", mark)],
        other_emails_changed: true,
        other_emails_read_only: None,
        other_emails_problem: None,
        problem: None,
        was: vec![("was.mail".to_owned(), typed("jonas@contoso.example", mark))],
        form: form("/portal/x/users/y/edit"),
    };
    let not_saved = Edit {
        sections: vec![Section {
            anchor: "contact",
            heading: "Contact information",
            fields: vec![field("mail", None, Some(typed("This is no address.", mark)))],
        }],
        problem: Some(typed("Somebody was faster.", mark)),
        ..edit.clone()
    };
    let list = OtherEmails {
        frame: frame(Place::Users, mark),
        user: head(Standing::Accepted, mark),
        lines: vec![(typed("jl@northwind.example", mark), None), (String::new(), None)],
        added: true,
        kept: vec![("mail".to_owned(), typed("jonas@contoso.example", mark))],
        form: form("/portal/x/users/y/edit"),
    };
    let wrong = OtherEmails {
        lines: vec![(typed("nobody", mark), Some(typed("This is not an e-mail address.", mark)))],
        ..list.clone()
    };
    vec![
        ("portal-user", shown(&changed)),
        ("portal-user-member", shown(&member)),
        ("portal-user-out-of-reach", shown(&out_of_reach)),
        ("portal-properties", shown(&properties)),
        ("portal-edit", shown(&edit)),
        ("portal-edit-refused", shown(&not_saved)),
        ("portal-other-emails", shown(&list)),
        ("portal-other-emails-refused", shown(&wrong)),
    ]
}

fn redemptions(mark: &str) -> Vec<(&'static str, String)> {
    let waiting = Standing::Pending("3 days".to_owned());
    let status = Redemption {
        frame: frame(Place::Users, mark),
        user: head(waiting.clone(), mark),
        tessera: halves(waiting.clone(), mark),
        invitation: vec![fact("Invited by", "Nadia Kovács", mark)],
        pending: true,
        reset: yes(),
        resend: yes(),
        reset_path: "/portal/x/users/y/reset".to_owned(),
        form: form("/portal/x/users/y/resend"),
    };
    let out_of_reach =
        Redemption { reset: no(mark), resend: no(mark), invitation: Vec::new(), ..status.clone() };
    let reset = Reset {
        frame: frame(Place::Users, mark),
        user: head(Standing::Accepted, mark),
        familiar: false,
        addresses: vec![typed("jonas@contoso.example", mark), typed("jl@northwind.example", mark)],
        chosen: typed("jonas@contoso.example", mark),
        new_address: String::new(),
        becomes: "as the user’s Email",
        new_address_refused: None,
        address_problem: None,
        redirect_url: typed("https://myapps.microsoft.com", mark),
        redirect_problem: None,
        send: true,
        message: typed("Welcome back", mark),
        message_problem: None,
        problem: None,
        keeps: vec![fact("Groups", "3 groups", mark)],
        ends: vec![fact("Open sessions, tokens and codes", "all", mark)],
        told: vec![(typed("jonas@contoso.example", mark), "Invitation".to_owned())],
        as_graph: typed("POST https://hospes.example/v1.0/invitations", mark),
        as_powershell: typed("New-MgInvitation", mark),
        as_command: typed("hospes guest reset", mark),
        once: "4f4b6d1e-0000-4000-8000-000000000001".to_owned(),
        revision: 4,
        form: form("/portal/x/users/y/reset"),
    };
    let familiar =
        Reset { familiar: true, new_address_refused: Some(typed("Not yours.", mark)), ..reset.clone() };
    let refused = Reset {
        address_problem: Some(typed("This is no address.", mark)),
        redirect_problem: Some(typed("The address is no web address.", mark)),
        message_problem: Some(typed("The message is too long.", mark)),
        problem: Some(typed("The user is blocked.", mark)),
        ..reset.clone()
    };
    let mut pages = vec![
        ("portal-redemption", shown(&status)),
        ("portal-redemption-out-of-reach", shown(&out_of_reach)),
        ("portal-reset", shown(&reset)),
        ("portal-reset-familiar", shown(&familiar)),
        ("portal-reset-refused", shown(&refused)),
    ];
    pages.extend(after_it(waiting, mark));
    pages
}

fn after_it(waiting: Standing, mark: &str) -> Vec<(&'static str, String)> {
    let done = ResetDone {
        frame: frame(Place::Users, mark),
        user: head(waiting.clone(), mark),
        tessera: halves(waiting.clone(), mark),
        address: typed("jonas@contoso.example", mark),
        sent: false,
        link: Some("https://hospes.example/redeem?rd=sample".to_owned()),
        until: AT,
        keeps: vec![fact("Groups", "3 groups", mark)],
        ends: vec![fact("Passcode by mail", "jonas@contoso.example", mark)],
    };
    let resent = Resent {
        frame: frame(Place::Users, mark),
        user: head(waiting, mark),
        address: typed("jonas@contoso.example", mark),
        until: AT,
    };
    vec![("portal-reset-done", shown(&done)), ("portal-resent", shown(&resent))]
}

/// Every page, by name.
pub(crate) fn all(mark: &str) -> Vec<(&'static str, String)> {
    [
        lists(mark),
        one_user(mark),
        redemptions(mark),
        super::samples_records::all(mark),
        super::deed_samples::all(mark),
        super::invite::samples(mark),
        super::collaboration::samples(mark),
        super::sign_in_policy::samples(mark),
    ]
    .concat()
}
