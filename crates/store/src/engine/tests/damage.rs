//! Damage that is found while the store is in use (threats K5).

use std::io::{Seek as _, SeekFrom, Write as _};

use super::*;

/// A file too large to be looked through before it is served, closed again.
async fn large(place: &Place) {
    let db = place.open_with_notes().await;
    done(&db, |tx| (0..1200).try_for_each(|n| add(tx, &format!("{n:0>4000}")).map(drop))).await;
    db.close().await;
    assert!(std::fs::metadata(place.file()).unwrap().len() > 4 << 20);
}

#[tokio::test]
async fn damage_in_a_large_file_closes_the_store_once_it_is_found() {
    let place = Place::of_a_file();
    large(&place).await;
    let mut file = std::fs::OpenOptions::new().write(true).open(place.file()).unwrap();
    file.seek(SeekFrom::Start(600 * 4096)).unwrap();
    file.write_all(&[0xff; 4096]).unwrap();
    drop(file);
    // The start is as quick as ever; what is asked meanwhile does not touch the damage.
    let db = place.open();
    while db.read(|tx| tx.rows("SELECT 1", &[])).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(db.read(|_| Ok(())).await, Err(StoreError::Closed));
    assert_eq!(adding(db.clone(), "too late").await, Err(StoreError::Closed));
    db.close().await;
}

#[tokio::test]
async fn a_check_that_is_running_holds_nobody_up() {
    let place = Place::of_a_file();
    large(&place).await;
    let db = place.open();
    adding(db.clone(), "meanwhile").await.unwrap();
    db.close().await;
    let wal = std::fs::metadata(place.file().with_extension("db-wal"));
    assert!(wal.is_err(), "a clean end leaves one file to copy, whatever was being checked");
}
