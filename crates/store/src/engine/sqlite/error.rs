//! The driver's errors in our words. Refuses to pass on SQL text or values, and to let the process go
//! on after a failed sync.

use rusqlite::ErrorCode;
use rusqlite::ffi;

use super::super::StoreError;

/// Translates; does not return if the disk could not be synced.
pub(super) fn from_driver(error: rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(cause, message) => {
            if sync_failed(cause.extended_code) {
                stop_process();
            }
            translate(cause, message)
        }
        // Its display form carries the whole statement; the message names the mistake.
        rusqlite::Error::SqlInputError { msg, .. } => StoreError::Statement(msg),
        rusqlite::Error::Utf8Error(column, _) => StoreError::Corrupt(format!("column {column} is not UTF-8")),
        other => StoreError::Statement(other.to_string()),
    }
}

fn translate(cause: ffi::Error, message: Option<String>) -> StoreError {
    let message = message.unwrap_or_else(|| cause.to_string());
    match cause.code {
        ErrorCode::ConstraintViolation => StoreError::Constraint(message),
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy { retry_after_seconds: 1 },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(message),
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::OutOfMemory => {
            StoreError::Disk(message)
        }
        _ => StoreError::Statement(message),
    }
}

fn sync_failed(extended_code: i32) -> bool {
    matches!(extended_code, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC)
}

/// After a failed `fsync` the kernel may have dropped the unwritten pages and will report success the
/// next time, so nothing in memory can be trusted to be on disk. Starting anew reads what really is
/// there: the log's checksums tell a commit that arrived from one that did not.
fn stop_process() -> ! {
    tracing::error!(
        "the disk did not confirm a write (fsync failed): stopping, so that nothing is promised that is not stored"
    );
    std::process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: i32, message: &str) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some(message.into()))
    }

    #[test]
    fn each_kind_of_failure_keeps_its_meaning() {
        assert_eq!(from_driver(failure(ffi::SQLITE_FULL, "full")), StoreError::Full);
        assert!(matches!(from_driver(failure(ffi::SQLITE_BUSY_SNAPSHOT, "")), StoreError::Busy { .. }));
        assert!(matches!(from_driver(failure(ffi::SQLITE_IOERR_READ, "")), StoreError::Disk(_)));
        assert!(matches!(from_driver(failure(ffi::SQLITE_NOTADB, "")), StoreError::Corrupt(_)));
        let unique = failure(ffi::SQLITE_CONSTRAINT_UNIQUE, "UNIQUE constraint failed: users.upn");
        assert_eq!(from_driver(unique).to_string(), "constraint broken: UNIQUE constraint failed: users.upn");
    }

    #[test]
    fn only_a_failed_sync_stops_the_process() {
        assert!(sync_failed(ffi::SQLITE_IOERR_FSYNC) && sync_failed(ffi::SQLITE_IOERR_DIR_FSYNC));
        assert!(!sync_failed(ffi::SQLITE_IOERR_WRITE) && !sync_failed(ffi::SQLITE_FULL));
    }
}
