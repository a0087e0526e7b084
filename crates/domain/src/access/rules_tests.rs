//! Who may invite, and who may change the policies: one row for each caller, one column for each value.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use uuid::Uuid;

use super::*;
use crate::access::{Actor, AuthorizationChange, ScopeSet, Standing, Who, may_change_authorization};
use crate::access::{may_change_domain_list, may_change_leaving};
use crate::ids::{ObjectId, TenantId};
use crate::time::Time;

pub(in crate::access) fn caller(user_type: Option<UserType>, roles: &[Role], access: GuestAccess) -> Caller {
    let id = ObjectId(Uuid::from_u128(1));
    let who = if user_type.is_some() { Who::User { id, generation: 1 } } else { Who::App { id } };
    Caller {
        actor: Actor {
            tenant: TenantId(Uuid::from_u128(2)),
            who,
            scopes: Scope::ALL.iter().copied().collect(),
            client: None,
            grant: None,
            issued_at: Time(0),
            correlation: None,
            request: None,
        },
        display_name: String::new(),
        mail: None,
        user_type,
        standing: Standing { roles: roles.to_vec(), in_role_assignable_group: false },
        guest_access: access,
        initial_domain: "fabrikam.example".into(),
    }
}

const MEMBER: Option<UserType> = Some(UserType::Member);
const GUEST: Option<UserType> = Some(UserType::Guest);

#[test]
fn who_may_invite_under_each_value() {
    use GuestAccess::{Limited, Restricted, SameAsMembers};
    // everyone, members, admins, none
    for (who, columns) in [
        (caller(GUEST, &[], Limited), [true, false, false, false]),
        (caller(GUEST, &[], Restricted), [true, false, false, false]),
        // "including guests with member permissions"
        (caller(GUEST, &[], SameAsMembers), [true, true, false, false]),
        (caller(MEMBER, &[], Limited), [true, true, false, false]),
        (caller(MEMBER, &[Role::HelpdeskAdministrator], Limited), [true, true, false, false]),
        (caller(MEMBER, &[Role::GuestInviter], Limited), [true, true, true, false]),
        (caller(GUEST, &[Role::GuestInviter], Restricted), [true, true, true, false]),
        (caller(MEMBER, &[Role::DirectoryWriters], Limited), [true, true, true, false]),
        (caller(MEMBER, &[Role::UserAdministrator], Limited), [true, true, true, false]),
        (caller(MEMBER, &[Role::GlobalAdministrator], Limited), [true, true, true, false]),
        // The page of 2024: only "none" stops applications.
        (caller(None, &[], Limited), [true, true, true, false]),
    ] {
        for (policy, allowed) in InvitePolicy::ALL.into_iter().zip(columns) {
            let answer = may_invite(&who, policy, false);
            assert_eq!(answer.is_ok(), allowed, "{:?} {:?} {policy:?}", who.user_type, who.standing.roles);
            if policy == InvitePolicy::None {
                assert_eq!(answer, Err(Refusal::InvitationsOff));
            }
        }
        let mut without = who;
        without.actor.scopes = ScopeSet::default();
        assert!(matches!(may_invite(&without, InvitePolicy::Everyone, false), Err(Refusal::NotAllowed(_))));
    }
}

#[test]
fn who_may_change_which_policy() {
    let invites = AuthorizationChange { invites: true, guest_access: false };
    let level = AuthorizationChange { invites: false, guest_access: true };
    // allowInvitesFrom, guestUserRoleId, leaving, domains
    for (roles, columns) in [
        (&[][..], [false; 4]),
        (&[Role::GlobalAdministrator], [true; 4]),
        (&[Role::PrivilegedRoleAdministrator], [false, true, false, false]),
        (&[Role::ExternalIdentityProviderAdministrator], [false, false, true, false]),
        (&[Role::UserAdministrator], [false; 4]),
        (&[Role::SecurityAdministrator], [false; 4]),
        (&[Role::GlobalReader], [false; 4]),
        (&[Role::GuestInviter, Role::DirectoryWriters], [false; 4]),
    ] {
        let asked = |who: &Caller| {
            [
                may_change_authorization(who, invites),
                may_change_authorization(who, level),
                may_change_leaving(who),
                may_change_domain_list(who),
            ]
        };
        let who = caller(MEMBER, roles, GuestAccess::Limited);
        assert_eq!(asked(&who).map(|answer| answer.is_ok()), columns, "{roles:?}");
        let mut without = who;
        without.actor.scopes = ScopeSet::default().with(Scope::PolicyReadAll);
        for answer in asked(&without) {
            assert!(
                matches!(answer.unwrap_err(), Refusal::NotAllowed(n) if !n.scopes.is_empty()),
                "{roles:?}"
            );
        }
    }
    // An application does what its permission says.
    assert_eq!(may_change_domain_list(&caller(None, &[], GuestAccess::Limited)), Ok(()));
}

#[test]
fn changing_members_creates_no_group_and_managing_roles_alone_none_that_holds_them() {
    let with = |scopes: &[Scope]| {
        let mut who = caller(MEMBER, &[Role::GlobalAdministrator], GuestAccess::Limited);
        who.actor.scopes = scopes.iter().copied().collect();
        [false, true].map(|for_roles| may_create_group(&who, for_roles).is_ok())
    };
    assert_eq!(with(&[Scope::GroupMemberReadWriteAll]), [false, false]);
    assert_eq!(with(&[Scope::RoleManagementReadWriteDirectory]), [false, false]);
    assert_eq!(with(&[Scope::GroupReadWriteAll]), [true, false]);
    assert_eq!(with(&[Scope::GroupReadWriteAll, Scope::RoleManagementReadWriteDirectory]), [true, true]);
}
