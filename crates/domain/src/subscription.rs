//! What a subscription to changes may be: which changes of what, told where, for how long (the original's `subscription`
//! resource; its limits are general knowledge, as reference/README.md calls it). Refuses to ask anybody: whether an
//! address answers is found out elsewhere.

use crate::changes::{Changed, Kind};
use crate::ids::ObjectId;
use crate::refusal::Refusal;
use crate::time::Time;

/// The shortest life; whoever asks for less gets this.
const SHORTEST_SECONDS: i64 = 45 * 60;
/// The longest life of a subscription to users or groups: 41,760 minutes, under 29 days.
pub const LONGEST_SECONDS: i64 = 41_760 * 60;
/// The longest address.
const LONGEST_URL: usize = 2048;
/// The longest `clientState`.
const LONGEST_STATE: usize = 128;

/// A kind of change somebody is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeType {
    /// An object is new.
    Created,
    /// Something about it is another way.
    Updated,
    /// It is gone.
    Deleted,
}

impl ChangeType {
    const ALL: [Self; 3] = [Self::Created, Self::Updated, Self::Deleted];

    /// As Graph spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }

    /// That kind, of its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }

    fn bit(self) -> i64 {
        match self {
            Self::Created => 1,
            Self::Updated => 2,
            Self::Deleted => 4,
        }
    }
}

/// The kinds of changes of one subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeTypes(i64);

impl ChangeTypes {
    /// Reads `created,updated`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let wrong = || {
            let remedy = "Give one or more of created, updated and deleted, separated by commas.";
            Refusal::invalid("changeType", "The value names a kind of change that does not exist.", remedy)
        };
        let mut bits = 0;
        for name in text.split(',').map(str::trim) {
            bits |= ChangeType::parse(name).ok_or_else(wrong)?.bit();
        }
        Ok(Self(bits))
    }

    /// As it is stored.
    pub fn stored(self) -> i64 {
        self.0
    }

    /// What is stored.
    pub fn from_stored(bits: i64) -> Self {
        Self(bits)
    }

    /// As Graph spells it.
    pub fn names(self) -> String {
        let named = ChangeType::ALL.into_iter().filter(|one| self.has(*one)).map(ChangeType::name);
        named.collect::<Vec<_>>().join(",")
    }

    fn has(self, one: ChangeType) -> bool {
        self.0 & one.bit() != 0
    }

    /// As what a change is told. Who follows updates only hears of new and deleted objects too, as in the original.
    pub fn told_of(self, what: Changed) -> Option<ChangeType> {
        let [created, updated, deleted] = ChangeType::ALL;
        let order = if what.touches(Changed::DELETED.and(Changed::PURGED)) {
            // For good is told to those who asked for it; who did not was told when it was deleted.
            if what.touches(Changed::PURGED) { [deleted, deleted] } else { [deleted, updated] }
        } else if what.touches(Changed::CREATED) {
            [created, updated]
        } else if what.touches(Changed::RESTORED) {
            [updated, created]
        } else {
            [updated, updated]
        };
        order.into_iter().find(|one| self.has(*one))
    }

    /// As what it is told to whoever follows one relation that somebody came to stand in it or does not any more: an update of
    /// the object, as in the original; to who did not ask for updates, that a relation is new, or gone.
    pub fn told_of_related(self, gone: bool) -> Option<ChangeType> {
        let other = if gone { ChangeType::Deleted } else { ChangeType::Created };
        [ChangeType::Updated, other].into_iter().find(|one| self.has(*one))
    }

    /// The changes that any of these kinds is about.
    pub fn touched(self) -> Changed {
        let mut all = Changed::NOTHING;
        if self.has(ChangeType::Created) {
            all = all.and(Changed::CREATED).and(Changed::RESTORED);
        }
        if self.has(ChangeType::Deleted) {
            all = all.and(Changed::DELETED).and(Changed::PURGED);
        }
        if self.has(ChangeType::Updated) { Changed::ANYTHING } else { all }
    }
}

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Users or groups.
    pub kind: Kind,
    /// One of them; `None` for all.
    pub object: Option<ObjectId>,
    /// Who stands in which relation to it, and nothing else about it.
    pub relation: Option<Relation>,
}

/// A relation of a group that can be followed by itself (graph-docs: resources/change-notifications-api-overview.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Its members.
    Members,
    /// Its owners.
    Owners,
}

impl Relation {
    /// As the log has it.
    pub fn changed(self) -> Changed {
        match self {
            Self::Members => Changed::MEMBERS,
            Self::Owners => Changed::OWNERS,
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let named = [("members", Self::Members), ("owners", Self::Owners)];
        named.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, relation)| relation)
    }
}

impl Resource {
    /// Reads `users`, `/users`, `users/{id}`, the same of groups, and `groups/{id}/members` and `/owners`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let wrong = || {
            let remedy =
                "Give users, users/{id}, groups, groups/{id}, groups/{id}/members or groups/{id}/owners.";
            Refusal::invalid("resource", "Changes of this resource cannot be subscribed to.", remedy)
        };
        let mut path = text.trim_matches('/').splitn(3, '/');
        let kind = match path.next().unwrap_or_default() {
            set if set.eq_ignore_ascii_case("users") => Kind::User,
            set if set.eq_ignore_ascii_case("groups") => Kind::Group,
            _ => return Err(wrong()),
        };
        let object = path.next().map(|id| ObjectId::parse(id).ok_or_else(wrong)).transpose()?;
        let relation = path.next().map(|name| Relation::parse(name).ok_or_else(wrong)).transpose()?;
        if relation.is_some() && kind != Kind::Group {
            return Err(wrong());
        }
        Ok(Self { kind, object, relation })
    }
}

/// An address that can be posted to; `field` is how the surface calls it.
pub fn check_url(field: &str, url: &str) -> Result<(), Refusal> {
    let wrong = |cause: &str| {
        Err(Refusal::invalid(field, cause, "Give an absolute HTTPS address without user name and fragment."))
    };
    if url.len() > LONGEST_URL {
        return wrong("The address is longer than 2048 characters.");
    }
    let Some((scheme, rest)) = url.split_once("://") else { return wrong("The address is not absolute.") };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return wrong("The address is not HTTPS.");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') || authority.contains('\\') {
        return wrong("The address has no host, or a user name before it.");
    }
    if url.contains('#') || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return wrong("The address has a fragment, or characters that no address has.");
    }
    Ok(())
}

/// A secret the receiver knows our posts by.
pub fn check_client_state(state: &str) -> Result<(), Refusal> {
    if state.chars().count() <= LONGEST_STATE && !state.contains(char::is_control) {
        return Ok(());
    }
    let cause = "The value is longer than 128 characters or holds control characters.";
    Err(Refusal::invalid("clientState", cause, "Give a shorter secret of plain characters."))
}

/// The end of a subscription: in the time to come, not too far, and not too soon: as in the original it is 45 minutes ahead
/// at least (graph-docs: resources/subscription.md).
pub fn end_of(expires_at: Time, now: Time) -> Result<Time, Refusal> {
    let wrong = |cause: &str| {
        let remedy = "Give a time within the next 41760 minutes, and renew the subscription before it ends.";
        Err(Refusal::invalid("expirationDateTime", cause, remedy))
    };
    if expires_at <= now {
        return wrong("Subscription expiration is in the past.");
    }
    if expires_at > now.plus_seconds(LONGEST_SECONDS) {
        return wrong("Subscription expiration can only be 41760 minutes in the future.");
    }
    Ok(expires_at.max(now.plus_seconds(SHORTEST_SECONDS)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::changes::user_property;

    #[test]
    fn a_change_is_told_as_what_was_asked_for() {
        let mail = user_property("mail");
        for (types, what, told) in [
            ("created", Changed::CREATED, Some("created")),
            ("updated", Changed::CREATED, Some("updated")),
            ("deleted", Changed::CREATED, None),
            ("created,updated,deleted", mail, Some("updated")),
            ("created,deleted", mail, None),
            ("updated", Changed::DELETED, Some("updated")),
            ("updated,deleted", Changed::DELETED, Some("deleted")),
            ("deleted", Changed::PURGED, Some("deleted")),
            ("updated", Changed::PURGED, None),
            ("created", Changed::RESTORED, Some("created")),
            ("created,updated", Changed::RESTORED.and(mail), Some("updated")),
            ("created,updated", Changed::CREATED.and(mail), Some("created")),
        ] {
            let parsed = ChangeTypes::parse(types).unwrap();
            assert_eq!(parsed.told_of(what).map(ChangeType::name), told, "{types} {what:?}");
            assert!(told.is_none() || parsed.touched().touches(what), "{types} {what:?}");
        }
        assert_eq!(ChangeTypes::parse("Deleted, created").unwrap().names(), "created,deleted");
        for wrong in ["", "created;updated", "created,", "renamed"] {
            assert!(ChangeTypes::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn resources_addresses_and_ends_are_bounded() {
        let id = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
        for good in [
            "users",
            "/users",
            "Users/",
            &format!("users/{id}"),
            &format!("/groups/{id}"),
            &format!("/groups/{id}/Members"),
            &format!("groups/{id}/owners/"),
        ] {
            assert!(Resource::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "me",
            "users/ana",
            "users/delta",
            "applications",
            "users('x')",
            &format!("users/{id}/manager"),
            "groups/members",
            &format!("groups/{id}/members/{id}"),
            &format!("groups/{id}/transitiveMembers"),
        ] {
            assert!(Resource::parse(bad).is_err(), "{bad}");
        }
        assert!(check_url("u", "https://app.example/hook?x=1").is_ok());
        for bad in [
            "app.example",
            "ftp://a",
            "https://",
            "https://u@a/",
            "https://a/#x",
            "https://a/ b",
            "https:\\\\a",
        ] {
            assert!(check_url("u", bad).is_err(), "{bad}");
        }
        let now = Time(0);
        assert!(end_of(now.plus_seconds(LONGEST_SECONDS), now).is_ok());
        assert_eq!(end_of(now.plus_seconds(60), now), Ok(now.plus_seconds(45 * 60)));
        assert!(end_of(now.plus_seconds(LONGEST_SECONDS + 1), now).is_err() && end_of(now, now).is_err());
        assert!(
            check_client_state(&"x".repeat(128)).is_ok() && check_client_state(&"x".repeat(129)).is_err()
        );
    }
}
