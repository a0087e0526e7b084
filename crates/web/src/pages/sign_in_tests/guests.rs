//! Guests who prove their mailbox.

use hospes_actions::invite::{Invite, invite};
use hospes_actions::jobs::{self, End, MailContent};
use hospes_domain::access::UserType;
use hospes_domain::address::Address;
use hospes_domain::invitation::Message;
use hospes_domain::precondition::Precondition;

use super::*;

const GUEST: &str = "ana@fabrikam.example";

impl Site {
    async fn invite(&self) {
        let command = Invite {
            address: Address::parse(GUEST).unwrap(),
            named: None,
            reset: false,
            as_type: UserType::Guest,
            display_name: None,
            redirect_url: "https://myapps.microsoft.com".to_owned(),
            message: Message::default(),
            sponsors: Vec::new(),
            client_request_id: None,
            only_if: Precondition::default(),
        };
        invite(&self.app, &self.admin, command).await.unwrap();
    }

    async fn mailed_code(&self) -> String {
        let mut code = None;
        for job in jobs::lease(&self.app, 10).await.unwrap() {
            if let Some(mail) = jobs::prepare(&self.app, &job).await.unwrap()
                && let MailContent::Passcode { code: digits, .. } = mail.content
            {
                code = Some(digits);
            }
            jobs::finish(&self.app, job, End::Done).await.unwrap();
        }
        code.unwrap()
    }
}

impl Browser {
    /// Proves the guest's mailbox within a flow; the answer to the code.
    async fn proves(&mut self, site: &Site, flow: &str) -> Page {
        let token = self.get(site, flow).await.token();
        let token = token.as_str();
        self.post(site, &format!("{flow}/address"), &[("form_token", token), ("address", GUEST)]).await;
        self.post(site, &format!("{flow}/send-code"), &[("form_token", token)]).await;
        let code = site.mailed_code().await;
        self.post(site, &format!("{flow}/code"), &[("form_token", token), ("code", &code)]).await
    }
}

#[tokio::test]
async fn a_pending_guest_accepts_on_the_way_to_an_app_and_arrives_there() {
    let site = Site::new().await;
    site.invite().await;
    let mut browser = Browser::default();
    let flow = browser.get(&site, &site.authorize(&[("prompt", "login")])).await.location().to_owned();
    let agree = format!("/{}/redeem/consent", site.tenant);
    assert_eq!(browser.proves(&site, &flow).await.location(), agree);
    assert!(
        !browser.cookies.keys().any(|name| name.starts_with("__Host-hospes-session")),
        "nobody is signed in before the consent"
    );
    let consent = browser.get(&site, &agree).await;
    assert!(consent.html.contains(GUEST), "{}", consent.html);
    let token = consent.token();
    let accepted = browser.post(&site, &agree, &[("form_token", &token)]).await;
    assert_eq!(accepted.location(), format!("{flow}/joined"));
    let joined = browser.get(&site, &format!("{flow}/joined")).await;
    assert!(
        joined.html.contains("You are a guest of") && joined.html.contains("Open Time sheet"),
        "{}",
        joined.html
    );
    assert!(browser.get(&site, &flow).await.location().starts_with("https://app.example/cb?x=y&code="));
    // From now on the mailbox signs in.
    let mut elsewhere = Browser::default();
    let panel = format!("/myapps/{}", site.tenant);
    let flow = elsewhere.get(&site, &panel).await.location().to_owned();
    assert_eq!(elsewhere.proves(&site, &flow).await.location(), flow);
    assert_eq!(elsewhere.get(&site, &flow).await.location(), panel);
    let page = elsewhere.get(&site, &panel).await;
    assert!(page.html.contains("Code sent to your mailbox") && page.html.contains(GUEST));
}
