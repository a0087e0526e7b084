//! One of each page about what happened, for tests; `mark` goes wherever people type.

use hospes_domain::mail::MailState;

use super::samples::{AT, fact, form, frame, head, shown, typed, yes};
use super::{
    Audit, AuditRecordPage, AuditRow, AuthenticationMethods, Change, Chip, Happened, History, MailPage,
    MailRow, MethodRow, Newest, Outbox, Person, Place, SessionRow, Shape, SignInRow, SignIns, Standing,
    UserSessions, UserSignIns,
};
use crate::pages::view::Link;

fn person(name: &str, mark: &str) -> Person {
    Person { name: typed(name, mark), url: Some("/portal/x/users/y".to_owned()) }
}

fn lines(mark: &str) -> Vec<Happened> {
    let line = |shape, title: &str, detail: &str, own| Happened {
        at: AT,
        shape,
        title: typed(title, mark),
        detail: typed(detail, mark),
        by: person("Nadia Kovács", mark),
        own,
        url: "/portal/x/users/y/history/z".to_owned(),
    };
    vec![
        line(Shape::Refused, "Refused: signed in", "The account behind the address has changed.", true),
        line(Shape::Event, "Signed in", "With a code by mail", true),
        line(Shape::Binding, "Redeemed the invitation", "jonas@contoso.example", true),
        line(Shape::Waits, "Invited", "jonas@contoso.example", false),
    ]
}

/// The newest records of a profile.
pub(super) fn newest(mark: &str) -> Newest {
    Newest { lines: lines(mark), refused: None, url: "/portal/x/users/y/history".to_owned() }
}

/// Every page, by name.
pub(super) fn all(mark: &str) -> Vec<(&'static str, String)> {
    [logs(mark), mails(mark), sessions(mark), methods(mark), sign_ins(mark)].concat()
}

fn logs(mark: &str) -> Vec<(&'static str, String)> {
    let row = |success| AuditRow {
        at: AT,
        activity: "Add member to group".to_owned(),
        success,
        by: person("Priya Raman", mark),
        to: Some(Person { name: typed("Suppliers", mark), url: None }),
        related: Some(person("Jonas Lindqvist", mark)),
        url: "/portal/x/audit/z".to_owned(),
    };
    let log = Audit {
        frame: frame(Place::Audit, mark),
        activities: &["Add member to group", "Update user"],
        activity: "Update user",
        person: typed("jonas", mark),
        request: typed("5e3ce6c0-2b1f-4285-8d4b-75ee78787346", mark),
        results: &[("success", "Done"), ("failure", "Refused")],
        result: "failure",
        from: "2026-11-01".to_owned(),
        to: String::new(),
        rows: vec![row(true), row(false)],
        next: Some("/portal/x/audit?after=abc".to_owned()),
        first: Some("/portal/x/audit".to_owned()),
        everything: Some("/portal/x/audit".to_owned()),
    };
    let nothing = Audit { rows: Vec::new(), next: None, first: None, everything: None, ..log.clone() };
    let record = AuditRecordPage {
        frame: frame(Place::Audit, mark),
        user: None,
        activity: "Update policy".to_owned(),
        at: AT,
        reason: None,
        by: person("Priya Raman", mark),
        to: Some(Person { name: typed("B2BManagementPolicy", mark), url: None }),
        related: None,
        changes: vec![
            Change { name: typed("PolicyDetails", mark), values: Some((String::new(), typed("{}", mark))) },
            Change { name: typed("mail", mark), values: None },
        ],
        additional: vec![(typed("Invited address", mark), typed("jonas@contoso.example", mark))],
        facts: vec![fact("Category", "Policy", mark)],
    };
    let refused = AuditRecordPage {
        user: Some(head(Standing::Accepted, mark)),
        reason: Some(typed("The caller's role does not reach this.", mark)),
        to: None,
        ..record.clone()
    };
    let history = History {
        frame: frame(Place::Users, mark),
        user: head(Standing::Accepted, mark),
        lines: lines(mark),
        next: Some("/portal/x/users/y/history?after=abc".to_owned()),
        first: Some("/portal/x/users/y/history".to_owned()),
        edit: yes(),
    };
    let empty = History { lines: Vec::new(), next: None, first: None, ..history.clone() };
    vec![
        ("portal-audit", shown(&log)),
        ("portal-audit-empty", shown(&nothing)),
        ("portal-audit-record", shown(&record)),
        ("portal-audit-record-refused", shown(&refused)),
        ("portal-history", shown(&history)),
        ("portal-history-empty", shown(&empty)),
    ]
}

fn sessions(mark: &str) -> Vec<(&'static str, String)> {
    let row = |own| SessionRow {
        own,
        id: "6f9d0c5e-0000-4000-8000-000000000001".to_owned(),
        browser: typed("Firefox on Windows", mark),
        address: typed("192.0.2.7", mark),
        how: "Password",
        since: AT,
        used_at: AT,
    };
    let unknown = SessionRow { browser: String::new(), address: String::new(), ..row(false) };
    let page = UserSessions {
        frame: frame(Place::Users, mark),
        user: head(Standing::Accepted, mark),
        flash: Some("The session has ended."),
        edit: yes(),
        rows: vec![row(true), row(false), unknown],
        end: form("/users/y/sessions"),
        everywhere: "/portal/x/users/y/revoke-sessions".to_owned(),
    };
    let none = UserSessions { rows: Vec::new(), flash: None, ..page.clone() };
    vec![("portal-sessions", shown(&page)), ("portal-sessions-none", shown(&none))]
}

fn methods(mark: &str) -> Vec<(&'static str, String)> {
    let row = |kind, name: &str, remove: Option<&str>| MethodRow {
        kind,
        name: typed(name, mark),
        note: "",
        added: Some(AT),
        used: Some(AT),
        remove: remove.map(str::to_owned),
    };
    let password = MethodRow {
        name: String::new(),
        note: "Has to be replaced at the next sign-in",
        used: None,
        ..row("Password", "", None)
    };
    let remove = Some("/portal/x/users/y/authentication-methods/z/remove");
    let page = AuthenticationMethods {
        frame: frame(Place::Users, mark),
        user: head(Standing::Accepted, mark),
        flash: Some("The method was removed, and every session was revoked."),
        edit: yes(),
        bound: None,
        rows: vec![
            password,
            row("Authenticator app", "Phone", remove),
            row("Passkey", "Work laptop", remove),
        ],
        recovery_codes: Some("9 codes".to_owned()),
        demanded: true,
        register: Some(yes()),
    };
    let none = AuthenticationMethods {
        bound: Some("Account at home"),
        rows: Vec::new(),
        recovery_codes: None,
        demanded: false,
        register: None,
        flash: None,
        ..page.clone()
    };
    vec![
        ("portal-authentication-methods", shown(&page)),
        ("portal-authentication-methods-none", shown(&none)),
    ]
}

fn sign_ins(mark: &str) -> Vec<(&'static str, String)> {
    let row = |success| SignInRow {
        at: AT,
        who: person("Jonas Lindqvist", mark),
        sign_in_name: typed("jonas@contoso.example", mark),
        app: typed("Supplier Portal", mark),
        success,
        cause: if success { String::new() } else { typed("The account is blocked.", mark) },
        remedy: if success { "" } else { "Ask the organisation." },
        facts: vec![fact("It says", &typed("Mozilla/5.0", mark), mark)],
    };
    let log = SignIns {
        frame: frame(Place::SignIns, mark),
        person: typed("jonas", mark),
        app: typed("00000003", mark),
        reference: typed("0123-4567-89AB", mark),
        outcomes: &[("success", "Signed in"), ("failure", "Refused")],
        outcome: "failure",
        from: "2026-11-01".to_owned(),
        to: String::new(),
        rows: vec![row(true), row(false)],
        next: Some("/portal/x/sign-ins?after=abc".to_owned()),
        first: Some("/portal/x/sign-ins".to_owned()),
        everything: Some("/portal/x/sign-ins".to_owned()),
    };
    let nothing = SignIns { rows: Vec::new(), next: None, first: None, everything: None, ..log.clone() };
    let own = UserSignIns {
        frame: frame(Place::Users, mark),
        user: head(Standing::Accepted, mark),
        rows: log.rows.clone(),
        next: None,
        first: None,
        edit: yes(),
    };
    let none = UserSignIns { rows: Vec::new(), ..own.clone() };
    vec![
        ("portal-sign-ins", shown(&log)),
        ("portal-sign-ins-empty", shown(&nothing)),
        ("portal-user-sign-ins", shown(&own)),
        ("portal-user-sign-ins-none", shown(&none)),
    ]
}

fn mails(mark: &str) -> Vec<(&'static str, String)> {
    let row = |state, said, error: Option<&str>| MailRow {
        recipient: typed("jonas@contoso.example", mark),
        kind: "Invitation".to_owned(),
        state,
        said,
        about: Some(person("Jonas Lindqvist", mark)),
        attempts: "2 tries".to_owned(),
        error: error.map(|error| typed(error, mark)),
        at: AT,
        url: "/portal/x/outbox/z".to_owned(),
        retry: error.map(|_| form("/portal/x/outbox/z/retry")),
    };
    let outbox = Outbox {
        frame: frame(Place::Outbox, mark),
        search: typed("jonas", mark),
        state: "abandoned",
        chip: Some(Chip { label: "State: Given up".to_owned(), without: "/portal/x/outbox".to_owned() }),
        more: vec![Link { label: "State: Sent".to_owned(), url: "/portal/x/outbox?state=sent".to_owned() }],
        rows: vec![
            row(MailState::Abandoned, "Given up", Some("the mail server refused the mail (550)")),
            row(MailState::Waiting, "Waiting", None),
            row(MailState::Sent, "Sent", None),
            row(MailState::Dropped, "Not needed any more", None),
        ],
        total: Some("4 mails".to_owned()),
        next: Some("/portal/x/outbox?after=abc".to_owned()),
        first: Some("/portal/x/outbox".to_owned()),
        everything: Some("/portal/x/outbox".to_owned()),
    };
    let nothing = Outbox {
        rows: Vec::new(),
        state: "",
        chip: None,
        total: None,
        next: None,
        first: None,
        everything: None,
        ..outbox.clone()
    };
    let mail = MailPage {
        frame: frame(Place::Outbox, mark),
        flash: Some("The mail is due now."),
        kind: "Invitation".to_owned(),
        recipient: typed("jonas@contoso.example", mark),
        state: MailState::Abandoned,
        said: "Given up",
        about: Some(person("Jonas Lindqvist", mark)),
        error: Some(typed("the mail server refused the mail (550)", mark)),
        facts: vec![fact("To", "jonas@contoso.example", mark)],
        retry: Some(form("/portal/x/outbox/z/retry")),
    };
    let sent = MailPage {
        state: MailState::Sent,
        said: "Sent",
        flash: None,
        about: None,
        error: None,
        retry: None,
        ..mail.clone()
    };
    vec![
        ("portal-outbox", shown(&outbox)),
        ("portal-outbox-empty", shown(&nothing)),
        ("portal-mail", shown(&mail)),
        ("portal-mail-sent", shown(&sent)),
    ]
}
