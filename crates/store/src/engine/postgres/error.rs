//! The server's errors in our words. Refuses to pass on details, which carry values; messages name tables and
//! causes only.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

use super::super::StoreError;

/// What callers are told to wait when neighbours were in the way, or the server is.
pub(super) const RETRY_AFTER_SECONDS: u32 = 1;

/// Translates. [`StoreError::Busy`] and [`StoreError::Unreachable`] are the two that running again may mend.
pub(super) fn from_driver(error: &tokio_postgres::Error) -> StoreError {
    let Some(cause) = error.as_db_error() else {
        let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        return if error.is_closed() || is_io(error) {
            StoreError::Unreachable(reason)
        } else {
            StoreError::Statement(reason)
        };
    };
    let message = cause.message().to_owned();
    let code = cause.code();
    if *code == SqlState::T_R_SERIALIZATION_FAILURE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || *code == SqlState::LOCK_NOT_AVAILABLE
        || *code == SqlState::QUERY_CANCELED
    {
        return StoreError::Busy { retry_after_seconds: RETRY_AFTER_SECONDS };
    }
    if *code == SqlState::DISK_FULL {
        return StoreError::Full;
    }
    match &code.code()[..2] {
        "23" => StoreError::Constraint(message),
        // The connection was cut, the server stops or starts, or has too many connections.
        "08" | "57" | "53" => StoreError::Unreachable(message),
        "58" => StoreError::Disk(message),
        "XX" => StoreError::Corrupt(message),
        _ => StoreError::Statement(message),
    }
}

/// Whether the certificate, or what the two sides can speak, is the trouble: waiting mends neither.
pub(super) fn is_tls(error: &tokio_postgres::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let wrapped = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let refused = wrapped.and_then(|error| error.downcast_ref::<rustls::Error>());
        if refused.is_some() || inner.is::<rustls::Error>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<std::io::Error>() {
            return true;
        }
        cause = inner.source();
    }
    false
}
