//! How a closure ends without doing what it was asked for, and what its caller hears of that. Refuses to tell a caller
//! why the store failed: that is for the operator, in the log.

use hospes_domain::refusal::Refusal;
use hospes_store::engine::{StoreError, WriteTx};

/// Why a closure stops: because it must not, or because it cannot.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A rule said no; counters and the audit record are still committed.
    Refused(Refusal),
    /// The store failed; everything is rolled back.
    Failed(StoreError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// The store's failures as a caller sees them; details go to the log only.
pub(crate) fn failed(error: StoreError) -> Refusal {
    match error {
        StoreError::Busy { retry_after_seconds } => Refusal::Unavailable { retry_after_seconds },
        StoreError::Full => Refusal::Unavailable { retry_after_seconds: 30 },
        StoreError::Conflict => Refusal::Stale,
        StoreError::Closed => Refusal::Unavailable { retry_after_seconds: 1 },
        StoreError::Unreachable(_) | StoreError::Connect { .. } => {
            tracing::error!(%error, "the database server failed");
            Refusal::Unavailable { retry_after_seconds: 5 }
        }
        // A quota, a failing or a read-only disk (threats K3): nothing was saved, and the operator has to hear of it.
        StoreError::Disk(_) => {
            tracing::error!(%error, "the disk failed");
            Refusal::Unavailable { retry_after_seconds: 30 }
        }
        other => {
            tracing::error!(error = %other, "the store failed");
            Refusal::Internal
        }
    }
}

/// What a refusal may leave behind: the records of it, counted attempts, and secrets that were tried and are
/// used up, with what came of them.
const KEPT_BY_A_REFUSAL: [&str; 9] = [
    "audit",
    "sign_ins",
    "last_sign_ins",
    "counters",
    "passcodes",
    "authorization_codes",
    "refresh_tokens",
    "device_codes",
    "revoked_grants",
];

/// Refusals are committed, so they must come before anything else is saved. One that does not is a defect of
/// ours: everything is rolled back.
pub(crate) fn after_a_decision(tx: &WriteTx<'_>) -> Option<StoreError> {
    let late = tx.written().into_iter().find(|table| !KEPT_BY_A_REFUSAL.contains(&table.as_str()))?;
    Some(StoreError::Statement(format!("a refusal came after a write to {late}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k3_k6_whatever_a_disk_or_a_server_refuses_can_be_asked_for_again_later() {
        let away = StoreError::Unreachable("connection closed".into());
        for error in [StoreError::Full, StoreError::Disk("disk I/O error".into()), StoreError::Closed, away] {
            assert!(matches!(failed(error.clone()), Refusal::Unavailable { .. }), "{error}");
        }
        assert_eq!(failed(StoreError::Corrupt("column 1".into())), Refusal::Internal);
    }
}
