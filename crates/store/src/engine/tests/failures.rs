//! Failures: whom they reach, and that they leave no trace.

use super::*;

#[tokio::test]
async fn a_panic_reaches_its_own_caller_only() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let (held, _first) = Held::now(&db).await;
    let panicking = queued(db.write(|tx| {
        add(tx, "half done")?;
        assert!(tx.now() < Time(0), "the secret plan");
        Ok(Verdict::Done(()))
    }))
    .await;
    let neighbour = queued(adding(db.clone(), "neighbour")).await;
    held.release();

    let error = panicking.await.unwrap_err();
    assert_eq!(error, StoreError::Panicked);
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert!(matches!(neighbour.await, Ok(Verdict::Done(_))));
    assert_eq!(notes(&db).await, ["neighbour"]);
}

#[tokio::test]
async fn an_error_leaves_no_trace() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let result = db
        .write(|tx| {
            add(tx, "one")?;
            add(tx, "two")?;
            tx.execute("INSERT INTO no_such_table (text) VALUES ($1)", &["three".into()])?;
            Ok(Verdict::Done(()))
        })
        .await;
    assert!(matches!(result, Err(StoreError::Statement(why)) if why.contains("no_such_table")));
    assert_eq!(notes(&db).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_broken_constraint_cannot_be_caught() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let result = db
        .write(|tx| {
            add(tx, "secret")?;
            assert!(matches!(add(tx, "secret"), Err(StoreError::Constraint(_))));
            assert!(matches!(add(tx, "another"), Err(StoreError::Constraint(_))));
            Ok(Verdict::Done(()))
        })
        .await;
    let message = result.unwrap_err().to_string();
    assert!(message.starts_with("constraint broken: "), "{message}");
    assert!(message.contains("notes") && !message.contains("secret"), "{message}");
    assert_eq!(notes(&db).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_expected_conflict_is_a_row_count() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    let insert = |tx: &mut WriteTx<'_>| {
        tx.execute("INSERT INTO notes (text) VALUES ($1) ON CONFLICT (text) DO NOTHING", &["once".into()])
    };
    assert_eq!(done(&db, insert).await, 1);
    assert_eq!(done(&db, insert).await, 0);
}

#[tokio::test]
async fn a_failed_commit_fails_everyone_in_the_batch_and_nobody_after_it() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    done(&db, |tx| {
        let sql =
            "CREATE TABLE late (text TEXT REFERENCES notes (text) DEFERRABLE INITIALLY DEFERRED) STRICT";
        tx.execute(sql, &[])
    })
    .await;
    let (held, _first) = Held::now(&db).await;
    let innocent = queued(adding(db.clone(), "innocent")).await;
    let guilty = queued(db.write(|tx| {
        tx.execute("INSERT INTO late (text) VALUES ($1)", &["missing".into()]).map(Verdict::Done)
    }))
    .await;
    held.release();
    assert!(matches!(innocent.await, Err(StoreError::Constraint(_))));
    assert!(matches!(guilty.await, Err(StoreError::Constraint(_))));
    assert!(matches!(adding(db.clone(), "next").await, Ok(Verdict::Done(_))));
    assert_eq!(notes(&db).await, ["next"]);
}

#[tokio::test]
async fn a_closure_cannot_end_the_transaction_of_its_batch() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let result = db
        .write(|tx| {
            add(tx, "mine")?;
            tx.execute("ROLLBACK", &[]).map(Verdict::Done)
        })
        .await;
    assert!(matches!(result, Err(StoreError::Statement(_))));
    assert!(matches!(adding(db.clone(), "next").await, Ok(Verdict::Done(_))));
    assert_eq!(notes(&db).await, ["next"]);
}

#[tokio::test]
async fn a_full_disk_is_reported_as_such_and_passes() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let limit = |pages: &'static str| move |tx: &mut WriteTx<'_>| tx.rows(pages, &[]);
    done(&db, limit("PRAGMA max_page_count = 1")).await;
    let long = "x".repeat(1_000_000);
    let result = db.write(move |tx| add(tx, &long).map(Verdict::Done)).await;
    assert_eq!(result, Err(StoreError::Full));
    done(&db, limit("PRAGMA max_page_count = 1000000")).await;
    assert!(matches!(adding(db.clone(), "room again").await, Ok(Verdict::Done(_))));
    assert_eq!(notes(&db).await, ["room again"]);
}

#[tokio::test]
async fn parameters_that_do_not_fit_the_placeholders_are_refused() {
    let place = Place::new();
    let db = place.open_with_notes().await;
    for (sql, params) in [
        ("INSERT INTO notes (text) VALUES ($1)", vec![]),
        ("INSERT INTO notes (text) VALUES ($2)", vec![Value::from("a")]),
        ("INSERT INTO notes (text) VALUES (?)", vec![Value::from("a")]),
    ] {
        let result = db.write(move |tx| tx.execute(sql, &params).map(Verdict::Done)).await;
        assert!(matches!(result, Err(StoreError::Statement(_))), "{sql}");
    }
    assert_eq!(notes(&db).await, Vec::<String>::new());
}
