//! Recovery codes: ten at a time, shown once, kept as keyed hashes. Refuses to make one that could be derived again.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{RECOVERY_CODES, read_recovery_code, recovery_code};

use crate::app::App;
use crate::keys::TenantKeys;
use crate::random;

/// A set before it is saved. No `Debug`: it holds the codes.
#[derive(Clone)]
pub(crate) struct NewCodes {
    /// As its owner reads them.
    pub(crate) codes: Vec<String>,
    /// As they are stored.
    pub(crate) hashes: Vec<[u8; 32]>,
}

impl NewCodes {
    /// Draws a set for that person.
    pub(crate) fn draw(app: &App, tenant: TenantId, user: ObjectId) -> Result<Self, Refusal> {
        let keys = app.tenant_keys(tenant)?;
        let codes: Vec<String> =
            (0..RECOVERY_CODES).map(|_| recovery_code(random::bytes::<12>(app.random()))).collect();
        let hashes = codes.iter().filter_map(|code| hash_of(&keys, user, code)).collect();
        Ok(Self { codes, hashes })
    }
}

/// The hash under which a typed code of that person is stored; `None` for what cannot be a code. The person is part of
/// it: a code is nobody else's.
pub(crate) fn hash_of(keys: &TenantKeys, user: ObjectId, typed: &str) -> Option<[u8; 32]> {
    let code = read_recovery_code(typed)?;
    Some(keys.keyed_hash("recovery code", &[user.0.as_bytes().as_slice(), code.as_bytes()].concat()))
}
