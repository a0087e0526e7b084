//! The person agrees that an app may, or does not. Refuses to grant what takes an administrator, to grant without answering
//! (the code follows in the same transaction), to grant what the page did not list, such as what an application has declared
//! since (threats E2), and to grant for somebody else than it named: another window may have signed another person in (F13).

use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{Consent, Step, needs_admin};
use hospes_store::{permission_grants, sign_in_flows};

use super::finish::{Answer, Draft, issue, record, refuse};
use super::listing::{read_by, unchanged};
use super::look::listing;
use super::{KnownApp, Place, Scene, device, lost};
use crate::app::App;
use crate::audit::{self, Activity};

/// What follows a decision about an app.
pub enum Decided {
    /// The app is answered.
    Answer(Answer),
    /// The flow's page asks on.
    Flow,
    /// The device was turned away; the name of its app.
    Refused(String),
}

/// Grants what is asked for and answers the app; `about` is [`asked_of`](super::asked_of) the page that was answered. The
/// flow asks again when that was for somebody else.
///
/// # Errors
/// [`Refusal::Stale`] when the page would list something else by now.
pub async fn accept(app: &App, place: &Place, about: &str) -> Result<Decided, Refusal> {
    let (scene, draft, audit_id) = (Scene::new(app, place), Draft::new(app, place.tenant)?, app.new_id());
    let about = about.to_owned();
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        let Some((_, user)) = &known.session else { return Ok(Decided::Flow) };
        let Some(read) = read_by(user.id(), &about) else { return Ok(Decided::Flow) };
        let Some(asking) = &known.app else { return Err(lost()) };
        let as_listed = match known.step(tx.now()) {
            Step::AskConsent => unchanged(&listing(&known).digest, read),
            // What is asked for has changed so much that it is no question to the person any more.
            Step::RedirectWithCode | Step::NeedAdmin => Err(Refusal::Stale),
            _ => return Err(lost()),
        };
        if let Err(refusal) = as_listed {
            audit::by_guest(tx, user, audit_id, Activity::ConsentToApp, Err(&refusal), details_of(asking))?;
            return Err(refusal.into());
        }
        let device = device::of_flow(tx, &known)?;
        if let Consent::Ask(missing) = &asking.consent {
            let names = missing.join(" ");
            let grant = (asking.application.client_id, asking.resource.client);
            permission_grants::add(tx, scene.tenant, grant, Some(user.id()), &names)?;
            let mut details = details_of(asking);
            details.push(("scope".to_owned(), names));
            audit::by_guest(tx, user, audit_id, Activity::ConsentToApp, Ok(()), details)?;
        }
        if device.is_some() {
            return Ok(Decided::Flow);
        }
        issue(tx, &scene, &known, &draft).map(Decided::Answer)
    })
    .await
}

fn details_of(asking: &KnownApp) -> Vec<(String, String)> {
    vec![
        ("application".to_owned(), asking.application.client_id.to_string()),
        ("resource".to_owned(), asking.resource.client.to_string()),
    ]
}

/// Tells the app that the person said no, or could not say yes.
pub async fn decline(app: &App, place: &Place) -> Result<Decided, Refusal> {
    let (scene, audit_id) = (Scene::new(app, place), app.new_id());
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        if device::of_flow(tx, &known)?.is_some() {
            device::decline(tx, &scene, &known, audit_id)?;
            let name = known.app.map(|app| app.principal.display_name);
            return Ok(Decided::Refused(name.unwrap_or_default()));
        }
        let declined = OAuthRefusal {
            error: "access_denied",
            code: 65004,
            description: "The person declined to agree to what the application asks for.".to_owned(),
            unauthorized: false,
        };
        let error = if known.step(tx.now()) == Step::NeedAdmin { needs_admin() } else { declined };
        let answer = refuse(&known, &error)?;
        record(tx, &scene, &known, &Refusal::OAuth(error))?;
        if !sign_in_flows::end(tx, scene.tenant, scene.flow)? {
            return Err(lost());
        }
        Ok(Decided::Answer(answer))
    })
    .await
}
