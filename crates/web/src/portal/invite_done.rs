//! What follows an invitation: properties, groups, applications, each a write of its own. Refuses to call the whole done
//! when a part is not: what was done and what was not stand side by side, with where to finish it.

use axum::response::Response;
use hospes_actions::apps::Which;
use hospes_actions::apps::assign_app_role::{AssignAppRole, assign_app_role};
use hospes_actions::groups::add_member::add_member;
use hospes_actions::invite::Invited;
use hospes_actions::portal::Inviting;
use hospes_actions::users::update;
use hospes_domain::invitation::Plan;
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;

use super::error::sentence;
use super::invite_form::Typed;
use super::invite_steps::app_words;
use super::seat::Seat;
use super::view::{Fact, InviteDone, Place};
use crate::pages::view::Link;
use crate::pages::words::Moment;

/// What a new user begins with.
const FIRST_REVISION: i64 = 1;

/// What has been done, and what not.
#[derive(Default)]
struct Outcome {
    done: Vec<Fact>,
    undone: Vec<(String, String, Option<Link>)>,
}

impl Outcome {
    fn add(&mut self, label: &'static str, value: String, came: Result<(), Refusal>, finish: Link) {
        match came {
            // A form that is posted again finds what it did before.
            Ok(()) | Err(Refusal::AlreadyExists { .. }) => {
                self.done.push(Fact { label, value, exact: false })
            }
            Err(refusal) => self.undone.push((format!("{label}: {value}"), sentence(&refusal), Some(finish))),
        }
    }
}

/// Carries the rest out for a new guest, and says what came of everything.
pub(super) async fn finish(seat: &Seat, desk: &Inviting, typed: &Typed, invited: &Invited) -> Response {
    let outcome = match invited.plan {
        Plan::Create => rest(seat, desk, typed, invited).await,
        _ => Outcome::default(),
    };
    seat.page(&page(seat, desk, typed, invited, outcome))
}

async fn rest(seat: &Seat, desk: &Inviting, typed: &Typed, invited: &Invited) -> Outcome {
    let (app, actor, id) = (&seat.web.app, seat.actor(), invited.user.id());
    let profile = seat.path(&format!("/users/{id}"));
    let to = |label: &str, url: String| Link { label: label.into(), url };
    let mut outcome = Outcome::default();
    if let Ok(Some(edit)) = typed.edit(&desk.may) {
        // A form that is posted again changes nothing that was changed since.
        let untouched = Precondition::OneOf(vec![FIRST_REVISION]);
        let came = if typed.stands(&desk.may, &invited.user) {
            Ok(())
        } else {
            update(app, &actor, id.to_string(), edit, untouched).await.map(drop)
        };
        let what = typed.filled_in(&desk.may).join(", ");
        outcome.add("Properties", what, came, to("Edit properties", format!("{profile}/edit")));
    }
    for group in desk.groups.items.iter().filter(|group| group.chosen) {
        let came = add_member(app, &actor, group.id, id).await;
        outcome.add("Group", group.name.clone(), came, to("Open the profile", profile.clone()));
    }
    for chosen in desk.apps.items.iter().filter(|app| app.chosen) {
        let assignment = AssignAppRole {
            principal: id,
            resource: Which::Id(chosen.resource),
            resource_id: None,
            app_role: chosen.role,
        };
        let came = assign_app_role(app, &actor, assignment).await.map(drop);
        outcome.add("Application", app_words(chosen), came, to("Open the profile", profile.clone()));
    }
    outcome
}

fn page(seat: &Seat, desk: &Inviting, typed: &Typed, invited: &Invited, outcome: Outcome) -> InviteDone {
    let address = typed.value("invitedUserEmailAddress");
    let waits = invited.plan != Plan::Completed;
    let (title, words) = match (invited.plan, invited.mails) {
        (Plan::Completed, _) => (
            format!("{address} has accepted already"),
            "Nothing was sent and nothing changed. If the guest cannot sign in, reset the redemption status.",
        ),
        (Plan::Create, true) => (format!("Invitation sent to {address}"), "The mail is on its way."),
        (Plan::Create, false) => {
            (format!("{address} was invited"), "No mail was sent: hand over the link below yourself.")
        }
        (_, true) => (
            format!("Invitation sent again to {address}"),
            "The guest had been invited already and had not accepted. Older links have ended; properties and assignments are as they were.",
        ),
        (_, false) => (
            format!("{address} was invited again"),
            "The guest had been invited already and had not accepted. No mail was sent: hand over the new link below yourself. Properties and assignments are as they were.",
        ),
    };
    InviteDone {
        frame: seat.frame(Place::Users),
        title,
        words,
        name: typed_name(typed, invited),
        address: address.to_owned(),
        profile: desk.may.people.is_ok().then(|| seat.path(&format!("/users/{}", invited.user.id()))),
        done: outcome.done,
        undone: outcome.undone,
        link: (waits && !invited.mails).then(|| invited.redeem_url.clone()),
        until: waits.then_some(Moment(invited.expires_at)),
    }
}

/// The guest's name as it stands in the directory, for people who may know it.
fn typed_name(typed: &Typed, invited: &Invited) -> String {
    match (invited.plan, typed.value("invitedUserDisplayName")) {
        (Plan::Create, _) => invited.user.profile.display_name.clone(),
        (_, "") => typed.value("invitedUserEmailAddress").to_owned(),
        (_, name) => name.to_owned(),
    }
}
