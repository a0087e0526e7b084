//! Proof by the organisation that owns the address: a member of another tenant of this server signed in at home, and
//! the id token says so. Refuses tokens for anybody else, people who are guests at home themselves, and addresses on
//! domains the home tenant does not own (design section 5; threats B2, B5, B7, B9).

use super::VerifiedIdentity;
use crate::address::Address;
use crate::guest::Binding;
use crate::ids::{ClientId, ObjectId, TenantId};
use crate::jose::{Claims, JoseError};
use crate::refusal::{Refusal, SignInRefusal};
use crate::time::Time;

/// What a binding's issuer begins with when a tenant of this server vouches for it; its id follows.
const ISSUER: &str = "tenant:";
/// The stored word for this kind of proof.
pub const BY_HOME: &str = "home";
/// The client as which one tenant signs in the members of another; known to every tenant, registered in none.
pub const HOME_SIGN_IN: ClientId = ClientId(uuid::uuid!("6f0e3c5a-3d2b-4b65-9d0e-2f1b7c9a5e41"));

/// The issuer of bindings that a tenant vouches for.
pub fn issuer_of(home: TenantId) -> String {
    format!("{ISSUER}{home}")
}

/// The tenant that vouches for bindings of this issuer.
pub fn home_of(issuer: &str) -> Option<TenantId> {
    TenantId::parse(issuer.strip_prefix(ISSUER)?)
}

/// What an id token of the home tenant has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The tenant the browser was sent to.
    pub home: TenantId,
    /// The issuer of its tokens, compared byte for byte.
    pub issuer: &'a str,
    /// The nonce of the request.
    pub nonce: &'a str,
    /// Domains whose ownership the home tenant has shown.
    pub domains: &'a [String],
    /// Sign-ins at home before this do not count.
    pub fresh_from: Option<Time>,
}

/// Somebody who signed in at home. No public constructor: only a token that was checked makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeIdentity {
    home: TenantId,
    subject: ObjectId,
    addresses: Vec<Address>,
    auth_time: Time,
}

impl HomeIdentity {
    /// Reads the claims of an id token whose signature was checked with the home tenant's keys.
    pub fn from_id_token(claims: &Claims, expected: &Expected<'_>, now: Time) -> Result<Self, Refusal> {
        let failed = |_: JoseError| Refusal::SignIn(SignInRefusal::UpstreamFailed);
        claims.check(now, expected.issuer, &[&HOME_SIGN_IN.to_string()]).map_err(failed)?;
        let says = |name, value: &str| claims.text(name).map(|found| found == value).map_err(failed);
        if !says("tid", &expected.home.to_string())? || !says("nonce", expected.nonce)? {
            return Err(Refusal::SignIn(SignInRefusal::UpstreamFailed));
        }
        // Required, since it is asked for (OIDC Core section 3.1.2.1), in whole seconds.
        let auth_time = claims.integer("auth_time").map_err(failed)?;
        if expected.fresh_from.is_some_and(|from| auth_time < from.seconds()) {
            return Err(Refusal::SignIn(SignInRefusal::UpstreamFailed));
        }
        let auth_time = Time(auth_time.saturating_mul(1_000_000)).min(now);
        let subject = ObjectId::parse(claims.text("oid").map_err(failed)?)
            .ok_or(Refusal::SignIn(SignInRefusal::UpstreamFailed))?;
        // Whoever comes to the home tenant from outside is at home elsewhere.
        if claims.get("idp").is_some() || claims.integer("acct").map_err(failed)? != 0 {
            return Err(Refusal::SignIn(SignInRefusal::GuestAtHome));
        }
        let owned = |address: &Address| expected.domains.iter().any(|domain| domain == address.domain());
        let mut addresses: Vec<Address> = Vec::new();
        let aliases = claims.texts("verified_secondary_email").map_err(failed)?.into_iter().map(Some);
        let email = claims.optional_text("email").map_err(failed)?;
        let name = claims.optional_text("preferred_username").map_err(failed)?;
        for claim in [email, name].into_iter().chain(aliases) {
            let address = claim.and_then(|text| Address::parse(text).ok()).filter(owned);
            addresses.extend(address.filter(|address| addresses.iter().all(|known| !known.same(address))));
        }
        Ok(Self { home: expected.home, subject, addresses, auth_time })
    }

    /// The tenant that vouches.
    pub fn home(&self) -> TenantId {
        self.home
    }

    /// The issuer of its bindings.
    pub fn issuer(&self) -> String {
        issuer_of(self.home)
    }

    /// The object id at home.
    pub fn subject(&self) -> String {
        self.subject.to_string()
    }

    /// When the person signed in at home.
    pub fn auth_time(&self) -> Time {
        self.auth_time
    }

    /// Whether that is the identity of a binding. Addresses do not count (threats B4).
    pub fn is(&self, binding: &Binding) -> bool {
        binding.issuer == self.issuer() && binding.subject == self.subject()
    }

    /// Addresses the home tenant vouches for, the mailbox first.
    pub fn addresses(&self) -> &[Address] {
        &self.addresses
    }

    /// The identity with the address it proves, if it proves this one.
    pub(super) fn proving(&self, invited: &Address) -> Option<VerifiedIdentity> {
        let address = self.addresses.iter().find(|address| address.same(invited))?.clone();
        Some(VerifiedIdentity {
            issuer: self.issuer(),
            subject: self.subject(),
            address,
            proof: BY_HOME.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use serde_json::{Value, json};
    use uuid::Uuid;

    const NOW: Time = Time(1_000_000_000_000_000);
    const HOME: TenantId = TenantId(Uuid::from_u128(7));
    const ISSUER_URL: &str = "https://hospes.example/00000000-0000-0000-0000-000000000007/v2.0";

    fn token() -> Value {
        json!({
            "iss": ISSUER_URL, "aud": HOME_SIGN_IN.to_string(), "exp": NOW.seconds() + 600, "iat": NOW.seconds(),
            "auth_time": NOW.seconds() - 300,
            "nonce": "n", "tid": HOME.to_string(), "oid": Uuid::from_u128(9).to_string(), "acct": 0,
            "email": "ana@fabrikam.example", "preferred_username": "ana.b@fabrikam.example",
            "verified_secondary_email": ["a.b@fabrikam.example", "ana@contoso.example"],
        })
    }

    fn read(token: &Value, domains: &[&str]) -> Result<HomeIdentity, Refusal> {
        let domains: Vec<String> = domains.iter().map(|&d| d.to_owned()).collect();
        let claims = Claims::from_payload(token.to_string().as_bytes()).unwrap();
        let fresh_from = Some(NOW.plus_seconds(-600));
        let expected = Expected { home: HOME, issuer: ISSUER_URL, nonce: "n", domains: &domains, fresh_from };
        HomeIdentity::from_id_token(&claims, &expected, NOW)
    }

    #[test]
    fn a_member_at_home_proves_the_addresses_on_domains_the_home_tenant_owns() {
        let identity = read(&token(), &["fabrikam.example"]).unwrap();
        assert_eq!(identity.issuer(), format!("tenant:{HOME}"));
        assert_eq!(home_of(&identity.issuer()), Some(HOME));
        assert_eq!(identity.auth_time(), NOW.plus_seconds(-300));
        let invited = Address::parse("Ana@FABRIKAM.example").unwrap();
        assert_eq!(identity.proving(&invited).unwrap().address().as_str(), "ana@fabrikam.example");
        assert!(identity.proving(&Address::parse("ana.b@fabrikam.example").unwrap()).is_some());
        assert!(identity.proving(&Address::parse("a.b@fabrikam.example").unwrap()).is_some());
        assert!(identity.proving(&Address::parse("bob@fabrikam.example").unwrap()).is_none());
        assert!(identity.proving(&Address::parse("ana@contoso.example").unwrap()).is_none(), "B2");
    }

    #[test]
    fn b2_b5_an_address_on_a_domain_of_somebody_else_proves_nothing() {
        let lost = read(&token(), &["elsewhere.example"]).unwrap();
        assert!(lost.addresses().is_empty());
        let mut foreign = token();
        foreign["email"] = json!("ana@contoso.example");
        let identity = read(&foreign, &["fabrikam.example"]).unwrap();
        assert!(identity.proving(&Address::parse("ana@contoso.example").unwrap()).is_none());
    }

    #[test]
    fn b7_b9_a_token_for_somebody_else_is_none() {
        let failed = Err(Refusal::SignIn(SignInRefusal::UpstreamFailed));
        for (claim, value) in [
            ("iss", json!(format!("{ISSUER_URL}/"))),
            ("iss", json!(ISSUER_URL.to_uppercase())),
            ("aud", json!("00000003-0000-0000-c000-000000000000")),
            ("nonce", json!("m")),
            ("nonce", Value::Null),
            ("tid", json!(Uuid::from_u128(8).to_string())),
            ("oid", json!("ana")),
            ("exp", json!(NOW.seconds() - 600)),
            ("acct", json!("0")),
            ("auth_time", Value::Null),
            ("verified_secondary_email", json!("a.b@fabrikam.example")),
            ("auth_time", json!(NOW.seconds() - 601)),
        ] {
            let mut other = token();
            other[claim] = value;
            assert_eq!(read(&other, &["fabrikam.example"]), failed, "{other}");
        }
    }

    #[test]
    fn who_is_a_guest_at_home_is_at_home_elsewhere() {
        let guest = Err(Refusal::SignIn(SignInRefusal::GuestAtHome));
        for (claim, value) in [("acct", json!(1)), ("idp", json!("mail"))] {
            let mut token = token();
            token[claim] = value;
            assert_eq!(read(&token, &["fabrikam.example"]), guest);
        }
    }

    #[test]
    fn b4_a_binding_is_recognised_by_its_subject_alone() {
        let identity = read(&token(), &["fabrikam.example"]).unwrap();
        let mut binding = identity
            .proving(&Address::parse("ana@fabrikam.example").unwrap())
            .unwrap()
            .into_binding(Uuid::from_u128(1), NOW);
        assert!(identity.is(&binding));
        binding.sign_in_name = Address::parse("bob@contoso.example").unwrap();
        assert!(identity.is(&binding));
        binding.subject = Uuid::from_u128(10).to_string();
        assert!(!identity.is(&binding));
    }
}
