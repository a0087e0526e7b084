//! People with browsers: they follow links, name addresses, type codes, agree, sign in and out, each at their own pace,
//! so that resets and deletions come between.

use url::Url;
use url::form_urlencoded::Serializer;

use super::pair::Ask;
use super::walk::{Walk, remember};
use crate::harness::{Browser, Form, Page, forms, other_than};

const ORIGIN: &str = "https://hospes.example";
const PASSWORD: &str = "correct horse battery";

/// Somebody in front of a browser, which has a life at either server.
#[derive(Default)]
pub struct Visitor {
    browsers: [Browser; 2],
    page: String,
    /// Where the code goes that this person waits for.
    address: String,
}

impl Walk {
    /// One step of one visitor.
    pub async fn visit(&mut self) {
        let n = self.dice.below(self.visitors.len());
        let forms: Vec<Form> = forms(&self.visitors[n].page);
        if forms.is_empty() || self.dice.one_in(6) {
            let path = self.beginning_of_a_visit(n);
            self.follow(n, Ask { method: "GET", path, ..Ask::default() }).await;
            return;
        }
        let form = if self.dice.one_in(5) { &forms[self.dice.below(forms.len())] } else { &forms[0] };
        let fields = self.typed(n).await;
        let body =
            Serializer::new(String::new()).extend_pairs(form.fields.iter().cloned().chain(fields)).finish();
        let headers = vec![
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("origin", ORIGIN.to_owned()),
        ];
        self.follow(n, Ask { method: "POST", path: form.action.clone(), headers, body }).await;
    }

    fn beginning_of_a_visit(&mut self, n: usize) -> String {
        if self.dice.one_in(4) {
            self.visitors[n] = Visitor::default();
        }
        let (tenant, client) = (self.pair.one().tenant, self.pair.one().portal.client_id);
        let link = Self::of(&mut self.dice, &self.known.links);
        match (self.dice.below(12), link) {
            (0..=6, Some((link, address))) => {
                self.visitors[n].address = address;
                link
            }
            (7, _) => format!("/{tenant}/sign-out"),
            (8, _) => {
                let step = self.dice.pick(&["welcome", "code", "consent", "done", "not-me", ""]);
                if step.is_empty() { "/redeem?rd=x".to_owned() } else { format!("/{tenant}/redeem/{step}") }
            }
            (9 | 10, _) => {
                let more = self.dice.pick(&[
                    "",
                    "&prompt=none",
                    "&prompt=login",
                    "&response_mode=form_post",
                    "&response_mode=fragment",
                    "&nonce=n",
                    "&login_hint=x@contoso.example",
                ]);
                format!(
                    "/{tenant}/oauth2/v2.0/authorize?client_id={client}&response_type=code&redirect_uri=https://portal.example/callback\
                     &scope=openid%20profile%20email%20offline_access&state=s{more}"
                )
            }
            _ => format!("/myapps/{tenant}"),
        }
    }

    /// What is typed into the page: whatever it asks for, mostly right.
    async fn typed(&mut self, n: usize) -> Vec<(String, String)> {
        let page = &self.visitors[n].page;
        let asks_for = |name: &str| page.contains(&format!("name=\"{name}\""));
        let mut fields = Vec::new();
        if asks_for("address") {
            let guest = Self::of(&mut self.dice, &self.known.guests).map(|(_, address)| address);
            let address = match self.dice.below(8) {
                0 | 1 => self.known.addresses[self.dice.below(5)].clone(),
                2 => self.address(),
                _ => guest.unwrap_or_default(),
            };
            self.visitors[n].address.clone_from(&address);
            fields.push(("address".to_owned(), address));
        } else if asks_for("password") {
            fields.push((
                "password".to_owned(),
                self.dice
                    .pick(&[PASSWORD, PASSWORD, PASSWORD, "a long enough password", "a guess"])
                    .to_owned(),
            ));
        } else if asks_for("code") {
            if self.dice.below(6) > 0 {
                self.send_mails().await;
            }
            fields.push(("code".to_owned(), self.passcode(n)));
        }
        fields
    }

    fn passcode(&mut self, n: usize) -> String {
        let address = &self.visitors[n].address;
        let theirs = self.known.passcodes.iter().rev().find(|(to, _)| to.eq_ignore_ascii_case(address));
        let code = theirs
            .or(self.known.passcodes.last())
            .map_or_else(|| "12345678".to_owned(), |(_, code)| code.clone());
        if self.dice.one_in(6) { other_than(&code) } else { code }
    }

    /// Sends a request and follows where it leads, as long as that is here.
    async fn follow(&mut self, n: usize, ask: Ask) {
        let mut ask = ask;
        for _ in 0..8 {
            let Some(path) = path_here(&ask.path) else {
                self.arrive_elsewhere(&ask.path);
                return;
            };
            ask.path = path;
            ask.headers.push((
                "sec-fetch-site",
                if ask.method == "POST" { "same-origin" } else { "none" }.to_owned(),
            ));
            let page = self.pair.browse(&mut self.visitors[n].browsers, &ask).await;
            self.keep_code(&page);
            let Some(next) = page.location() else {
                self.visitors[n].page = page.html;
                return;
            };
            ask = Ask { method: "GET", path: next, ..Ask::default() };
        }
    }

    /// At the app: with a code, if all went well.
    fn arrive_elsewhere(&mut self, url: &str) {
        let Ok(url) = Url::parse(&url.replace("callback#", "callback?")) else { return };
        if let Some((_, code)) = url.query_pairs().find(|(name, _)| name == "code") {
            remember(&mut self.known.authorization_codes, code.into_owned());
        }
    }

    /// A code that a page posts to the app.
    fn keep_code(&mut self, page: &Page) {
        for form in forms(&page.html).iter().filter(|form| form.action.starts_with("https://portal.example/"))
        {
            for (_, code) in form.fields.iter().filter(|(name, _)| name == "code") {
                remember(&mut self.known.authorization_codes, code.clone());
            }
        }
    }
}

/// The path of a URL of ours, `None` for one elsewhere.
fn path_here(url: &str) -> Option<String> {
    let url = Url::parse(ORIGIN).unwrap().join(url).ok()?;
    let here = url.as_str().starts_with(&format!("{ORIGIN}/"));
    here.then(|| url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())))
}
