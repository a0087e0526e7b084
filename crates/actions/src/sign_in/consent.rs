//! The person agrees that an app may, or does not. Refuses to grant what takes an administrator, and
//! to grant without answering: the code follows in the same transaction; and to grant what the person has not read, such as
//! what an application has declared since (threats E2).

use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{Consent, Step, needs_admin};
use hospes_store::{delegated_grants, sign_in_flows};

use super::finish::{Answer, Draft, issue, record, refuse};
use super::listing::unchanged;
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

/// Grants what is asked for and answers the app. `read` is the digest of the page.
///
/// # Errors
/// [`Refusal::Stale`] when the page would list something else by now.
pub async fn accept(app: &App, place: &Place, read: &str) -> Result<Decided, Refusal> {
    let (scene, draft, audit_id) = (Scene::new(app, place), Draft::new(app, place.tenant)?, app.new_id());
    let read = read.to_owned();
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        let (Some(asking), Some((_, user))) = (&known.app, &known.session) else { return Err(lost()) };
        match known.step(tx.now()) {
            Step::AskConsent => {}
            // What is asked for has changed so much that it is no question to the person any more.
            Step::RedirectWithCode | Step::NeedAdmin => return Err(Refusal::Stale.into()),
            _ => return Err(lost()),
        }
        if let Err(refusal) = unchanged(&listing(&known).digest, &read) {
            audit::by_guest(tx, user, audit_id, Activity::ConsentToApp, Err(&refusal), about(asking))?;
            return Err(refusal.into());
        }
        let device = device::of_flow(tx, &known)?;
        if let Consent::Ask(missing) = &asking.consent {
            let names = missing.join(" ");
            let grant = (asking.application.client_id, asking.resource.client);
            delegated_grants::add(tx, scene.tenant, grant, Some(user.id()), &names)?;
            let mut details = about(asking);
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

fn about(asking: &KnownApp) -> Vec<(String, String)> {
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
            device::decline(tx, &known, audit_id)?;
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
