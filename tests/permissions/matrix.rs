//! The table of who may do what, tried: each row by a stranger, by guests at each level, by a member without a role and
//! one with each, by some who hold a role through a group only and by guests who hold one, by an application with every
//! permission, with none and with each one, and by a Global Administrator through a program with none and with each one.
//! Whoever may, succeeds; whoever may not, is refused and changes nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use hospes_actions::setup::{
    NewApplication, NewGroup, Registered, assign_role, create_group, register_application,
};
use hospes_domain::access::{Role, Scope};
use hospes_domain::ids::ObjectId;
use hospes_domain::policy::GuestAccess;
use tokio::task::JoinSet;

use super::graph::send;
use super::matrix_stage::{Stage, route};
use super::matrix_table::{LIKE_MEMBERS, MORE_FOR_PEOPLE, People, Row, every_row};
use crate::harness::{Reply, Routed, Sample, Server, graph_routes};

/// Who tries.
#[derive(Clone, Copy, Debug)]
enum Who {
    /// Without a token, or with one of another tenant that names an administrator of this one. What the people of
    /// another tenant get stands in [`super::graph_table`].
    Stranger,
    Member(Option<Role>),
    /// A member in a group that holds the role.
    InGroup(Role),
    /// A guest with a role, reading where guests see least: "roles given to a guest work fully regardless"
    /// (reference/roles-and-policies.md section 2).
    GuestWith(Role),
    /// An application with every permission, or none, or one.
    App(Granted),
    /// A Global Administrator through such a program.
    Administrator(Granted),
    Guest(usize),
}

#[derive(Clone, Copy, Debug)]
enum Granted {
    All,
    Nothing,
    One(Scope),
}

#[derive(Clone)]
struct Caller {
    who: Who,
    token: Option<String>,
    /// Who it is, if a person: what ends its sign-in asks for another token.
    person: Option<ObjectId>,
}

/// Roles that are also tried by somebody who holds them through a group only: few, since each caller costs time, and
/// those that most rows are about.
const THROUGH_GROUPS: &[Role] = &[
    Role::GuestInviter,
    Role::UserAdministrator,
    Role::PrivilegedRoleAdministrator,
    Role::GlobalAdministrator,
];
/// And by a guest.
const OF_GUESTS: &[Role] = &[Role::DirectoryReaders, Role::GuestInviter, Role::UserAdministrator];

/// What the table promises somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Success,
    Refusal,
    /// 401
    NotSignedIn,
    /// 400: an application is nobody's `/me`.
    NoPerson,
}

fn due(row: &Row, who: Who) -> Due {
    let by = |allowed: bool| if allowed { Due::Success } else { Due::Refusal };
    let enough = |granted: Granted| match granted {
        Granted::All => true,
        Granted::Nothing => false,
        Granted::One(scope) => row.scopes.contains(&scope),
    };
    match who {
        Who::Stranger => Due::NotSignedIn,
        Who::Guest(level) => by(row.guests[level]),
        Who::Member(role) => by(row.people.may(role)),
        Who::InGroup(role) | Who::GuestWith(role) => by(row.people.may(Some(role))),
        Who::App(_) if route(row).path.starts_with("/me") => Due::NoPerson,
        Who::App(granted) => by(enough(granted)),
        Who::Administrator(granted) => {
            let more = MORE_FOR_PEOPLE.iter().any(|(call, what, scope)| {
                (*call, *what) == (row.call, row.what)
                    && matches!(granted, Granted::One(one) if one == *scope)
            });
            by(enough(granted) || more)
        }
    }
}

/// What is wrong with an answer, if anything.
fn wrong(row: &Row, who: Who, reply: &Reply) -> Option<String> {
    let inner = &reply.json["error"]["innerError"];
    let says = inner["missingRole"].is_array() || inner["missingPermission"].is_array();
    let due = due(row, who);
    let fits = match due {
        Due::Success => {
            reply.status.is_success()
                || (reply.status == 400 && takes_a_password(row, reply))
                // Whoever may read the manager has none.
                || (reply.status == 404 && row.call == "GET /me/manager")
                // Whoever may look after own subscriptions does not see the one that the administrator made.
                || (reply.status == 404 && row.call.contains("/subscriptions/{id}"))
        }
        Due::Refusal => reply.status == 403 && says,
        Due::NotSignedIn => reply.status == 401,
        Due::NoPerson => reply.status == 400 && reply.message().contains("/me"),
    };
    let told = reply.json["error"]["message"].as_str().unwrap_or_default();
    (!fits)
        .then(|| format!("{} {} by {who:?}: {} instead of {due:?}: {told}", row.call, row.what, reply.status))
}

/// Whoever may change the own password still has to know it, and guests have none: that is no question of rights.
fn takes_a_password(row: &Row, reply: &Reply) -> bool {
    row.call == "POST /me/changePassword" && reply.text.contains("currentPassword")
}

async fn app_token(server: &Server, app: &Registered) -> String {
    let client = app.client_id.to_string();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client.as_str()),
        ("client_secret", app.secret.as_deref().unwrap()),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let reply = server.token_request(&server.tenant.to_string(), &fields).await.expect(200);
    reply.json["access_token"].as_str().unwrap().to_owned()
}

async fn everybody(server: &Server) -> Vec<Caller> {
    let stranger = |token| Caller { who: Who::Stranger, token, person: None };
    let (other, ..) = server.second_tenant("other.example").await;
    let foreign = server.token_with(other, server.admin.id, 1, Scope::ALL);
    let mut callers = vec![stranger(None), stranger(Some(foreign))];
    let roles = Role::ALL.iter().copied().map(Some);
    for (number, role) in std::iter::once(None).chain(roles).enumerate() {
        let held: Vec<Role> = role.into_iter().collect();
        let person = server.add_person(&format!("caller{number}"), &held).await;
        let token = Some(server.token_of(&person));
        callers.push(Caller { who: Who::Member(role), token, person: Some(person.id) });
    }
    for role in THROUGH_GROUPS.iter().copied() {
        let person = server.add_person(&format!("grouped{}", callers.len()), &[]).await;
        let members = vec![person.id];
        let new = NewGroup {
            display_name: role.name().into(),
            role_assignable: true,
            members,
            ..Default::default()
        };
        let group = create_group(&server.app, server.tenant, new).await.unwrap();
        assign_role(&server.app, server.tenant, group, role).await.unwrap();
        let token = Some(server.token_of(&person));
        callers.push(Caller { who: Who::InGroup(role), token, person: Some(person.id) });
    }
    for role in OF_GUESTS.iter().copied() {
        let (guest, _) = server.accepted_guest(&format!("caller{}@contoso.example", callers.len())).await;
        let guest = ObjectId::parse(&guest).unwrap();
        assign_role(&server.app, server.tenant, guest, role).await.unwrap();
        let token = Some(server.live_token(server.tenant, guest));
        callers.push(Caller { who: Who::GuestWith(role), token, person: Some(guest) });
    }
    let person = server.add_person("global", &[Role::GlobalAdministrator]).await.id;
    let grants = std::iter::once(Granted::Nothing).chain(Scope::ALL.iter().map(|scope| Granted::One(*scope)));
    for granted in grants {
        let scopes = match granted {
            Granted::One(scope) => vec![scope],
            _ => Vec::new(),
        };
        let token = Some(server.token_with(server.tenant, person, 1, &scopes));
        callers.push(Caller { who: Who::Administrator(granted), token, person: Some(person) });
        if scopes.iter().any(|scope| scope.app_role_id().is_none()) {
            continue;
        }
        let new = NewApplication {
            display_name: "One".into(),
            secret: true,
            permissions: scopes,
            ..Default::default()
        };
        let app = register_application(&server.app, server.tenant, new).await.unwrap();
        let token = Some(app_token(server, &app).await);
        callers.push(Caller { who: Who::App(granted), token, person: None });
    }
    callers.push(Caller { who: Who::App(Granted::All), token: Some(server.app_token().await), person: None });
    callers
}

/// All at once.
async fn tries(server: &Arc<Server>, row: Row, callers: &[Caller], sample: &Sample) -> Vec<String> {
    let mut running = JoinSet::new();
    for Caller { who, token, .. } in callers.iter().cloned() {
        let (server, sample) = (Arc::clone(server), sample.clone());
        running
            .spawn(async move { wrong(&row, who, &send(&server, "/v1.0", token.as_deref(), &sample).await) });
    }
    running.join_all().await.into_iter().flatten().collect()
}

/// Those who may not, all at once on one thing; then those who may, each on its own.
async fn writes(stage: &Stage, row: Row, callers: &[Caller]) -> Vec<String> {
    let server = &stage.server;
    let (may, may_not): (Vec<Caller>, Vec<Caller>) = callers
        .iter()
        .map(|caller| now(server, &row, caller))
        .partition(|caller| due(&row, caller.who) == Due::Success);
    let mut found = Vec::new();
    if !may_not.is_empty() {
        let sample = stage.fresh(&row).await;
        let before = server.look().state();
        found.extend(tries(server, row, &may_not, &sample).await);
        if server.look().state() != before {
            found.push(format!("{} {}: a refusal has changed something", row.call, row.what));
        }
    }
    for caller in may {
        let sample = stage.fresh(&row).await;
        // Another one may have ended the sign-in of the same person meanwhile.
        let Caller { who, token, .. } = now(server, &row, &caller);
        found.extend(wrong(&row, who, &send(server, "/v1.0", token.as_deref(), &sample).await));
    }
    found
}

/// The caller as just signed in, where the row ends sign-ins.
fn now(server: &Server, row: &Row, caller: &Caller) -> Caller {
    let Some(id) = caller.person.filter(|_| row.call.starts_with("POST /me/")) else { return caller.clone() };
    let scopes = match caller.who {
        Who::Administrator(Granted::One(scope)) => vec![scope],
        Who::Administrator(_) => Vec::new(),
        _ => Scope::ALL.to_vec(),
    };
    Caller { token: Some(server.live_token_with(server.tenant, id, &scopes)), ..caller.clone() }
}

fn rows(reading: bool) -> impl Iterator<Item = Row> {
    // What ends the callers' own sign-ins comes last.
    let (own, others): (Vec<&Row>, Vec<&Row>) =
        every_row().partition(|row| row.call.starts_with("POST /me/"));
    others.into_iter().chain(own).copied().filter(move |row| row.call.starts_with("GET ") == reading)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_read_reads_and_nobody_else() {
    let stage = Stage::new(Arc::new(Server::start().await)).await;
    let callers = everybody(&stage.server).await;
    stage.server.set_guest_level(&GuestAccess::Restricted.role_id().to_string()).await;
    let mut found = Vec::new();
    for row in rows(true) {
        let sample = stage.fresh(&row).await;
        let before = stage.server.look().state();
        found.extend(tries(&stage.server, row, &callers, &sample).await);
        assert_eq!(stage.server.look().state(), before, "{} has changed something", row.call);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_change_something_does_and_nobody_else() {
    let stage = Stage::new(Arc::new(Server::start().await)).await;
    let callers = everybody(&stage.server).await;
    let mut found = Vec::new();
    for row in rows(false) {
        found.extend(writes(&stage, row, &callers).await);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn e4_guests_at_each_level_do_what_the_table_says() {
    let stage = Stage::new(Arc::new(Server::start().await)).await;
    let (guest, _) = stage.server.accepted_guest("ana@contoso.example").await;
    let guest = ObjectId::parse(&guest).unwrap();
    let mut found = Vec::new();
    for (column, level) in GuestAccess::ALL.into_iter().enumerate() {
        for row in rows(true).chain(rows(false)) {
            let sample = stage.fresh(&row).await;
            // Making things ready may have put the level back.
            stage.server.set_guest_level(&level.role_id().to_string()).await;
            let token = stage.server.live_token(stage.server.tenant, guest);
            let before = stage.server.look().state();
            let who = Who::Guest(column);
            found.extend(wrong(&row, who, &send(&stage.server, "/v1.0", Some(&token), &sample).await));
            if due(&row, who) != Due::Success && stage.server.look().state() != before {
                found.push(format!("{} {}: a refusal has changed something", row.call, row.what));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_route_role_permission_and_level_stands_in_the_table() {
    let known: BTreeSet<Routed> = every_row().map(route).collect();
    let there: BTreeSet<Routed> = graph_routes().into_iter().collect();
    assert_eq!(there.difference(&known).collect::<Vec<_>>(), [] as [&Routed; 0], "missing in the table");
    assert_eq!(known.difference(&there).collect::<Vec<_>>(), [] as [&Routed; 0], "no longer there");
    let named: BTreeSet<_> = every_row().map(|row| (row.call, row.what)).collect();
    assert_eq!(named.len(), every_row().count(), "a row stands twice");
    for role in Role::ALL {
        let in_a_row =
            every_row().any(|row| matches!(row.people, People::Only(roles) if roles.contains(role)));
        assert_ne!(in_a_row, LIKE_MEMBERS.contains(role), "{}: in a row, or like members", role.name());
    }
    // Blocking takes a permission to read users on top (`writing.rs`).
    for scope in Scope::ALL.iter().filter(|scope| **scope != Scope::UserEnableDisableAccountAll) {
        assert!(every_row().any(|row| row.scopes.contains(scope)), "{} opens nothing", scope.name());
    }
    assert!(every_row().all(|row| row.guests.len() == GuestAccess::ALL.len()));
}
