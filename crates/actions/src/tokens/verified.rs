//! Access tokens whose signature was checked a moment ago: checking one costs more than everything else a read does,
//! and programs send the same token for an hour. Refuses to remember a verdict about anything that changes: time,
//! issuer and audience are compared at each use, an entry dies with the keys it was checked with, and whether the
//! caller still may is decided in the closure of the verb.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use hospes_domain::ids::TenantId;
use hospes_domain::jose::Claims;
use hospes_domain::time::Time;

use crate::keys::TenantKeys;

/// Tokens remembered at most; a few kilobytes each.
const MOST: usize = 1024;

/// What a token is remembered by. Whoever could find another text with this hash could forge signatures.
pub(super) type Fingerprint = [u8; 32];

struct Entry {
    keys: Arc<TenantKeys>,
    claims: Arc<Claims>,
}

/// Claims by the hash of their token.
#[derive(Default)]
pub(crate) struct VerifiedTokens(Mutex<HashMap<Fingerprint, Entry>>);

impl VerifiedTokens {
    pub(super) fn fingerprint(token: &str) -> Fingerprint {
        let mut print = [0; 32];
        print.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        print
    }

    /// The claims of a token whose signature was good with these very keys. Times are still to be checked.
    pub(super) fn get(
        &self,
        print: &Fingerprint,
        current: impl Fn(TenantId) -> Option<Arc<TenantKeys>>,
    ) -> Option<(TenantId, Arc<Claims>)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = known.get(print)?;
        let tenant = entry.keys.tenant();
        let same = current(tenant).is_some_and(|keys| Arc::ptr_eq(&keys, &entry.keys));
        same.then(|| (tenant, Arc::clone(&entry.claims)))
    }

    /// Remembers a token that was just verified.
    pub(super) fn put(&self, print: Fingerprint, keys: Arc<TenantKeys>, claims: Arc<Claims>, now: Time) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, entry| entry.claims.expires() > now.seconds());
            if known.len() >= MOST {
                known.clear();
            }
        }
        known.insert(print, Entry { keys, claims });
    }
}
