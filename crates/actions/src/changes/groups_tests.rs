//! How much a page of a delta of groups asks the database: as much for many groups as for one.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::groups::add_member::add_member;
use crate::groups::owners::add_owner;
use crate::groups::remove_member::remove_member;
use crate::setup::{self, NewGroup};
use crate::testing::{Bench, Counting};
use hospes_domain::access::{Role, Scope};

const WRITE: &[Scope] = &[Scope::GroupReadWriteAll];

fn followed(only: &[ObjectId]) -> Followed {
    Followed { what: Changed::ANYTHING, only: only.to_vec(), top: 100 }
}

async fn group(bench: &Bench, name: String, members: Vec<ObjectId>) -> ObjectId {
    let new = NewGroup { display_name: name, members, ..NewGroup::default() };
    setup::create_group(&bench.app, bench.tenant(), new).await.unwrap()
}

/// The items of a first round on one page, and how many statements they took.
async fn first_round(bench: &Bench) -> (Vec<GroupChange>, usize) {
    let tenant = bench.tenant();
    let read = bench.app.read(move |tx| {
        let tx = Counting::new(tx);
        let (items, next) = all(&tx, tenant, &followed(&[]), (None, None, 0))?;
        assert_eq!(next, Next::Round(0));
        Ok((items, tx.statements()))
    });
    read.await.unwrap()
}

#[tokio::test]
async fn a_page_of_groups_takes_as_many_statements_as_one_group() {
    let bench = Bench::new().await;
    let (ana, bo) = (bench.member("ana", &[]).await, bench.member("bo", &[]).await);
    let before = first_round(&bench).await;
    let one = group(&bench, "one".to_owned(), vec![ana, bo]).await;
    let (_, of_one) = first_round(&bench).await;
    for n in 0..20 {
        group(&bench, format!("many {n}"), if n % 2 == 0 { vec![ana, bo, one] } else { Vec::new() }).await;
    }
    let (items, of_many) = first_round(&bench).await;
    assert_eq!((items.len(), of_many), (before.0.len() + 21, of_one));
    let sizes = items.iter().map(|item| match item {
        GroupChange::There { members, .. } => members.len(),
        GroupChange::Gone { .. } => panic!("nothing is gone"),
    });
    assert_eq!(sizes.filter(|size| *size == 3).count(), 10, "each has its own members");
}

#[tokio::test]
async fn a_page_of_changed_groups_takes_as_many_statements_as_one() {
    let bench = Bench::new().await;
    let admin = bench.person(bench.member("admin", &[Role::GroupsAdministrator]).await, WRITE);
    let (ana, bo) = (bench.member("ana", &[]).await, bench.member("bo", &[]).await);
    let mut groups = Vec::new();
    for n in 0..12 {
        groups.push(group(&bench, format!("group {n}"), vec![bo]).await);
    }
    let tenant = bench.tenant();
    let extent = || bench.app.read(move |tx| Ok(changes::extent(tx, tenant)?.last));
    let begun = extent().await.unwrap();
    for (n, group) in groups.iter().enumerate() {
        add_member(&bench.app, &admin, *group, ana).await.unwrap();
        remove_member(&bench.app, &admin, *group, bo).await.unwrap();
        add_owner(&bench.app, &admin, *group, ana).await.unwrap();
        if n > 8 {
            crate::groups::delete::delete(
                &bench.app,
                &admin,
                *group,
                hospes_domain::precondition::Precondition::None,
            )
            .await
            .unwrap();
        }
    }
    let until = extent().await.unwrap();
    let asked = |only: Vec<ObjectId>| {
        bench.app.read(move |tx| {
            let tx = Counting::new(tx);
            let (items, _) = changed(&tx, tenant, &followed(&only), (Place::behind(begun), until))?;
            Ok((items, tx.statements()))
        })
    };
    // One that changed and one that is gone, and all of them.
    let (_, of_two) = asked(vec![groups[0], groups[11]]).await.unwrap();
    let (items, of_all) = asked(Vec::new()).await.unwrap();
    assert_eq!((items.len(), of_all), (12, of_two));
    for item in items {
        match item {
            GroupChange::There { members, owners, .. } => {
                let told: Vec<_> = members.iter().map(|member| (member.id, member.gone)).collect();
                assert!(told.contains(&(ana, false)) && told.contains(&(bo, true)) && told.len() == 2);
                assert_eq!(
                    owners.iter().map(|owner| (owner.id, owner.gone)).collect::<Vec<_>>(),
                    [(ana, false)]
                );
            }
            GroupChange::Gone { id, for_good } => assert!(groups[9..].contains(&id) && !for_good),
        }
    }
}
