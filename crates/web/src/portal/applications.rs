//! The applications of a user: what reaches it, adding an assignment, removing one. Refuses nothing itself: the verbs do,
//! and the page says why before anybody presses.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::apps::Which;
use hospes_actions::apps::assign_app_role::{AssignAppRole, assign_app_role};
use hospes_actions::apps::remove_app_role::{self, remove_app_role};
use hospes_actions::portal::{Assignable, AssignableApps, Assigned, Assignments, assignable, assignments};
use hospes_domain::application::DEFAULT_ACCESS;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use url::form_urlencoded;
use uuid::Uuid;

use super::error::{is_out_of_reach, sentence};
use super::groups::searched;
use super::reset_words::fact;
use super::seat::Seat;
use super::tessera::head;
use super::user::{UserPath, flash, may_edit, permission};
use super::view::{
    AppChoice, Applications, Assign, AssignmentRow, ChooseApplication, Consequences, Place, Question,
};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::view::Link;
use crate::pages::words::{Moment, counted};

/// The tab, adding and removing.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}/applications", || get(tab)),
    shown("/portal/{tenant}/users/{user}/applications/add", || get(ask_add)),
    posted("/portal/{tenant}/users/{user}/applications/add", || post(added)),
    shown("/portal/{tenant}/users/{user}/applications/{assignment}/remove", || get(ask_remove)),
    posted("/portal/{tenant}/users/{user}/applications/{assignment}/remove", || post(removed)),
];

/// What was just done, by its word in the address.
const DONE: &[(&str, &str)] =
    &[("done=added", "The assignment was added."), ("done=removed", "The assignment was removed.")];

/// Organisation, user and assignment of a path.
type AssignmentPath = Path<(String, String, String)>;

async fn load(seat: &Seat, user: &str) -> Result<Assignments, Response> {
    assignments(&seat.web.app, &seat.actor(), user).await.map_err(|no| seat.no(&no))
}

async fn tab(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let found = load(&seat, &user).await?;
    let user = head(&seat, &found.profile);
    let row = |one: &Assigned| {
        let direct = one.through.is_none();
        AssignmentRow {
            app: one.app.clone(),
            role: one.role.clone().unwrap_or_default(),
            through: one.through.clone().unwrap_or_default(),
            since: Moment(one.since),
            remove: (direct && one.remove.is_ok())
                .then(|| format!("{}/applications/{}/remove", user.url, one.id)),
            refused: if direct { one.remove.as_ref().err().map(sentence) } else { None },
        }
    };
    let rows = found.assigned.iter().map(row).collect();
    let page = Applications {
        frame: seat.frame(Place::Users),
        flash: flash(DONE, query.as_deref()),
        edit: may_edit(&found.profile),
        rows,
        add: permission(&found.add),
        user,
    };
    Ok(seat.page(&page))
}

async fn choices(seat: &Seat, user: &str, search: &str) -> Result<AssignableApps, Response> {
    assignable(&seat.web.app, &seat.actor(), user, search).await.map_err(|no| seat.no(&no))
}

/// The application of that object id among those that can be assigned.
async fn choice(seat: &Seat, user: &str, app: &str) -> Result<(AssignableApps, Assignable), Response> {
    let unknown = || seat.no(&Refusal::not_found(app));
    let id = ObjectId::parse(app).ok_or_else(unknown)?;
    let found = choices(seat, user, &id.to_string()).await?;
    let one = found.apps.iter().find(|one| one.id == id).cloned().ok_or_else(unknown)?;
    Ok((found, one))
}

async fn ask_add(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let query = query.unwrap_or_default();
    if let Some((_, app)) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "app") {
        let (found, app) = choice(&seat, &user, &app).await?;
        return Ok(seat.page(&assigning(&seat, &found, &app, "", None)));
    }
    let search = searched(&query);
    let found = choices(&seat, &user, &search).await?;
    let user = head(&seat, &found.profile);
    let one = |app: &Assignable| AppChoice {
        name: app.name.clone(),
        detail: match (app.complete, app.roles.len()) {
            (true, _) => "Everything there is assigned already".to_owned(),
            (false, 0) => "No roles: access and nothing more".to_owned(),
            (false, n) => counted(i64::try_from(n).unwrap_or(i64::MAX), "role") + " to choose from",
        },
        url: (!app.complete).then(|| format!("{}/applications/add?app={}", user.url, app.id)),
    };
    let page = ChooseApplication {
        frame: seat.frame(Place::Users),
        search,
        choices: found.apps.iter().map(one).collect(),
        more: found.total.saturating_sub(i64::try_from(found.apps.len()).unwrap_or(i64::MAX)),
        user,
    };
    Ok(seat.page(&page))
}

fn assigning(
    seat: &Seat,
    found: &AssignableApps,
    app: &Assignable,
    chosen: &str,
    problem: Option<String>,
) -> Assign {
    let user = head(seat, &found.profile);
    Assign {
        frame: seat.frame(Place::Users),
        app_id: app.id.to_string(),
        app: app.name.clone(),
        assignment_required: app.assignment_required,
        roles: app
            .roles
            .iter()
            .map(|role| Link { label: role.display_name.clone(), url: role.id.to_string() })
            .collect(),
        chosen: chosen.to_owned(),
        problem,
        other: format!("{}/applications/add", user.url),
        form: seat.form(&format!("/users/{}/applications/add", user.id)),
        user,
    }
}

async fn added(seat: Seat, Path((_, user)): UserPath, form: PostedForm) -> Reply {
    let (found, app) = choice(&seat, &user, form.get("app")).await?;
    let user = found.profile.user.id();
    let done = seat.path(&format!("/users/{user}/applications?done=added"));
    let chosen = form.get("role");
    let again =
        |refusal: &Refusal| seat.page_again(&assigning(&seat, &found, &app, chosen, Some(sentence(refusal))));
    let app_role = if chosen.is_empty() { Some(DEFAULT_ACCESS) } else { Uuid::try_parse(chosen).ok() };
    let Some(app_role) = app_role else {
        return Ok(again(&Refusal::invalid(
            "role",
            "This is no role of the application.",
            "Choose one of the list.",
        )));
    };
    let command = AssignAppRole { principal: user, resource: Which::Id(app.id), resource_id: None, app_role };
    match assign_app_role(&seat.web.app, &seat.actor(), command).await {
        // Posted twice: the first time has added it.
        Ok(_) | Err(Refusal::AlreadyExists { .. }) => Ok(seat.visit.go(&done)),
        Err(refusal) if is_out_of_reach(&refusal) => Err(seat.no(&refusal)),
        Err(refusal) => Ok(again(&refusal)),
    }
}

/// The user's own assignment of that id; none if it has ended meanwhile.
fn own<'a>(found: &'a Assignments, id: &str) -> Option<&'a Assigned> {
    found.assigned.iter().find(|one| one.through.is_none() && one.id.to_string() == id)
}

async fn ask_remove(seat: Seat, Path((_, user, assignment)): AssignmentPath) -> Reply {
    let found = load(&seat, &user).await?;
    let one = own(&found, &assignment).ok_or_else(|| seat.no(&Refusal::not_found(&assignment)))?;
    one.remove.as_ref().map_err(|no| seat.no(no))?;
    Ok(seat.page(&removing(&seat, &found, one)))
}

async fn removed(seat: Seat, Path((_, user, assignment)): AssignmentPath, _: PostedForm) -> Reply {
    let found = load(&seat, &user).await?;
    let user = found.profile.user.id();
    let done = seat.path(&format!("/users/{user}/applications?done=removed"));
    let id = Uuid::try_parse(&assignment).map_err(|_| seat.no(&Refusal::not_found(&assignment)))?;
    let place = remove_app_role::Place::User(user.to_string());
    match remove_app_role(&seat.web.app, &seat.actor(), place, id).await {
        // Posted twice: the first time has removed it.
        Ok(()) | Err(Refusal::NotFound { .. }) => Ok(seat.visit.go(&done)),
        Err(refusal) => Err(seat.no(&refusal)),
    }
}

fn removing(seat: &Seat, found: &Assignments, one: &Assigned) -> Question {
    let user = head(seat, &found.profile);
    let (back, public) = (format!("{}/applications", user.url), seat.web.app.public_url());
    let through: Vec<&Assigned> = found
        .assigned
        .iter()
        .filter(|other| other.through.is_some() && other.resource == one.resource)
        .collect();
    let mut stays = vec![fact("The user, and how it signs in", ""), fact("Every other assignment", "")];
    for other in &through {
        stays.push(fact("What comes through a group", other.through.clone().unwrap_or_default()));
    }
    let role = one.role.clone().unwrap_or_else(|| "access without a role".to_owned());
    Question {
        frame: seat.frame(Place::Users),
        crumbs: vec![
            Link { label: "All users".to_owned(), url: seat.path("/users") },
            Link { label: user.name.clone(), url: user.url.clone() },
            Link { label: "Applications".to_owned(), url: back.clone() },
        ],
        here: "Remove",
        before: "Remove",
        after: format!(" from {}?", one.app),
        happens: if through.is_empty() {
            "loses the role, and the application leaves its My Apps. The application notices at the next sign-in.".to_owned()
        } else {
            "loses the role. The application stays on its My Apps, because a group is assigned, too."
                .to_owned()
        },
        problem: None,
        stays: Consequences { heading: "Keeps", facts: stays },
        ends: Consequences { heading: "Ends", facts: vec![fact("Role in the application", role)] },
        undo: "At any time, with Add assignment.".to_owned(),
        told: vec![
            (user.name.clone(), "No mail goes out.".to_owned()),
            ("Audit log".to_owned(), "That you did it, and when.".to_owned()),
        ],
        as_graph: format!("DELETE {public}/v1.0/users/{}/appRoleAssignments/{}", user.id, one.id),
        revision: found.profile.user.revision,
        danger: false,
        verb: "Remove assignment".to_owned(),
        keep: "Keep assignment".to_owned(),
        back,
        form: seat.form(&format!("/users/{}/applications/{}/remove", user.id, one.id)),
        name: user.name,
        address: user.address,
        standing: Some(user.standing),
    }
}
