#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::{Actor, Role, Scope};
use hospes_domain::application::{DEFAULT_ACCESS, PrincipalKind};
use hospes_domain::deletion::RESTORABLE_SECONDS;
use hospes_domain::ids::ObjectId;
use hospes_domain::precondition::Precondition;
use hospes_store::{app_role_assignments, application_owners, roles};

use super::{list, purge, restore};
use crate::apps::Which;
use crate::apps::delete_application::{delete_application, delete_service_principal};
use crate::directory_objects::DirectoryObject;
use crate::groups::add_member::add_member;
use crate::groups::delete::delete;
use crate::roles::assign::assign;
use crate::setup::{self, NewApplication, NewGroup};
use crate::testing::{Bench, everything};

const ALL: &[Scope] = &[
    Scope::DirectoryReadWriteAll,
    Scope::GroupReadWriteAll,
    Scope::ApplicationReadWriteAll,
    Scope::RoleManagementReadWriteDirectory,
    Scope::UserReadAll,
];

async fn group(bench: &Bench, name: &str, role_assignable: bool, members: &[ObjectId]) -> ObjectId {
    let new = NewGroup {
        display_name: name.to_owned(),
        role_assignable,
        members: members.to_vec(),
        ..NewGroup::default()
    };
    setup::create_group(&bench.app, bench.tenant(), new).await.unwrap()
}

async fn admin(bench: &Bench, role: Role) -> Actor {
    bench.person(bench.member(&format!("admin-{}", role.name().replace(' ', "-")), &[role]).await, ALL)
}

async fn groups_of(bench: &Bench, member: ObjectId) -> Vec<ObjectId> {
    let tenant = bench.tenant();
    bench.app.read(move |tx| Ok(roles::groups_of(tx, tenant, member)?)).await.unwrap()
}

#[tokio::test]
async fn a_deleted_group_gives_nothing_and_comes_back_with_its_members() {
    let bench = Bench::new().await;
    let admin = admin(&bench, Role::GlobalAdministrator).await;
    let ana = bench.member("ana", &[]).await;
    let inner = group(&bench, "Inner", false, &[ana]).await;
    let outer = group(&bench, "Outer", false, &[inner]).await;
    assert_eq!(groups_of(&bench, ana).await, [inner, outer]);
    delete(&bench.app, &admin, inner, Precondition::None).await.unwrap();
    assert_eq!(groups_of(&bench, ana).await, []);
    assert_eq!(delete(&bench.app, &admin, inner, Precondition::None).await.unwrap_err().name(), "not_found");
    let seen = list::list_all(&bench.app, &admin, everything(), true).await.unwrap();
    assert_eq!((seen.items.len(), seen.count), (1, Some(1)));
    let DirectoryObject::Group(back) = restore::restore(&bench.app, &admin, inner, None).await.unwrap()
    else {
        panic!("no group");
    };
    assert_eq!(back.display_name, "Inner");
    assert_eq!(groups_of(&bench, ana).await, [inner, outer]);
    let names: Vec<String> = bench.audit().await.into_iter().map(|record| record.activity).collect();
    for activity in ["Delete group", "Restore group"] {
        assert_eq!(
            names.iter().filter(|name| *name == activity).count(),
            1 + usize::from(activity == "Delete group")
        );
    }
}

#[tokio::test]
async fn e1_a_group_that_holds_roles_is_for_those_who_give_them() {
    let bench = Bench::new().await;
    let global = admin(&bench, Role::GlobalAdministrator).await;
    let groups_admin = admin(&bench, Role::GroupsAdministrator).await;
    let ana = bench.member("ana", &[]).await;
    let privileged = group(&bench, "Privileged", true, &[ana]).await;
    assign(&bench.app, &global, privileged, Role::UserAdministrator).await.unwrap();
    assert_eq!(
        delete(&bench.app, &groups_admin, privileged, Precondition::None).await.unwrap_err().name(),
        "not_allowed"
    );
    delete(&bench.app, &global, privileged, Precondition::None).await.unwrap();
    let tenant = bench.tenant();
    let standing = async || bench.app.read(move |tx| Ok(roles::standing(tx, tenant, ana)?)).await.unwrap();
    assert!(!standing().await.is_privileged());
    for refused in [
        restore::restore(&bench.app, &groups_admin, privileged, None).await.unwrap_err(),
        purge::purge(&bench.app, &groups_admin, privileged, None).await.unwrap_err(),
    ] {
        assert_eq!(refused.name(), "not_allowed");
    }
    restore::restore(&bench.app, &global, privileged, None).await.unwrap();
    assert_eq!(standing().await.roles, [Role::UserAdministrator]);
}

#[tokio::test]
async fn the_last_administrators_group_stays() {
    let bench = Bench::new().await;
    let ana = bench.member("ana", &[]).await;
    let only = group(&bench, "Administrators", true, &[ana]).await;
    setup::assign_role(&bench.app, bench.tenant(), only, Role::GlobalAdministrator).await.unwrap();
    let refused = delete(&bench.app, &bench.person(ana, ALL), only, Precondition::None).await.unwrap_err();
    assert!(refused.to_string().contains("last Global Administrator"), "{refused}");
    bench.member("bo", &[Role::GlobalAdministrator]).await;
    delete(&bench.app, &bench.person(ana, ALL), only, Precondition::None).await.unwrap();
}

#[tokio::test]
async fn a_restore_closes_no_circle_of_groups() {
    let bench = Bench::new().await;
    let admin = admin(&bench, Role::GlobalAdministrator).await;
    let last = group(&bench, "Last", false, &[]).await;
    let middle = group(&bench, "Middle", false, &[last]).await;
    let first = group(&bench, "First", false, &[middle]).await;
    delete(&bench.app, &admin, middle, Precondition::None).await.unwrap();
    add_member(&bench.app, &admin, last, first).await.unwrap();
    let refused = restore::restore(&bench.app, &admin, middle, None).await.unwrap_err();
    assert!(refused.to_string().contains("member of itself"), "{refused}");
}

#[tokio::test]
async fn an_application_and_its_presence_come_back_one_by_one() {
    let bench = Bench::new().await;
    let admin = admin(&bench, Role::GlobalAdministrator).await;
    let ana = bench.member("ana", &[]).await;
    let new = NewApplication { display_name: "Ledger".into(), secret: true, ..NewApplication::default() };
    let app = setup::register_application(&bench.app, bench.tenant(), new).await.unwrap();
    let (application, principal, tenant) = (app.application.id, app.service_principal.id, bench.tenant());
    let own = async |id: ObjectId| {
        bench.app.write(move |tx| Ok(application_owners::insert(tx, tenant, id, ana)?)).await.unwrap()
    };
    own(application).await;
    setup::assign_app_role(&bench.app, tenant, ana, principal, DEFAULT_ACCESS).await.unwrap();
    delete_application(&bench.app, &admin, Which::Id(application), Precondition::None).await.unwrap();
    let held = async || {
        let kind = PrincipalKind::User;
        bench
            .app
            .read(move |tx| Ok(app_role_assignments::effective(tx, tenant, ana, kind, principal)?.len()))
            .await
            .unwrap()
    };
    assert_eq!(held().await, 0);
    let early = restore::restore(&bench.app, &admin, principal, None).await.unwrap_err();
    assert!(early.to_string().contains("Restore the application first"), "{early}");
    restore::restore(&bench.app, &admin, application, None).await.unwrap();
    assert_eq!(held().await, 0, "the presence is restored by itself");
    restore::restore(&bench.app, &admin, principal, None).await.unwrap();
    assert_eq!(held().await, 1);
    let owners =
        bench.app.read(move |tx| Ok(application_owners::of(tx, tenant, application)?)).await.unwrap();
    assert_eq!(owners, [ana]);
    // Its secret works again.
    let secrets = bench
        .app
        .read(move |tx| Ok(hospes_store::applications::secrets(tx, tenant, application)?))
        .await
        .unwrap();
    assert_eq!(secrets.len(), 1);
}

#[tokio::test]
async fn e2_restoring_a_privileged_application_takes_what_a_secret_for_it_takes() {
    let bench = Bench::new().await;
    let global = admin(&bench, Role::GlobalAdministrator).await;
    let apps_admin = admin(&bench, Role::ApplicationAdministrator).await;
    let new = NewApplication {
        display_name: "Powerful".into(),
        permissions: vec![Scope::RoleManagementReadWriteDirectory],
        ..NewApplication::default()
    };
    let app = setup::register_application(&bench.app, bench.tenant(), new).await.unwrap();
    let principal = app.service_principal.id;
    delete_service_principal(&bench.app, &global, Which::Id(principal), Precondition::None).await.unwrap();
    let refused = restore::restore(&bench.app, &apps_admin, principal, None).await.unwrap_err();
    assert_eq!(refused.name(), "not_allowed");
    restore::restore(&bench.app, &global, principal, None).await.unwrap();
}

#[tokio::test]
async fn what_was_deleted_30_days_ago_is_gone_whether_purged_or_not() {
    let bench = Bench::new().await;
    let admin = admin(&bench, Role::GlobalAdministrator).await;
    let old = group(&bench, "Old", false, &[]).await;
    delete(&bench.app, &admin, old, Precondition::None).await.unwrap();
    bench.clock.forward(RESTORABLE_SECONDS + 1);
    let refused = restore::restore(&bench.app, &admin, old, None).await.unwrap_err();
    assert_eq!(refused.name(), "not_found");
    purge::purge_due(&bench.app).await.unwrap();
    assert!(bench.audit().await.iter().any(|r| r.activity == "Hard Delete group" && r.target == Some(old)));
}
