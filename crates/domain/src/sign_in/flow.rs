//! One browser's way through a sign-in, as a row. Refuses to go on when it is over.

use std::fmt;

use uuid::Uuid;

use super::ClaimsRequest;
use crate::address::Address;
use crate::guest::Guest;
use crate::ids::{ClientId, ObjectId, TenantId};
use crate::proof::home_of;
use crate::refusal::{Refusal, SignInRefusal};
use crate::second_factor::Kind;
use crate::session::Amr;
use crate::time::Time;

/// How long a person may take from the first page to the last.
pub const FLOW_SECONDS: i64 = 3600;

/// How the answer travels to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the redirect address: the default for codes.
    Query,
    /// In its fragment.
    Fragment,
    /// By a form (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

impl ResponseMode {
    /// The value of `response_mode`, also stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }

    /// Reads that value.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Query, Self::Fragment, Self::FormPost].into_iter().find(|m| m.name() == text)
    }
}

/// What an app wants the person to be asked (OpenID Connect Core 1.0 section 3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// No page at all: an answer or an error.
    pub none: bool,
    /// A fresh sign-in.
    pub login: bool,
    /// The consent page even if consent was given.
    pub consent: bool,
    /// The person names the account.
    pub select_account: bool,
}

impl Prompt {
    /// Reads a space-separated list; `None` for unknown words and for `none` beside others.
    pub fn parse(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for word in text.split_ascii_whitespace() {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => return None,
            }
        }
        let alone = !(prompt.login || prompt.consent || prompt.select_account);
        (!prompt.none || alone).then_some(prompt)
    }
}

impl fmt::Display for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            (self.none, "none"),
            (self.login, "login"),
            (self.consent, "consent"),
            (self.select_account, "select_account"),
        ];
        let set: Vec<&str> = words.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect();
        f.write_str(&set.join(" "))
    }
}

/// A checked request of an app.
#[derive(Clone, PartialEq, Eq)]
pub struct AppRequest {
    /// The app.
    pub client: ClientId,
    /// Where the answer goes: one of its registered addresses, as it was sent.
    pub redirect_uri: String,
    /// How it travels.
    pub response_mode: ResponseMode,
    /// What is asked for, as it was sent.
    pub scope: String,
    /// `state`, handed back unchanged.
    pub state: Option<String>,
    /// `nonce`, for the id token.
    pub nonce: Option<String>,
    /// PKCE challenge, S256.
    pub code_challenge: Option<String>,
    /// The app wants `client_info` back (reference/tokens-and-sign-in.md section 3).
    pub client_info: bool,
    /// The device that waits for the answer, by its user code, if it is no redirect address (RFC 8628).
    pub device: Option<Vec<u8>>,
    /// Claims it asks for one by one (OIDC Core section 5.5).
    pub claims: ClaimsRequest,
    /// What the application calls the whole sign-in (`client-request-id`).
    pub correlation: Option<String>,
}

impl fmt::Debug for AppRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppRequest(of {})", self.client)
    }
}

/// The first factor as it was proven, kept until the second one is shown and a password that has to be replaced is. Opens
/// nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstProof {
    /// Whose it is.
    pub user: ObjectId,
    /// The user's sign-in generation then: a reset or a revocation makes it worthless (I3).
    pub generation: i64,
    /// How, a word of [`crate::session`].
    pub method: String,
    /// When the person signed in (`auth_time`).
    pub at: Time,
    /// The second factor that was shown since, while a new password has to be chosen before the session begins.
    pub second: Option<Kind>,
}

impl FirstProof {
    /// Whether it still speaks for its user. It ends with the flow it belongs to.
    pub fn is_good(&self, guest: &Guest) -> bool {
        guest.is_active() && guest.id() == self.user && guest.generation() == self.generation
    }

    /// The proof in the words of `amr`.
    pub fn amr(&self) -> Amr {
        let first = Amr::of(&self.method);
        self.second.map_or_else(|| first.clone(), |kind| first.with(kind))
    }
}

/// Path on this server where a guest of a tenant is asked whether to leave.
pub fn leave_path(tenant: TenantId) -> String {
    format!("/myapps/{tenant}/leave")
}

/// A sign-in that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Random; stands in addresses of pages and is no credential (threats F13).
    pub id: Uuid,
    /// The app's request; `None` for a bare sign-in.
    pub request: Option<AppRequest>,
    /// What the person must be asked.
    pub prompt: Prompt,
    /// Prefills the address; selects nothing (threats F12).
    pub login_hint: Option<String>,
    /// The other organisation of the server whose sign-in `domain_hint` leads to until an address is typed.
    pub hinted_home: Option<TenantId>,
    /// The address that was typed.
    pub address: Option<Address>,
    /// Path on this server where a bare sign-in ends.
    pub return_to: Option<String>,
    /// When somebody signed in, or named the account, within this flow.
    pub signed_in_at: Option<Time>,
    /// Sign-ins before this are too old for the app (`max_age`).
    pub fresh_from: Option<Time>,
    /// Who has proven the first factor in it and owes the second, or a new password.
    pub first: Option<FirstProof>,
    /// End of its life.
    pub expires_at: Time,
}

impl Flow {
    /// Whether a sign-in is as young as the app wants it. In whole seconds, as tokens tell it.
    pub fn is_fresh(&self, signed_in_at: Time) -> bool {
        self.fresh_from.is_none_or(|from| signed_in_at.seconds() >= from.seconds())
    }

    /// Whether it ends at the question whether to leave. A guest whose organisation is shut out gets that far: leaving is
    /// a right (reference/roles-and-policies.md section 4).
    pub fn is_to_leave(&self, tenant: TenantId) -> bool {
        self.request.is_none() && self.return_to.as_ref().is_some_and(|path| *path == leave_path(tenant))
    }

    /// Whether the flow can go on.
    pub fn check(&self, now: Time) -> Result<(), Refusal> {
        if now >= self.expires_at { Err(Refusal::SignIn(SignInRefusal::FlowLost)) } else { Ok(()) }
    }
}

/// What the person behind a typed address is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A password of this tenant.
    Password,
    /// A code sent to the mailbox.
    Passcode,
    /// A sign-in at the tenant of this server that the person belongs to.
    Home(TenantId),
}

/// The way of a typed address. `bound` is who vouches for the guest that signs in with it, if there is one; `owner`
/// the other tenant that owns the domain now. Who has redeemed stays with the way of the binding (reference/redemption.md
/// section 4), even when the host proves the domain itself later; but a domain that moved to another tenant speaks through
/// that one (threats B5). Otherwise the domain alone decides, so the page that follows says nothing about who is known
/// (threats E5): nobody is invited at a domain of the tenant itself.
pub fn way_of(
    address: &Address,
    own_domains: &[String],
    bound: Option<&str>,
    owner: Option<TenantId>,
) -> Way {
    let own = || own_domains.iter().any(|d| d.eq_ignore_ascii_case(address.domain()));
    let home = match bound {
        Some(issuer) => home_of(issuer).map(|home| owner.unwrap_or(home)),
        None if own() => return Way::Password,
        None => owner,
    };
    home.map_or(Way::Passcode, Way::Home)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn prompts_are_a_closed_set_and_none_stands_alone() {
        for good in ["", "none", "login", "consent login", "login consent select_account"] {
            let prompt = Prompt::parse(good).unwrap();
            assert_eq!(Prompt::parse(&prompt.to_string()), Some(prompt), "{good}");
        }
        for bad in ["none login", "Login", "create", "none consent"] {
            assert_eq!(Prompt::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_a_bare_sign_in_that_ends_at_the_question_leads_out() {
        let (here, there) = (TenantId(Uuid::from_u128(7)), TenantId(Uuid::from_u128(8)));
        let ending = |path: Option<String>| Flow {
            id: Uuid::from_u128(1),
            request: None,
            prompt: Prompt::default(),
            login_hint: None,
            hinted_home: None,
            address: None,
            return_to: path,
            signed_in_at: None,
            fresh_from: None,
            first: None,
            expires_at: Time(1),
        };
        assert!(ending(Some(leave_path(here))).is_to_leave(here));
        for path in [None, Some(leave_path(there)), Some(format!("/myapps/{here}"))] {
            assert!(!ending(path).is_to_leave(here));
        }
    }

    #[test]
    fn e5_the_domain_alone_decides_which_page_follows() {
        let own = ["contoso.example".to_owned()];
        for known_or_not in ["ada@contoso.example", "nobody@CONTOSO.example"] {
            assert_eq!(way_of(&Address::parse(known_or_not).unwrap(), &own, None, None), Way::Password);
        }
        for known_or_not in ["ana@fabrikam.example", "nobody@sub.contoso.example"] {
            assert_eq!(way_of(&Address::parse(known_or_not).unwrap(), &own, None, None), Way::Passcode);
        }
    }

    #[test]
    fn a_tenant_that_owns_the_domain_signs_in_its_people_and_a_binding_keeps_its_way() {
        let home = TenantId(Uuid::from_u128(7));
        let way = |bound: Option<&str>, owner| {
            way_of(
                &Address::parse("ana@fabrikam.example").unwrap(),
                &["contoso.example".into()],
                bound,
                owner,
            )
        };
        assert_eq!(way(None, Some(home)), Way::Home(home));
        assert_eq!(way(Some("mail"), Some(home)), Way::Passcode);
        let bound = crate::proof::issuer_of(home);
        assert_eq!(way(Some(&bound), None), Way::Home(home));
        let at_own = |bound| {
            way_of(
                &Address::parse("ana@fabrikam.example").unwrap(),
                &["fabrikam.example".into()],
                bound,
                None,
            )
        };
        assert_eq!(at_own(Some("mail")), Way::Passcode, "the host has proven the domain since");
        assert_eq!(at_own(Some(&bound)), Way::Home(home));
        let next = TenantId(Uuid::from_u128(8));
        assert_eq!(way(Some(&bound), Some(next)), Way::Home(next), "B5: the domain has moved");
    }
}
