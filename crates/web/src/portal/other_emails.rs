//! "Other emails": the list behind **Add email**, a page of the form "Edit properties". Refuses to save anything: that is
//! the form's own Save. Empty lines are no addresses.

use axum::response::Response;
use hospes_actions::portal::Profile;
use hospes_domain::address::Address;

use super::edit::Draft;
use super::seat::Seat;
use super::tessera::head;
use super::view::{OtherEmails, Place};
use crate::pages::csrf::PostedForm;

/// Lines a form may have; the directory takes fewer addresses.
const MOST: usize = 60;

/// What was typed into the list.
pub(super) enum Lines {
    /// Addresses, each once.
    Good(Vec<String>),
    /// Some are none: each line with what is wrong with it.
    Bad(Vec<(String, Option<String>)>),
}

/// The lines of a list in a form, without the empty ones.
pub(super) fn read(form: &PostedForm, list: &str) -> Vec<String> {
    all(form, list).into_iter().filter(|text| !text.is_empty()).collect()
}

fn all(form: &PostedForm, list: &str) -> Vec<String> {
    (0..MOST)
        .map(|place| format!("{list}.{place}"))
        .take_while(|name| form.has(name))
        .map(|name| form.get(&name).trim().to_owned())
        .collect()
}

/// Reads and checks the list.
pub(super) fn checked(form: &PostedForm) -> Lines {
    let mut good: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    for text in read(form, "otherMails") {
        let problem = match Address::parse(&text) {
            Ok(_) if good.iter().any(|known| known.eq_ignore_ascii_case(&text)) => {
                Some("The address stands here twice. Empty one of the two lines.".to_owned())
            }
            Ok(_) => None,
            Err(error) => {
                Some(format!("This is not an e-mail address: {error}. Give one such as ana@contoso.example."))
            }
        };
        good.push(text.clone());
        lines.push((text, problem));
    }
    if lines.iter().all(|(_, problem)| problem.is_none()) { Lines::Good(good) } else { Lines::Bad(lines) }
}

/// The list as it stands in the form.
pub(super) fn shown(seat: &Seat, profile: &Profile, draft: &Draft) -> Response {
    let lines = draft.other_mails.iter().map(|text| (text.clone(), None)).collect();
    seat.page(&page(seat, profile, draft, lines, false))
}

/// The list with an empty line more.
pub(super) fn one_more(seat: &Seat, profile: &Profile, form: &PostedForm) -> Response {
    let mut lines: Vec<_> = read(form, "otherMails").into_iter().map(|text| (text, None)).collect();
    lines.push((String::new(), None));
    seat.page(&page(seat, profile, &Draft::typed(form, "before"), lines, true))
}

/// The list again, with what is wrong.
pub(super) fn refused(
    seat: &Seat,
    profile: &Profile,
    form: &PostedForm,
    lines: Vec<(String, Option<String>)>,
) -> Response {
    seat.page_again(&page(seat, profile, &Draft::typed(form, "before"), lines, false))
}

fn page(
    seat: &Seat,
    profile: &Profile,
    draft: &Draft,
    lines: Vec<(String, Option<String>)>,
    added: bool,
) -> OtherEmails {
    let mut kept = draft.kept();
    let before = draft.other_mails.iter().enumerate();
    kept.extend(before.map(|(place, text)| (format!("before.{place}"), text.clone())));
    OtherEmails {
        frame: seat.frame(Place::Users),
        user: head(seat, profile),
        lines,
        added,
        kept,
        form: seat.form(&format!("/users/{}/edit", profile.user.id())),
    }
}
