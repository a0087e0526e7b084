//! "Outbox": the mails of the organisation with where each stands, and sending one once more (threats I7). Refuses to show
//! what a mail says: no body, link or code is kept (threats I9, A3).

use axum::extract::{Path, RawQuery};
use axum::routing::{get, post};
use hospes_actions::mails;
use hospes_domain::mail::{MailState, QueuedMail};
use hospes_domain::query::{Filter, List, MailField, Value};
use hospes_domain::refusal::Refusal;
use url::form_urlencoded;
use uuid::Uuid;

use super::list_address::{address, typed};
use super::pages_of::PagesOf;
use super::seat::Seat;
use super::view::{self, Chip, Fact, MailRow, Person, Place};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::view::Link;
use crate::pages::words::{Moment, counted};

/// The list, a mail, and its button.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/outbox", || get(list)),
    shown("/portal/{tenant}/outbox/{mail}", || get(mail)),
    posted("/portal/{tenant}/outbox/{mail}/retry", || post(retry)),
];

/// Mails on a page.
const ROWS: u16 = 50;

/// How the outbox is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OutboxQuery {
    search: String,
    state: Option<MailState>,
    after: Option<String>,
}

impl OutboxQuery {
    fn read(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => read.search = value.trim().chars().take(320).collect(),
                "state" => read.state = MailState::parse(&value),
                "after" => read.after = Some(value.into_owned()),
                _ => {}
            }
        }
        read
    }

    fn address(&self, path: &str) -> String {
        let state = self.state.map(|state| state.name().to_owned());
        let asked = [("q", typed(&self.search)), ("state", state), ("after", self.after.clone())];
        address(path, asked)
    }

    fn filter(&self) -> Option<Filter<MailField>> {
        let state =
            self.state.map(|state| Filter::equal(MailField::State, Value::Text(state.name().to_owned())));
        let recipient = (!self.search.is_empty())
            .then(|| Filter::StartsWith { field: MailField::Recipient, value: self.search.clone() });
        state.into_iter().chain(recipient).reduce(Filter::and)
    }
}

/// What a state is called on the page.
fn said(state: MailState) -> &'static str {
    match state {
        MailState::Waiting => "Waiting",
        MailState::Sent => "Sent",
        MailState::Abandoned => "Given up",
        MailState::Dropped => "Not needed any more",
    }
}

/// What a kind is called on the page.
fn kind(kind: &str) -> &str {
    match kind {
        "invitation" => "Invitation",
        "invitation-copy" => "Copy of an invitation",
        "passcode" => "Passcode",
        "reset-notice" => "Notice of a reset",
        "address-added" => "Notice of an added address",
        "password-changed" => "Notice of a new password",
        "passkey-added" => "Notice of an added passkey",
        "passkey-removed" => "Notice of a removed passkey",
        "security-notice" => "Notice about second factors",
        other => other,
    }
}

/// Only a row in trouble offers an action.
fn is_stuck(mail: &QueuedMail) -> bool {
    mail.state == MailState::Abandoned || (mail.state == MailState::Waiting && mail.attempts > 0)
}

async fn list(seat: Seat, RawQuery(query): RawQuery) -> Reply {
    let query = OutboxQuery::read(&query.unwrap_or_default());
    let asked_with = OutboxQuery { after: None, ..query.clone() };
    let pages = PagesOf::list(&seat, &asked_with.address("portal/outbox"))?;
    let page = pages.page(ROWS, query.after.as_deref());
    let first_page = page.after.is_none();
    let asked = List { filter: query.filter(), order: None, page };
    let found =
        mails::list(&seat.web.app, &seat.actor(), asked, first_page).await.map_err(|no| seat.no(&no))?;
    let path = seat.path("/outbox");
    let page = view::Outbox {
        frame: seat.frame(Place::Outbox),
        search: query.search.clone(),
        state: query.state.map(MailState::name).unwrap_or_default(),
        chip: query.state.map(|state| Chip {
            label: format!("State: {}", said(state)),
            without: OutboxQuery { state: None, ..asked_with.clone() }.address(&path),
        }),
        more: if query.state.is_some() { Vec::new() } else { more(&asked_with, &path) },
        rows: found.items.iter().map(|mail| row(&seat, mail)).collect(),
        total: found.count.map(|count| counted(count, "mail")),
        next: found
            .next
            .map(|next| OutboxQuery { after: Some(pages.place(&next)), ..query.clone() }.address(&path)),
        first: (!first_page).then(|| asked_with.address(&path)),
        everything: (asked_with != OutboxQuery::default()).then(|| path.clone()),
    };
    Ok(seat.page(&page))
}

fn more(query: &OutboxQuery, path: &str) -> Vec<Link> {
    MailState::ALL
        .into_iter()
        .map(|state| Link {
            label: format!("State: {}", said(state)),
            url: OutboxQuery { state: Some(state), ..query.clone() }.address(path),
        })
        .collect()
}

fn about(seat: &Seat, mail: &QueuedMail) -> Option<Person> {
    let name = mail.user_name.clone()?;
    Some(Person { name, url: mail.user.map(|id| seat.path(&format!("/users/{id}"))) })
}

fn row(seat: &Seat, mail: &QueuedMail) -> MailRow {
    MailRow {
        recipient: mail.recipient.clone(),
        kind: kind(&mail.kind).to_owned(),
        state: mail.state,
        said: said(mail.state),
        about: about(seat, mail),
        attempts: counted(i64::from(mail.attempts), "try"),
        error: mail.last_error.clone().filter(|_| mail.state != MailState::Sent),
        at: Moment(mail.created_at),
        url: seat.path(&format!("/outbox/{}", mail.id)),
        retry: is_stuck(mail).then(|| seat.form(&format!("/outbox/{}/retry", mail.id))),
    }
}

fn mail_id(seat: &Seat, text: &str) -> Result<Uuid, axum::response::Response> {
    Uuid::try_parse(text).map_err(|_| seat.no(&Refusal::not_found(text)))
}

/// What was just done, by its word in the address.
const DONE: &str = "done=retried";

async fn mail(seat: Seat, Path((_, id)): Path<(String, String)>, RawQuery(query): RawQuery) -> Reply {
    let id = mail_id(&seat, &id)?;
    let mail = mails::get(&seat.web.app, &seat.actor(), id).await.map_err(|no| seat.no(&no))?;
    let waits = matches!(mail.state, MailState::Waiting | MailState::Abandoned);
    let page = view::MailPage {
        frame: seat.frame(Place::Outbox),
        flash: (query.as_deref() == Some(DONE)).then_some("The mail is due now."),
        kind: kind(&mail.kind).to_owned(),
        recipient: mail.recipient.clone(),
        state: mail.state,
        said: said(mail.state),
        about: about(&seat, &mail),
        error: mail.last_error.clone().filter(|_| mail.state != MailState::Sent),
        facts: facts(&mail),
        retry: waits.then(|| seat.form(&format!("/outbox/{id}/retry"))),
    };
    Ok(seat.page(&page))
}

fn facts(mail: &QueuedMail) -> Vec<Fact> {
    let fact = |label, value: String| Fact { label, value, exact: false };
    let time = |at| format!("{} UTC", Moment(at).date_and_clock());
    let mut facts = vec![
        fact("To", mail.recipient.clone()),
        fact("Language", mail.language.clone().unwrap_or_default()),
        fact("Tries", mail.attempts.to_string()),
        fact("Queued", time(mail.created_at)),
    ];
    match (mail.state, mail.ended_at) {
        (MailState::Waiting, _) => {
            facts.push(fact("Next try", time(mail.next_try)));
            facts.push(fact("Given up after", time(mail.dies_at)));
        }
        (MailState::Sent, Some(at)) => facts.push(fact("Sent", time(at))),
        (MailState::Abandoned, Some(at)) => facts.push(fact("Given up", time(at))),
        (_, Some(at)) => facts.push(fact("Ended", time(at))),
        (_, None) => {}
    }
    facts.push(Fact { label: "Mail", value: mail.id.to_string(), exact: true });
    facts
}

async fn retry(seat: Seat, Path((_, id)): Path<(String, String)>, _form: PostedForm) -> Reply {
    let id = mail_id(&seat, &id)?;
    mails::retry(&seat.web.app, &seat.actor(), id).await.map_err(|no| seat.no(&no))?;
    Ok(seat.visit.go(&format!("{}?{DONE}", seat.path(&format!("/outbox/{id}")))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_whole_view() {
        let read = OutboxQuery::read("q=ana%40x&state=Abandoned&after=abc&x=y");
        assert_eq!(read.address("/o"), "/o?q=ana%40x&state=abandoned&after=abc");
        assert_eq!(OutboxQuery::read("state=done&q=+").filter(), None);
    }
}
