//! The person agrees that an app may, or does not. Refuses to grant what takes an administrator, to grant without answering
//! (the code follows in the same transaction), and to grant what the page did not list, or for somebody else than it named:
//! another window may have signed another person in since.

use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{Consent, Step};
use hospes_store::{permission_grants, sign_in_flows};

use super::finish::{Answer, Draft, issue, record, refuse};
use super::look::asked_for;
use super::{Place, Scene, device, lost};
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

/// What a page that asks for consent is about: who is asked, and what it lists. Its form says it again.
pub fn asked_of<'a>(person: ObjectId, listed: impl Iterator<Item = &'a str>) -> String {
    listed.fold(person.to_string(), |about, name| about + " " + name)
}

/// Grants what is asked for and answers the app; `about` is [`asked_of`] the page that was answered.
pub async fn accept(app: &App, place: &Place, about: &str) -> Result<Decided, Refusal> {
    let (scene, draft, audit_id) = (Scene::new(app, place), Draft::new(app, place.tenant)?, app.new_id());
    let about = about.to_owned();
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        let Some((_, person)) = &known.session else { return Ok(Decided::Flow) };
        let listed = asked_for(&known);
        if asked_of(person.id(), listed.iter().map(|asked| asked.name.as_str())) != about {
            return Ok(Decided::Flow);
        }
        let (Step::AskConsent, Some(asking), Some((_, user))) =
            (known.step(tx.now()), &known.app, &known.session)
        else {
            return Err(lost());
        };
        let device = device::of_flow(tx, &known)?;
        if let Consent::Ask(missing) = &asking.consent {
            let names = missing.join(" ");
            let grant = (asking.application.client_id, asking.resource.client);
            permission_grants::add(tx, scene.tenant, grant, Some(user.id()), &names)?;
            let details = vec![
                ("application".to_owned(), asking.application.client_id.to_string()),
                ("resource".to_owned(), asking.resource.client.to_string()),
                ("scope".to_owned(), names),
            ];
            audit::by_guest(tx, user, audit_id, Activity::ConsentToApp, Ok(()), details)?;
        }
        if device.is_some() {
            return Ok(Decided::Flow);
        }
        issue(tx, &scene, &known, &draft).map(Decided::Answer)
    })
    .await
}

/// Tells the app that the person said no.
pub async fn decline(app: &App, place: &Place) -> Result<Decided, Refusal> {
    let (scene, audit_id) = (Scene::new(app, place), app.new_id());
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        if device::of_flow(tx, &known)?.is_some() {
            device::decline(tx, &known, audit_id)?;
            let name = known.app.map(|app| app.principal.display_name);
            return Ok(Decided::Refused(name.unwrap_or_default()));
        }
        let error = OAuthRefusal {
            error: "access_denied",
            code: 65004,
            description: "The person declined to agree to what the application asks for.".to_owned(),
            unauthorized: false,
        };
        let answer = refuse(&known, &error)?;
        record(tx, &scene, &known, &Refusal::OAuth(error))?;
        if !sign_in_flows::end(tx, scene.tenant, scene.flow)? {
            return Err(lost());
        }
        Ok(Decided::Answer(answer))
    })
    .await
}
