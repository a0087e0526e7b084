//! Walking the redemption pages as a guest does.

use super::{Browser, Page, Server};

impl Server {
    /// Opens a link, accepts, types the mailed code and agrees. Returns the page after that, in the
    /// browser that is then signed in.
    pub async fn redeem(&self, link: &str, address: &str) -> (Browser, Page) {
        let (mut browser, consent) = self.walk_to_consent(link, address).await;
        let done = browser.submit(self, &consent.form_to("/redeem/consent"), &[]).await;
        assert_eq!(done.status, 200, "{}", done.html);
        (browser, done)
    }

    /// Opens a link and accepts: the browser, the page that asks for the code, and the mailed code.
    pub async fn walk_to_code(&self, link: &str, address: &str) -> (Browser, Page, String) {
        let mut browser = Browser::new();
        let welcome = browser.get(self, link).await;
        assert_eq!(welcome.status, 200, "{}", welcome.html);
        let code_page = browser.submit(self, &welcome.form_to("/redeem/accept"), &[]).await;
        (browser, code_page, self.code_for(address).await)
    }

    /// Opens a link, accepts and types the code: the browser and the consent page.
    pub async fn walk_to_consent(&self, link: &str, address: &str) -> (Browser, Page) {
        let mut browser = Browser::new();
        let consent = self.to_consent(&mut browser, link, address).await;
        (browser, consent)
    }

    /// The same in a browser that is there already: the consent page.
    pub async fn to_consent(&self, browser: &mut Browser, link: &str, address: &str) -> Page {
        let welcome = browser.get(self, link).await;
        let code_page = browser.submit(self, &welcome.form_to("/redeem/accept"), &[]).await;
        let code = self.code_for(address).await;
        browser.submit(self, &code_page.form_to("/redeem/code"), &[("code", &code)]).await
    }

    /// Invites and redeems: a guest who is in. Returns its object id and browser.
    pub async fn accepted_guest(&self, address: &str) -> (String, Browser) {
        let token = self.app_token().await;
        let (id, link) = self.invite(&token, address).await;
        self.mails().await;
        let (browser, _) = self.redeem(&link, address).await;
        (id, browser)
    }
}
