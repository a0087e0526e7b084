//! What callers hear of a store that fails.

use hospes_domain::refusal::Refusal;
use hospes_store::engine::StoreError;

use crate::app::failed;

#[test]
fn k3_k6_whatever_a_disk_or_a_server_refuses_can_be_asked_for_again_later() {
    let away = StoreError::Unreachable("connection closed".into());
    for error in [StoreError::Full, StoreError::Disk("disk I/O error".into()), StoreError::Closed, away] {
        assert!(matches!(failed(error.clone()), Refusal::Unavailable { .. }), "{error}");
    }
    assert_eq!(failed(StoreError::Corrupt("column 1".into())), Refusal::Internal);
}
