//! What callers hear of a store that fails.

use super::*;

#[test]
fn k3_whatever_the_disk_refuses_can_be_asked_for_again_later() {
    for error in [StoreError::Full, StoreError::Disk("disk I/O error".into()), StoreError::Closed] {
        assert!(matches!(failed(error.clone()), Refusal::Unavailable { .. }), "{error}");
    }
    assert_eq!(failed(StoreError::Corrupt("column 1".into())), Refusal::Internal);
}
