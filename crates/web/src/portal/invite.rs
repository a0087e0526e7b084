//! "Invite external user": one form in four steps, which carry each other's values as hidden fields. Refuses to leave a
//! step that has something wrong in it, and to do anything before Invite.

use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::invite::invite;
use hospes_actions::portal::{Inviting, inviting};

use super::error::spelled;
use super::invite_done::finish;
use super::invite_form::Typed;
use super::invite_steps::{Foreseen, Wrong, assignments, basics, body, details, label_of};
use super::seat::Seat;
use super::view::{Invite, Place, Step};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;

/// The form.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/invite", || get(ask)),
    posted("/portal/{tenant}/users/invite", || post(typed)),
];

async fn load(seat: &Seat, typed: &Typed) -> Result<Inviting, Response> {
    inviting(&seat.web.app, &seat.actor(), typed.wanted()).await.map_err(|no| seat.no(&no))
}

async fn ask(seat: Seat) -> Reply {
    let typed = Typed::first(&seat);
    let desk = load(&seat, &typed).await?;
    Ok(seat.page(&page(&seat, &desk, &typed, Step::Basics, &None, None)))
}

async fn typed(seat: Seat, form: PostedForm) -> Reply {
    let typed = Typed::of(&form);
    let desk = load(&seat, &typed).await?;
    match form.get("do") {
        "invite" => carry_out(&seat, &desk, &typed).await,
        "find" => Ok(seat.page(&page(&seat, &desk, &typed, Step::Assignments, &None, None))),
        button => Ok(go_to(&seat, &desk, &typed, Step::named(button.trim_start_matches("to-"))).await),
    }
}

/// Every step before `to` has to be right.
async fn checked(seat: &Seat, desk: &Inviting, typed: &Typed, to: Step) -> Result<Foreseen, (Step, Wrong)> {
    let mut foreseen = None;
    if to > Step::Basics {
        foreseen = basics(seat, desk, typed).await.map_err(|wrong| (Step::Basics, wrong))?;
    }
    if to > Step::Properties {
        details(seat, desk, typed).map_err(|wrong| (Step::Properties, wrong))?;
    }
    if to > Step::Assignments {
        assignments(desk, typed).map_err(|wrong| (Step::Assignments, wrong))?;
    }
    Ok(foreseen)
}

async fn go_to(seat: &Seat, desk: &Inviting, typed: &Typed, to: Step) -> Response {
    match checked(seat, desk, typed, to).await {
        Ok(foreseen) => seat.page(&page(seat, desk, typed, to, &foreseen, None)),
        Err((step, wrong)) => seat.page_again(&page(seat, desk, typed, step, &None, Some(wrong))),
    }
}

async fn carry_out(seat: &Seat, desk: &Inviting, typed: &Typed) -> Reply {
    let again = |step, wrong| seat.page_again(&page(seat, desk, typed, step, &None, Some(wrong)));
    if let Err((step, wrong)) = checked(seat, desk, typed, Step::Review).await {
        return Ok(again(step, wrong));
    }
    let command = match typed.invitation(desk) {
        Ok(command) => command,
        Err(refusal) => return Ok(again(Step::Basics, Wrong::of(seat, &refusal))),
    };
    match invite(&seat.web.app, &seat.actor(), command).await {
        Ok(invited) => Ok(finish(seat, desk, typed, &invited).await),
        Err(refusal) => {
            let page = page(seat, desk, typed, Step::Basics, &None, Some(Wrong::of(seat, &refusal)));
            let (status, _) = spelled(&refusal);
            Ok(seat.visit.page(status, &page))
        }
    }
}

fn page(
    seat: &Seat,
    desk: &Inviting,
    typed: &Typed,
    step: Step,
    foreseen: &Foreseen,
    wrong: Option<Wrong>,
) -> Invite {
    let Wrong { problem, about } =
        wrong.unwrap_or(Wrong { problem: super::form::Problem::default(), about: None });
    let mut kept = vec![("step".to_owned(), step.name().to_owned()), ("once".to_owned(), typed.once.clone())];
    let others = [
        (Step::Basics, typed.kept_basics()),
        (Step::Properties, typed.kept_properties()),
        (Step::Assignments, typed.kept_assignments()),
    ];
    kept.extend(others.into_iter().filter(|(of, _)| *of != step).flat_map(|(_, values)| values));
    let body = body(seat, (desk, typed), step, foreseen, &problem);
    let wrong = label_of(&problem.field);
    Invite {
        frame: seat.frame(Place::Users),
        step,
        body,
        kept,
        problem: if wrong.is_none() && !problem.words.is_empty() {
            Some(problem.words.clone())
        } else {
            None
        },
        wrong,
        about,
        form: seat.form("/users/invite"),
    }
}
