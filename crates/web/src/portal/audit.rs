//! "Audit logs": the whole log with its filters, each record's page, and the history of one user. Refuses by the rules of
//! the verbs: the whole log is for roles of reports and security, the history of a user for those who look after users.

use axum::extract::{Path, RawQuery};
use axum::routing::get;
use hospes_actions::audit::Activity;
use hospes_actions::portal::people;
use hospes_actions::{audit, users};
use hospes_domain::audit::AuditEntry;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{AuditField, Filter, List, Page, UserField, Value};
use hospes_domain::refusal::Refusal;
use url::form_urlencoded;
use uuid::Uuid;

use super::audit_query::{AuditQuery, RESULTS};
use super::error::sentence;
use super::happened::{additional, by, changes, line, reason, related, to};
use super::pages_of::PagesOf;
use super::seat::Seat;
use super::tessera::head;
use super::user::{UserPath, load, may_edit};
use super::users_query::matching;
use super::view::{self, AuditRow, Fact, Place};
use super::{Reply, shown};
use crate::http::Route;
use crate::pages::words::Moment;

/// The log and the history of a user.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/audit", || get(list)),
    shown("/portal/{tenant}/audit/{record}", || get(record)),
    shown("/portal/{tenant}/users/{user}/history", || get(history)),
    shown("/portal/{tenant}/users/{user}/history/{record}", || get(record_of_user)),
];

/// Records on a page.
const ROWS: u16 = 50;
/// Records a profile shows; the history has the rest.
const NEWEST: u16 = 6;
/// People a name stands for at most; whoever means one of more types more of it.
const PEOPLE: u16 = 10;

async fn list(seat: Seat, RawQuery(query): RawQuery) -> Reply {
    let query = AuditQuery::read(&query.unwrap_or_default());
    let pages = PagesOf::list(&seat, &query.fingerprint())?;
    let page = pages.page(ROWS, query.after.as_deref());
    let first_page = page.after.is_none();
    let involved = involved(&seat, &query.person).await?;
    let asked = List { filter: query.filter(involved.as_deref()), order: None, page };
    let found =
        audit::list::list(&seat.web.app, &seat.actor(), asked, false).await.map_err(|no| seat.no(&no))?;
    let path = seat.path("/audit");
    let page = view::Audit {
        frame: seat.frame(Place::Audit),
        activities: Activity::NAMES,
        activity: query.activity.unwrap_or_default(),
        person: query.person.clone(),
        request: query.request.clone(),
        results: &RESULTS,
        result: query.result.unwrap_or_default(),
        from: query.from.map(|day| day.to_string()).unwrap_or_default(),
        to: query.to.map(|day| day.to_string()).unwrap_or_default(),
        rows: found.items.iter().map(|entry| row(&seat, entry)).collect(),
        next: found
            .next
            .map(|next| AuditQuery { after: Some(pages.place(&next)), ..query.clone() }.address(&path)),
        first: (!first_page).then(|| AuditQuery { after: None, ..query.clone() }.address(&path)),
        everything: (!query.is_everything()).then(|| path.clone()),
    };
    Ok(seat.page(&page))
}

/// Whom a text means: a user by object id, even one who is gone, or by what is in name and addresses.
pub(super) async fn involved(
    seat: &Seat,
    text: &str,
) -> Result<Option<Vec<ObjectId>>, axum::response::Response> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(id) = ObjectId::parse(text) {
        return Ok(Some(vec![id]));
    }
    let asked: List<UserField> =
        List { filter: Some(matching(text)), order: None, page: Page { top: PEOPLE, after: None } };
    let found = people(&seat.web.app, &seat.actor(), asked).await.map_err(|no| seat.no(&no))?;
    Ok(Some(found.users.iter().map(hospes_domain::user::User::id).collect()))
}

fn row(seat: &Seat, entry: &AuditEntry) -> AuditRow {
    let record = &entry.record;
    AuditRow {
        at: Moment(record.at),
        activity: record.activity.clone(),
        success: record.success,
        by: by(seat, entry),
        to: to(seat, entry),
        related: related(seat, entry),
        url: seat.path(&format!("/audit/{}", record.id)),
    }
}

async fn record(seat: Seat, Path((_, id)): Path<(String, String)>) -> Reply {
    let parsed = Uuid::try_parse(&id).map_err(|_| seat.no(&Refusal::not_found(&id)))?;
    let entry = audit::list::get(&seat.web.app, &seat.actor(), parsed).await.map_err(|no| seat.no(&no))?;
    Ok(seat.page(&page_of(&seat, &entry, None)))
}

async fn record_of_user(seat: Seat, Path((_, user, id)): Path<(String, String, String)>) -> Reply {
    let unknown = || Refusal::not_found(&id);
    let parsed = Uuid::try_parse(&id).map_err(|_| seat.no(&unknown()))?;
    let profile = load(&seat, &user).await?;
    let filter = Some(Filter::equal(AuditField::Id, Value::Id(parsed)));
    let asked = List { filter, order: None, page: Page { top: 1, after: None } };
    let found =
        users::history(&seat.web.app, &seat.actor(), user, asked, false).await.map_err(|no| seat.no(&no))?;
    let entry = found.items.into_iter().next().ok_or_else(|| seat.no(&unknown()))?;
    Ok(seat.page(&page_of(&seat, &entry, Some(head(&seat, &profile)))))
}

fn page_of(seat: &Seat, entry: &AuditEntry, user: Option<view::UserHead>) -> view::AuditRecordPage {
    let record = &entry.record;
    let fact = |label, value: String| Fact { label, value, exact: false };
    let exact = |label, value: String| Fact { label, value, exact: true };
    let mut facts = vec![
        fact("Activity", record.activity.clone()),
        fact("When", Moment(record.at).exact()),
        fact("Category", record.category.clone()),
        fact("Service", record.service.clone()),
    ];
    if let Some(upn) = &entry.actor_upn {
        facts.push(fact("Their sign-in name", upn.clone()));
    }
    if let Some(correlation) = &record.correlation {
        facts.push(exact("Request id of the caller", correlation.clone()));
    }
    facts.push(exact("Record", record.id.to_string()));
    view::AuditRecordPage {
        frame: seat.frame(if user.is_some() { Place::Users } else { Place::Audit }),
        user,
        activity: record.activity.clone(),
        at: Moment(record.at),
        reason: (!record.success).then(|| reason(record)),
        by: by(seat, entry),
        to: to(seat, entry),
        related: related(seat, entry),
        changes: changes(record),
        additional: additional(record),
        facts,
    }
}

/// The newest records of a user, or why they are not shown.
pub(super) async fn newest(seat: &Seat, profile: &hospes_actions::portal::Profile) -> view::Newest {
    let id = profile.user.id().to_string();
    let url = seat.path(&format!("/users/{id}/history"));
    let asked = List { filter: None, order: None, page: Page { top: NEWEST, after: None } };
    match users::history(&seat.web.app, &seat.actor(), id, asked, false).await {
        Ok(found) => view::Newest {
            lines: found.items.iter().map(|entry| line(seat, entry, &url)).collect(),
            refused: None,
            url,
        },
        Err(refusal) => view::Newest { lines: Vec::new(), refused: Some(sentence(&refusal)), url },
    }
}

async fn history(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let profile = load(&seat, &user).await?;
    let query = query.unwrap_or_default();
    let place = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "after");
    let pages = PagesOf::list(&seat, &format!("portal/history/{}", profile.user.id()))?;
    let page = pages.page(ROWS, place.as_ref().map(|(_, place)| place.as_ref()));
    let first_page = page.after.is_none();
    let asked = List { filter: None, order: None, page };
    let found =
        users::history(&seat.web.app, &seat.actor(), user, asked, false).await.map_err(|no| seat.no(&no))?;
    let user = head(&seat, &profile);
    let url = format!("{}/history", user.url);
    let page = view::History {
        frame: seat.frame(Place::Users),
        lines: found.items.iter().map(|entry| line(&seat, entry, &url)).collect(),
        next: found.next.map(|next| format!("{url}?after={}", pages.place(&next))),
        first: (!first_page).then(|| url.clone()),
        edit: may_edit(&profile),
        user,
    };
    Ok(seat.page(&page))
}
