//! The person agrees that an app may, or does not. Refuses to grant what takes an administrator, and
//! to grant without answering: the code follows in the same transaction.

use hospes_domain::application::DIRECTORY_API;
use hospes_domain::refusal::{OAuthRefusal, Refusal};
use hospes_domain::sign_in::{Consent, Step};
use hospes_store::{delegated_grants, sign_in_flows};

use super::finish::{Answer, Draft, issue, refuse};
use super::{Place, Scene, lost};
use crate::app::App;
use crate::audit::{self, Activity};

/// Grants what is asked for and answers the app.
pub async fn accept(app: &App, place: &Place) -> Result<Answer, Refusal> {
    let (scene, draft, audit_id) = (Scene::new(app, place), Draft::new(app, place.tenant)?, app.new_id());
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        let (Step::AskConsent, Some(asking), Some((_, user))) =
            (known.step(tx.now()), &known.app, &known.session)
        else {
            return Err(lost());
        };
        if let Consent::Ask(missing) = &asking.consent {
            let names = missing.names();
            let grant = (asking.application.client_id, DIRECTORY_API);
            delegated_grants::add(tx, scene.tenant, grant, Some(user.id()), &names)?;
            let details = vec![
                ("application".to_owned(), asking.application.client_id.to_string()),
                ("scope".to_owned(), names),
            ];
            audit::by_guest(tx, user, audit_id, Activity::ConsentToApp, Ok(()), details)?;
        }
        issue(tx, &known, &draft)
    })
    .await
}

/// Tells the app that the person said no.
pub async fn decline(app: &App, place: &Place) -> Result<Answer, Refusal> {
    let scene = Scene::new(app, place);
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        let error = OAuthRefusal {
            error: "access_denied",
            code: 65004,
            description: "The person declined to agree to what the application asks for.".to_owned(),
            unauthorized: false,
        };
        let answer = refuse(&known, &error)?;
        if !sign_in_flows::end(tx, scene.tenant, scene.flow)? {
            return Err(lost());
        }
        Ok(answer)
    })
    .await
}
