#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::{Role, Scope};
use hospes_domain::application::{AppRole, DEFAULT_ACCESS, DIRECTORY_API};
use hospes_domain::audit::AuditRecord;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{Filter, List, ServicePrincipalField, Value};
use uuid::Uuid;

use super::Which;
use super::assign_app_role::{AssignAppRole, assign_app_role};
use super::list_app_roles_of::list_app_roles_of;
use super::list_service_principals::list_service_principals;
use super::remove_app_role::{Place, remove_app_role};
use crate::setup::{self, NewApplication, Registered};
use crate::testing::{Bench, everything};

const ASSIGN: &[Scope] = &[Scope::AppRoleAssignmentReadWriteAll, Scope::ApplicationReadAll];

async fn app(bench: &Bench, name: &str, role: Option<u128>) -> Registered {
    let app_roles = role
        .map(|id| AppRole {
            id: Uuid::from_u128(id),
            value: "R".into(),
            display_name: "R".into(),
            enabled: true,
            ..AppRole::default()
        })
        .into_iter()
        .collect();
    let new = NewApplication { display_name: name.to_owned(), app_roles, ..NewApplication::default() };
    setup::register_application(&bench.app, bench.tenant(), new).await.unwrap()
}

#[tokio::test]
async fn an_app_role_is_assigned_once_listed_at_both_ends_and_removed() {
    let bench = Bench::new().await;
    let admin = bench.person(bench.member("admin", &[Role::UserAdministrator]).await, ASSIGN);
    let ana = bench.member("ana", &[]).await;
    let resource = app(&bench, "Files", Some(5)).await;
    let which = Which::Client(resource.client_id);
    let command =
        AssignAppRole { principal: ana, resource: which, resource_id: None, app_role: Uuid::from_u128(5) };
    let made = assign_app_role(&bench.app, &admin, command).await.unwrap();
    assert_eq!((made.principal_name.as_str(), made.resource_name.as_str()), ("ana", "Files"));
    let again = assign_app_role(&bench.app, &admin, command).await.unwrap_err();
    assert_eq!(again.to_string(), "Permission being assigned already exists on the object");
    for app_role in [Uuid::from_u128(6), DEFAULT_ACCESS] {
        let wrong =
            assign_app_role(&bench.app, &admin, AssignAppRole { app_role, ..command }).await.unwrap_err();
        assert!(wrong.to_string().contains("Not a valid reference update"), "{wrong}");
    }
    let stranger = AssignAppRole { principal: ObjectId(Uuid::from_u128(99)), ..command };
    assert_eq!(assign_app_role(&bench.app, &admin, stranger).await.unwrap_err().name(), "not_found");

    for place in [Place::User(ana.to_string()), Place::Resource(which)] {
        let found = list_app_roles_of(&bench.app, &admin, place, everything(), false).await.unwrap();
        assert_eq!(found.items, std::slice::from_ref(&made));
    }
    let other = Place::Resource(Which::Client(DIRECTORY_API));
    assert_eq!(remove_app_role(&bench.app, &admin, other, made.id).await.unwrap_err().name(), "not_found");
    remove_app_role(&bench.app, &admin, Place::Resource(which), made.id).await.unwrap();
    assert!(
        list_app_roles_of(&bench.app, &admin, Place::User(ana.to_string()), everything(), false)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn e2_permissions_of_the_directory_api_are_not_given_by_those_who_assign_apps() {
    let bench = Bench::new().await;
    let program = app(&bench, "Assigner", None).await.service_principal.id;
    let itself = AssignAppRole {
        principal: program,
        resource: Which::Client(DIRECTORY_API),
        resource_id: None,
        app_role: Scope::RoleManagementReadWriteDirectory.app_role_id().unwrap(),
    };
    let as_app = bench.program(program, ASSIGN);
    let as_app_admin = bench.person(bench.member("aa", &[Role::ApplicationAdministrator]).await, ASSIGN);
    for actor in [&as_app, &as_app_admin] {
        assert_eq!(assign_app_role(&bench.app, actor, itself).await.unwrap_err().name(), "not_allowed");
    }
    let refused = |r: &AuditRecord| !r.success && r.reason.as_deref() == Some("not_allowed");
    assert_eq!(bench.audit().await.iter().filter(|r| refused(r)).count(), 2);

    let global = bench.person(bench.member("ga", &[Role::GlobalAdministrator]).await, ASSIGN);
    let made = assign_app_role(&bench.app, &global, itself).await.unwrap();
    let place = Place::Principal(Which::Id(program));
    assert_eq!(remove_app_role(&bench.app, &as_app, place, made.id).await.unwrap_err().name(), "not_allowed");
    // Nobody but an application ever holds one.
    let person = AssignAppRole { principal: bench.member("ana", &[]).await, ..itself };
    assert_eq!(assign_app_role(&bench.app, &global, person).await.unwrap_err().name(), "invalid");
}

#[tokio::test]
async fn service_principals_are_found_by_application_id() {
    let bench = Bench::new().await;
    let reader = bench.person(bench.member("ana", &[]).await, ASSIGN);
    let wanted = app(&bench, "Files", None).await;
    let filter = Filter::equal(ServicePrincipalField::AppId, Value::Id(wanted.client_id.0));
    let query = List { filter: Some(filter), ..everything() };
    let found = list_service_principals(&bench.app, &reader, query, false).await.unwrap();
    let principals: Vec<_> = found.items.into_iter().map(|presence| presence.principal).collect();
    assert_eq!(principals, [wanted.service_principal]);
    let all = list_service_principals(&bench.app, &reader, everything(), false).await.unwrap();
    assert_eq!(all.items.len(), 4);
    let without = bench.person(bench.member("bo", &[]).await, &[Scope::UserReadAll]);
    let refused = list_service_principals(&bench.app, &without, everything(), false).await.unwrap_err();
    assert_eq!(refused.name(), "not_allowed");
}
