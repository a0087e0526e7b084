//! What happens at the partner organisation, by its own automation: accounts are made and deleted there. Refuses to
//! touch the host's directory: the two have nothing in common but the server.

use hospes_actions::random::{SystemRandom, token32};
use reqwest::Method;
use serde_json::json;
use url::Url;

use super::browser::Browser;
use super::failure::{Failure, Outcome};
use super::stage::Stage;
use super::walk::{Ended, Person};

/// Where a browser comes back to from an organisation that has signed it in.
const BACK: &str = "/signed-in-at-home";

/// An account at the partner organisation.
pub struct Account {
    /// Its object id there.
    id: String,
    /// Who signs in with it.
    pub person: Person,
}

/// Makes an account with this address and a password of its own.
pub async fn make_account(stage: &Stage, name: &str, address: &str) -> Outcome<Account> {
    let password = token32(&SystemRandom);
    let body = json!({
        "displayName": name,
        "userPrincipalName": address,
        "mail": address,
        "mailNickname": address.split('@').next(),
        "accountEnabled": true,
        "passwordProfile": { "password": password, "forceChangePasswordNextSignIn": false }
    });
    let made = stage.graph(&stage.partner).done(Method::POST, "/users", Some(body)).await?;
    Ok(Account { id: made.text("id"), person: Person::with_password(address, &password) })
}

/// Deletes an account.
pub async fn delete_account(stage: &Stage, account: &Account) -> Outcome<()> {
    let path = format!("/users/{}", account.id);
    stage.graph(&stage.partner).done(Method::DELETE, &path, None).await.map(|_| ())
}

/// A sign-in to the app for which the person has proven to be the account, but whose answer has not been brought back.
pub struct Held {
    browser: Browser,
    answer: Url,
}

/// Signs in at home and stops on the way back.
pub async fn hold_answer(stage: &Stage, person: &Person) -> Outcome<Held> {
    let browser = Browser::new(&stage.server)?.halting_at(BACK);
    match stage.try_app(&browser, person, false).await? {
        Ended::Away(answer) => Ok(Held { browser: browser.going_on(), answer }),
        other => {
            Err(Failure::new(format!("{} did not come back, but saw {}", person.address, other.shown())))
        }
    }
}

/// Brings the answer back after all.
pub async fn bring_back(stage: &Stage, held: Held, person: &Person) -> Outcome<Ended> {
    let landed = held.browser.open(held.answer.as_str()).await?;
    stage.walk(&held.browser, person, false).on(landed).await
}
