//! "Sign-in logs": who signed in or was refused, with what was wrong and what helps; the whole of it, and that of one user.
//! Refuses by the rules of the verbs: the whole log is for roles of reports and security, that of a user for those who look
//! after users.

use axum::extract::{Path, RawQuery};
use axum::routing::get;
use hospes_actions::sign_ins;
use hospes_domain::browser::described;
use hospes_domain::query::List;
use hospes_domain::session::PASSKEY;
use hospes_domain::sign_ins::SignIn;
use url::form_urlencoded;

use super::audit::involved;
use super::pages_of::PagesOf;
use super::seat::Seat;
use super::sign_ins_query::{OUTCOMES, SignInsQuery};
use super::tessera::head;
use super::user::{UserPath, load, may_edit};
use super::view::{self, Fact, Person, Place, SignInRow};
use super::{Reply, shown};
use crate::http::Route;
use crate::pages::sessions::how;
use crate::pages::words::{Moment, in_fours};

/// The log, and that of a user.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/sign-ins", || get(list)),
    shown("/portal/{tenant}/users/{user}/sign-ins", || get(of_user)),
];

/// Lines on a page.
const ROWS: u16 = 50;

async fn list(seat: Seat, RawQuery(query): RawQuery) -> Reply {
    let query = SignInsQuery::read(&query.unwrap_or_default());
    let pages = PagesOf::list(&seat, &query.fingerprint())?;
    let page = pages.page(ROWS, query.after.as_deref());
    let first_page = page.after.is_none();
    let people = involved(&seat, &query.person).await?;
    let asked = List { filter: query.filter(people.as_deref()), order: None, page };
    let found =
        sign_ins::list(&seat.web.app, &seat.actor(), asked, false).await.map_err(|no| seat.no(&no))?;
    let path = seat.path("/sign-ins");
    let page = view::SignIns {
        frame: seat.frame(Place::SignIns),
        person: query.person.clone(),
        app: query.app.clone(),
        reference: query.reference.clone(),
        outcomes: &OUTCOMES,
        outcome: query.outcome.unwrap_or_default(),
        from: query.from.map(|day| day.to_string()).unwrap_or_default(),
        to: query.to.map(|day| day.to_string()).unwrap_or_default(),
        rows: found.items.iter().map(|line| row(&seat, line)).collect(),
        next: found
            .next
            .map(|next| SignInsQuery { after: Some(pages.place(&next)), ..query.clone() }.address(&path)),
        first: (!first_page).then(|| SignInsQuery { after: None, ..query.clone() }.address(&path)),
        everything: (!query.is_everything()).then(|| path.clone()),
    };
    Ok(seat.page(&page))
}

async fn of_user(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let profile = load(&seat, &user).await?;
    let query = query.unwrap_or_default();
    let place = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "after");
    let pages = PagesOf::list(&seat, &format!("portal/sign-ins/{}", profile.user.id()))?;
    let page = pages.page(ROWS, place.as_ref().map(|(_, place)| place.as_ref()));
    let first_page = page.after.is_none();
    let asked = List { filter: None, order: None, page };
    let found =
        sign_ins::of_user(&seat.web.app, &seat.actor(), user, asked).await.map_err(|no| seat.no(&no))?;
    let user = head(&seat, &profile);
    let url = format!("{}/sign-ins", user.url);
    let page = view::UserSignIns {
        frame: seat.frame(Place::Users),
        rows: found.items.iter().map(|line| row(&seat, line)).collect(),
        next: found.next.map(|next| format!("{url}?after={}", pages.place(&next))),
        first: (!first_page).then(|| url.clone()),
        edit: may_edit(&profile),
        user,
    };
    Ok(seat.page(&page))
}

fn row(seat: &Seat, line: &SignIn) -> SignInRow {
    let app = line.app_name.clone().unwrap_or_default();
    let who = match (&line.user, &line.user_name) {
        (Some(id), Some(name)) => {
            Person { name: name.clone(), url: Some(seat.path(&format!("/users/{id}"))) }
        }
        _ => Person { name: format!("{app} itself"), url: None },
    };
    SignInRow {
        at: Moment(line.at),
        who,
        sign_in_name: line.sign_in_name.clone().unwrap_or_default(),
        success: line.error == 0,
        cause: line.cause().unwrap_or_default().to_owned(),
        remedy: line.remedy().unwrap_or_default(),
        facts: facts(line),
        app,
    }
}

/// What more there is to know, for the fold below a line.
fn facts(line: &SignIn) -> Vec<Fact> {
    let fact = |label, value: Option<String>| value.map(|value| Fact { label, value, exact: false });
    let exact = |label, value: Option<String>| value.map(|value| Fact { label, value, exact: true });
    let code = (line.error != 0)
        .then(|| format!("AADSTS{}, {}", line.error, line.refusal.as_deref().unwrap_or_default()));
    let by = line.method.as_deref().map(|method| match line.multi_factor {
        // A passkey is both by itself.
        Some(true) if method != PASSKEY => format!("{}, and a second factor", how(method)),
        _ => how(method).to_owned(),
    });
    let agent = line.user_agent.as_deref();
    let home = line.home_tenant.filter(|home| *home != line.resource_tenant);
    [
        exact("Code", code),
        fact("With", by),
        fact("Browser", agent.and_then(described)),
        fact("It says", agent.map(str::to_owned)),
        exact("From", line.address.clone()),
        fact("Access to", line.resource_name.clone()),
        exact("Home tenant", home.map(|id| id.to_string())),
        exact("Resource tenant", home.map(|_| line.resource_tenant.to_string())),
        fact("By itself", (!line.interactive).then(|| "A program, without anybody sitting there".to_owned())),
        // The first letters are what the page of a refusal shows.
        exact("Reference", line.correlation.get(..13).map(in_fours)),
        exact("Request id", Some(line.correlation.clone())),
    ]
    .into_iter()
    .flatten()
    .collect()
}
