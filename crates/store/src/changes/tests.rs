#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hospes_domain::application::PrincipalKind;
use hospes_domain::changes::user_property;
use hospes_domain::time::{Clock, Time};
use uuid::Uuid;

use super::*;
use crate::engine::{Db, DbOptions, Verdict};
use crate::groups::Member;
use crate::testing::{HERE, THERE, done, member, read as reading, two_tenants};
use crate::users;

const ANA: ObjectId = ObjectId(Uuid::from_u128(11));
const ALL: Changed = Changed::ANYTHING;

fn wanted(kind: Kind, after: Place, what: Changed) -> Wanted<'static> {
    Wanted { kind, after, until: i64::MAX, what, only: &[], most: 1000 }
}

async fn rows(db: &Db, kind: Kind, after: Place, what: Changed) -> Vec<Change> {
    reading(db, move |tx| read(tx, HERE, &wanted(kind, after, what))).await
}

async fn last(db: &Db) -> i64 {
    reading(db, |tx| extent(tx, HERE)).await.last
}

#[tokio::test]
async fn a_save_tells_what_it_changed_and_only_that() {
    let (db, _scratch) = two_tenants("changes-of-users").await;
    done(&db, |tx| users::insert(tx, &member(HERE, ANA, "ana"), None)).await;
    let made = rows(&db, Kind::User, Place::default(), ALL).await;
    assert_eq!(made.iter().map(|c| (c.object, c.what)).collect::<Vec<_>>(), [(ANA, Changed::CREATED)]);

    // Nothing changes: nothing is noted.
    let before = last(&db).await;
    done(&db, |tx| {
        let ana = users::by_id(tx, HERE, ANA)?.unwrap();
        users::save_profile(tx, &ana)?;
        users::save_addresses(tx, &ana)?;
        users::save_guest(tx, &ana.guest, ana.revision)
    })
    .await;
    assert_eq!(last(&db).await, before);

    // Two saves of one closure are one row.
    done(&db, |tx| {
        let mut ana = users::by_id(tx, HERE, ANA)?.unwrap();
        ana.profile.city = Some("Aarhus".into());
        ana.guest.block(tx.now()).unwrap();
        users::save_guest(tx, &ana.guest, ana.revision)?;
        users::save_profile(tx, &ana)
    })
    .await;
    let new = rows(&db, Kind::User, Place::behind(before), ALL).await;
    assert_eq!(new.len(), 1);
    assert!(
        new[0].what.touches(user_property("city")) && new[0].what.touches(user_property("accountEnabled"))
    );
    assert!(!new[0].what.touches(user_property("mail")) && !new[0].what.touches(Changed::PRESENCE));
    assert_eq!(rows(&db, Kind::User, Place::behind(before), user_property("mail")).await, []);
    let nobody = reading(&db, |tx| read(tx, THERE, &wanted(Kind::User, Place::default(), ALL))).await;
    assert_eq!(nobody, []);
}

#[tokio::test]
async fn what_is_rolled_back_or_refused_leaves_no_note() {
    let (db, _scratch) = two_tenants("changes-undone").await;
    let failed = db
        .write(|tx| {
            users::insert(tx, &member(HERE, ANA, "ana"), None)?;
            Err::<Verdict<()>, _>(StoreError::Conflict)
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(rows(&db, Kind::User, Place::default(), ALL).await, []);
}

#[tokio::test]
async fn deleting_restoring_and_purging_are_told_apart_and_reach_the_groups() {
    let (db, _scratch) = two_tenants("changes-of-presence").await;
    let group = Group {
        id: ObjectId(Uuid::from_u128(77)),
        revision: 1,
        display_name: "Partners".into(),
        description: None,
        mail: None,
        mail_nickname: "partners".into(),
        security_enabled: true,
        role_assignable: false,
        created_at: Time(1),
    };
    let id = group.id;
    done(&db, move |tx| {
        users::insert(tx, &member(HERE, ANA, "ana"), None)?;
        groups::insert(tx, HERE, &group)?;
        groups::add_member(tx, HERE, id, Member { id: ANA, kind: PrincipalKind::User })
    })
    .await;
    let made = rows(&db, Kind::Group, Place::default(), ALL).await;
    let told: Vec<_> = made.iter().map(|c| (c.object, c.related, c.what)).collect();
    assert_eq!(told, [(id, None, Changed::CREATED), (id, Some(ANA), Changed::MEMBERS)]);

    for (step, bit) in
        [Changed::DELETED, Changed::RESTORED, Changed::DELETED, Changed::PURGED].into_iter().enumerate()
    {
        let before = last(&db).await;
        done(&db, move |tx| {
            let mut ana = users::by_id_even_deleted(tx, HERE, ANA)?.unwrap();
            match step {
                1 => ana.guest.restore(tx.now()).unwrap(),
                3 => return crate::purge::purge(tx, HERE, ANA, None, None).map(|()| true),
                _ => ana.guest.delete(tx.now()).unwrap(),
            }
            users::save_guest(tx, &ana.guest, ana.revision)
        })
        .await;
        let of_users = rows(&db, Kind::User, Place::behind(before), Changed::PRESENCE).await;
        assert!(of_users.len() == 1 && of_users[0].what.touches(bit), "step {step}: {of_users:?}");
        let of_groups = rows(&db, Kind::Group, Place::behind(before), Changed::MEMBERS).await;
        assert_eq!(of_groups.iter().map(|c| c.related).collect::<Vec<_>>(), [Some(ANA)], "step {step}");
    }
}

#[tokio::test]
async fn what_is_forgotten_is_remembered_to_be() {
    let (db, _scratch) = two_tenants("changes-forgotten").await;
    for n in 0..3_u128 {
        let name = format!("user{n}");
        done(&db, move |tx| {
            users::insert(tx, &member(HERE, ObjectId(Uuid::from_u128(100 + n)), &name), None)
        })
        .await;
    }
    let end = last(&db).await;
    // All rows are of this instant: kept for a second they stay, kept for none of it they go, two at a time.
    assert!(!done(&db, |tx| forget(tx, HERE, 1, 2)).await);
    assert_eq!(reading(&db, |tx| extent(tx, HERE)).await.forgotten, 0);
    assert!(done(&db, |tx| forget(tx, HERE, -1, 2)).await);
    assert!(!done(&db, |tx| forget(tx, HERE, -1, 2)).await);
    assert_eq!(reading(&db, |tx| extent(tx, HERE)).await, Extent { last: end, forgotten: end });
    // Positions go on behind what is gone.
    done(&db, |tx| users::insert(tx, &member(HERE, ANA, "ana"), None)).await;
    assert!(last(&db).await > end);
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time(5_000_000)
    }
}

/// Several programs write to one directory (on a file: several callers of one program) while a reader follows: each
/// round begins where the one before ended, and in the end nobody was missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_missed_while_many_write() {
    const WRITERS: u128 = 6;
    const EACH: u128 = if cfg!(debug_assertions) { 60 } else { 400 };
    let (first, scratch) = two_tenants("changes-in-order").await;
    let nodes: Vec<Db> = if scratch.is_on_server() {
        let options: DbOptions = scratch.options(Arc::new(Still));
        let another = || Db::open(options.clone()).unwrap();
        dawdle(&first).await;
        vec![first.clone(), another(), another()]
    } else {
        vec![first.clone()]
    };
    let over = Arc::new(AtomicBool::new(false));
    let follower = tokio::spawn(follow(first.clone(), Arc::clone(&over)));
    let mut writing = Vec::new();
    for writer in 0..WRITERS {
        let db = nodes[usize::try_from(writer).unwrap() % nodes.len()].clone();
        writing.push(tokio::spawn(async move {
            for n in 0..EACH {
                let id = ObjectId(Uuid::from_u128((writer + 1) << 64 | n));
                let name = format!("user-{writer}-{n}");
                done(&db, move |tx| users::insert(tx, &member(HERE, id, &name), None)).await;
            }
        }));
    }
    for one in writing {
        one.await.unwrap();
    }
    over.store(true, Ordering::SeqCst);
    let seen = follower.await.unwrap();
    let all: HashSet<ObjectId> = (0..WRITERS)
        .flat_map(|w| (0..EACH).map(move |n| ObjectId(Uuid::from_u128((w + 1) << 64 | n))))
        .collect();
    assert_eq!(seen.len(), all.len());
    assert!(seen.keys().all(|id| all.contains(id)));
    assert!(seen.values().all(|times| *times == 1), "a change came in two rounds");
}

/// Makes the server dawdle between the position of a commit and its end, so that commits of several programs overtake each
/// other wherever nothing holds them in order.
async fn dawdle(db: &Db) {
    for sql in [
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql \
         AS 'BEGIN PERFORM pg_sleep(0.004 * random()); RETURN NEW; END'",
        "CREATE TRIGGER dawdles BEFORE INSERT ON writers FOR EACH ROW EXECUTE FUNCTION dawdle()",
    ] {
        done(db, move |tx| tx.execute(sql, &[])).await;
    }
}

/// Reads round after round until there is nothing more to come; how often each object came.
async fn follow(db: Db, over: Arc<AtomicBool>) -> HashMap<ObjectId, u32> {
    let (mut seen, mut position) = (HashMap::new(), 0);
    loop {
        let last_round = over.load(Ordering::SeqCst);
        let (found, end) = reading(&db, move |tx| {
            let extent = extent(tx, HERE)?;
            let all = Wanted {
                until: extent.last,
                most: 100_000,
                ..wanted(Kind::User, Place::behind(position), ALL)
            };
            Ok((read(tx, HERE, &all)?, extent.last))
        })
        .await;
        for change in found {
            *seen.entry(change.object).or_insert(0) += 1;
        }
        position = end;
        if last_round {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}
