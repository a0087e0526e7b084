//! The address of the list of users: search, filters, order and page, read and written. Refuses nothing: what it does not
//! know is left out, so that an old address still opens.

use hospes_actions::portal::identity_changed;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{ElementMatch, ElementTest, Filter, Order, Part, UserField, Value};
use url::form_urlencoded;

use super::list_address::{address, typed};

/// The values a filter takes, with what a chip says.
pub const TYPES: [(&str, &str); 2] = [("Guest", "Guest"), ("Member", "Member")];
/// External user states.
pub const STATES: [(&str, &str); 3] =
    [("Accepted", "Accepted"), ("PendingAcceptance", "Pending acceptance"), ("changed", "Identity changed")];
/// Whether sign-in is possible.
pub const STATUSES: [(&str, &str); 2] = [("enabled", "Enabled"), ("blocked", "Blocked")];

/// How the list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersQuery {
    /// Text in a name, address or id.
    pub search: String,
    /// `Guest` or `Member`.
    pub user_type: Option<&'static str>,
    /// One of [`STATES`].
    pub state: Option<&'static str>,
    /// One of [`STATUSES`].
    pub status: Option<&'static str>,
    /// `name`, `-name`, `created` or `-created`.
    pub sort: Option<&'static str>,
    /// Where the page begins.
    pub after: Option<String>,
}

const SORTS: [&str; 4] = ["name", "-name", "created", "-created"];

fn known<const N: usize>(values: [(&'static str, &'static str); N], typed: &str) -> Option<&'static str> {
    values.into_iter().map(|(value, _)| value).find(|value| value.eq_ignore_ascii_case(typed))
}

impl UsersQuery {
    /// Reads the query of an address.
    pub fn read(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                // Longer than any name or address: nothing would be found.
                "q" => read.search = value.trim().chars().take(320).collect(),
                "type" => read.user_type = known(TYPES, &value),
                "state" => read.state = known(STATES, &value),
                "status" => read.status = known(STATUSES, &value),
                "sort" => read.sort = SORTS.into_iter().find(|sort| *sort == value),
                "after" => read.after = Some(value.into_owned()),
                _ => {}
            }
        }
        read
    }

    /// Everything but the page, as names and values.
    pub fn kept(&self) -> Vec<(&'static str, String)> {
        let all =
            [("type", self.user_type), ("state", self.state), ("status", self.status), ("sort", self.sort)];
        all.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned()))).collect()
    }

    /// The address below `path`.
    pub fn address(&self, path: &str) -> String {
        let kept = self.kept().into_iter().map(|(name, value)| (name, Some(value)));
        let after = [("after", self.after.clone())];
        address(path, [("q", typed(&self.search))].into_iter().chain(kept).chain(after))
    }

    /// What a page of this list was asked with, for its cursor.
    pub fn fingerprint(&self) -> String {
        Self { after: None, ..self.clone() }.address("portal/users")
    }

    /// Whether everybody is in the list.
    pub fn is_everybody(&self) -> bool {
        self.search.is_empty() && self.user_type.is_none() && self.state.is_none() && self.status.is_none()
    }

    /// The order; by name unless asked otherwise.
    pub fn order(&self) -> Order<UserField> {
        let sort = self.sort.unwrap_or("name");
        let field = if sort.trim_start_matches('-') == "created" {
            UserField::CreatedDateTime
        } else {
            UserField::DisplayName
        };
        Order { field, descending: sort.starts_with('-') }
    }

    /// The condition.
    pub fn filter(&self) -> Option<Filter<UserField>> {
        let word = |field, word: &str| Filter::equal(field, Value::Text(word.to_owned()));
        let all = [
            (!self.search.is_empty()).then(|| matching(&self.search)),
            self.user_type.map(|value| word(UserField::UserType, value)),
            self.state.map(|value| match value {
                "changed" => identity_changed(),
                state => word(UserField::ExternalUserState, state),
            }),
            self.status
                .map(|value| Filter::equal(UserField::AccountEnabled, Value::Flag(value == "enabled"))),
        ];
        all.into_iter().flatten().reduce(Filter::and)
    }
}

/// Whoever has the text in name or address; an object id finds its user (reference/portal.md section 1).
pub fn matching(text: &str) -> Filter<UserField> {
    let contains = |field| Filter::Contains { field, value: text.to_owned() };
    let other = ElementTest { part: Part::Whole, matches: ElementMatch::StartsWith(text.to_owned()) };
    let by_text = contains(UserField::DisplayName)
        .or(contains(UserField::Mail))
        .or(contains(UserField::UserPrincipalName))
        .or(Filter::Any { field: UserField::OtherMails, tests: vec![other] });
    match ObjectId::parse(text) {
        Some(id) => by_text.or(Filter::equal(UserField::Id, Value::Id(id.0))),
        None => by_text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_whole_view() {
        let address = "/u?q=ana+%26+co&type=Guest&state=changed&status=blocked&sort=-created&after=abc";
        let read = UsersQuery::read(address.split_once('?').map_or("", |(_, query)| query));
        assert_eq!(read.address("/u"), address);
        assert_eq!((read.search.as_str(), read.state), ("ana & co", Some("changed")));
        assert!(read.order().descending && !read.is_everybody());
    }

    #[test]
    fn what_it_does_not_know_is_left_out() {
        let read = UsersQuery::read("type=Robot&state=&sort=mail&x=y&q=++");
        assert_eq!(read, UsersQuery::default());
        assert_eq!((read.address("/u").as_str(), read.filter()), ("/u", None));
    }

    #[test]
    fn an_id_is_looked_for_as_an_id_too() {
        let has_id = |text| format!("{:?}", matching(text)).contains("field: Id,");
        assert!(has_id("6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413") && !has_id("6f0d"));
    }
}
