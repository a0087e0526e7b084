//! Sends a code to the typed address, if it means anybody. Unknown addresses get the same row, the same
//! counters and no mail (threats E5, G6). Refuses more codes than an address may get in an hour.

use hospes_domain::proof::{Passcode, Purpose, SENDS_PER_ADDRESS, SENDS_PER_TENANT};
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::Step;
use hospes_store::{counters, jobs, passcodes};

use super::recipient::recipient;
use super::{Place, Scene, lost};
use crate::app::App;
use crate::invite::take;
use crate::jobs::kinds;
use crate::redeem::sends_to;

/// The counter of codes sent for sign-ins.
const SENT: &str = "sign-in-passcode-sends";

/// Sends a code, or another one; the one before dies.
pub async fn send_passcode(app: &App, place: &Place) -> Result<(), Refusal> {
    let scene = Scene::new(app, place);
    let (passcode_id, job_id) = (app.new_id(), app.new_id());
    app.write(move |tx| {
        let now = tx.now();
        let known = scene.load(tx, now)?;
        let (Step::SendPasscode | Step::AskPasscode, Some(typed)) = (known.step(now), &known.flow.address)
        else {
            return Err(lost());
        };
        // Everybody is refused alike and before anything is saved; only mails that are sent are counted, or strangers'
        // guesses could use up the day of the whole tenant.
        let sent = counters::load(tx, scene.tenant, SENT)?;
        sent.room(SENDS_PER_TENANT, now)
            .map_err(|retry_after_seconds| Refusal::TooMany { retry_after_seconds })?;
        take(tx, scene.tenant, &sends_to(typed), SENDS_PER_ADDRESS)?;
        let found = recipient(tx, scene.tenant, typed)?;
        let to = found.as_ref().map_or(typed, |r| r.address());
        let passcode = Passcode::new(passcode_id, Purpose::SignIn, scene.flow, to.clone(), now);
        passcodes::insert(tx, scene.tenant, &passcode)?;
        if let Some(found) = &found {
            counters::save(tx, scene.tenant, SENT, sent.plus_one(SENDS_PER_TENANT, now))?;
            let language = found.user().profile.preferred_language.clone();
            jobs::insert(tx, scene.tenant, &kinds::passcode(job_id, &passcode, language, found.user()))?;
        }
        Ok(())
    })
    .await
}
