#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::{Role, Scope, UserType, View};
use hospes_domain::address::Address;
use hospes_domain::application::{AppRole, PrincipalKind};
use hospes_domain::guest::Guest;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{Filter, GroupField, List, ObjectField, Order, Page, Value};
use hospes_domain::refusal::Refusal;
use hospes_domain::upn;
use hospes_domain::user::{Profile, User};
use hospes_store::groups::Kinds;
use uuid::Uuid;

use super::add_member::add_member;
use super::create::{CreateGroup, create};
use super::member_of::{Kind, Reach, member_of};
use super::members::{members, owners};
use super::remove_member::remove_member;
use super::{get, list};
use crate::directory_objects::{self, DirectoryObject};
use crate::setup::{self, NewApplication, NewGroup};
use crate::testing::{Bench, Counting, everything, new_tenant};

const GROUPS: &[Scope] = &[Scope::GroupReadWriteAll, Scope::GroupMemberReadWriteAll, Scope::UserReadAll];
const ROLES_TOO: &[Scope] = &[Scope::GroupReadWriteAll, Scope::RoleManagementReadWriteDirectory];

async fn group(bench: &Bench, name: &str, role_assignable: bool, owners: &[ObjectId]) -> ObjectId {
    let new = NewGroup {
        display_name: name.to_owned(),
        role_assignable,
        owners: owners.to_vec(),
        ..NewGroup::default()
    };
    setup::create_group(&bench.app, bench.tenant(), new).await.unwrap()
}

#[tokio::test]
async fn a_member_is_added_once_seen_and_removed() {
    let bench = Bench::new().await;
    let admin = bench.person(bench.member("admin", &[Role::UserAdministrator]).await, GROUPS);
    let guest = bench.member("ana", &[]).await;
    let command = CreateGroup {
        display_name: "Partners".to_owned(),
        mail_nickname: "partners".to_owned(),
        ..CreateGroup::default()
    };
    let made = create(&bench.app, &admin, command).await.unwrap();
    assert_eq!((made.mail_nickname.as_str(), made.security_enabled), ("partners", true));

    add_member(&bench.app, &admin, made.id, guest).await.unwrap();
    let again = add_member(&bench.app, &admin, made.id, guest).await.unwrap_err();
    assert_eq!(
        again.to_string(),
        "One or more added object references already exist for the following modified properties: 'members'."
    );
    let seen =
        members(&bench.app, &admin, made.id, (Reach::Direct, None), everything(), false).await.unwrap();
    assert_eq!(seen.items.iter().map(DirectoryObject::id).collect::<Vec<_>>(), [guest]);
    let groups = members(
        &bench.app,
        &admin,
        made.id,
        (Reach::Direct, Some(PrincipalKind::Group)),
        everything(),
        false,
    )
    .await
    .unwrap();
    assert!(groups.items.is_empty());
    let records = bench.audit().await;
    assert!(
        records.iter().any(|r| r.activity == "Add member to group" && r.success && r.target == Some(made.id))
    );
    assert!(records.iter().any(|r| r.reason.as_deref() == Some("already_exists") && !r.success));

    remove_member(&bench.app, &admin, made.id, guest).await.unwrap();
    let gone = remove_member(&bench.app, &admin, made.id, guest).await.unwrap_err();
    assert_eq!(gone.name(), "not_found");
}

#[tokio::test]
async fn membership_raises_the_revisions_of_both() {
    let bench = Bench::new().await;
    let (tenant, ana, partners) =
        (bench.tenant(), bench.member("ana", &[]).await, group(&bench, "Partners", false, &[]).await);
    let revisions = async || {
        let read = bench.app.read(move |tx| {
            let user = hospes_store::users::by_id(tx, tenant, ana)?.unwrap().revision;
            Ok((user, hospes_store::groups::by_id(tx, tenant, partners)?.unwrap().revision))
        });
        read.await.unwrap()
    };
    let before = revisions().await;
    setup::add_member(&bench.app, tenant, partners, ana).await.unwrap();
    assert_eq!(revisions().await, (before.0 + 1, before.1 + 1));
}

#[tokio::test]
async fn e6_foreign_and_unknown_objects_look_the_same() {
    let bench = Bench::new().await;
    let admin = bench.person(bench.member("admin", &[Role::GlobalAdministrator]).await, GROUPS);
    let own = group(&bench, "Own", false, &[]).await;
    let other = setup::create_tenant(&bench.app, new_tenant("contoso.example")).await.unwrap();
    let foreign = NewGroup { display_name: "Foreign".to_owned(), ..NewGroup::default() };
    let foreign = setup::create_group(&bench.app, other.id, foreign).await.unwrap();
    for id in [foreign, ObjectId(Uuid::from_u128(9))] {
        let wanted = Refusal::not_found(id);
        assert_eq!(add_member(&bench.app, &admin, own, id).await.unwrap_err(), wanted);
        assert_eq!(add_member(&bench.app, &admin, id, own).await.unwrap_err(), wanted);
        assert_eq!(get::get(&bench.app, &admin, id).await.unwrap_err(), wanted);
        assert_eq!(
            members(&bench.app, &admin, id, (Reach::Direct, None), everything(), false).await.unwrap_err(),
            wanted
        );
    }
}

#[tokio::test]
async fn at_most_twenty_groups_nest_without_cycles() {
    let bench = Bench::new().await;
    let admin = bench.person(bench.member("admin", &[Role::GroupsAdministrator]).await, GROUPS);
    let mut chain = Vec::new();
    for n in 0..21 {
        chain.push(group(&bench, &format!("g{n}"), false, &[]).await);
    }
    for pair in chain[..20].windows(2) {
        add_member(&bench.app, &admin, pair[0], pair[1]).await.unwrap();
    }
    let deep = add_member(&bench.app, &admin, chain[19], chain[20]).await.unwrap_err();
    assert!(deep.to_string().contains("More than 20 groups"), "{deep}");
    let above = add_member(&bench.app, &admin, chain[20], chain[0]).await.unwrap_err();
    assert!(above.to_string().contains("More than 20 groups"), "{above}");
    for (outer, inner) in [(5, 5), (5, 4), (19, 0)] {
        let cycle = add_member(&bench.app, &admin, chain[outer], chain[inner]).await.unwrap_err();
        assert!(cycle.to_string().contains("member of itself"), "{cycle}");
    }
    let ana = bench.member("ana", &[]).await;
    add_member(&bench.app, &admin, chain[19], ana).await.unwrap();
    let all =
        member_of(&bench.app, &admin, ana.to_string(), Reach::Transitive, Kind::Any, everything(), false)
            .await
            .unwrap();
    assert_eq!(all.items.len(), 20);
    let direct =
        member_of(&bench.app, &admin, ana.to_string(), Reach::Direct, Kind::Any, everything(), false)
            .await
            .unwrap();
    assert_eq!(direct.items.len(), 1);
}

#[tokio::test]
async fn e1_an_owner_changes_ordinary_groups_only() {
    let bench = Bench::new().await;
    let owner_id = bench.member("owner", &[]).await;
    let owner = bench.person(owner_id, ROLES_TOO);
    let ana = bench.member("ana", &[]).await;
    let ordinary = group(&bench, "Ordinary", false, &[owner_id]).await;
    add_member(&bench.app, &owner, ordinary, ana).await.unwrap();
    remove_member(&bench.app, &owner, ordinary, ana).await.unwrap();

    let privileged = group(&bench, "Privileged", true, &[owner_id]).await;
    assert_eq!(add_member(&bench.app, &owner, privileged, owner_id).await.unwrap_err().name(), "not_allowed");
    let users_only = bench.person(bench.member("ua", &[Role::UserAdministrator]).await, ROLES_TOO);
    assert_eq!(add_member(&bench.app, &users_only, privileged, ana).await.unwrap_err().name(), "not_allowed");
    let global = bench.person(bench.member("ga", &[Role::GlobalAdministrator]).await, ROLES_TOO);
    assert_eq!(add_member(&bench.app, &global, privileged, ordinary).await.unwrap_err().name(), "invalid");
    add_member(&bench.app, &global, privileged, ana).await.unwrap();

    // Membership of the ordinary group now brings an app role, by way of a group it stands in.
    let app_role = AppRole {
        id: Uuid::from_u128(1),
        value: "Reader".into(),
        display_name: "Reader".into(),
        enabled: true,
        ..AppRole::default()
    };
    let new = NewApplication {
        display_name: "App".into(),
        app_roles: vec![app_role.clone()],
        ..NewApplication::default()
    };
    let app = setup::register_application(&bench.app, bench.tenant(), new).await.unwrap();
    let outer = group(&bench, "Outer", false, &[]).await;
    setup::add_member(&bench.app, bench.tenant(), outer, ordinary).await.unwrap();
    let resource = app.service_principal.id;
    setup::assign_app_role(&bench.app, bench.tenant(), outer, resource, app_role.id).await.unwrap();
    assert_eq!(add_member(&bench.app, &owner, ordinary, ana).await.unwrap_err().name(), "not_allowed");
    add_member(&bench.app, &users_only, ordinary, ana).await.unwrap();
    let (tenant, kind) = (bench.tenant(), PrincipalKind::User);
    let roles = bench
        .app
        .read(move |tx| Ok(hospes_store::app_role_assignments::effective(tx, tenant, ana, kind, resource)?))
        .await
        .unwrap();
    assert_eq!(roles, [app_role.id]);
}

#[tokio::test]
async fn groups_are_filtered_sorted_and_paged() {
    let bench = Bench::new().await;
    let admin = bench.person(bench.member("admin", &[]).await, GROUPS);
    for name in ["beta", "Alpha", "gamma", "ALSO", "delta"] {
        group(&bench, name, name == "gamma", &[]).await;
    }
    let mut query: List<GroupField> = everything();
    query.order = Some(Order { field: GroupField::DisplayName, descending: false });
    query.page = Page { top: 2, after: None };
    let mut names = Vec::new();
    loop {
        let found = list::list(&bench.app, &admin, query.clone(), true).await.unwrap();
        assert_eq!(found.count, Some(5));
        names.extend(found.items.into_iter().map(|g| g.display_name));
        query.page.after = found.next;
        if query.page.after.is_none() {
            break;
        }
    }
    assert_eq!(names, ["Alpha", "ALSO", "beta", "delta", "gamma"]);

    let starts = Filter::StartsWith { field: GroupField::DisplayName, value: "aL".into() };
    let assignable = Filter::equal(GroupField::IsAssignableToRole, Value::Flag(true));
    let mail = Filter::equal(GroupField::MailEnabled, Value::Flag(false));
    for (filter, count) in [
        (starts.clone(), 2),
        (Filter::Not(Box::new(starts.clone())), 3),
        (starts.clone().or(assignable.clone()), 3),
        (starts.and(assignable), 0),
        (mail, 5),
        (Filter::equal(GroupField::Mail, Value::Null), 5),
        (
            Filter::In {
                field: GroupField::DisplayName,
                values: vec![Value::Text("BETA".into()), Value::Text("x".into())],
            },
            1,
        ),
    ] {
        let query = List { filter: Some(filter.clone()), ..everything() };
        assert_eq!(
            list::list(&bench.app, &admin, query, false).await.unwrap().items.len(),
            count,
            "{filter:?}"
        );
    }
}

#[tokio::test]
async fn memberships_are_filtered_and_paged() {
    let bench = Bench::new().await;
    let ana = bench.member("ana", &[Role::DirectoryReaders]).await;
    let own = bench.person(ana, &[Scope::UserRead, Scope::GroupMemberReadAll]);
    for name in ["one", "two", "three"] {
        let id = group(&bench, name, false, &[]).await;
        setup::add_member(&bench.app, bench.tenant(), id, ana).await.unwrap();
    }
    let mut query: List<ObjectField> = everything();
    query.page.top = 3;
    let first = member_of(&bench.app, &own, ana.to_string(), Reach::Direct, Kind::Any, query.clone(), true)
        .await
        .unwrap();
    assert_eq!((first.items.len(), first.count), (3, Some(4)));
    query.page.after = first.next;
    let second =
        member_of(&bench.app, &own, ana.to_string(), Reach::Direct, Kind::Any, query, false).await.unwrap();
    assert!(second.items.len() == 1 && second.next.is_none() && !first.items.contains(&second.items[0]));
    let starts = Filter::StartsWith { field: ObjectField::DisplayName, value: "T".into() };
    let query = List { filter: Some(starts), ..everything() };
    let found = member_of(&bench.app, &own, ana.to_string(), Reach::Transitive, Kind::Any, query, false)
        .await
        .unwrap();
    assert_eq!(found.items.len(), 2);
    let other = bench.person(bench.member("bo", &[]).await, &[Scope::UserRead]);
    let refused = member_of(
        &bench.app,
        &other,
        "ana@fabrikam.example".to_owned(),
        Reach::Direct,
        Kind::Any,
        everything(),
        false,
    )
    .await
    .unwrap_err();
    assert_eq!(refused.name(), "not_allowed");
}

/// Somebody from outside, without a role.
async fn guest(bench: &Bench, address: &str) -> ObjectId {
    let (tenant, now) = (bench.tenant(), bench.app.now());
    let mail = Address::parse(address).unwrap();
    let id = bench.app.new_object_id();
    let name = upn::candidate(&mail, "fabrikam.example", 0);
    let user = User {
        guest: Guest::invite(tenant, id, now),
        revision: 1,
        user_type: UserType::Guest,
        creation_type: None,
        upn: name.upn,
        mail_nickname: name.mail_nickname,
        mail: Some(mail),
        other_mails: Vec::new(),
        proxy_addresses: Vec::new(),
        profile: Profile { display_name: address.to_owned(), ..Profile::default() },
        show_in_address_list: false,
        invited_by: None,
        created_at: now,
    };
    let fresh = bench.app.write(move |tx| Ok(hospes_store::users::insert(tx, &user, None)?)).await.unwrap();
    assert!(fresh);
    id
}

#[tokio::test]
async fn e4_a_guest_lists_nothing_but_its_own_memberships_and_members_of_what_it_can_name() {
    let bench = Bench::new().await;
    let ana = guest(&bench, "ana@contoso.example").await;
    let bo = guest(&bench, "bo@contoso.example").await;
    let partners = group(&bench, "Partners", false, &[]).await;
    for id in [ana, bo] {
        setup::add_member(&bench.app, bench.tenant(), partners, id).await.unwrap();
    }
    let actor = bench.person(ana, Scope::ALL);
    let refused = |answer: Result<(), Refusal>| assert_eq!(answer.unwrap_err().name(), "not_allowed");
    refused(list::list(&bench.app, &actor, everything(), false).await.map(drop));
    for object in
        members(&bench.app, &actor, partners, (Reach::Direct, None), everything(), false).await.unwrap().items
    {
        let DirectoryObject::User(seen) = object else { panic!("{object:?}") };
        assert_eq!(seen.view, if seen.user.id() == ana { View::Full } else { View::Limited });
    }
    assert!(owners(&bench.app, &actor, partners, None, everything(), false).await.unwrap().items.is_empty());
    let of = |id: ObjectId| {
        member_of(&bench.app, &actor, id.to_string(), Reach::Transitive, Kind::Any, everything(), false)
    };
    refused(of(bo).await.map(drop));
    assert_eq!(of(ana).await.unwrap().items.len(), 1);
    assert_eq!(get::get(&bench.app, &actor, partners).await.unwrap().id(), partners);
    refused(add_member(&bench.app, &actor, partners, bo).await);
    let all = crate::apps::list_service_principals::list_service_principals;
    refused(all(&bench.app, &actor, everything(), false).await.map(drop));
    refused(crate::roles::list::list(&bench.app, &actor, everything(), false).await.map(drop));

    match directory_objects::get(&bench.app, &actor, bo).await.unwrap() {
        DirectoryObject::User(seen) => assert_eq!(seen.view, View::Limited),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_page_of_members_takes_as_many_statements_as_three() {
    let bench = Bench::new().await;
    let reader = bench.person(bench.member("reader", &[]).await, &[Scope::DirectoryReadAll]);
    let (mut inside, mut taken) = (Vec::new(), Vec::new());
    for n in 0..30 {
        inside.push(bench.member(&format!("member{n}"), &[]).await);
        inside.push(group(&bench, &format!("inner {n}"), false, &[]).await);
        if n % 29 != 0 {
            continue;
        }
        let new = NewApplication { display_name: format!("app {n}"), ..NewApplication::default() };
        let app = setup::register_application(&bench.app, bench.tenant(), new).await.unwrap();
        inside.push(app.service_principal.id);
        let new =
            NewGroup { display_name: "outer".to_owned(), members: inside.clone(), ..NewGroup::default() };
        let outer = setup::create_group(&bench.app, bench.tenant(), new).await.unwrap();
        let (reader, tenant) = (reader.clone(), bench.tenant());
        let read = bench.app.read(move |tx| {
            let caller = crate::callers::load(tx, &reader)?;
            let tx = Counting::new(tx);
            let kinds = Kinds { only: None, named: &directory_objects::names_seen(&caller) };
            let found = hospes_store::groups::members(&tx, tenant, outer, kinds, &everything(), false)?;
            let seen = directory_objects::load_list(
                &tx,
                &caller,
                &found.items,
                directory_objects::seen_by(&caller),
            )?;
            Ok((seen.len(), tx.statements()))
        });
        taken.push(read.await.unwrap());
    }
    let [few, many] = taken.as_slice() else { panic!("two pages") };
    assert_eq!((few.0, many.0, many.1), (3, 62, few.1));
}
