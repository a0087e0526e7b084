//! Certificates of an application changed by whoever shows that one of them is theirs: a token signed with its private key,
//! the proof (graph-docs: application-addkey.md). So a program renews its own certificate without any permission. Refuses
//! proofs for another application, that live longer than ten minutes, or that came before.

use aws_lc_rs::digest::{SHA256, digest};
use hospes_domain::access::{Actor, Caller};
use hospes_domain::application::{Application, Certificate, DIRECTORY_API, MAX_CREDENTIALS};
use hospes_domain::ids::TenantId;
use hospes_domain::jose::{Claims, JoseError, LEEWAY_SECONDS, verify_assertion};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::engine::{Read, WriteTx};
use hospes_store::{applications, client_certificates, service_principals};
use uuid::Uuid;

use super::{KeyEntry, Which, reach};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
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
    which: Which,
    proof: String,
    entry: KeyEntry,
) -> Result<Certificate, Refusal> {
    let proven = proven(app, actor, which, &proof).await?;
    let (id, caller_actor, audit_id) = (app.new_id(), actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateCredentials, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, application, known) = proven.still(tx, &caller_actor, which)?;
        let der = entry.der.as_deref().ok_or_else(|| {
            Refusal::invalid("keyCredential.key", "The value is missing.", "Send the certificate.")
        })?;
        let life = (entry.starts_at, entry.expires_at);
        let certificate = Certificate::read(id, der, entry.display_name.clone(), life, tx.now())?;
        if known.iter().any(|other| other.sha256 == certificate.sha256) {
            let cause = "The application has this certificate already.".to_owned();
            return Err(Refusal::AlreadyExists { cause }.into());
        }
        if known.len() >= MAX_CREDENTIALS {
            let cause = "There are 50 certificates already.";
            return Err(Refusal::invalid("keyCredential", cause, "Remove one with removeKey.").into());
        }
        proven.count_once(tx, tenant)?;
        client_certificates::insert(tx, tenant, application.id, &certificate)?;
        let details = vec![("addedKeys".to_owned(), id.to_string())];
        record(tx, &caller, audit_id, &application, details)?;
        Ok(certificate)
    })
    .await
}

/// Takes a certificate away; it stops working at once.
///
/// # Errors
/// The same; [`Refusal::Invalid`] if the application has no such certificate.
pub async fn remove_key(
    app: &App,
    actor: &Actor,
    which: Which,
    proof: String,
    key: Uuid,
) -> Result<(), Refusal> {
    let proven = proven(app, actor, which, &proof).await?;
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    app.command(actor, Activity::UpdateCredentials, move |tx| {
        let tenant = caller_actor.tenant;
        let (caller, application, known) = proven.still(tx, &caller_actor, which)?;
        if known.iter().all(|certificate| certificate.id != key) {
            let cause = "The application has no certificate with this id.";
            return Err(Refusal::invalid("keyId", cause, "Read keyCredentials for those it has.").into());
        }
        proven.count_once(tx, tenant)?;
        client_certificates::remove(tx, tenant, application.id, key)?;
        record(tx, &caller, audit_id, &application, vec![("removedKeys".to_owned(), key.to_string())])
    })
    .await
}

fn record(
    tx: &WriteTx<'_>,
    caller: &Caller,
    audit_id: Uuid,
    application: &Application,
    details: Vec<(String, String)>,
) -> Result<(), Stop> {
    let target = Target::application(application);
    Ok(audit::done(tx, caller, audit_id, Activity::UpdateCredentials, Some(&target), details)?)
}

/// The application, if it is the caller itself, or the caller may change it.
fn target(tx: &impl Read, actor: &Actor, which: Which) -> Result<(Caller, Application), Stop> {
    let caller = callers::load(tx, actor)?;
    if let Some(principal) = service_principals::by_id(tx, actor.tenant, actor.who.id())?
        && let Some(own) = applications::by_client(tx, actor.tenant, principal.client_id)?
        && (which == Which::Id(own.id) || which == Which::Client(own.client_id))
    {
        return Ok((caller, own));
    }
    let (caller, application) = super::changeable(tx, actor, which)?;
    reach::not_built_in(&application)?;
    Ok((caller, application))
}

/// A good proof, and the certificates it was checked against.
struct Proven {
    keys: Vec<Uuid>,
    hash: [u8; 32],
    until: Time,
}

impl Proven {
    /// The application with its certificates, unless those changed since.
    fn still(
        &self,
        tx: &impl Read,
        actor: &Actor,
        which: Which,
    ) -> Result<(Caller, Application, Vec<Certificate>), Stop> {
        let (caller, application) = target(tx, actor, which)?;
        let known = client_certificates::of_application(tx, actor.tenant, application.id)?;
        if known.iter().map(|certificate| certificate.id).ne(self.keys.iter().copied()) {
            return Err(Refusal::Stale.into());
        }
        Ok((caller, application, known))
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
async fn proven(app: &App, actor: &Actor, which: Which, proof: &str) -> Result<Proven, Refusal> {
    let who = actor.clone();
    let (application, known) = app
        .read(move |tx| {
            let (_, application) = target(tx, &who, which)?;
            let known = client_certificates::of_application(tx, who.tenant, application.id)?;
            Ok((application, known))
        })
        .await?;
    let now = app.now();
    let keys: Vec<Uuid> = known.iter().map(|certificate| certificate.id).collect();
    let usable: Vec<_> = known.into_iter().filter_map(|certificate| usable(certificate, now)).collect();
    let claims = verify_assertion(proof, &usable)
        .and_then(|claims| fits(&claims, &application, now).map(|()| claims))
        .map_err(|error| {
            let cause = format!("The proof is not that of the application: {error}.");
            let remedy = "Sign iss (the id of the application), aud (00000002-0000-0000-c000-000000000000), nbf and exp, ten \
                          minutes apart at most, with the key of a certificate the application has.";
            Refusal::invalid("proof", cause, remedy)
        })?;
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, proof.as_bytes()).as_ref());
    let until = Time(claims.expires().saturating_mul(1_000_000)).plus_seconds(LEEWAY_SECONDS);
    Ok(Proven { keys, hash, until })
}

fn fits(claims: &Claims, application: &Application, now: Time) -> Result<(), JoseError> {
    let api = DIRECTORY_API.to_string();
    let (object, client) = (application.id.to_string(), application.client_id.to_string());
    let issuer = if claims.issuer() == client { client } else { object };
    claims.check(now, &issuer, &[DIRECTORY, &api])?;
    if claims.expires() > now.seconds().saturating_add(MOST_SECONDS + LEEWAY_SECONDS) {
        return Err(JoseError::ClaimValue("exp"));
    }
    Ok(())
}
