//! The groups of a user: what it is in, adding one, taking it out of one. Refuses nothing itself: the verbs do, and the
//! page says why before anybody presses.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::groups::add_member::add_member;
use hospes_actions::groups::remove_member::remove_member;
use hospes_actions::portal::{Joinable, JoinableGroups, Membership, Memberships, joinable, memberships};
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use url::form_urlencoded;

use super::error::sentence;
use super::reset_words::fact;
use super::seat::Seat;
use super::tessera::head;
use super::user::{UserPath, flash, may_edit, permission};
use super::view::{AddMembership, Consequences, GroupChoice, Groups, MembershipRow, Place, Question};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::view::Link;

/// The tab, adding and removing.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}/groups", || get(tab)),
    shown("/portal/{tenant}/users/{user}/groups/add", || get(ask_add)),
    posted("/portal/{tenant}/users/{user}/groups/add", || post(added)),
    shown("/portal/{tenant}/users/{user}/groups/{group}/remove", || get(ask_remove)),
    posted("/portal/{tenant}/users/{user}/groups/{group}/remove", || post(removed)),
];

/// What was just done, by its word in the address.
const DONE: &[(&str, &str)] =
    &[("done=added", "The membership was added."), ("done=removed", "The membership was removed.")];

/// Organisation, user and group of a path.
type GroupPath = Path<(String, String, String)>;

async fn load(seat: &Seat, user: &str) -> Result<Memberships, Response> {
    memberships(&seat.web.app, &seat.actor(), user).await.map_err(|no| seat.no(&no))
}

fn names(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.name()).collect()
}

async fn tab(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let found = load(&seat, &user).await?;
    let user = head(&seat, &found.profile);
    let row = |group: &Membership| {
        let direct = group.through.is_empty();
        MembershipRow {
            name: group.name.clone(),
            description: group.description.clone().unwrap_or_default(),
            roles: names(&group.roles),
            role_assignable: group.role_assignable,
            through: group.through.join(", "),
            remove: (direct && group.remove.is_ok())
                .then(|| format!("{}/groups/{}/remove", user.url, group.id)),
            refused: if direct { group.remove.as_ref().err().map(sentence) } else { None },
        }
    };
    let rows = found.groups.iter().map(row).collect();
    let page = Groups {
        frame: seat.frame(Place::Users),
        flash: flash(DONE, query.as_deref()),
        edit: may_edit(&found.profile),
        rows,
        add: permission(&found.add),
        user,
    };
    Ok(seat.page(&page))
}

/// The text searched for.
pub(super) fn searched(query: &str) -> String {
    let wanted = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
    wanted.map(|(_, value)| value.trim().chars().take(320).collect()).unwrap_or_default()
}

async fn ask_add(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let search = searched(&query.unwrap_or_default());
    let found = choices(&seat, &user, &search).await?;
    Ok(seat.page(&adding(&seat, &found, search, "", None)))
}

async fn choices(seat: &Seat, user: &str, search: &str) -> Result<JoinableGroups, Response> {
    joinable(&seat.web.app, &seat.actor(), user, search).await.map_err(|no| seat.no(&no))
}

fn adding(
    seat: &Seat,
    found: &JoinableGroups,
    search: String,
    chosen: &str,
    problem: Option<String>,
) -> AddMembership {
    let user = head(seat, &found.profile);
    let choice = |group: &Joinable| GroupChoice {
        id: group.id.to_string(),
        name: group.name.clone(),
        description: group.description.clone().unwrap_or_default(),
        roles: names(&group.roles),
        role_assignable: group.role_assignable,
        refused: group.add.as_ref().err().map(sentence),
    };
    AddMembership {
        frame: seat.frame(Place::Users),
        search,
        choices: found.groups.iter().map(choice).collect(),
        more: found.total.saturating_sub(i64::try_from(found.groups.len()).unwrap_or(i64::MAX)),
        chosen: chosen.to_owned(),
        problem,
        form: seat.form(&format!("/users/{}/groups/add", user.id)),
        user,
    }
}

async fn added(seat: Seat, Path((_, user)): UserPath, form: PostedForm) -> Reply {
    let found = load(&seat, &user).await?;
    let user = found.profile.user.id();
    let done = seat.path(&format!("/users/{user}/groups?done=added"));
    let refusal = match ObjectId::parse(form.get("group")) {
        None => Refusal::invalid("group", "No group was chosen.", "Choose one of the list."),
        Some(group) => match add_member(&seat.web.app, &seat.actor(), group, user).await {
            // Posted twice: the first time has added it.
            Ok(()) | Err(Refusal::AlreadyExists { .. }) => return Ok(seat.visit.go(&done)),
            Err(refusal @ Refusal::NotAllowed(_)) => return Err(seat.no(&refusal)),
            Err(refusal) => refusal,
        },
    };
    let search = form.get("q").chars().take(320).collect::<String>();
    let choices = choices(&seat, &user.to_string(), &search).await?;
    let page = adding(&seat, &choices, search, form.get("group"), Some(sentence(&refusal)));
    Ok(seat.page_again(&page))
}

/// The user's own membership in that group; none if it has ended meanwhile.
fn own<'a>(found: &'a Memberships, group: &str) -> Option<&'a Membership> {
    found.groups.iter().find(|one| one.through.is_empty() && one.id.to_string() == group)
}

async fn ask_remove(seat: Seat, Path((_, user, group)): GroupPath) -> Reply {
    let found = load(&seat, &user).await?;
    let group = own(&found, &group).ok_or_else(|| seat.no(&Refusal::not_found(&group)))?;
    group.remove.as_ref().map_err(|no| seat.no(no))?;
    Ok(seat.page(&removing(&seat, &found, group, None)))
}

async fn removed(seat: Seat, Path((_, user, group)): GroupPath, _: PostedForm) -> Reply {
    let found = load(&seat, &user).await?;
    let user = found.profile.user.id();
    let done = seat.path(&format!("/users/{user}/groups?done=removed"));
    // Posted twice: the first time has removed it. Who may not see that is refused by the verb.
    let id = ObjectId::parse(&group).ok_or_else(|| seat.no(&Refusal::not_found(&group)))?;
    match (remove_member(&seat.web.app, &seat.actor(), id, user).await, own(&found, &group)) {
        (Ok(()), _) | (Err(Refusal::NotFound { .. }), None) => Ok(seat.visit.go(&done)),
        (Err(refusal @ Refusal::NotAllowed(_)), _) | (Err(refusal), None) => Err(seat.no(&refusal)),
        (Err(refusal), Some(group)) => Ok(seat.page_again(&removing(&seat, &found, group, Some(&refusal)))),
    }
}

fn removing(seat: &Seat, found: &Memberships, group: &Membership, refused: Option<&Refusal>) -> Question {
    let user = head(seat, &found.profile);
    let (back, public) = (format!("{}/groups", user.url), seat.web.app.public_url());
    let mut ends = vec![
        fact("Membership", group.name.clone()),
        fact("Applications assigned to the group", "unless also assigned otherwise"),
    ];
    if !group.roles.is_empty() {
        ends.push(fact("Directory roles through the group", names(&group.roles).join(", ")));
    }
    Question {
        frame: seat.frame(Place::Users),
        crumbs: vec![
            Link { label: "All users".to_owned(), url: seat.path("/users") },
            Link { label: user.name.clone(), url: user.url.clone() },
            Link { label: "Groups".to_owned(), url: back.clone() },
        ],
        here: "Remove",
        before: "Remove",
        after: format!(" from {}?", group.name),
        happens: "loses what the group gives. Apps notice at the next sign-in.".to_owned(),
        problem: refused.map(sentence),
        stays: Consequences {
            heading: "Keeps",
            facts: vec![fact("The user, and how it signs in", ""), fact("Every other membership", "")],
        },
        ends: Consequences { heading: "Ends", facts: ends },
        undo: "At any time, with Add membership.".to_owned(),
        told: vec![
            (user.name.clone(), "No mail goes out.".to_owned()),
            ("Audit log".to_owned(), "That you did it, and when.".to_owned()),
        ],
        as_graph: format!("DELETE {public}/v1.0/groups/{}/members/{}/$ref", group.id, user.id),
        revision: found.profile.user.revision,
        danger: false,
        verb: "Remove from group".to_owned(),
        keep: "Keep membership".to_owned(),
        back,
        form: seat.form(&format!("/users/{}/groups/{}/remove", user.id, group.id)),
        name: user.name,
        address: user.address,
        standing: Some(user.standing),
    }
}
