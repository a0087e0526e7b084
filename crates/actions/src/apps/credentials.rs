//! Secrets and certificates as verbs handle them. Refuses to keep a secret in the clear: its value exists once, in the
//! answer to whoever made it.

use hospes_domain::application::{Certificate, MAX_CREDENTIALS};
use hospes_domain::edit::Edit;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::applications::ClientSecret;
use hospes_store::client_certificates::{self, Holder};
use hospes_store::engine::WriteTx;
use uuid::Uuid;

use crate::app::Stop;

/// What a change says about what signs an application in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialEdit {
    /// `keyCredentials`.
    pub keys: Edit<Vec<KeyEntry>>,
    /// `passwordCredentials`: the secrets that stay.
    pub secrets: Edit<Vec<Uuid>>,
}

/// The secrets that a change takes away: the list is the whole, as in the original.
pub(super) fn secrets_gone(kept: &Edit<Vec<Uuid>>, before: &[ClientSecret]) -> Result<Vec<Uuid>, Refusal> {
    let kept = match kept {
        Edit::Keep => return Ok(Vec::new()),
        Edit::Clear => &[][..],
        Edit::Set(kept) => kept,
    };
    if kept.iter().any(|id| before.iter().all(|known| known.id != *id)) {
        let cause = "An entry has the id of no secret that is there.";
        let remedy = "Make secrets with addPassword; here send the keyId of each that stays.";
        return Err(Refusal::invalid("passwordCredentials", cause, remedy));
    }
    Ok(before.iter().map(|known| known.id).filter(|id| !kept.contains(id)).collect())
}

/// What the audit log says about them.
pub(super) fn removed_secrets(gone: &[Uuid]) -> Option<(String, String)> {
    let ids = gone.iter().map(Uuid::to_string).collect::<Vec<_>>().join(" ");
    (!gone.is_empty()).then(|| ("removedSecrets".to_owned(), ids))
}

/// How many entries a change of keys has, each of which may need an id.
pub(super) fn entries(keys: &Edit<Vec<KeyEntry>>) -> usize {
    if let Edit::Set(entries) = keys { entries.len() } else { 0 }
}

/// A secret, as far as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// `keyId`.
    pub id: Uuid,
    /// `displayName`.
    pub display_name: Option<String>,
    /// Its first characters.
    pub hint: String,
    /// When it begins to work.
    pub starts_at: Time,
    /// When it stops working.
    pub expires_at: Option<Time>,
}

impl From<ClientSecret> for Secret {
    fn from(stored: ClientSecret) -> Self {
        Self {
            id: stored.id,
            display_name: stored.display_name,
            hint: stored.hint,
            starts_at: stored.starts_at.unwrap_or(stored.created_at),
            expires_at: stored.expires_at,
        }
    }
}

/// One entry of `keyCredentials` in a change: a new certificate, or one that is there and stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyEntry {
    /// `keyId`.
    pub id: Option<Uuid>,
    /// `key`: the certificate in DER; none for one that stays.
    pub der: Option<Vec<u8>>,
    /// `displayName`.
    pub display_name: Option<String>,
    /// `startDateTime`.
    pub starts_at: Option<Time>,
    /// `endDateTime`.
    pub expires_at: Option<Time>,
}

/// What becomes of the certificates of an application or of its presence.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyChange {
    gone: Vec<Uuid>,
    added: Vec<Certificate>,
}

impl KeyChange {
    /// Whether a key comes that was not there.
    pub(super) fn adds(&self) -> bool {
        !self.added.is_empty()
    }

    /// Decides what `keyCredentials` amounts to: the list is the whole, as in the original.
    pub(super) fn decide(
        edit: Edit<Vec<KeyEntry>>,
        before: &[Certificate],
        fresh: impl Fn(usize) -> Uuid,
        now: Time,
    ) -> Result<Self, Refusal> {
        if !edit.is_given() {
            return Ok(Self::default());
        }
        let entries = edit.value().unwrap_or_default();
        if entries.len() > MAX_CREDENTIALS {
            let cause = "There are more than 50 certificates.";
            return Err(Refusal::invalid("keyCredentials", cause, "Leave out those that nobody uses."));
        }
        let (mut kept, mut added): (Vec<Uuid>, Vec<Certificate>) = (Vec::new(), Vec::new());
        for (place, entry) in entries.into_iter().enumerate() {
            let known = before.iter().find(|known| Some(known.id) == entry.id);
            match (entry.der, known) {
                (Some(der), known) => {
                    let id = entry.id.filter(|_| known.is_none()).unwrap_or_else(|| fresh(place));
                    let life = (entry.starts_at, entry.expires_at);
                    let read = Certificate::read(id, &der, entry.display_name, life, now)?;
                    // The same certificate again is the one that is there.
                    if let Some(same) = before.iter().find(|known| known.sha256 == read.sha256) {
                        kept.push(same.id);
                    } else if !added.iter().any(|other| other.id == id || other.sha256 == read.sha256) {
                        added.push(read);
                    }
                }
                (None, Some(known)) => kept.push(known.id),
                (None, None) => {
                    let cause = "An entry has no key and the id of none that is there.";
                    let remedy = "Send the certificate in 'key', or the keyId of one to keep.";
                    return Err(Refusal::invalid("keyCredentials", cause, remedy));
                }
            }
        }
        let gone = before.iter().map(|known| known.id).filter(|id| !kept.contains(id)).collect();
        Ok(Self { gone, added })
    }

    /// Saves it.
    pub(super) fn save(&self, tx: &WriteTx<'_>, tenant: TenantId, holder: Holder) -> Result<(), Stop> {
        for id in &self.gone {
            client_certificates::remove(tx, tenant, holder, *id)?;
        }
        for certificate in &self.added {
            client_certificates::insert(tx, tenant, holder, certificate)?;
        }
        Ok(())
    }

    /// What the audit log says about it.
    pub(super) fn details(&self) -> Vec<(String, String)> {
        let ids = |ids: Vec<Uuid>| ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(" ");
        let added = self.added.iter().map(|certificate| certificate.id).collect::<Vec<_>>();
        [("addedKeys", ids(added)), ("removedKeys", ids(self.gone.clone()))]
            .into_iter()
            .filter(|(_, ids)| !ids.is_empty())
            .map(|(name, ids)| (name.to_owned(), ids))
            .collect()
    }
}
