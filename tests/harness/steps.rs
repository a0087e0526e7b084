//! Single steps of a redemption and of a sign-in, for tests that stop halfway or go astray.

use super::{Browser, Page, Server};

impl Server {
    /// The address of a step of a redemption at this tenant.
    pub fn step(&self, name: &str) -> String {
        format!("/{}/redeem/{name}", self.tenant)
    }

    /// Opens a link and accepts: the page that asks for the code.
    pub async fn begin(&self, browser: &mut Browser, link: &str) -> Page {
        let welcome = browser.get(self, link).await;
        assert_eq!(welcome.status, 200, "{}", welcome.html);
        let code_page = browser.submit(self, &welcome.form_to("/redeem/accept"), &[]).await;
        assert_eq!(code_page.status, 200, "{}", code_page.html);
        code_page
    }

    /// As far as the proof: the page that asks for consent.
    pub async fn prove(&self, browser: &mut Browser, link: &str, address: &str) -> Page {
        let code_page = self.begin(browser, link).await;
        let code = self.code_for(address).await;
        let consent = browser.submit(self, &code_page.form_to("/redeem/code"), &[("code", &code)]).await;
        assert_eq!(consent.status, 200, "{}", consent.html);
        consent
    }

    /// Names an address on the way to My Apps and asks for a code: the page that asks for it. The same
    /// for known and unknown addresses.
    pub async fn ask_to_sign_in(&self, browser: &mut Browser, address: &str) -> Page {
        let named = self.name_address(browser, address).await;
        assert_eq!(named.status, 200, "{}", named.html);
        browser.submit(self, &named.form_to("/send-code"), &[]).await
    }

    /// Names an address on the way to My Apps.
    pub async fn name_address(&self, browser: &mut Browser, address: &str) -> Page {
        let page = browser.get(self, &format!("/myapps/{}", self.tenant)).await;
        assert_eq!(page.status, 200, "{}", page.html);
        browser.submit(self, &page.form_to("/address"), &[("address", address)]).await
    }

    /// Signs in with a mailed code and returns the browser, which now shows My Apps.
    pub async fn sign_in(&self, address: &str) -> (Browser, Page) {
        let mut browser = Browser::new();
        let code_page = self.ask_to_sign_in(&mut browser, address).await;
        let code = self.code_for(address).await;
        let page = browser.submit(self, &code_page.form_to("/code"), &[("code", &code)]).await;
        (browser, page)
    }

    /// Whether My Apps greets that address in this browser; otherwise it asks to sign in.
    pub async fn greets(&self, browser: &mut Browser, address: &str) -> bool {
        let page = browser.get(self, &format!("/myapps/{}", self.tenant)).await;
        page.url.contains("/myapps") && page.text().contains(address)
    }
}

/// Eight digits that are not `code`.
pub fn other_than(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:08}", (number + 1) % 100_000_000)
}
