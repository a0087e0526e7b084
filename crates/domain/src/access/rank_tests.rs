//! The published tables, written down a second time the way they are published, against the rule.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use uuid::Uuid;

use super::super::{Actor, ScopeSet, UserType, Who};
use super::*;
use crate::ids::TenantId;
use crate::policy::GuestAccess;
use crate::time::Time;

/// A row of both tables: the target's role; of the sensitive actions the columns Authentication, User, Privileged
/// authentication and Global Administrator; of "Password reset" the columns Password and Helpdesk Administrator.
type Row = (Role, &'static str, &'static str);

/// reference/roles-and-policies.md section 1. `A`, `U`, `P`, `G`, `W`, `H` stand for a "yes", `-` for a "no".
const TABLE: &[Row] = &[
    (Role::DirectoryReaders, "AUPG", "WH"),
    (Role::GuestInviter, "AUPG", "WH"),
    (Role::MessageCenterReader, "AUPG", "-H"),
    (Role::PasswordAdministrator, "AUPG", "WH"),
    (Role::ReportsReader, "AUPG", "-H"),
    (Role::UsageSummaryReportsReader, "AUPG", "-H"),
    (Role::UserExperienceSuccessManager, "AUPG", "-H"),
    (Role::GroupsAdministrator, "-UPG", "--"),
    (Role::HelpdeskAdministrator, "-UPG", "-H"),
    (Role::UserAdministrator, "-UPG", "--"),
    (Role::AuthenticationAdministrator, "A-PG", "--"),
    (Role::GlobalAdministrator, "--PG", "--"),
    (Role::PrivilegedAuthenticationAdministrator, "--PG", "--"),
    (Role::PrivilegedRoleAdministrator, "--PG", "--"),
    (Role::DirectoryWriters, "--PG", "--"),
    (Role::GlobalReader, "--PG", "--"),
    (Role::ExternalIdentityProviderAdministrator, "--PG", "--"),
    (Role::SecurityAdministrator, "--PG", "--"),
    (Role::ApplicationAdministrator, "--PG", "--"),
    (Role::CloudApplicationAdministrator, "--PG", "--"),
    (Role::SecurityReader, "--PG", "--"),
    (Role::DomainNameAdministrator, "--PG", "--"),
];
/// "No role".
const NONE: (&str, &str) = ("AUPG", "WH");
/// "Member or owner of a role-assignable group", with or without a role.
const IN_A_GROUP: (&str, &str) = ("--PG", "--");

fn letter(acting: Role) -> Option<char> {
    Some(match acting {
        Role::AuthenticationAdministrator => 'A',
        Role::UserAdministrator => 'U',
        Role::PrivilegedAuthenticationAdministrator => 'P',
        Role::GlobalAdministrator => 'G',
        Role::PasswordAdministrator => 'W',
        Role::HelpdeskAdministrator => 'H',
        _ => return None,
    })
}

/// What the tables say of one cell.
fn published(acting: Role, action: Action, (sensitive, password): (&str, &str)) -> bool {
    let Some(letter) = letter(acting) else { return false };
    match action {
        Action::PasswordProfile | Action::BusinessPhones | Action::MobilePhone | Action::OtherMails => {
            sensitive.contains(letter) || password.contains(letter)
        }
        Action::AccountEnabled
        | Action::OnPremisesImmutableId
        | Action::UserPrincipalName
        | Action::Delete
        | Action::Restore => sensitive.contains(letter),
        // Helpdesk, User and Global Administrator, each as far as its column goes.
        Action::Reset => match letter {
            'H' => password.contains('H'),
            'U' | 'G' => sensitive.contains(letter),
            _ => false,
        },
        Action::Mail | Action::UserType | Action::Convert => {
            matches!(letter, 'U' | 'G') && sensitive.contains(letter)
        }
        Action::RevokeSessions => {
            letter != 'W' && (sensitive.contains(letter) || letter == 'H' && password.contains('H'))
        }
    }
}

fn holding(roles: &[Role]) -> Standing {
    Standing { roles: roles.to_vec(), in_role_assignable_group: false }
}

fn columns(role: Role) -> (&'static str, &'static str) {
    let row = TABLE.iter().find(|row| row.0 == role).unwrap();
    (row.1, row.2)
}

#[test]
fn every_role_is_a_target_in_the_table_once() {
    for role in Role::ALL {
        assert_eq!(TABLE.iter().filter(|row| row.0 == *role).count(), 1, "{}", role.name());
    }
    assert_eq!(TABLE.len(), Role::ALL.len());
}

#[test]
fn d1_e1_every_acting_role_against_every_target_and_action() {
    for acting in Role::ALL.iter().copied() {
        for action in Action::ALL.iter().copied() {
            let told = |target: &str| format!("{} {action:?} {target}", acting.name());
            let none = Standing::default();
            assert_eq!(reaches(acting, action, &none), published(acting, action, NONE), "{}", told("nobody"));
            for role in Role::ALL.iter().copied() {
                let target = holding(&[role]);
                let expected = published(acting, action, columns(role));
                assert_eq!(reaches(acting, action, &target), expected, "{}", told(role.name()));
                let member = Standing { in_role_assignable_group: true, ..target };
                let expected = published(acting, action, IN_A_GROUP);
                assert_eq!(reaches(acting, action, &member), expected, "{} in a group", told(role.name()));
            }
            let member = Standing { in_role_assignable_group: true, ..none };
            let expected = published(acting, action, IN_A_GROUP);
            assert_eq!(reaches(acting, action, &member), expected, "{}", told("in a group"));
        }
    }
}

#[test]
fn d1_whoever_holds_several_roles_is_reached_only_by_who_reaches_each() {
    for acting in Role::ALL.iter().copied() {
        for action in Action::ALL.iter().copied() {
            for one in Role::ALL.iter().copied() {
                for other in Role::ALL.iter().copied() {
                    let each = [one, other].into_iter().all(|r| reaches(acting, action, &holding(&[r])));
                    assert_eq!(reaches(acting, action, &holding(&[one, other])), each);
                }
            }
        }
    }
}

const SELF: ObjectId = ObjectId(Uuid::from_u128(1));
const OTHER: ObjectId = ObjectId(Uuid::from_u128(2));

fn caller(roles: &[Role], scopes: &[Scope]) -> Caller {
    Caller {
        actor: Actor {
            tenant: TenantId(Uuid::from_u128(9)),
            who: Who::User { id: SELF, generation: 1 },
            scopes: scopes.iter().copied().collect::<ScopeSet>(),
            client: None,
            grant: None,
            issued_at: Time(0),
            correlation: None,
            request: None,
        },
        display_name: "Caller".into(),
        mail: None,
        user_type: Some(UserType::Member),
        standing: holding(roles),
        guest_access: GuestAccess::default(),
        initial_domain: "host.example".into(),
    }
}

fn application(scopes: &[Scope]) -> Caller {
    let mut app = caller(&[], scopes);
    app.actor.who = Who::App { id: SELF };
    app.user_type = None;
    app
}

const WRITE: &[Scope] = &[Scope::UserReadWriteAll];

fn change(action: Action) -> Change {
    Change { sensitive: vec![action], ..Change::default() }
}

#[test]
fn d2_an_application_reaches_only_those_who_hold_nothing() {
    let app = application(Scope::ALL);
    let nobody = Standing::default();
    let group = Standing { in_role_assignable_group: true, ..Standing::default() };
    let held = Role::ALL.iter().map(|role| holding(&[*role])).chain([group]);
    for target in held {
        assert!(may_reset(&app, OTHER, &target).is_err(), "{target:?}");
        assert!(may_convert(&app, OTHER, &target).is_err(), "{target:?}");
        assert!(may_delete_user(&app, &target).is_err(), "{target:?}");
        assert!(may_restore_user(&app, &target).is_err(), "{target:?}");
        assert!(may_revoke_sessions(&app, OTHER, &target).is_err(), "{target:?}");
        for action in Action::ALL {
            assert!(
                may_change_user(&app, OTHER, &target, &change(*action)).is_err(),
                "{target:?} {action:?}"
            );
        }
    }
    assert!(may_reset(&app, OTHER, &nobody).is_ok() && may_delete_user(&app, &nobody).is_ok());
    assert!(may_revoke_sessions(&app, OTHER, &nobody).is_ok() && may_restore_user(&app, &nobody).is_ok());
    // A role of the service principal itself lifts nothing.
    let mut lifted = application(Scope::ALL);
    lifted.standing = holding(&[Role::GlobalAdministrator]);
    assert!(may_reset(&lifted, OTHER, &holding(&[Role::DirectoryReaders])).is_err());
}

#[test]
fn d4_e1_being_oneself_lends_no_rank() {
    for acting in Role::ALL.iter().copied() {
        let own = holding(&[acting]);
        let who = caller(&[acting], WRITE);
        for action in Action::ALL.iter().copied() {
            let allowed = may_change_user(&who, SELF, &own, &change(action)).is_ok();
            // Everybody manages the own mobile phone number; nobody signs in by it.
            let own_affair = action == Action::MobilePhone;
            let due = own_affair || reaches(acting, action, &own);
            assert_eq!(allowed, due, "{} {action:?}", acting.name());
        }
        let resets = may_reset(&who, SELF, &own).is_ok();
        assert_eq!(resets, acting == Role::GlobalAdministrator, "{} resets itself", acting.name());
    }
    let nobody = caller(&[], Scope::ALL);
    for action in Action::ALL.iter().filter(|action| **action != Action::MobilePhone) {
        assert!(may_change_user(&nobody, SELF, &Standing::default(), &change(*action)).is_err());
    }
    assert!(may_delete_user(&nobody, &Standing::default()).is_err());
}

#[test]
fn d3_rank_without_the_permission_is_worth_nothing() {
    let roles = [Role::GlobalAdministrator];
    let few = caller(&roles, &[Scope::UserInviteAll, Scope::UserReadAll, Scope::UserReadWrite]);
    let target = Standing::default();
    for refused in [
        may_reset(&few, OTHER, &target),
        may_convert(&few, OTHER, &target),
        may_delete_user(&few, &target),
        may_restore_user(&few, &target),
        may_revoke_sessions(&few, OTHER, &target),
        may_revoke_sessions(&few, SELF, &target),
        may_change_user(&few, OTHER, &target, &change(Action::AccountEnabled)),
        may_change_user(&few, SELF, &target, &change(Action::OtherMails)),
    ] {
        let Err(Refusal::NotAllowed(lack)) = refused else { panic!("{refused:?}") };
        assert!(lack.scopes.contains(&Scope::UserReadWriteAll) && lack.roles.is_empty());
    }
}

#[test]
fn a_refusal_names_the_roles_that_would_do() {
    let helpdesk = caller(&[Role::HelpdeskAdministrator], WRITE);
    let lack = |answer: Answer| match answer {
        Err(Refusal::NotAllowed(lack)) => lack,
        other => panic!("{other:?}"),
    };
    let out_of_reach = lack(may_reset(&helpdesk, OTHER, &holding(&[Role::UserAdministrator])));
    assert_eq!(out_of_reach.roles, [Role::GlobalAdministrator, Role::UserAdministrator]);
    assert!(out_of_reach.reset);
    let nothing_to_do_with_it = lack(may_delete_user(&helpdesk, &Standing::default()));
    assert!(nothing_to_do_with_it.roles.contains(&Role::AuthenticationAdministrator));
    let inviter = lack(may_reset(&caller(&[Role::GuestInviter], WRITE), OTHER, &Standing::default()));
    assert!(inviter.roles.contains(&Role::HelpdeskAdministrator));
}

#[test]
fn everybody_ends_their_own_sessions_and_few_those_of_others() {
    let scopes = &[Scope::UserRevokeSessionsAll];
    let (nobody, target) = (caller(&[], scopes), Standing::default());
    assert!(may_revoke_sessions(&nobody, SELF, &target).is_ok());
    assert!(may_revoke_sessions(&nobody, OTHER, &target).is_err());
    assert!(may_revoke_sessions(&caller(&[Role::HelpdeskAdministrator], scopes), OTHER, &target).is_ok());
    assert!(may_revoke_sessions(&caller(&[Role::PasswordAdministrator], scopes), OTHER, &target).is_err());
}
