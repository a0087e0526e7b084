//! Lines of the sign-in log as plain data, in the shape of the original's `signIn`, and what each refusal is called there
//! (reference/tokens-and-sign-in.md section 6). Refuses secrets: no password, code or token belongs into a line.

use uuid::Uuid;

use crate::access::UserType;
use crate::ids::{ClientId, ObjectId, TenantId};
use crate::refusal::{RedemptionRefusal, Refusal, SignInRefusal};
use crate::time::Time;

/// How long a line is kept, in seconds: as the original does.
pub const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// The longest id that a caller may give its request.
const CORRELATION: usize = 128;

/// What a caller calls its request, if that can stand in a header, in a log and in an address.
pub fn correlation_of(text: &str) -> Option<&str> {
    let text = text.trim();
    let fit = !text.is_empty() && text.len() <= CORRELATION && text.bytes().all(|b| b.is_ascii_graphic());
    fit.then_some(text)
}

/// One sign-in, or a refused attempt at one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The id of the request it was decided in, which the page of a refusal shows the beginning of.
    pub id: Uuid,
    /// `createdDateTime`; set by the store.
    pub at: Time,
    /// The person; none for programs.
    pub user: Option<ObjectId>,
    /// The person's name then.
    pub user_name: Option<String>,
    /// What the person signed in as then (`userPrincipalName`).
    pub sign_in_name: Option<String>,
    /// Member or guest, then.
    pub user_type: Option<UserType>,
    /// The application; none for pages of this server.
    pub client: Option<ClientId>,
    /// Its name, or that of the pages.
    pub app_name: Option<String>,
    /// Its service principal, where the program itself signed in.
    pub principal: Option<ObjectId>,
    /// What the application wants to reach.
    pub resource: Option<ClientId>,
    /// Its name.
    pub resource_name: Option<String>,
    /// Where the request came from.
    pub address: Option<String>,
    /// What the browser or program said it is, bounded.
    pub user_agent: Option<String>,
    /// How the person proved who that is: a word of [`crate::session`], if it came to that.
    pub method: Option<String>,
    /// Whether a second factor was part of it; none if that is not known.
    pub multi_factor: Option<bool>,
    /// `status/errorCode`; 0 for a sign-in.
    pub error: u32,
    /// [`Refusal::name`] of what was refused.
    pub refusal: Option<String>,
    /// What an app was told in words, where the refusal has no line in the catalogue.
    pub explanation: Option<String>,
    /// What the program calls the whole of it (`client-request-id`); the id of the request where it calls it nothing.
    pub correlation: String,
    /// Where the person belongs, if that is known here.
    pub home_tenant: Option<TenantId>,
    /// Whom the person went to.
    pub resource_tenant: TenantId,
    /// Whether a person sat there; programs that renew their tokens do so alone.
    pub interactive: bool,
}

/// When somebody signed in or tried to, and in which request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// When.
    pub at: Time,
    /// The id of the request, which is that of the line in the log where there is one.
    pub request: Uuid,
}

/// When somebody signed in last (`signInActivity`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastSignIns {
    /// At a page, whether it came to a sign-in or not.
    pub interactive: Option<Last>,
    /// An application alone, likewise.
    pub silent: Option<Last>,
    /// In either way, and it did come to a sign-in.
    pub successful: Option<Last>,
}

impl SignIn {
    /// A line of that id about nothing yet.
    pub fn blank(id: Uuid, tenant: TenantId) -> Self {
        Self {
            id,
            at: Time::default(),
            user: None,
            user_name: None,
            sign_in_name: None,
            user_type: None,
            client: None,
            app_name: None,
            principal: None,
            resource: None,
            resource_name: None,
            address: None,
            user_agent: None,
            method: None,
            multi_factor: None,
            error: 0,
            refusal: None,
            explanation: None,
            correlation: String::new(),
            home_tenant: None,
            resource_tenant: tenant,
            interactive: false,
        }
    }

    /// What happened, one sentence; none for a sign-in.
    pub fn cause(&self) -> Option<&str> {
        let name = self.refusal.as_deref()?;
        let known = Refusal::NAMES.iter().find(|named| named.name == name).map(|named| named.cause);
        self.explanation.as_deref().or(known).or(Some(name))
    }

    /// What to do about it, one sentence; none for a sign-in.
    pub fn remedy(&self) -> Option<&'static str> {
        let name = self.refusal.as_deref()?;
        let known = Refusal::NAMES.iter().find(|named| named.name == name).map(|named| named.remedy);
        Some(known.unwrap_or_else(|| remedy_of_app(self.error)))
    }
}

/// What to do about what an app was told; the app's people cannot see this log.
fn remedy_of_app(number: u32) -> &'static str {
    match number {
        7_000_215 => "Give the application the value of one of its current secrets.",
        7_000_222 => "Create a new secret and give it to the application before the old one ends.",
        7_000_218 | 7_000_217 | 700_025 | 700_027 => {
            "Set the application up with the kind of proof it is registered for."
        }
        7_000_112 => "Enable the application again, if it should be used.",
        50_011 => {
            "If the address is the application's own, register it, letter for letter; else the application has to send the one \
             that is registered."
        }
        700_016 => {
            "Register the application here, or enable it; else it has to send the client id it is registered with."
        }
        65_001 | 90_094 => "Grant the permission for everybody, or let the person agree in a browser.",
        65_004 => "Nothing, or ask the person why; the next sign-in asks again.",
        50_105 => "Assign an app role to the person or a group.",
        50_057 => "Unblock the user, if the person should get in.",
        50_058 | 50_074 | 50_076 | 50_079 | 50_173 | 54_005 | 70_000 | 70_008 | 700_082 => {
            "The person signs in again in the application."
        }
        500_112 | 501_481 => {
            "The application has to send what it began the sign-in with; tell its developers."
        }
        500_212 | 500_213 => {
            "Ask the administrators of both organisations to change their cross-tenant access."
        }
        _ => "Tell the people who run the application the code and the time.",
    }
}

/// The number that clients and administrators of the original know a refusal by. Several refusals share one where the
/// original makes no difference; the name tells them apart.
pub fn number(refusal: &Refusal) -> u32 {
    match refusal {
        Refusal::OAuth(oauth) => oauth.code,
        Refusal::SignIn(refusal) => of_sign_in(refusal),
        Refusal::Redemption(refusal) => of_redemption(refusal),
        Refusal::Blocked => 50_057,
        Refusal::TooMany { .. } => 50_053,
        Refusal::DomainDenied { .. } | Refusal::NotAllowed(_) => 53_003,
        Refusal::NotSignedIn { .. } => 50_173,
        _ => 50_000,
    }
}

fn of_sign_in(refusal: &SignInRefusal) -> u32 {
    match refusal {
        SignInRefusal::WrongPassword | SignInRefusal::WrongPasscode { .. } => 50_126,
        SignInRefusal::WrongSecondFactor { .. }
        | SignInRefusal::SecondFactorOver
        | SignInRefusal::WrongPasskey => 500_121,
        SignInRefusal::Locked { .. } => 50_053,
        SignInRefusal::PasscodeOver | SignInRefusal::FlowLost => 50_089,
        SignInRefusal::Disabled => 50_057,
        SignInRefusal::NotAssigned => 50_105,
        SignInRefusal::InvitationWaits => 50_014,
        SignInRefusal::NotAGuest => 50_020,
        SignInRefusal::IdentityChanged => 50_197,
        SignInRefusal::GuestAtHome => 500_208,
        SignInRefusal::NotAdmitted => 500_213,
        SignInRefusal::UpstreamFailed => 50_107,
    }
}

fn of_redemption(refusal: &RedemptionRefusal) -> u32 {
    match refusal {
        RedemptionRefusal::FlowLost => 50_089,
        RedemptionRefusal::WrongIdentity { .. } => 50_020,
        RedemptionRefusal::IdentityTaken => 50_197,
        RedemptionRefusal::NotNow => 50_057,
        // The guest has not redeemed, and this link is not the one to do it with.
        RedemptionRefusal::UnknownLink
        | RedemptionRefusal::Used
        | RedemptionRefusal::Superseded
        | RedemptionRefusal::Expired { .. } => 50_014,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(refusal: &Refusal) -> SignIn {
        let blank = SignIn::blank(Uuid::nil(), TenantId(Uuid::nil()));
        SignIn { error: number(refusal), refusal: Some(refusal.name().to_owned()), ..blank }
    }

    #[test]
    fn every_refusal_has_a_number_a_cause_and_a_remedy() {
        for named in Refusal::NAMES {
            let line = line(&(named.example)());
            assert_ne!(line.error, 0, "{}", named.name);
            assert_eq!((line.cause(), line.remedy()), (Some(named.cause), Some(named.remedy)));
        }
        let told = Refusal::oauth("invalid_client", 7_000_222, "The secret has expired.");
        let line = SignIn { explanation: Some(told.to_string()), ..line(&told) };
        assert_eq!((line.error, line.cause()), (7_000_222, Some("The secret has expired.")));
        assert!(line.remedy().is_some_and(|remedy| remedy.contains("new secret")));
        assert_eq!(SignIn { refusal: None, ..line }.cause(), None);
    }
}
