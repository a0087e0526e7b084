#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::{Role, Scope};
use hospes_domain::query::{Filter, List, RoleAssignmentField, Value};

use super::assign::{assign, remove};
use super::definitions::definitions;
use super::list::{get, list};
use crate::setup::{self, NewGroup};
use crate::testing::{Bench, everything};

const ROLES: &[Scope] = &[Scope::RoleManagementReadWriteDirectory];

#[tokio::test]
async fn a_role_is_assigned_found_and_taken_away() {
    let bench = Bench::new().await;
    let admin_id = bench.member("admin", &[Role::GlobalAdministrator]).await;
    let admin = bench.person(admin_id, ROLES);
    let ana = bench.member("ana", &[]).await;
    let made = assign(&bench.app, &admin, ana, Role::GuestInviter).await.unwrap();
    assert_eq!(
        assign(&bench.app, &admin, ana, Role::GuestInviter).await.unwrap_err().name(),
        "already_exists"
    );
    let filter = Filter::equal(RoleAssignmentField::PrincipalId, Value::Id(ana.0));
    let query = List { filter: Some(filter), ..everything() };
    assert_eq!(list(&bench.app, &admin, query.clone(), true).await.unwrap().items, [made]);
    assert_eq!(get(&bench.app, &admin, made.id).await.unwrap(), made);
    assert_eq!(
        definitions(&bench.app, &admin, everything(), false).await.unwrap().items.len(),
        Role::ALL.len()
    );
    remove(&bench.app, &admin, made.id).await.unwrap();
    assert!(list(&bench.app, &admin, query, false).await.unwrap().items.is_empty());

    let filter = Filter::equal(RoleAssignmentField::PrincipalId, Value::Id(admin_id.0));
    let own = list(&bench.app, &admin, List { filter: Some(filter), ..everything() }, false)
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(remove(&bench.app, &admin, own.id).await.unwrap_err().name(), "conflict");
}

#[tokio::test]
async fn roles_are_given_by_those_who_manage_them_and_to_groups_made_for_it() {
    let bench = Bench::new().await;
    let ana = bench.member("ana", &[Role::UserAdministrator]).await;
    for actor in [bench.person(ana, ROLES), bench.person(ana, &[Scope::DirectoryReadWriteAll])] {
        let refused = assign(&bench.app, &actor, ana, Role::GlobalAdministrator).await.unwrap_err();
        assert_eq!(refused.name(), "not_allowed");
    }
    let admin = bench.person(bench.member("pra", &[Role::PrivilegedRoleAdministrator]).await, ROLES);
    for (role_assignable, outcome) in [(false, Err("invalid")), (true, Ok(()))] {
        let new =
            NewGroup { display_name: "G".into(), role_assignable, members: vec![ana], ..NewGroup::default() };
        let group = setup::create_group(&bench.app, bench.tenant(), new).await.unwrap();
        let assigned = assign(&bench.app, &admin, group, Role::GuestInviter).await;
        assert_eq!(assigned.map(|_| ()).map_err(|refusal| refusal.name()), outcome);
    }
    let tenant = bench.tenant();
    let standing =
        bench.app.read(move |tx| Ok(hospes_store::roles::standing(tx, tenant, ana)?)).await.unwrap();
    assert!(standing.has(Role::GuestInviter) && standing.in_role_assignable_group);
}
