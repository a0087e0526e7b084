//! Threats A8, D6 and D7 by the thousand: guests who agree, in several windows at once, while administrators reset them.
//! Whichever comes first, an identity is bound once (I2), one window gets in, and nothing that was issued before a reset
//! is worth anything after it (I3). The dice say who runs against whom, the threads who wins.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use crate::harness::{Browser, Caught, Dice, Form, PASSWORD, Page, REDEEMED, Server};

/// Guests who prove a mailbox, and as many who sign in at their own organisation.
const OF_EACH_KIND: usize = 8;
const ROUNDS: usize = 63;
const SEED: u64 = 0xD6;

const BACK: (&str, &str) = ("redirect_uri", "https://portal.example/callback");

struct Guest {
    id: String,
    address: String,
    /// The link that works now.
    link: String,
    /// What it begins each redemption with; of some, signed in at home.
    browser: Browser,
    /// What the last reset has ended.
    dead: Vec<Gained>,
}

/// What a redemption gives, as long as it lasts.
#[derive(Clone, Default)]
struct Gained {
    browser: Browser,
    access: Option<String>,
    refresh: Option<String>,
}

/// One of those who run.
enum Runner {
    Agrees { browser: Browser, form: Form, signs_in: bool },
    Resets,
}

enum Came {
    In(Box<Gained>),
    TooLate,
    /// With the new link.
    Reset(String),
}

/// How it went in all.
#[derive(Debug, Default)]
struct Tally {
    races: usize,
    redeemed: usize,
    too_late: usize,
    /// A redemption that a reset has undone.
    undone: usize,
    /// A reset before every window.
    overtaken: usize,
    resets_at_once: usize,
    tokens: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.races += other.races;
        self.redeemed += other.redeemed;
        self.too_late += other.too_late;
        self.undone += other.undone;
        self.overtaken += other.overtaken;
        self.resets_at_once += other.resets_at_once;
        self.tokens += other.tokens;
    }
}

async fn reset(server: &Server, id: &str, address: &str) -> String {
    let body = json!({
        "invitedUserEmailAddress": address, "inviteRedirectUrl": "https://myapps.microsoft.com?tenantId=",
        "sendInvitationMessage": false, "invitedUser": { "id": id }, "resetRedemption": true,
    });
    let token = server.token_of(&server.helpdesk);
    let reply = server.post(&token, "/v1.0/invitations", body).await.expect(201);
    reply.json["inviteRedeemUrl"].as_str().unwrap().to_owned()
}

async fn tokens(server: &Server, fields: &[(&str, &str)]) -> Option<serde_json::Value> {
    let (client, secret) = (server.portal.client_id.to_string(), server.portal.secret.clone().unwrap());
    let mut all = vec![("client_id", client.as_str()), ("client_secret", secret.as_str())];
    all.extend_from_slice(fields);
    let reply = server.token_request(&server.tenant.to_string(), &all).await;
    if reply.status == 200 {
        return Some(reply.json);
    }
    assert_eq!(
        (reply.status.as_u16(), &reply.json["error"]),
        (400, &json!("invalid_grant")),
        "{}",
        reply.text
    );
    None
}

/// Signs in at the app, if a reset lets it.
async fn at_the_app(server: &Server, gained: &mut Gained) {
    let query = "response_type=code&redirect_uri=https://portal.example/callback&scope=openid%20offline_access&state=s";
    let client = &server.portal.client_id;
    let path = format!("/{}/oauth2/v2.0/authorize?client_id={client}&{query}", server.tenant);
    let page = gained.browser.get(server, &path).await;
    let url = url::Url::parse(&page.url).unwrap();
    let Some((_, code)) = url.query_pairs().find(|(name, _)| name == "code") else { return };
    let fields = [("grant_type", "authorization_code"), ("code", &*code), BACK];
    let Some(issued) = tokens(server, &fields).await else { return };
    gained.access = issued["access_token"].as_str().map(str::to_owned);
    gained.refresh = issued["refresh_token"].as_str().map(str::to_owned);
}

impl Gained {
    /// What of it still works: session, access token, refresh token.
    async fn works(&self, server: &Server) -> [Option<bool>; 3] {
        let mut browser = self.browser.clone();
        let page = browser.get_once(server, &format!("/myapps/{}", server.tenant)).await;
        let access = match &self.access {
            Some(token) => Some(server.get(token, "/oidc/userinfo").await.status == 200),
            None => None,
        };
        let refresh = match &self.refresh {
            Some(token) => Some(
                tokens(server, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await.is_some(),
            ),
            None => None,
        };
        [Some(page.status == 200), access, refresh]
    }

    async fn assert_dead(&self, server: &Server, address: &str) {
        let works = self.works(server).await;
        assert!(
            !works.contains(&Some(true)),
            "{address}: session, access, refresh outlived a reset: {works:?}"
        );
    }
}

/// From the link to the page that asks for a code, or at once to the one that asks for consent.
async fn approach(server: &Server, link: &str, mut browser: Browser, address: &str) -> (Browser, Page) {
    let welcome = browser.get(server, link).await;
    assert_eq!(welcome.status, 200, "{}", welcome.html);
    let mut page = browser.submit(server, &welcome.form_to("/redeem/accept"), &[]).await;
    if page.html.contains("name=\"address\"") {
        page = browser.submit(server, &page.form_to("/address"), &[("address", address)]).await;
    }
    if page.html.contains("name=\"password\"") {
        page = browser.submit(server, &page.form_to("/password"), &[("password", PASSWORD)]).await;
    }
    (browser, page)
}

/// The same for all guests at once, in their order.
async fn each<T, U, F>(all: Vec<T>, work: impl Fn(T) -> F) -> Vec<U>
where
    U: Send + 'static,
    F: Future<Output = U> + Send + 'static,
{
    let mut running = JoinSet::new();
    for (number, one) in all.into_iter().enumerate() {
        let work = work(one);
        running.spawn(async move { (number, work.await) });
    }
    let mut done = running.join_all().await;
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, one)| one).collect()
}

/// Brings everybody to the consent page.
async fn prepare(server: &Arc<Server>, guests: &mut [Guest]) -> Vec<(Browser, Form)> {
    let begun = guests.iter().map(|guest| (guest.link.clone(), guest.browser.clone(), guest.address.clone()));
    let came = each(begun.collect(), |(link, browser, address)| {
        let server = Arc::clone(server);
        async move { approach(&server, &link, browser, &address).await }
    });
    let came = came.await;
    let mails = server.mails().await;
    let mut half = Vec::new();
    for (guest, (browser, page)) in guests.iter_mut().zip(came) {
        let asked = page.html.contains("name=\"code\"");
        if !asked {
            guest.browser = browser.clone();
        }
        let code = mails.iter().rev().find(|mail| mail.to == guest.address).and_then(Caught::code);
        half.push((browser, page, code.filter(|_| asked)));
    }
    each(half, |(mut browser, mut page, code)| {
        let server = Arc::clone(server);
        async move {
            if let Some(code) = code {
                page = browser.submit(&server, &page.form_to("/redeem/code"), &[("code", &code)]).await;
            }
            let form = page.form_to("/redeem/consent");
            (browser, form)
        }
    })
    .await
}

/// One to three windows against none, one or two resets.
fn runners(dice: &mut Dice, browser: &Browser, form: &Form) -> Vec<Runner> {
    let windows = 1 + dice.below(3);
    let mut all: Vec<Runner> = (0..dice.pick(&[0, 1, 1, 1, 2])).map(|_| Runner::Resets).collect();
    for _ in 0..windows {
        let window =
            Runner::Agrees { browser: browser.clone(), form: form.clone(), signs_in: dice.one_in(3) };
        all.insert(dice.below(all.len() + 1), window);
    }
    all
}

async fn run(server: &Server, runner: Runner, id: &str, address: &str) -> Came {
    match runner {
        Runner::Resets => Came::Reset(reset(server, id, address).await),
        Runner::Agrees { mut browser, form, signs_in } => {
            let page = browser.submit_once(server, &form, &[]).await;
            // A browser with nothing of this tenant before: its session is the one of this redemption.
            if page.status != 303 {
                assert!(matches!(page.status.as_u16(), 409 | 410), "{}: {}", page.status, page.html);
                return Came::TooLate;
            }
            let mut gained = Gained { browser, ..Gained::default() };
            if signs_in {
                at_the_app(server, &mut gained).await;
            }
            Came::In(Box::new(gained))
        }
    }
}

/// All of a round at once; what came of it for each guest.
async fn race(
    server: &Arc<Server>,
    guests: &[Guest],
    ready: Vec<(Browser, Form)>,
    dice: &mut Dice,
) -> Vec<Vec<Came>> {
    let mut running = JoinSet::new();
    for (number, (browser, form)) in ready.into_iter().enumerate() {
        for runner in runners(dice, &browser, &form) {
            let server = Arc::clone(server);
            let (id, address) = (guests[number].id.clone(), guests[number].address.clone());
            running.spawn(async move { (number, run(&server, runner, &id, &address).await) });
        }
    }
    let mut came: Vec<Vec<Came>> = guests.iter().map(|_| Vec::new()).collect();
    for (number, one) in running.join_all().await {
        came[number].push(one);
    }
    came
}

/// Looks at one guest after a round, and leaves it waiting for the next one.
async fn judge(server: &Server, mut guest: Guest, came: Vec<Came>) -> (Guest, Tally) {
    let mut tally = Tally { races: 1, ..Tally::default() };
    let (mut gained, mut links) = (Vec::new(), Vec::new());
    for one in came {
        match one {
            Came::In(one) => gained.push(*one),
            Came::TooLate => tally.too_late += 1,
            Came::Reset(link) => links.push(link),
        }
    }
    let address = &guest.address;
    tally.redeemed += gained.len();
    assert!(gained.len() <= 1, "{address}: {} windows got in with one link", gained.len());
    // What an earlier reset has ended is not revived by the next redemption.
    for old in guest.dead.drain(..) {
        old.assert_dead(server, address).await;
    }
    if links.is_empty() {
        assert_eq!(gained.len(), 1, "{address}: nobody was in the way, and nobody got in");
        let works = gained[0].works(server).await;
        assert!(!works.contains(&Some(false)), "{address}: session, access, refresh: {works:?}");
        links.push(reset(server, &guest.id, address).await);
    } else {
        tally.undone += gained.len();
        tally.overtaken += usize::from(gained.is_empty());
    }
    tally.resets_at_once += usize::from(links.len() > 1);
    for one in gained {
        tally.tokens += usize::from(one.refresh.is_some());
        one.assert_dead(server, address).await;
        guest.dead.push(one);
    }
    let mut working = Vec::new();
    for link in links {
        let page = Browser::new().get(server, &link).await;
        assert!(matches!(page.status.as_u16(), 200 | 410), "{}: {}", page.status, page.html);
        working.extend((page.status == 200).then_some(link));
    }
    assert_eq!(working.len(), 1, "{address}: exactly the latest link works");
    guest.link = working.remove(0);
    (guest, tally)
}

/// The open bindings: at most one for each guest and for each identity; and who has one.
fn bound(server: &Server) -> BTreeSet<String> {
    let rows = server.look().rows("SELECT user_id, issuer, subject FROM bindings WHERE ended_at IS NULL");
    let guests: BTreeSet<String> = rows.iter().map(|row| row[0].clone()).collect();
    let identities: BTreeSet<&[String]> = rows.iter().map(|row| &row[1..]).collect();
    assert_eq!((guests.len(), identities.len()), (rows.len(), rows.len()), "I2: {rows:?}");
    guests
}

async fn guests(server: &Server) -> Vec<Guest> {
    let (home, ..) = server.second_tenant("contoso.example").await;
    let token = server.token_of(&server.admin);
    let mut guests = Vec::new();
    for number in 0..2 * OF_EACH_KIND {
        let address = if number < OF_EACH_KIND {
            format!("guest{number}@adatum.example")
        } else {
            server.add_member_at(home, &format!("guest{number}"), "contoso.example").await.upn
        };
        let (id, link) = server.invite(&token, &address).await;
        guests.push(Guest { id, address, link, browser: Browser::new(), dead: Vec::new() });
    }
    guests
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a8_d6_d7_a_thousand_redemptions_against_resets() {
    let server = Arc::new(Server::start().await);
    let mut guests = guests(&server).await;
    let (mut dice, mut tally) = (Dice::new(SEED), Tally::default());
    for _ in 0..ROUNDS {
        // So that no limit of codes and invitations is in the way.
        server.clock.advance(900);
        let ready = prepare(&server, &mut guests).await;
        let came = race(&server, &guests, ready, &mut dice).await;
        let accepted: BTreeSet<String> = guests
            .iter()
            .zip(&came)
            .filter(|(_, came)| !came.iter().any(|one| matches!(one, Came::Reset(_))))
            .map(|(guest, _)| guest.id.replace('-', ""))
            .collect();
        assert_eq!(bound(&server), accepted, "bound is who was let in and not reset");
        let judged = each(guests.into_iter().zip(came).collect(), |(guest, came)| {
            let server = Arc::clone(&server);
            async move { judge(&server, guest, came).await }
        });
        guests = Vec::new();
        for (guest, one) in judged.await {
            guests.push(guest);
            tally.add(&one);
        }
        assert!(bound(&server).is_empty(), "a reset left somebody bound");
    }
    let look = server.look();
    let redeemed = i64::try_from(tally.redeemed).unwrap();
    assert_eq!(look.count("bindings"), redeemed, "one binding for each window that got in");
    let told = format!("SELECT count(*) FROM audit WHERE result = 'success' AND activity = '{REDEEMED}'");
    assert_eq!(look.rows(&told)[0][0], redeemed.to_string(), "and one audit record (I6)");
    assert!(tally.races >= 1000, "{tally:?}");
    // Had one side always won, nothing would have been tried.
    let Tally { too_late, undone, overtaken, resets_at_once, tokens, .. } = tally;
    let fewest = [too_late, undone, overtaken, resets_at_once, tokens].into_iter().min().unwrap();
    assert!(fewest >= 20, "{tally:?}");
}
