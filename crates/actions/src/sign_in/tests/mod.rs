//! What a person signing in could notice.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod guests;
mod requests;

use hospes_domain::access::{Role, Scope, UserType};
use hospes_domain::address::Address;
use hospes_domain::application::DEFAULT_ACCESS;
use hospes_domain::guest::{Ended, State};
use hospes_domain::ids::ObjectId;
use hospes_domain::invitation::Message;
use hospes_domain::precondition::Precondition;
use hospes_domain::proof::code;
use hospes_domain::sign_in::ResponseMode;
use hospes_store::sign_in_addresses::{AddressState, SignInAddress};
use hospes_store::{authorization_codes, bindings, jobs, sign_in_addresses, users};

use super::*;
use crate::invite::{Invite, invite};
use crate::redeem;
use crate::setup::{self, NewApplication, NewMember, Registered};
use crate::testing::{Bench, new_tenant};

const CALLBACK: &str = "https://app.example/cb";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const PASSWORD: &str = "correct horse battery";
const GUEST: &str = "ana@contoso.example";

/// A tenant with an app, a member with a password, and an administrator who invites.
struct Stage {
    bench: Bench,
    admin: ObjectId,
    registered: Registered,
}

impl Stage {
    async fn new(change: impl FnOnce(&mut NewApplication)) -> Self {
        let bench = Bench::new().await;
        let admin = bench.member("admin", &[Role::GlobalAdministrator]).await;
        let new = NewMember {
            upn: "ada@fabrikam.example".to_owned(),
            display_name: "Ada".to_owned(),
            password: Some(PASSWORD.to_owned().into()),
            ..NewMember::default()
        };
        setup::create_member(&bench.app, bench.tenant(), new).await.unwrap();
        let mut app = NewApplication {
            display_name: "Time sheet".to_owned(),
            redirect_uris: vec![CALLBACK.to_owned()],
            ..NewApplication::default()
        };
        change(&mut app);
        let registered = setup::register_application(&bench.app, bench.tenant(), app).await.unwrap();
        Self { bench, admin, registered }
    }

    fn app(&self) -> &App {
        &self.bench.app
    }

    async fn ask(&self, more: &[(&str, &str)], session: Option<&str>) -> Result<Begun, Refusal> {
        let client = self.registered.client_id.to_string();
        let usual = [
            ("client_id", client.as_str()),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid profile"),
            ("state", "s&1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let kept = usual.iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
        let pairs = kept.chain(more).map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        authorize(self.app(), self.bench.tenant(), Parameters::new(pairs), session).await
    }

    async fn flow(&self, more: &[(&str, &str)], session: Option<&str>) -> Place {
        match self.ask(more, session).await.unwrap() {
            Begun::Flow(flow) => {
                Place { tenant: self.bench.tenant(), flow, session: session.map(str::to_owned) }
            }
            Begun::Home(_, path) => panic!("sent home: {path}"),
            Begun::Answer(answer) => panic!("answered at once: {answer:?} {:?}", answer.fields),
        }
    }

    async fn told(&self, more: &[(&str, &str)], session: Option<&str>) -> String {
        match self.ask(more, session).await.unwrap() {
            Begun::Answer(answer) => field(&answer, "error").unwrap_or("code").to_owned(),
            Begun::Flow(_) => "page".to_owned(),
            Begun::Home(..) => "home".to_owned(),
        }
    }

    async fn sees(&self, place: &Place) -> Ask {
        look(self.app(), place).await.unwrap().ask
    }

    /// What the form of the page says that it is about.
    async fn about(&self, place: &Place) -> String {
        let page = look(self.app(), place).await.unwrap();
        let Ask::Consent(listing) = page.ask else { panic!("asked to agree") };
        asked_of(page.signed_in.unwrap().user, &listing.digest)
    }

    /// Accepts what the page lists.
    async fn agrees(&self, place: &Place) -> Result<Decided, Refusal> {
        accept(self.app(), place, &self.about(place).await).await
    }

    async fn member_signs_in(&self, place: &Place) -> Place {
        name_address(self.app(), place, "Ada@fabrikam.example").await.unwrap();
        let Proven::SignedIn(entered) = self.types(place, PASSWORD, Browser::default()).await.unwrap() else {
            panic!("signed in")
        };
        Place { session: Some(entered.session), ..place.clone() }
    }

    async fn types(&self, place: &Place, password: &str, from: Browser) -> Result<Proven, Refusal> {
        check_password(self.app(), place, password.to_owned().into(), from).await
    }

    async fn invited(&self) -> ObjectId {
        let command = Invite {
            address: Address::parse(GUEST).unwrap(),
            named: None,
            reset: false,
            as_type: UserType::Guest,
            display_name: Some("Ana".to_owned()),
            redirect_url: "https://app.example".to_owned(),
            message: Message::default(),
            sponsors: Vec::new(),
            client_request_id: None,
            only_if: Precondition::default(),
        };
        let actor = self.bench.person(self.admin, &[Scope::UserInviteAll]);
        invite(self.app(), &actor, command).await.unwrap().user.id()
    }

    /// The digits of the flow's code, as only the mailbox's owner can read them.
    async fn digits(&self, place: &Place) -> String {
        let (tenant, flow) = (place.tenant, place.flow);
        let passcode =
            self.app().read(move |tx| Ok(passcodes::newest_in_flow(tx, tenant, flow)?)).await.unwrap();
        code(&redeem::digits_key(self.app(), tenant).unwrap(), passcode.unwrap().record().id)
    }

    async fn proves(&self, place: &Place, address: &str) -> Result<Proven, Refusal> {
        name_address(self.app(), place, address).await.unwrap();
        send_passcode(self.app(), place).await?;
        let digits = self.digits(place).await;
        check_passcode(self.app(), place, &digits).await
    }

    /// Invites a guest and lets them redeem on the way to the app.
    async fn guest(&self) -> ObjectId {
        let id = self.invited().await;
        let place = self.flow(&[], None).await;
        let Proven::PendingRedemption { redemption } = self.proves(&place, GUEST).await.unwrap() else {
            panic!()
        };
        redeem::accept(self.app(), place.tenant, redemption, None).await.unwrap();
        id
    }

    async fn mails(&self) -> i64 {
        self.app().read(|tx| Ok(jobs::count(tx, "waiting")?)).await.unwrap()
    }

    async fn user(&self, id: ObjectId) -> User {
        let tenant = self.bench.tenant();
        self.app().read(move |tx| Ok(users::by_id(tx, tenant, id)?)).await.unwrap().unwrap()
    }
}

fn field<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

fn answered(decided: Result<Decided, Refusal>) -> Answer {
    match decided.unwrap() {
        Decided::Answer(answer) => answer,
        _ => panic!("the app is not answered"),
    }
}
