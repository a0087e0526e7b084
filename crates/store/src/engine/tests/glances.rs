//! Short reads: what they see, however the engine goes about them.

use super::*;

const ONE: &str = "SELECT text FROM notes WHERE text = $1";

fn is_there(tx: &impl Read, text: &str) -> Result<bool, StoreError> {
    tx.row(ONE, &[text.into()]).map(|row| row.is_some())
}

#[tokio::test]
async fn a_short_read_sees_every_write_that_was_answered() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    for count in 1..=100 {
        let text = count.to_string();
        adding(db.clone(), "x").await.unwrap();
        let added = text.clone();
        done(&db, move |tx| add(tx, &added)).await;
        assert_eq!(db.glance(move |tx| is_there(tx, &text)).await, Ok(true));
        done(&db, |tx| tx.execute("DELETE FROM notes WHERE text = 'x'", &[])).await;
        assert_eq!(db.glance(|tx| Ok((is_there(tx, "x")?, is_there(tx, "1")?))).await, Ok((false, true)));
    }
}

/// The second question depends on the first answer, which nobody can foresee.
#[tokio::test]
async fn a_short_read_may_ask_more_than_it_asks_of_nothing() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let follow = |tx: &mut ReadTx<'_>| {
        Ok(if is_there(tx, "a")? { Some((is_there(tx, "b")?, is_there(tx, "b")?)) } else { None })
    };
    assert_eq!(db.glance(follow).await, Ok(None));
    adding(db.clone(), "a").await.unwrap();
    assert_eq!(db.glance(follow).await, Ok(Some((false, false))));
    adding(db.clone(), "b").await.unwrap();
    assert_eq!(db.glance(follow).await, Ok(Some((true, true))));
    assert_eq!(db.glance(|tx| Ok(tx.now() > Time(0))).await, Ok(true), "nothing is asked");
}

/// One of the two is there at any time: whoever finds both or none has seen two states.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_short_read_keeps_to_one_state_among_many() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    adding(db.clone(), "here").await.unwrap();
    let writing = tokio::spawn({
        let db = db.clone();
        async move {
            for round in 0..200 {
                let (from, to) = if round % 2 == 0 { ("here", "there") } else { ("there", "here") };
                let sql = "UPDATE notes SET text = $1 WHERE text = $2";
                done(&db, move |tx| tx.execute(sql, &[to.into(), from.into()])).await;
            }
        }
    });
    let looking = (0..8).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            for _ in 0..200 {
                let seen = db.glance(|tx| Ok([is_there(tx, "here")?, is_there(tx, "there")?])).await.unwrap();
                assert!(seen[0] != seen[1], "{seen:?}");
                let sql = "SELECT count(*) FROM notes";
                assert_eq!(db.get(sql, Vec::new(), |row| row.int(0)).await, Ok(Some(1)));
            }
        })
    });
    for look in looking.collect::<Vec<_>>() {
        look.await.unwrap();
    }
    writing.await.unwrap();
}

#[tokio::test]
async fn what_goes_wrong_in_a_short_read_hurts_nobody_else() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    for _ in 0..3 {
        let panicked = db.glance(|tx| if tx.now() > Time(0) { panic!("on purpose") } else { Ok(()) }).await;
        assert_eq!(panicked, Err(StoreError::Panicked));
        let failed = db.glance(|tx| tx.rows("SELECT text FROM nowhere", &[]).map(drop)).await;
        assert!(matches!(failed, Err(StoreError::Statement(why)) if why.contains("nowhere")));
        let broken = db.glance(|tx| {
            is_there(tx, "a")?;
            tx.rows("SELECT text FROM nowhere", &[]).map(drop)
        });
        assert!(matches!(broken.await, Err(StoreError::Statement(why)) if why.contains("nowhere")));
        let written = db.glance(|tx| tx.rows("INSERT INTO notes (text) VALUES ('x') RETURNING text", &[]));
        assert!(written.await.is_err());
        assert_eq!(db.glance(|tx| is_there(tx, "x")).await, Ok(false));
    }
}

#[tokio::test]
async fn a_server_is_not_written_to_by_what_looks_like_reading() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    if !place.scratch.is_on_server() {
        return; // SQLite has no such statement.
    }
    let sneaky = "WITH made AS (INSERT INTO notes (text) VALUES ('x') RETURNING text) SELECT text FROM made";
    assert!(db.glance(move |tx| tx.rows(sneaky, &[])).await.is_err());
    assert!(db.get(sneaky, Vec::new(), |row| row.text(0)).await.is_err());
    assert_eq!(notes(&db).await, Vec::<String>::new());
}
