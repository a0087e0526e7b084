//! Certificates of an application, or of its presence, changed by whoever shows that one of them is theirs: a token signed with
//! its private key, the proof (graph-docs: application-addkey.md, serviceprincipal-addkey.md). So a program renews its own certificate without any permission. Refuses
//! proofs for another application, that live longer than ten minutes, or that came before.

use aws_lc_rs::digest::{SHA256, digest};
use hospes_domain::access::{Actor, Caller};
use hospes_domain::application::{Certificate, DIRECTORY_API, MAX_CREDENTIALS};
use hospes_domain::ids::TenantId;
use hospes_domain::jose::{Claims, JoseError, LEEWAY_SECONDS, verify_assertion};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{applications, client_certificates, service_principals};
use uuid::Uuid;

use super::holder::Holder;
use super::owners::Owned;
use super::{KeyEntry, Which};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::callers;
use crate::tokens::usable;

/// Whom a proof is for: the directory, under the name it had when proofs were thought of.
const DIRECTORY: &str = "00000002-0000-0000-c000-000000000000";
/// How long a proof may live.
const MOST_SECONDS: i64 = 600;

/// Adds a certificate.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotFound`]; [`Refusal::Invalid`] for a proof or a certificate that is none;
/// [`Refusal::AlreadyExists`] for a certificate that is there.
pub async fn add_key(
    app: &App,
    actor: &Actor,
    of: Owned,
    proof: String,
    entry: KeyEntry,
) -> Result<Certificate, Refusal> {
    let proven = proven(app, actor, of, &proof).await?;
    let (id, caller_actor, audit_id) = (app.new_id(), actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateCredentials, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, holder, known) = proven.still(tx, &caller_actor, of)?;
        let der = entry.der.as_deref().ok_or_else(|| {
            Refusal::invalid("keyCredential.key", "The value is missing.", "Send the certificate.")
        })?;
        let life = (entry.starts_at, entry.expires_at);
        let certificate = Certificate::read(id, der, entry.display_name.clone(), life, tx.now())?;
        if known.iter().any(|other| other.sha256 == certificate.sha256) {
            let cause = "This certificate is there already.".to_owned();
            return Err(Refusal::AlreadyExists { cause }.into());
        }
        if known.len() >= MAX_CREDENTIALS {
            let cause = "There are 50 certificates already.";
            return Err(Refusal::invalid("keyCredential", cause, "Remove one with removeKey.").into());
        }
        proven.count_once(tx, tenant)?;
        client_certificates::insert(tx, tenant, holder.certificates(), &certificate)?;
        let details = vec![("addedKeys".to_owned(), id.to_string())];
        record(tx, &caller, audit_id, &holder, details)?;
        Ok(certificate)
    })
    .await
}

/// Takes a certificate away; it stops working at once.
///
/// # Errors
/// The same; [`Refusal::Invalid`] if there is no such certificate.
pub async fn remove_key(
    app: &App,
    actor: &Actor,
    of: Owned,
    proof: String,
    key: Uuid,
) -> Result<(), Refusal> {
    let proven = proven(app, actor, of, &proof).await?;
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateCredentials, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, holder, known) = proven.still(tx, &caller_actor, of)?;
        if known.iter().all(|certificate| certificate.id != key) {
            let cause = "There is no certificate with this id here.";
            return Err(Refusal::invalid("keyId", cause, "Read keyCredentials for those it has.").into());
        }
        proven.count_once(tx, tenant)?;
        client_certificates::remove(tx, tenant, holder.certificates(), key)?;
        record(tx, &caller, audit_id, &holder, vec![("removedKeys".to_owned(), key.to_string())])
    })
    .await
}

fn record(
    tx: &WriteTx<'_>,
    caller: &Caller,
    audit_id: Uuid,
    holder: &Holder,
    details: Vec<(String, String)>,
) -> Result<(), Stop> {
    Ok(audit::done(tx, caller, audit_id, Activity::UpdateCredentials, Some(&holder.target), details)?)
}

/// The application or the presence, if it is the caller itself, or the caller may change it.
fn target(tx: &impl Read, actor: &Actor, of: Owned) -> Result<(Caller, Holder), Stop> {
    let caller = callers::load(tx, actor)?;
    let (tenant, own) = (actor.tenant, service_principals::by_id(tx, actor.tenant, actor.who.id())?);
    if let Some(principal) = own {
        let same = |which, id| which == Which::Id(id) || which == Which::Client(principal.client_id);
        match (of, applications::by_client(tx, tenant, principal.client_id)?) {
            (Owned::Application(which), Some(own)) if same(which, own.id) => {
                return Ok((caller, Holder::application(own)));
            }
            (Owned::ServicePrincipal(which), Some(_)) if same(which, principal.id) => {
                return Ok((caller, Holder::presence(tx, tenant, &principal)?));
            }
            _ => {}
        }
    }
    let (caller, holder) = Holder::changeable(tx, actor, of)?;
    holder.client()?;
    Ok((caller, holder))
}

/// A good proof, and the certificates it was checked against.
struct Proven {
    keys: Vec<Uuid>,
    hash: [u8; 32],
    until: Time,
}

impl Proven {
    /// What holds the certificates, with them, unless they changed since.
    fn still(
        &self,
        tx: &impl Read,
        actor: &Actor,
        of: Owned,
    ) -> Result<(Caller, Holder, Vec<Certificate>), Stop> {
        let (caller, holder) = target(tx, actor, of)?;
        let known = client_certificates::of(tx, actor.tenant, holder.certificates())?;
        if known.iter().map(|certificate| certificate.id).ne(self.keys.iter().copied()) {
            return Err(Refusal::Stale.into());
        }
        Ok((caller, holder, known))
    }

    /// Refuses a proof that came before.
    fn count_once(&self, tx: &WriteTx<'_>, tenant: TenantId) -> Result<(), Stop> {
        if client_certificates::remember(tx, tenant, self.hash, self.until)? {
            return Ok(());
        }
        Err(Refusal::invalid("proof", "This proof has been used.", "Make a new one for each call.").into())
    }
}

/// Checks a proof, outside the transaction that acts on it.
async fn proven(app: &App, actor: &Actor, of: Owned, proof: &str) -> Result<Proven, Refusal> {
    let who = actor.clone();
    let (names, known) = app
        .read(move |tx| {
            let (_, holder) = target(tx, &who, of)?;
            let known = client_certificates::of(tx, who.tenant, holder.certificates())?;
            let client = holder.client()?.client_id;
            Ok(([holder.id().to_string(), client.to_string()], known))
        })
        .await?;
    let now = app.now();
    let keys: Vec<Uuid> = known.iter().map(|certificate| certificate.id).collect();
    let usable: Vec<_> = known.into_iter().filter_map(|certificate| usable(certificate, now)).collect();
    let claims = verify_assertion(proof, &usable)
        .and_then(|claims| fits(&claims, &names, now).map(|()| claims))
        .map_err(|error| {
            let cause = format!("The proof is not that of whoever has the key: {error}.");
            let remedy = "Sign iss (the id in the path), aud (00000002-0000-0000-c000-000000000000), nbf and exp, ten minutes apart at \
                          most, with the key of a certificate that is in keyCredentials.";
            Refusal::invalid("proof", cause, remedy)
        })?;
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, proof.as_bytes()).as_ref());
    let until = Time(claims.expires().saturating_mul(1_000_000)).plus_seconds(LEEWAY_SECONDS);
    Ok(Proven { keys, hash, until })
}

/// `names`: the object of the path, or its client, which stands in both of them.
fn fits(claims: &Claims, names: &[String; 2], now: Time) -> Result<(), JoseError> {
    let api = DIRECTORY_API.to_string();
    let [object, client] = names;
    let issuer = if claims.issuer() == client { client } else { object };
    claims.check(now, issuer, &[DIRECTORY, &api])?;
    if claims.expires() > now.seconds().saturating_add(MOST_SECONDS + LEEWAY_SECONDS) {
        return Err(JoseError::ClaimValue("exp"));
    }
    Ok(())
}
