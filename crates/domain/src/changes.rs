//! What a change touched, as the log of changes keeps it: one bit a property, so that a reader who follows some
//! properties hears of those only (reference/user-object.md section 7). Refuses to forget a bit's meaning: numbers are
//! stored, so new properties are added at the end and none is ever moved.

use crate::group::Group;
use crate::user::User;

/// How long a delta token is good for: a week, as the original has it for objects of the directory.
pub const TOKEN_SECONDS: i64 = 7 * 24 * 3600;

/// What kind of object changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
}

impl Kind {
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

/// A set of changes to one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Changed(i64);

/// Where the bits of properties begin; those before stand for the object as a whole and for its relations.
const FIRST_PROPERTY: usize = 8;

impl Changed {
    /// Nothing.
    pub const NOTHING: Self = Self(0);
    /// The object is new: whatever it has was set.
    pub const CREATED: Self = Self(1);
    /// It was deleted, and can be restored.
    pub const DELETED: Self = Self(1 << 1);
    /// It was restored.
    pub const RESTORED: Self = Self(1 << 2);
    /// It was deleted for good.
    pub const PURGED: Self = Self(1 << 3);
    /// A member came or went.
    pub const MEMBERS: Self = Self(1 << 4);
    /// An owner of a group came or went.
    pub const OWNERS: Self = Self(1 << 5);
    /// Somebody manages a user, or does not any more.
    pub const MANAGER: Self = Self(1 << 6);
    /// Somebody answers for a user, or does not any more.
    pub const SPONSORS: Self = Self(1 << 7);
    /// Every relation.
    pub const RELATIONS: Self = Self(0b1111 << 4);
    /// Whether it is there at all: what every reader hears of.
    pub const PRESENCE: Self = Self(0b1111);
    /// Every property, for a write whose object was not read before; no relation.
    pub const PROPERTIES: Self = Self(i64::MAX << FIRST_PROPERTY & i64::MAX);
    /// Everything.
    pub const ANYTHING: Self = Self(i64::MAX);

    /// The set that is stored as that number.
    pub fn from_stored(bits: i64) -> Self {
        Self(bits)
    }

    /// The number that is stored.
    pub fn stored(self) -> i64 {
        self.0
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the two have anything in common.
    pub fn touches(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// What both have in common.
    #[must_use]
    pub fn among(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether nothing changed.
    pub fn is_nothing(self) -> bool {
        self.0 == 0
    }

    fn of(names: &[&str], differ: &[bool]) -> Self {
        debug_assert_eq!(names.len(), differ.len(), "a property has no name");
        let bit = |(place, differs): (usize, &bool)| if *differs { 1 << (FIRST_PROPERTY + place) } else { 0 };
        Self(differ.iter().enumerate().map(bit).sum())
    }

    fn named(names: &[&str], name: &str) -> Self {
        let place = names.iter().position(|known| *known == name);
        place.map_or(Self::NOTHING, |place| Self(1 << (FIRST_PROPERTY + place)))
    }
}

/// The properties of a user that change, as Graph spells them, each at the place of its bit. Never moved, only added to.
const USER: [&str; 33] = [
    "displayName",
    "givenName",
    "surname",
    "jobTitle",
    "companyName",
    "department",
    "employeeId",
    "employeeType",
    "officeLocation",
    "streetAddress",
    "city",
    "state",
    "postalCode",
    "country",
    "usageLocation",
    "mobilePhone",
    "businessPhones",
    "preferredLanguage",
    "userPrincipalName",
    "mailNickname",
    "mail",
    "otherMails",
    "proxyAddresses",
    "userType",
    "creationType",
    "showInAddressList",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "identities",
    "accountEnabled",
    "deletedDateTime",
    "signInSessionsValidFromDateTime",
    "createdDateTime",
];

/// The properties of a group, in the same way.
const GROUP: [&str; 7] = [
    "displayName",
    "description",
    "mail",
    "mailNickname",
    "securityEnabled",
    "isAssignableToRole",
    "createdDateTime",
];

/// The change of that property of a user; nothing for one that Hospes does not keep.
pub fn user_property(name: &str) -> Changed {
    Changed::named(&USER, name)
}

/// The change of that property of a group.
pub fn group_property(name: &str) -> Changed {
    Changed::named(&GROUP, name)
}

/// What is different about a user.
pub fn between_users(before: &User, after: &User) -> Changed {
    let (b, a) = (before.guest.record(), after.guest.record());
    let (p, q) = (&before.profile, &after.profile);
    let moved = before.upn != after.upn;
    let differ = [
        p.display_name != q.display_name,
        p.given_name != q.given_name,
        p.surname != q.surname,
        p.job_title != q.job_title,
        p.company_name != q.company_name,
        p.department != q.department,
        p.employee_id != q.employee_id,
        p.employee_type != q.employee_type,
        p.office_location != q.office_location,
        p.street_address != q.street_address,
        p.city != q.city,
        p.state != q.state,
        p.postal_code != q.postal_code,
        p.country != q.country,
        p.usage_location != q.usage_location,
        p.mobile_phone != q.mobile_phone,
        p.business_phone != q.business_phone,
        p.preferred_language != q.preferred_language,
        moved,
        before.mail_nickname != after.mail_nickname,
        before.mail != after.mail,
        before.other_mails != after.other_mails,
        before.proxy_addresses != after.proxy_addresses,
        before.user_type != after.user_type,
        before.creation_type != after.creation_type,
        before.show_in_address_list != after.show_in_address_list,
        b.state != a.state,
        b.state_changed_at != a.state_changed_at,
        moved || b.binding != a.binding,
        b.enabled != a.enabled,
        b.deleted_at != a.deleted_at,
        b.sessions_valid_from != a.sessions_valid_from,
        before.created_at != after.created_at,
    ];
    let presence = match (b.deleted_at, a.deleted_at) {
        (None, Some(_)) => Changed::DELETED,
        (Some(_), None) => Changed::RESTORED,
        _ => Changed::NOTHING,
    };
    Changed::of(&USER, &differ).and(presence)
}

/// What is different about a group.
pub fn between_groups(before: &Group, after: &Group) -> Changed {
    let differ = [
        before.display_name != after.display_name,
        before.description != after.description,
        before.mail != after.mail,
        before.mail_nickname != after.mail_nickname,
        before.security_enabled != after.security_enabled,
        before.role_assignable != after.role_assignable,
        before.created_at != after.created_at,
    ];
    Changed::of(&GROUP, &differ)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use uuid::Uuid;

    use super::*;
    use crate::access::UserType;
    use crate::address::Address;
    use crate::guest::Guest;
    use crate::ids::{ObjectId, TenantId};
    use crate::time::Time;
    use crate::user::Profile;

    fn user() -> User {
        User {
            guest: Guest::invite(TenantId(Uuid::from_u128(1)), ObjectId(Uuid::from_u128(2)), Time(1)),
            revision: 1,
            user_type: UserType::Guest,
            creation_type: None,
            upn: "ana@host.example".into(),
            mail_nickname: "ana".into(),
            mail: None,
            other_mails: Vec::new(),
            proxy_addresses: Vec::new(),
            profile: Profile { display_name: "Ana".into(), ..Profile::default() },
            show_in_address_list: false,
            invited_by: None,
            created_at: Time(1),
        }
    }

    fn touched(change: impl FnOnce(&mut User)) -> Vec<&'static str> {
        let (before, mut after) = (user(), user());
        change(&mut after);
        let changed = between_users(&before, &after);
        USER.into_iter().filter(|name| changed.touches(user_property(name))).collect()
    }

    #[test]
    fn each_property_has_a_bit_of_its_own() {
        assert_eq!(touched(|_| {}), [""; 0]);
        assert_eq!(touched(|u| u.revision = 7), [""; 0]);
        let text = || Some("x".to_owned());
        assert_eq!(touched(|u| u.profile.display_name = "Bo".into()), ["displayName"]);
        assert_eq!(touched(|u| u.profile.department = text()), ["department"]);
        assert_eq!(touched(|u| u.profile.state = text()), ["state"]);
        assert_eq!(touched(|u| u.profile.preferred_language = text()), ["preferredLanguage"]);
        assert_eq!(touched(|u| u.upn = "bo@host.example".into()), ["userPrincipalName", "identities"]);
        assert_eq!(touched(|u| u.mail = Address::parse("a@b.example").ok()), ["mail"]);
        assert_eq!(touched(|u| u.user_type = UserType::Member), ["userType"]);
        assert_eq!(touched(|u| u.show_in_address_list = true), ["showInAddressList"]);
        assert!(touched(|u| u.guest.block(Time(9)).unwrap()).contains(&"accountEnabled"));
        assert_eq!(touched(|u| u.created_at = Time(9)), ["createdDateTime"]);
    }

    #[test]
    fn deleting_and_restoring_are_told_apart() {
        let (there, mut gone) = (user(), user());
        gone.guest.delete(Time(9)).unwrap();
        assert!(between_users(&there, &gone).touches(Changed::DELETED));
        assert!(between_users(&gone, &there).touches(Changed::RESTORED));
        assert!(!between_users(&there, &there).touches(Changed::PRESENCE));
    }

    #[test]
    fn bits_of_properties_never_meet_those_of_the_whole() {
        for name in USER {
            assert!(!user_property(name).touches(Changed::PRESENCE.and(Changed::RELATIONS)), "{name}");
            assert!(user_property(name).touches(Changed::PROPERTIES), "{name}");
        }
        assert!(!Changed::PROPERTIES.touches(Changed::PRESENCE.and(Changed::RELATIONS)));
        let relations = [Changed::MEMBERS, Changed::OWNERS, Changed::MANAGER, Changed::SPONSORS];
        assert_eq!(relations.into_iter().fold(Changed::NOTHING, Changed::and), Changed::RELATIONS);
        assert!(user_property("faxNumber").is_nothing());
        // What is stored keeps its meaning.
        assert_eq!(
            (user_property("displayName").stored(), user_property("createdDateTime").stored()),
            (1 << 8, 1 << 40)
        );
        assert_eq!(group_property("createdDateTime").stored(), 1 << 14);
    }
}
