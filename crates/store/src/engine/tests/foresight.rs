//! Statements that travel together: what is foreseen is never older than what was written, and changes are all or none.

use super::*;

const ALL: &str = "SELECT text FROM notes ORDER BY text";

fn texts(tx: &impl Read) -> Result<Vec<String>, StoreError> {
    tx.rows(ALL, &[])?.iter().map(|row| row.text(0)).collect()
}

#[tokio::test]
async fn what_is_foreseen_is_forgotten_when_something_is_written() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let seen = done(&db, |tx| {
        let ahead = |tx: &WriteTx<'_>| tx.ahead(|tx| texts(tx).map(drop));
        add(tx, "a")?;
        ahead(tx)?;
        let mut seen = vec![texts(tx)?, texts(tx)?];
        ahead(tx)?;
        add(tx, "b")?;
        seen.push(texts(tx)?);
        ahead(tx)?;
        tx.rows("INSERT INTO notes (text) VALUES ('c') RETURNING text", &[])?;
        seen.push(texts(tx)?);
        // Left over, for nobody.
        ahead(tx)?;
        Ok(seen)
    })
    .await;
    let seen: Vec<_> = seen.iter().map(|texts| texts.concat()).collect();
    assert_eq!(seen, ["a", "a", "ab", "abc"]);
    let (first, second) = tokio::join!(adding(db.clone(), "d"), db.write(|tx| texts(tx).map(Verdict::Done)));
    first.unwrap().into_result().unwrap();
    // One after the other, in either order: writes at once are promised none.
    let second = second.unwrap().into_result().unwrap().concat();
    assert!(["abc", "abcd"].contains(&second.as_str()), "{second}");
    assert_eq!(done(&db, |tx| texts(tx)).await.concat(), "abcd");
    assert_eq!(notes(&db).await.concat(), "abcd");
}

#[tokio::test]
async fn what_is_foreseen_in_vain_or_wrongly_changes_nothing() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let seen = done(&db, |tx| {
        tx.ahead(|tx| {
            tx.rows("SELECT text FROM notes WHERE text = $1", &["x".into()])?;
            // Not asked before its turn.
            tx.rows("INSERT INTO notes (text) VALUES ('y') RETURNING text", &[])?;
            Err(StoreError::Closed)
        })?;
        let none = tx.rows("SELECT text FROM notes WHERE text = $1", &["y".into()])?;
        Ok((none.len(), texts(tx)?))
    })
    .await;
    assert_eq!(seen, (0, Vec::new()));
}

#[tokio::test]
async fn changes_that_go_together_are_all_done_or_none() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    done(&db, |tx| add(tx, "old")).await;
    let exchange = |db: Db, old: &'static str, new: &'static str| async move {
        let sent = move |tx: &mut WriteTx<'_>| {
            let away = ("DELETE FROM notes WHERE text = $1".to_owned(), vec![old.into()]);
            tx.change_each(vec![
                away,
                ("INSERT INTO notes (text) VALUES ($1)".to_owned(), vec![new.into()]),
            ])?;
            Ok(Verdict::Done(tx.written()))
        };
        db.write(sent).await
    };
    let written = exchange(db.clone(), "old", "new").await.unwrap().into_result().unwrap();
    assert_eq!((written, notes(&db).await), (vec!["notes".to_owned()], vec!["new".to_owned()]));
    let refused = exchange(db.clone(), "nothing", "more").await;
    assert!(matches!(&refused, Err(StoreError::Statement(what)) if what.contains("DELETE")), "{refused:?}");
    assert_eq!(notes(&db).await, ["new"]);
}
