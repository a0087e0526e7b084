//! The level table, cell by cell (reference/roles-and-policies.md section 2, threats E4).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use uuid::Uuid;

use super::*;
use crate::access::ScopeSet;
use crate::access::rules::tests::caller;

const OTHER: ObjectId = ObjectId(Uuid::from_u128(77));
const ANY: &[Scope] = &[Scope::DirectoryReadAll];

/// What one caller is answered, in the order of the table: F(ull), L(imited), the i(d) or no.
fn row(who: &Caller) -> String {
    let own = who.actor.who.id();
    let view = |answer: Result<View, Refusal>| match answer {
        Ok(View::Full) => 'F',
        Ok(View::Limited) => 'L',
        Ok(View::Basic) => 'B',
        Ok(View::Least) => 'l',
        Ok(View::Id) => 'i',
        Err(_) => '-',
    };
    let flag = |answer: Answer| if answer.is_ok() { 'F' } else { '-' };
    [
        flag(may_list(who, ANY)),
        view(may_read_user(who, own)),
        view(may_read_user(who, OTHER)),
        view(may_read_sponsors(who, own)),
        view(may_read_sponsors(who, OTHER)),
        ' ',
        view(may_read_group(who, ANY, true)),
        view(may_read_group(who, ANY, false)),
        view(may_read_members(who, ANY)),
        view(Ok(who.sight().of_own_groups())),
        ' ',
        flag(may_read_application(who, ANY)),
        flag(may_list_granted(who, ANY, true)),
        flag(may_list_granted(who, ANY, false)),
        ' ',
        view(may_read_organization(who)),
        flag(may_read_policy(who, ANY)),
        flag(may_learn_of_absence(who)),
    ]
    .iter()
    .collect()
}

#[test]
fn e4_each_level_sees_its_column() {
    use GuestAccess::{Limited, Restricted, SameAsMembers};
    let (member, guest) = (Some(UserType::Member), Some(UserType::Guest));
    let everything = "FFFFF FFFF FFF FFF";
    for (who, expected) in [
        (caller(guest, &[], SameAsMembers), everything),
        (caller(guest, &[], Limited), "-FLF- FFLF FF- L-F"),
        (caller(guest, &[], Restricted), "-F-i- i--i FF- L--"),
    ] {
        assert_eq!(row(&who), expected, "{:?}", who.guest_access);
    }
    for level in GuestAccess::ALL {
        // The level is about guests; a role given to one works fully; applications are nobody's guests.
        assert_eq!(row(&caller(member, &[], level)), everything);
        assert_eq!(row(&caller(guest, &[Role::DirectoryReaders], level)), everything);
        assert_eq!(row(&caller(None, &[], level)), everything);
    }
}

#[test]
fn the_level_replaces_no_permission() {
    for level in GuestAccess::ALL {
        let mut who = caller(Some(UserType::Guest), &[], level);
        who.actor.scopes = ScopeSet::default();
        assert!(row(&who).chars().filter(|c| *c == 'F').count() <= 2, "{}", row(&who));
        assert!(may_read_user(&who, who.actor.who.id()).is_err());
    }
}

#[test]
fn e4_a_restricted_guest_is_told_the_same_about_people_groups_and_nothing() {
    let who = caller(Some(UserType::Guest), &[], GuestAccess::Restricted);
    let told = may_read_user(&who, OTHER).unwrap_err();
    assert_eq!(may_read_group(&who, ANY, false).unwrap_err(), told);
    assert_eq!(may_learn_of_absence(&who).unwrap_err(), told);
}

#[test]
fn what_is_ones_own_is_read_as_oneself_or_as_anybodys() {
    let scopes = &[Scope::GroupReadAll];
    for (granted, own, others) in [
        (Scope::UserRead, true, false),
        (Scope::GroupReadAll, true, true),
        (Scope::PolicyReadAll, false, false),
    ] {
        let mut who = caller(Some(UserType::Member), &[], GuestAccess::Limited);
        who.actor.scopes = [granted].into_iter().collect();
        assert_eq!(
            may_list_of_user(&who, Some(who.actor.who.id()), scopes).is_ok(),
            own,
            "{}",
            granted.name()
        );
        assert_eq!(may_list_of_user(&who, Some(OTHER), scopes).is_ok(), others, "{}", granted.name());
    }
}

#[test]
fn e4_a_permission_for_basic_profiles_shows_the_basic_profile_of_others_and_oneself_wholly() {
    use GuestAccess::{Limited, Restricted, SameAsMembers};
    let basic = |user_type, access| {
        let mut who =
            caller(user_type, &[Role::GlobalAdministrator][..usize::from(user_type.is_none())], access);
        who.actor.scopes = [Scope::UserReadBasicAll, Scope::GroupReadAll].into_iter().collect();
        who
    };
    let (member, guest) = (Some(UserType::Member), Some(UserType::Guest));
    for (user_type, access, expected) in [
        (member, Limited, Ok(View::Basic)),
        (None, Limited, Ok(View::Basic)),
        (guest, SameAsMembers, Ok(View::Basic)),
        (guest, Limited, Ok(View::Least)),
        (guest, Restricted, Err(only_own())),
    ] {
        let who = basic(user_type, access);
        assert_eq!(may_read_user(&who, OTHER), expected, "{user_type:?} {access:?}");
        assert_eq!(may_read_members(&who, &[Scope::GroupReadAll]), expected, "{user_type:?} {access:?}");
        assert_eq!(may_read_user(&who, who.actor.who.id()), Ok(View::Full), "{user_type:?} {access:?}");
        assert!(may_follow_user(&who, OTHER).is_err() && may_follow_users(&who).is_err());
    }
}

#[test]
fn j4_users_are_asked_for_by_what_is_seen_of_them() {
    use UserField::{AccountEnabled, GivenName, Id, Mail, UserType as Type};
    for (view, by, fits) in [
        (View::Full, AccountEnabled, true),
        (View::Basic, AccountEnabled, false),
        (View::Basic, GivenName, true),
        (View::Basic, Type, false),
        (View::Limited, GivenName, false),
        (View::Limited, Type, true),
        (View::Least, Type, false),
        (View::Least, GivenName, false),
        (View::Least, Mail, true),
        (View::Id, Id, true),
        (View::Id, Mail, false),
    ] {
        assert_eq!(may_ask_for_users_by(view, &[Id, by]).is_ok(), fits, "{view:?} {by:?}");
    }
    for view in [View::Basic, View::Limited, View::Least] {
        assert!(LEAST.iter().all(|(name, _)| view.shows(name)) && !view.shows("jobTitle"));
    }
}

#[test]
fn who_somebody_is_does_not_say_who_answers_for_them() {
    let mut who = caller(Some(UserType::Member), &[], GuestAccess::Limited);
    who.actor.scopes = [Scope::UserReadBasicAll].into_iter().collect();
    assert!(may_read_user(&who, OTHER).is_ok());
    assert!(may_read_sponsors(&who, OTHER).is_err());
    assert!(may_read_sponsors(&who, who.actor.who.id()).is_ok());
}

#[test]
fn e4_without_a_permission_to_read_people_others_are_there_and_no_more() {
    let mut who = caller(Some(UserType::Member), &[], GuestAccess::Limited);
    for (scopes, view) in [
        (vec![Scope::GroupReadAll], View::Id),
        (vec![Scope::GroupReadAll, Scope::UserReadBasicAll], View::Basic),
        (vec![Scope::GroupReadAll, Scope::UserReadBasicAll, Scope::UserReadAll], View::Full),
    ] {
        who.actor.scopes = scopes.iter().copied().collect();
        assert_eq!(view_of_others(&who), view, "{scopes:?}");
    }
}
