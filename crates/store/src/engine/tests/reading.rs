//! Reading: one consistent state, never older than an answered write, and nothing but reading.

use uuid::Uuid;

use super::*;

#[tokio::test]
async fn a_read_sees_every_write_that_was_answered() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    for count in 1..=100 {
        done(&db, move |tx| add(tx, &count.to_string())).await;
        assert_eq!(notes(&db).await.len(), count);
    }
}

#[tokio::test]
async fn a_read_keeps_to_one_state_while_others_write() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let (say_counted, counted) = mpsc::channel();
    let (say_written, written) = mpsc::channel();
    let reading = queued(db.read(move |tx| {
        let before = tx.rows("SELECT text FROM notes", &[])?.len();
        say_counted.send(()).unwrap();
        written.recv().unwrap();
        Ok((before, tx.rows("SELECT text FROM notes", &[])?.len()))
    }))
    .await;
    counted.recv().unwrap();
    adding(db.clone(), "meanwhile").await.unwrap();
    // The other reader is free and sees the new state.
    assert_eq!(notes(&db).await, ["meanwhile"]);
    say_written.send(()).unwrap();
    assert_eq!(reading.await, Ok((0, 0)));
}

#[tokio::test]
async fn a_declared_query_gives_one_row_or_none() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let query = "SELECT text FROM notes WHERE text >= $1";
    let text = |row: &Row| row.text(0);
    assert_eq!(db.get(query, vec!["".into()], text).await, Ok(None));
    adding(db.clone(), "a").await.unwrap();
    assert_eq!(db.get(query, vec!["".into()], text).await, Ok(Some("a".into())));
    adding(db.clone(), "b").await.unwrap();
    assert!(matches!(db.get(query, vec!["".into()], text).await, Err(StoreError::Statement(_))));
}

#[tokio::test]
async fn panics_and_errors_do_not_wear_readers_out() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    for _ in 0..5 {
        let panicked = db.read(|tx| if tx.now() > Time(0) { panic!("on purpose") } else { Ok(()) }).await;
        assert_eq!(panicked, Err(StoreError::Panicked));
        let failed = db.read(|tx| tx.rows("SELECT text FROM nowhere", &[]).map(drop)).await;
        assert!(matches!(failed, Err(StoreError::Statement(why)) if why.contains("nowhere")));
    }
    assert_eq!(notes(&db).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_read_cannot_write() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let result = db.read(|tx| tx.rows("INSERT INTO notes (text) VALUES ('x') RETURNING text", &[])).await;
    assert!(result.is_err());
    assert_eq!(notes(&db).await, Vec::<String>::new());
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_went_in() {
    let place = Place::new();
    let db = place.open();
    let table =
        place.table("CREATE TABLE kinds (a {id}, b {int}, c {flag}, d TEXT, e {bytes}, f TEXT) {strict}");
    let id = Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0);
    let row = done(&db, move |tx| {
        tx.execute(&table, &[])?;
        let values: [Value; 6] = [
            id.into(),
            Time(-7).into(),
            true.into(),
            "zwölf\u{1}'; DROP TABLE kinds; --".into(),
            vec![0_u8, 255].into(),
            None::<String>.into(),
        ];
        let sql = "INSERT INTO kinds (a, b, c, d, e, f) VALUES ($1, $2, $3, $4, $5, $6)
            RETURNING a, b, c, d, e, f";
        Ok(tx.row(sql, &values)?.unwrap())
    })
    .await;
    assert_eq!(row.id(0), Ok(id));
    assert_eq!(row.object(0).map(|it| it.0), Ok(id));
    assert_eq!(row.time(1), Ok(Time(-7)));
    assert_eq!(row.flag(2), Ok(true));
    assert_eq!(row.text(3).as_deref(), Ok("zwölf\u{1}'; DROP TABLE kinds; --"));
    assert_eq!(row.bytes(4), Ok(vec![0, 255]));
    assert_eq!(row.opt_text(5), Ok(None));
}
