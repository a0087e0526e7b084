//! `authorization_code`: the first tokens of a sign-in (RFC 6749 section 4.1.3, RFC 7636).
//!
//! A code works once, for its client, with its redirect URI and its verifier. Refuses everything else, and takes a
//! replay as a theft: the family of refresh tokens dies (threats F3, F4).

use aws_lc_rs::digest::{SHA256, digest};
use hospes_domain::ids::TenantId;
use hospes_domain::jose::base64url;
use hospes_domain::refusal::Refusal;
use hospes_domain::sign_in::ClaimsRequest;
use hospes_domain::time::Time;
use hospes_store::authorization_codes::{self, CodeRecord};
use hospes_store::engine::{Read as _, WriteTx};
use hospes_store::{redirect_uris, refresh_tokens};
use uuid::Uuid;

use super::claims::SignInFacts;
use super::client::Asker;
use super::refresh::{self, Secret};
use super::scopes::Asked;
use super::{TokenForm, UserGrant, person, refusals, reuse};
use crate::app::{App, Stop};
use crate::keys::constant_time_equal;
use crate::sign_in::code_hash;
use crate::sign_ins::{self, Entry, Towards};

/// Runs the grant for a client that proved who it is.
pub(super) async fn run(
    app: &App,
    tenant: TenantId,
    asker: &Asker,
    form: TokenForm,
) -> Result<UserGrant, Refusal> {
    let keys = app.tenant_keys(tenant)?;
    let code = form.code.ok_or_else(|| refusals::parameter_missing("code"))?;
    let redirect_uri = form.redirect_uri.ok_or_else(|| refusals::parameter_missing("redirect_uri"))?;
    let asked = form.scope.map(|scope| Asked::parse(app.public_url(), &scope)).transpose()?;
    let attempt = Attempt {
        tenant,
        hash: code_hash(&keys, &code),
        asker: asker.clone(),
        redirect_uri,
        verifier: form.code_verifier,
        asked,
        claims: super::claims_of(form.claims.as_deref())?,
        public_url: app.public_url().to_owned(),
        next: Secret::fresh(app, &keys),
        audit_id: app.new_id(),
        entry: Entry::draw(app),
    };
    app.write(move |tx| {
        let outcome = attempt.decide(tx);
        if let Err(Stop::Refused(refusal)) = &outcome {
            attempt.record(tx, refusal)?;
        }
        outcome
    })
    .await
}

struct Attempt {
    tenant: TenantId,
    hash: [u8; 32],
    asker: Asker,
    redirect_uri: String,
    verifier: Option<String>,
    asked: Option<Asked>,
    claims: Option<ClaimsRequest>,
    public_url: String,
    next: Secret,
    audit_id: Uuid,
    entry: Entry,
}

impl Attempt {
    /// The line of the sign-in log, if the code is somebody's.
    fn record(&self, tx: &WriteTx<'_>, refusal: &Refusal) -> Result<(), Stop> {
        let user = authorization_codes::find(tx, self.tenant, self.hash)?.map(|code| code.user);
        let towards = Towards::renewal(&self.asker.client);
        sign_ins::refused_by_id(tx, &self.entry, (self.tenant, user), &towards, refusal)
    }

    fn decide(&self, tx: &WriteTx<'_>) -> Result<UserGrant, Stop> {
        let code = authorization_codes::find(tx, self.tenant, self.hash)?
            .filter(|code| code.client == self.asker.client.id)
            .ok_or_else(|| self.unknown())?;
        let platform = self.asker.platform(code.platform);
        self.asker.may_redeem(platform, Some(&code.redirect_uri))?;
        if let Some(origin) = &self.asker.origin
            && !redirect_uris::is_spa_origin(tx, Some(self.tenant), origin)?
        {
            return Err(refusals::not_that_page().into());
        }
        // From here on the attempt uses the code up, whatever comes of it.
        if !authorization_codes::consume(tx, self.tenant, self.hash)? {
            reuse::punish(tx, self.tenant, code.user, code.family, self.audit_id)?;
            return Err(refusals::code_used().into());
        }
        self.check(&code, tx.now())?;
        let stored = Asked::parse(&self.public_url, &code.scope)?;
        let asked = stored.narrowed(self.asked.as_ref());
        let client = &self.asker.client;
        tx.ahead(|tx| person::foresee(tx, self.tenant, client, code.user, &asked))?;
        let (person, granted) = person::load(tx, self.tenant, client, (code.user, code.generation), &asked)?;
        let refresh_token = stored.wants.offline_access.then(|| self.next.text());
        if refresh_token.is_some() {
            let ends = person::refresh_ends(&person.user, code.auth_time, tx.now());
            let first = refresh::first(&code, platform, refresh::lasts(platform, ends, None, tx.now()));
            refresh_tokens::insert(tx, self.tenant, self.next.hash(), &first)?;
        }
        let sign_in = SignInFacts {
            family: code.family,
            session: code.session,
            auth_time: code.auth_time,
            amr: code.amr,
            nonce: code.nonce,
            claims: self.claims.clone().unwrap_or(code.claims),
        };
        Ok(UserGrant { at: tx.now(), person, sign_in, asked, granted, refresh_token })
    }

    /// Who owes a proof is told that, and not whether there is such a code.
    fn unknown(&self) -> Refusal {
        if self.asker.owes_proof() { refusals::credential_missing() } else { refusals::bad_code() }
    }

    fn check(&self, code: &CodeRecord, now: Time) -> Result<(), Refusal> {
        if code.expires_at <= now {
            return Err(refusals::code_expired());
        }
        if code.redirect_uri != self.redirect_uri {
            return Err(refusals::wrong_redirect());
        }
        // A verifier without a challenge is as wrong as a challenge without a verifier (threats F3).
        match (&code.code_challenge, &self.verifier) {
            (None, None) => Ok(()),
            (Some(challenge), Some(verifier)) if answers(challenge, verifier) => Ok(()),
            _ => Err(refusals::wrong_verifier()),
        }
    }
}

/// Whether the verifier is the one an `S256` challenge was made of (RFC 7636 sections 4.1 and 4.6).
fn answers(challenge: &str, verifier: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    let made = base64url::encode(digest(&SHA256, verifier.as_bytes()));
    formed && constant_time_equal(challenge.as_bytes(), made.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_answers_only_its_own_challenge() {
        // RFC 7636 appendix B.
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(answers(challenge, verifier));
        assert!(!answers(challenge, &verifier.replace('d', "e")));
        assert!(!answers(verifier, verifier));
        let short = "a".repeat(42);
        assert!(!answers(&base64url::encode(digest(&SHA256, short.as_bytes())), &short));
    }
}
