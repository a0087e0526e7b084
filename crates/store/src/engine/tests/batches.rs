//! Group commit: who shares a batch, what each leaves behind, and when each is answered.

use super::*;

#[tokio::test]
async fn closures_that_wait_share_a_batch_and_its_instant_and_one_can_roll_back_alone() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let (held, _first) = Held::now(&db).await;
    let before = queued(adding(db.clone(), "before")).await;
    let failing = queued(db.write(|tx| {
        add(tx, "failing")?;
        Err::<Verdict<()>, _>(StoreError::Corrupt("on purpose".into()))
    }))
    .await;
    let after = queued(adding(db.clone(), "after")).await;
    held.release();

    assert_eq!(failing.await, Err(StoreError::Corrupt("on purpose".into())));
    assert_eq!(before.await.unwrap(), after.await.unwrap());
    assert_eq!(notes(&db).await, ["after", "before"]);
}

#[tokio::test]
async fn a_closure_sees_what_its_neighbours_in_the_batch_did() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let (held, _first) = Held::now(&db).await;
    let earlier = queued(adding(db.clone(), "earlier")).await;
    let later = queued(db.write(|tx| Ok(Verdict::Done(tx.rows("SELECT text FROM notes", &[])?.len())))).await;
    held.release();
    earlier.await.unwrap();
    assert_eq!(later.await, Ok(Verdict::Done(1)));
}

#[tokio::test]
async fn nobody_is_answered_before_the_commit() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let (first, _first) = Held::now(&db).await;
    let mut added = queued(adding(db.clone(), "early")).await;
    let mut refused = queued(db.write(|_| Ok(Verdict::<()>::Refused(some_refusal())))).await;
    let (second, _second) = Held::queue(&db).await;
    first.release();
    second.has_started();

    assert!(is_pending(&mut added).await);
    assert!(is_pending(&mut refused).await);
    assert_eq!(notes(&db).await, Vec::<String>::new());
    second.release();
    assert!(matches!(added.await, Ok(Verdict::Done(_))));
    assert_eq!(refused.await, Ok(Verdict::Refused(some_refusal())));
    assert_eq!(notes(&db).await, ["early"]);
}

#[tokio::test]
async fn a_refusal_keeps_its_records() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let verdict = db
        .write(|tx| {
            add(tx, "audit: refused")?;
            Ok(Verdict::<()>::Refused(some_refusal()))
        })
        .await
        .unwrap();
    assert_eq!(verdict.into_result(), Err(some_refusal()));
    assert_eq!(notes(&db).await, ["audit: refused"]);
}

#[tokio::test]
async fn a_large_crowd_is_split_into_several_batches() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let (held, _first) = Held::now(&db).await;
    let mut crowd = Vec::new();
    for _ in 0..600 {
        crowd.push(queued(db.write(|tx| Ok(Verdict::Done(tx.now())))).await);
    }
    held.release();
    let mut instants = Vec::new();
    for future in crowd {
        instants.push(future.await.unwrap().into_result().unwrap());
    }
    assert!(instants.is_sorted());
    instants.dedup();
    assert_eq!(instants.len(), 3);
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_back_and_works_again_afterwards() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let (held, _first) = Held::now(&db).await;
    let mut crowd = Vec::new();
    let refused = loop {
        let mut next = Box::pin(db.write(|_| Ok(Verdict::Done(()))));
        if is_pending(&mut next).await {
            crowd.push(next);
        } else {
            break db.write(|_| Ok(Verdict::Done(()))).await;
        }
    };
    assert_eq!(refused, Err(StoreError::Busy { retry_after_seconds: 1 }));
    assert_eq!(crowd.len(), 1024);
    held.release();
    for future in crowd {
        assert_eq!(future.await, Ok(Verdict::Done(())));
    }
    assert!(matches!(adding(db, "afterwards").await, Ok(Verdict::Done(_))));
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_cancel_its_closure() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let (held, first) = Held::now(&db).await;
    drop(queued(adding(db.clone(), "left behind")).await);
    held.release();
    first.await.unwrap();
    done(&db, |_| Ok(())).await;
    assert_eq!(notes(&db).await, ["left behind"]);
}

#[tokio::test]
async fn time_never_goes_backwards_from_batch_to_batch() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let earlier = done(&db, |tx| Ok(tx.now())).await;
    place.clock.0.store(5, Ordering::Relaxed);
    let later = done(&db, |tx| Ok(tx.now())).await;
    assert!(later >= earlier, "{later:?} is before {earlier:?}");
    assert!(db.read(|tx| Ok(tx.now())).await.unwrap() >= later);
    place.clock.0.store(9_000_000, Ordering::Relaxed);
    assert_eq!(done(&db, |tx| Ok(tx.now())).await, Time(9_000_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_lose_nothing() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let db = db.clone();
            tokio::spawn(async move {
                for number in 0..20 {
                    let text = format!("{task} {number}");
                    let written = text.clone();
                    done(&db, move |tx| add(tx, &written)).await;
                    let query = "SELECT text FROM notes WHERE text = $1";
                    let found = db.get(query, vec![text.clone().into()], |row| row.text(0)).await;
                    assert_eq!(found, Ok(Some(text)));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(notes(&db).await.len(), 64 * 20);
}

/// What `App::write` refuses late refusals by: every way of writing counts, and only if a row was written.
#[tokio::test]
async fn a_closure_knows_which_tables_it_has_written_to() {
    let place = Place::of_a_file();
    let db = place.open_with_notes().await;
    let written = |sql: &'static str, returning: bool| {
        done(&db, move |tx| {
            if returning {
                tx.rows(sql, &[])?;
            } else {
                tx.execute(sql, &[])?;
            }
            Ok(tx.written())
        })
    };
    assert_eq!(written("INSERT INTO notes (text) VALUES ('a')", false).await, ["notes"]);
    let nothing = "INSERT INTO notes (text) VALUES ('a') ON CONFLICT DO NOTHING";
    assert!(written(nothing, false).await.is_empty());
    assert_eq!(written("INSERT INTO notes (text) VALUES ('b') RETURNING text", true).await, ["notes"]);
    assert!(written("SELECT text FROM notes", true).await.is_empty());
    assert_eq!(written("UPDATE notes SET text = 'c' WHERE text = 'b'", false).await, ["notes"]);
    assert_eq!(written("DELETE FROM notes", false).await, ["notes"]);
    assert!(written("DELETE FROM notes", false).await.is_empty());
}
