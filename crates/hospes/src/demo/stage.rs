//! Everything the situations share: who is signed in, how somebody becomes a guest, how a guest opens the app.
//! Refuses to prepare anything that is not there for real: guests are invited and redeem.

use hospes_actions::random::{SystemRandom, bytes};
use hospes_domain::access::Role;
use reqwest::Method;
use serde_json::json;
use url::Url;

use super::browser::{Browser, Page};
use super::connection::Server;
use super::failure::{Failure, Outcome};
use super::graph::Graph;
use super::mailbox::{self, is_invitation};
use super::narrator::Narrator;
use super::oidc::{self, Request, Tokens};
use super::views::{AppView, DirectoryView};
use super::walk::{Ended, Person, Walk};

/// What administrators ask for; their roles decide what it is worth.
const ADMIN_SCOPES: &str = "User.Invite.All User.ReadWrite.All";

/// The cast and the scenery.
pub struct Stage {
    /// The server.
    pub server: Server,
    /// Who tells.
    pub narrator: Narrator,
    /// A token of the Global Administrator.
    pub admin: String,
    /// A token of the Helpdesk Administrator.
    pub helpdesk: String,
    /// A token of somebody who may only invite.
    pub inviter: String,
    /// A token of the automation.
    pub automation: String,
    /// A token of the partner organisation's automation.
    pub partner: String,
    /// The service principal of the sample app.
    resource: String,
    /// Its app role.
    app_role: String,
    /// Keeps the addresses of this run apart from those of others.
    run: String,
}

/// A guest on stage.
pub struct Guest {
    /// The object id.
    pub id: String,
    /// The address that signs in now.
    pub person: Person,
    /// The window the guest is signed in with.
    pub browser: Browser,
    /// The link that was redeemed last.
    pub link: String,
}

/// What was known about a guest before something changed.
pub struct Before {
    /// At the app.
    pub app: AppView,
    /// In the directory.
    pub directory: DirectoryView,
    /// Tokens of another program of the guest's.
    pub tokens: Tokens,
    /// A sign-in whose code that program has not exchanged yet.
    pub waiting: (Request, Url),
}

impl Stage {
    /// Signs the cast in.
    pub async fn set(server: Server, narrator: Narrator) -> Outcome<Self> {
        narrator.title("The cast");
        Narrator::tell(&format!("A development server runs at {}.", server.base_url()));
        let mut stage = Self {
            admin: member(&server, "HOSPES_ADMIN").await?,
            helpdesk: member(&server, "HOSPES_HELPDESK").await?,
            inviter: member(&server, "HOSPES_INVITER").await?,
            automation: oidc::automation(&server, "HOSPES").await?,
            partner: oidc::automation(&server, "HOSPES_PARTNER").await?,
            server,
            narrator,
            resource: String::new(),
            app_role: String::new(),
            run: format!("{:06x}", u32::from_be_bytes(bytes(&SystemRandom)) >> 8),
        };
        stage.narrator.holds(
            "an administrator, the helpdesk, an inviter and an app at each organisation have tokens that the published \
             keys vouch for",
            true,
            String::new,
        )?;
        let app = stage.server.setting("HOSPES_APP_ID")?.to_owned();
        let found = stage.graph(&stage.automation).get(&format!("/servicePrincipals(appId='{app}')")).await?;
        stage.resource = found.text("id");
        found.body["appRoles"][0]["id"].as_str().unwrap_or_default().clone_into(&mut stage.app_role);
        Ok(stage)
    }

    /// An address nobody has used before.
    pub fn address(&self, name: &str, domain: &str) -> String {
        format!("{name}.{}@{domain}", self.run)
    }

    /// An address at the partner organisation that nobody has used before.
    pub fn partner_address(&self, name: &str) -> Outcome<String> {
        Ok(self.address(name, self.server.setting("HOSPES_PARTNER_DOMAIN")?))
    }

    /// The API with this token.
    pub fn graph<'a>(&'a self, token: &'a str) -> Graph<'a> {
        Graph::new(&self.server, token)
    }

    /// Invites somebody, gives access, and lets the person redeem.
    pub async fn welcome(&mut self, name: &str, person: &Person) -> Outcome<Guest> {
        let address = person.address.as_str();
        let mark = mailbox::newest(&self.server).await?;
        let body = json!({
            "invitedUserEmailAddress": address,
            "invitedUserDisplayName": name,
            "inviteRedirectUrl": self.server.setting("HOSPES_SAMPLE_APP_URL")?,
            "sendInvitationMessage": true,
            "invitedUserMessageInfo": { "customizedMessageBody": "Welcome to the Supplier Portal." }
        });
        let answer = self.graph(&self.admin).done(Method::POST, "/invitations", Some(body)).await?;
        let id = answer.body["invitedUser"]["id"].as_str().unwrap_or_default().to_owned();
        self.narrator.same(
            "the invitation waits",
            &"PendingAcceptance".to_owned(),
            &answer.text("status"),
        )?;
        self.give_access(&id).await?;
        let mail = mailbox::wait(&self.server, address, mark, is_invitation).await?;
        let link = mail.link(self.server.base_url())?;
        Narrator::tell(&format!("{name} opens the link in the mail and {}.", person.proof()));
        let browser = Browser::new(&self.server)?;
        self.redeem(&browser, person, &link).await?;
        Ok(Guest { id, person: person.clone(), browser, link })
    }

    async fn give_access(&self, user: &str) -> Outcome<()> {
        let graph = self.graph(&self.automation);
        let group = self.server.setting("HOSPES_GROUP_ID")?;
        let member =
            json!({ "@odata.id": format!("{}/v1.0/directoryObjects/{user}", self.server.base_url()) });
        graph.done(Method::POST, &format!("/groups/{group}/members/$ref"), Some(member)).await?;
        let role = json!({ "principalId": user, "resourceId": self.resource, "appRoleId": self.app_role });
        graph.done(Method::POST, &format!("/users/{user}/appRoleAssignments"), Some(role)).await?;
        Ok(())
    }

    /// Makes a guest Guest Inviter, and owner of a new group, whose id is given back.
    pub async fn entrust(&self, guest: &Guest) -> Outcome<String> {
        let graph = self.graph(&self.automation);
        let role = json!({ "principalId": guest.id, "roleDefinitionId": Role::GuestInviter.id().to_string(), "directoryScopeId": "/" });
        graph.done(Method::POST, "/roleManagement/directory/roleAssignments", Some(role)).await?;
        let name = format!("Owned in run {}", self.run);
        let owner = format!("{}/v1.0/users/{}", self.server.base_url(), guest.id);
        let group = json!({ "displayName": name, "mailEnabled": false, "securityEnabled": true,
            "mailNickname": format!("owned-{}", self.run), "owners@odata.bind": [owner] });
        Ok(graph.done(Method::POST, "/groups", Some(group)).await?.text("id"))
    }

    /// Sends a mail and waits for it, so that every mail whose cause came before has arrived.
    pub async fn witness(&self) -> Outcome<()> {
        let address =
            self.address(&format!("witness-{:08x}", u32::from_be_bytes(bytes(&SystemRandom))), "adatum.test");
        let body = json!({
            "invitedUserEmailAddress": address,
            "inviteRedirectUrl": self.server.setting("HOSPES_SAMPLE_APP_URL")?,
            "sendInvitationMessage": true
        });
        self.graph(&self.automation).done(Method::POST, "/invitations", Some(body)).await?;
        mailbox::wait(&self.server, &address, 0, is_invitation).await.map(|_| ())
    }

    /// Redeems a link; the walk ends in the app.
    pub async fn redeem(&self, browser: &Browser, person: &Person, link: &str) -> Outcome<()> {
        let landed = browser.open(link).await?;
        self.walk(browser, person, true).on(landed).await?.app().map(|_| ())
    }

    /// Signs in to the sample app and reads what it received.
    pub async fn open_app(&self, browser: &Browser, person: &Person) -> Outcome<AppView> {
        AppView::read(&self.try_app(browser, person, true).await?.app()?)
    }

    /// Tries to sign in to the sample app, with or without access to the mailbox.
    pub async fn try_app(&self, browser: &Browser, person: &Person, reads_mail: bool) -> Outcome<Ended> {
        let landed = browser.open(&self.app_sign_in()?).await?;
        self.walk(browser, person, reads_mail).on(landed).await
    }

    /// What stands between a window and the app: nothing if its session is alive.
    pub async fn first_page(&self, browser: &Browser) -> Outcome<Page> {
        browser.open(&self.app_sign_in()?).await?.page()
    }

    /// Whether a page is one of the sample app.
    pub fn is_app(&self, page: &Page) -> Outcome<bool> {
        Ok(page.url.as_str().starts_with(self.server.setting("HOSPES_SAMPLE_APP_URL")?))
    }

    fn app_sign_in(&self) -> Outcome<String> {
        Ok(format!("{}/sign-in", self.server.setting("HOSPES_SAMPLE_APP_URL")?))
    }

    /// What app and directory know, and another program's tokens.
    pub async fn look(&self, guest: &Guest) -> Outcome<Before> {
        let app = self.open_app(&guest.browser, &guest.person).await?;
        let directory = DirectoryView::read(&self.graph(&self.automation), &guest.id).await?;
        let mut tokens = tokens(&self.server, &guest.browser, &guest.person, "User.Read").await?;
        // What is dead afterwards must have been alive before.
        let renewed = oidc::refresh(&self.server, &tokens.refresh).await?;
        tokens.refresh =
            renewed.map_err(|error| Failure::new(format!("a fresh refresh token gives {error}")))?;
        self.graph(&tokens.access).get("/me").await?;
        let waiting = answer(&self.server, &guest.browser, &guest.person, "User.Read").await?;
        Ok(Before { app, directory, tokens, waiting })
    }

    /// A walk of this person, with or without access to the mailbox.
    pub fn walk<'a>(&'a self, browser: &'a Browser, person: &'a Person, reads_mail: bool) -> Walk<'a> {
        Walk { server: &self.server, browser, person, reads_mail }
    }
}

/// Signs a member in with a password; `prefix` names the settings.
async fn member(server: &Server, prefix: &str) -> Outcome<String> {
    let person = Person {
        address: server.setting(&format!("{prefix}_USER"))?.to_owned(),
        password: Some(server.setting(&format!("{prefix}_PASSWORD"))?.to_owned()),
    };
    Ok(tokens(server, &Browser::new(server)?, &person, ADMIN_SCOPES).await?.access)
}

/// Signs somebody in to a program of the demo's own.
pub async fn tokens(server: &Server, browser: &Browser, person: &Person, scopes: &str) -> Outcome<Tokens> {
    let (request, answer) = answer(server, browser, person, scopes).await?;
    oidc::finish(server, &request, &answer).await
}

/// The request of such a program, and the answer the browser brings back.
async fn answer(
    server: &Server,
    browser: &Browser,
    person: &Person,
    scopes: &str,
) -> Outcome<(Request, Url)> {
    let request = oidc::begin(server, scopes)?;
    let landed = browser.open(&request.address).await?;
    let walk = Walk { server, browser, person, reads_mail: true };
    match walk.on(landed).await? {
        Ended::Away(answer) => Ok((request, answer)),
        other => {
            Err(Failure::new(format!("{} was not signed in, but saw {}", person.address, other.shown())))
        }
    }
}
