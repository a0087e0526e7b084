//! What groups, roles and app role assignments keep, on a real SQLite file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use hospes_domain::access::{InvitePolicy, Role};
use hospes_domain::application::{AppRoleAssignment, ServicePrincipal};
use hospes_domain::ids::ClientId;
use hospes_domain::policy::GuestPolicy;
use hospes_domain::query::{Comparison, Filter, Order, Page, Value as Wanted};
use hospes_domain::tenant::Tenant;
use hospes_domain::time::{Clock, Time};
use uuid::Uuid;

use super::*;
use crate::app_role_assignments::{self, End};
use crate::engine::{Db, Scratch, Verdict};
use crate::roles::{self, RoleAssignment, Without};
use crate::testing;
use crate::{directory_objects, service_principals, tenants, users};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const OTHER_TENANT: TenantId = TenantId(Uuid::from_u128(2));
const ANA: ObjectId = ObjectId(Uuid::from_u128(11));
const BO: ObjectId = ObjectId(Uuid::from_u128(12));
const INNER: ObjectId = ObjectId(Uuid::from_u128(21));
const OUTER: ObjectId = ObjectId(Uuid::from_u128(22));
const APP: ObjectId = ObjectId(Uuid::from_u128(31));

const KINDS: [PrincipalKind; 3] =
    [PrincipalKind::User, PrincipalKind::Group, PrincipalKind::ServicePrincipal];
const EVERY: Kinds<'static> = Kinds { only: None, named: &KINDS };

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time(5_000_000)
    }
}

/// A store with Ana in the inner group, which is in the outer one, and Bo in the outer one.
struct Place {
    db: Db,
    _scratch: Scratch,
}

impl Place {
    async fn new(name: &str) -> Self {
        let scratch = Scratch::new(name).unwrap();
        let place = Self { db: Db::open(scratch.options(Arc::new(Still))).unwrap(), _scratch: scratch };
        place.done(|tx| fill(tx)).await;
        place
    }

    async fn done<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        let verdict: Verdict<T> = self.db.write(move |tx| f(tx).map(Verdict::Done)).await.unwrap();
        verdict.into_result().unwrap()
    }
}

fn fill(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    for (id, domain) in [(TENANT, "fabrikam.example"), (OTHER_TENANT, "contoso.example")] {
        let tenant = Tenant {
            id,
            display_name: domain.to_owned(),
            initial_domain: domain.to_owned(),
            domains: vec![domain.to_owned()],
            invites: InvitePolicy::Everyone,
            guests: GuestPolicy::default(),
            privacy_url: None,
            created_at: Time(1),
        };
        assert!(tenants::insert(tx, &tenant)?);
    }
    for (id, name) in [(ANA, "Ana"), (BO, "Bo")] {
        assert!(users::insert(tx, &testing::member(TENANT, id, name), None)?);
    }
    for (id, name) in [(INNER, "inner"), (OUTER, "Outer")] {
        assert!(insert(tx, TENANT, &group(id, name))?);
    }
    let app = ServicePrincipal {
        id: APP,
        revision: 1,
        client_id: ClientId(Uuid::from_u128(32)),
        display_name: "App".to_owned(),
        home_url: None,
        assignment_required: true,
        enabled: true,
        app_roles: Vec::new(),
        notes: hospes_domain::application::PrincipalNotes::default(),
        created_by: None,
        created_at: Time(1),
    };
    assert!(service_principals::insert(tx, TENANT, &app)?);
    for (group, id, kind) in [
        (INNER, ANA, PrincipalKind::User),
        (OUTER, INNER, PrincipalKind::Group),
        (OUTER, BO, PrincipalKind::User),
    ] {
        assert!(add_member(tx, TENANT, group, Member { id, kind })?);
    }
    Ok(())
}

fn group(id: ObjectId, name: &str) -> Group {
    Group {
        id,
        revision: 1,
        display_name: name.to_owned(),
        description: None,
        mail: None,
        mail_nickname: name.to_owned(),
        security_enabled: true,
        role_assignable: false,
        created_at: Time(1),
    }
}

fn assignment(
    id: u128,
    principal: ObjectId,
    principal_kind: PrincipalKind,
    app_role: u128,
) -> AppRoleAssignment {
    AppRoleAssignment {
        id: Uuid::from_u128(id),
        principal,
        principal_kind,
        principal_name: String::new(),
        resource: APP,
        resource_name: String::new(),
        app_role: Uuid::from_u128(app_role),
        created_at: Time(7),
    }
}

fn all<F>() -> List<F> {
    List { filter: None, order: None, page: Page { top: 10, after: None } }
}

#[tokio::test]
async fn membership_is_kept_once_in_its_tenant_and_raises_revisions() {
    let place = Place::new("once").await;
    place
        .done(|tx| {
            let ana = Member { id: ANA, kind: PrincipalKind::User };
            assert!(!add_member(tx, TENANT, INNER, ana)?);
            assert_eq!(member(tx, TENANT, INNER, ANA)?, Some(ana));
            assert_eq!(member(tx, OTHER_TENANT, INNER, ANA)?, None);
            assert_eq!(by_id(tx, OTHER_TENANT, INNER)?, None);
            let before = (
                users::by_id(tx, TENANT, ANA)?.unwrap().revision,
                by_id(tx, TENANT, INNER)?.unwrap().revision,
            );
            assert!(remove_member(tx, TENANT, INNER, ana)?);
            assert!(!remove_member(tx, TENANT, INNER, ana)?);
            let after = (
                users::by_id(tx, TENANT, ANA)?.unwrap().revision,
                by_id(tx, TENANT, INNER)?.unwrap().revision,
            );
            assert_eq!(after, (before.0 + 1, before.1 + 1));
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn an_owner_finds_the_own_groups_in_the_own_tenant() {
    let place = Place::new("owned-groups").await;
    place
        .done(|tx| {
            for group in [OUTER, INNER] {
                assert!(add_owner(tx, TENANT, group, Member { id: BO, kind: PrincipalKind::User })?);
            }
            assert_eq!(owned_by(tx, TENANT, BO)?, [INNER, OUTER]);
            assert!(owned_by(tx, TENANT, ANA)?.is_empty() && owned_by(tx, OTHER_TENANT, BO)?.is_empty());
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn members_are_listed_by_kind_name_and_page() {
    let place = Place::new("members").await;
    let (both, users_only, named, pages) = place
        .done(|tx| {
            let both = members(tx, TENANT, OUTER, EVERY, &all(), true)?;
            let users = Kinds { only: Some(PrincipalKind::User), ..EVERY };
            let users_only = members(tx, TENANT, OUTER, users, &all(), true)?;
            let filter = Filter::StartsWith { field: ObjectField::DisplayName, value: "IN".into() };
            let named = members(tx, TENANT, OUTER, EVERY, &List { filter: Some(filter), ..all() }, false)?;
            let mut list =
                List { order: Some(Order { field: ObjectField::DisplayName, descending: true }), ..all() };
            list.page.top = 1;
            let mut pages = Vec::new();
            loop {
                let found = members(tx, TENANT, OUTER, EVERY, &list, false)?;
                pages.extend(found.items.iter().map(|m| m.id));
                list.page.after = found.next;
                if list.page.after.is_none() {
                    return Ok((both, users_only, named, pages));
                }
            }
        })
        .await;
    assert_eq!((both.items.len(), both.count, both.next), (2, Some(2), None));
    assert_eq!((users_only.items[0].id, users_only.count), (BO, Some(1)));
    assert_eq!(named.items, [Member { id: INNER, kind: PrincipalKind::Group }]);
    assert_eq!(pages, [INNER, BO]);
}

#[tokio::test]
async fn j4_members_are_neither_found_nor_sorted_by_a_name_that_is_not_seen() {
    let place = Place::new("nameless").await;
    place
        .done(|tx| {
            let of = |named: &[PrincipalKind], list: &List<ObjectField>| {
                let kinds = Kinds { only: None, named };
                let direct = members(tx, TENANT, OUTER, kinds, list, true)?;
                let transitive = crate::transitive_members::list(tx, TENANT, OUTER, kinds, list, true)?;
                let ids = |found: Found<Member>| found.items.iter().map(|one| one.id).collect::<Vec<_>>();
                assert_eq!(direct.count, Some(i64::try_from(direct.items.len()).unwrap()));
                Ok::<_, StoreError>((ids(direct), ids(transitive)))
            };
            let by_name =
                List { order: Some(Order { field: ObjectField::DisplayName, descending: false }), ..all() };
            assert_eq!(of(&KINDS, &by_name)?.0, [BO, INNER], "by name");
            assert_eq!(of(&[PrincipalKind::User], &by_name)?.0, [INNER, BO], "who has no name comes first");
            for filter in [
                Filter::StartsWith { field: ObjectField::DisplayName, value: "in".into() },
                Filter::Words { field: ObjectField::DisplayName, words: vec!["inner".into()] },
            ] {
                let list = List { filter: Some(filter), ..all() };
                assert_eq!(of(&KINDS, &list)?, (vec![INNER], vec![INNER]));
                assert_eq!(of(&[PrincipalKind::User], &list)?, (vec![], vec![]));
                assert_eq!(of(&[], &list)?, (vec![], vec![]));
            }
            assert_eq!(of(&[], &all())?.1, [ANA, BO, INNER], "they are members for all that");
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn a_deleted_user_is_not_shown_and_comes_back_as_a_member() {
    let place = Place::new("deleted").await;
    place
        .done(|tx| {
            let mut bo = users::by_id(tx, TENANT, BO)?.unwrap();
            bo.guest.delete(Time(9)).unwrap();
            assert!(users::save_guest(tx, &bo.guest, bo.revision)?);
            assert_eq!(members(tx, TENANT, OUTER, EVERY, &all(), true)?.count, Some(1));
            assert_eq!(directory_objects::known(tx, TENANT, BO)?, None);
            bo.guest.restore(tx.now()).unwrap();
            assert!(users::save_guest(tx, &bo.guest, bo.revision + 1)?);
            assert_eq!(members(tx, TENANT, OUTER, EVERY, &all(), true)?.count, Some(2));
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn roles_are_held_directly_and_through_groups() {
    let place = Place::new("roles").await;
    place
        .done(|tx| {
            let role = |id: u128, principal, principal_kind, role: Role| RoleAssignment {
                id: Uuid::from_u128(id),
                principal,
                principal_kind,
                role: role.id(),
            };
            let direct = role(1, ANA, PrincipalKind::User, Role::GuestInviter);
            assert!(roles::insert(tx, TENANT, &direct)?);
            assert!(!roles::insert(
                tx,
                TENANT,
                &RoleAssignment { id: Uuid::from_u128(9), ..direct.clone() }
            )?);
            assert!(roles::insert(tx, TENANT, &role(2, OUTER, PrincipalKind::Group, Role::ReportsReader))?);
            assert_eq!(roles::held_directly(tx, TENANT, ANA)?, [Role::GuestInviter]);
            let standing = roles::standing(tx, TENANT, ANA)?;
            assert!(standing.has(Role::GuestInviter) && standing.has(Role::ReportsReader));
            assert!(roles::standing(tx, OTHER_TENANT, ANA)?.roles.is_empty());
            let filter =
                Filter::equal(hospes_domain::query::RoleAssignmentField::PrincipalId, Wanted::Id(ANA.0));
            let found = roles::list(tx, TENANT, &List { filter: Some(filter), ..all() }, false)?;
            assert_eq!(found.items, std::slice::from_ref(&direct));
            assert!(roles::delete(tx, TENANT, &direct)?);
            assert!(roles::held_directly(tx, TENANT, ANA)?.is_empty());
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn a_role_is_usable_by_people_who_can_sign_in() {
    let place = Place::new("usable").await;
    place
        .done(|tx| {
            let usable = |without| roles::usable_by(tx, TENANT, Role::ReportsReader, without);
            let give = |id: u128, principal, principal_kind| {
                let role = Role::ReportsReader.id();
                roles::insert(
                    tx,
                    TENANT,
                    &RoleAssignment { id: Uuid::from_u128(id), principal, principal_kind, role },
                )
            };
            assert!(give(1, APP, PrincipalKind::ServicePrincipal)?);
            assert_eq!(usable(Without::Nothing)?, []);
            assert!(give(2, OUTER, PrincipalKind::Group)?);
            assert_eq!(usable(Without::Nothing)?, [ANA, BO], "nested groups are followed");
            assert_eq!(usable(Without::Assignment(Uuid::from_u128(2)))?, []);
            assert_eq!(usable(Without::Membership { group: INNER, member: ANA })?, [BO]);
            assert_eq!(usable(Without::Membership { group: OUTER, member: INNER })?, [BO]);
            assert!(give(3, ANA, PrincipalKind::User)?);
            assert_eq!(usable(Without::Membership { group: INNER, member: ANA })?, [ANA, BO], "held twice");
            assert_eq!(usable(Without::Assignment(Uuid::from_u128(2)))?, [ANA]);
            let mut bo = users::by_id(tx, TENANT, BO)?.unwrap();
            bo.guest.block(tx.now()).unwrap();
            assert!(users::save_guest(tx, &bo.guest, bo.revision)?);
            assert_eq!(usable(Without::Nothing)?, [ANA], "the blocked use nothing");
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn app_roles_reach_people_through_groups() {
    let place = Place::new("app-roles").await;
    place
        .done(|tx| {
            assert!(app_role_assignments::insert(
                tx,
                TENANT,
                &assignment(1, OUTER, PrincipalKind::Group, 5)
            )?);
            assert!(app_role_assignments::insert(tx, TENANT, &assignment(2, ANA, PrincipalKind::User, 6))?);
            assert!(!app_role_assignments::insert(tx, TENANT, &assignment(3, ANA, PrincipalKind::User, 6))?);
            let kind = PrincipalKind::User;
            let roles = app_role_assignments::effective(tx, TENANT, ANA, kind, APP)?;
            assert_eq!(roles, [Uuid::from_u128(5), Uuid::from_u128(6)]);
            assert_eq!(app_role_assignments::resources_of(tx, TENANT, BO, kind)?, [APP]);
            assert!(app_role_assignments::resources_of(tx, OTHER_TENANT, BO, kind)?.is_empty());
            assert!(app_role_assignments::any_of(tx, TENANT, &[INNER, OUTER])?);
            assert!(!app_role_assignments::any_of(tx, TENANT, &[INNER])?);
            let mut page = Page { top: 1, after: None };
            let first = app_role_assignments::of(tx, TENANT, End::Resource, APP, &page)?;
            assert_eq!(
                (first.items[0].principal_name.as_str(), first.items[0].resource_name.as_str()),
                ("Outer", "App")
            );
            page.after = first.next;
            let second = app_role_assignments::of(tx, TENANT, End::Resource, APP, &page)?;
            assert_eq!((second.items[0].principal_name.as_str(), second.next), ("Ana", None));
            let own = app_role_assignments::by_id(tx, TENANT, Uuid::from_u128(2))?.unwrap();
            assert!(app_role_assignments::delete(tx, TENANT, &own)?);
            assert_eq!(app_role_assignments::by_id(tx, TENANT, Uuid::from_u128(2))?, None);
            Ok(())
        })
        .await;
}

#[tokio::test]
async fn groups_are_filtered_without_a_third_truth_value() {
    let place = Place::new("filters").await;
    place
        .done(|tx| {
            let mail = |op| Filter::Compare {
                field: GroupField::Mail,
                op,
                value: Wanted::Text("a@b.example".into()),
            };
            for (filter, count) in [
                (mail(Comparison::Equal), 0),
                (mail(Comparison::NotEqual), 2),
                (Filter::Not(Box::new(mail(Comparison::Equal))), 2),
                (Filter::equal(GroupField::Mail, Wanted::Null), 2),
                (Filter::equal(GroupField::MailEnabled, Wanted::Flag(true)), 0),
                (Filter::Not(Box::new(Filter::equal(GroupField::MailEnabled, Wanted::Flag(true)))), 2),
                (Filter::equal(GroupField::DisplayName, Wanted::Text("OUTER".into())), 1),
            ] {
                let found = list(tx, TENANT, &List { filter: Some(filter.clone()), ..all() }, true)?;
                assert_eq!(
                    (found.items.len(), found.count),
                    (count, Some(i64::try_from(count).unwrap())),
                    "{filter:?}"
                );
            }
            assert!(list(tx, OTHER_TENANT, &all(), false)?.items.is_empty());
            Ok(())
        })
        .await;
}
