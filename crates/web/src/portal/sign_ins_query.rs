//! The address of the sign-in log: person, application, outcome, days, reference and page, read and written. Refuses
//! nothing: what it does not know is left out, so that an old address still opens.

use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::query::{Comparison, Filter, SignInField, Value};
use hospes_domain::sign_ins::correlation_of;
use hospes_domain::time::Time;
use jiff::civil::Date;
use url::form_urlencoded;
use uuid::Uuid;

use super::list_address::{address, day, end, start, typed};

/// Outcomes, with what a choice says.
pub const OUTCOMES: [(&str, &str); 2] = [("success", "Signed in"), ("failure", "Refused")];

/// Letters of a reference that a page shows.
const REFERENCE: usize = 12;

/// How the log is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInsQuery {
    /// Name, address or object id of somebody.
    pub person: String,
    /// Client id of an application.
    pub app: String,
    /// One of [`OUTCOMES`].
    pub outcome: Option<&'static str>,
    /// What a refused person reads to the helpdesk, or a whole request id.
    pub reference: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Where the page begins.
    pub after: Option<String>,
}

impl SignInsQuery {
    /// Reads the query of an address.
    pub fn read(query: &str) -> Self {
        let mut read = Self::default();
        let short = |value: &str| value.trim().chars().take(320).collect::<String>();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "person" => read.person = short(&value),
                "app" => read.app = short(&value),
                "outcome" => {
                    read.outcome = OUTCOMES.into_iter().map(|(word, _)| word).find(|word| *word == value);
                }
                "reference" => read.reference = short(&value),
                "from" => read.from = value.parse().ok(),
                "to" => read.to = value.parse().ok(),
                "after" => read.after = Some(value.into_owned()),
                _ => {}
            }
        }
        read
    }

    /// The address below `path`.
    pub fn address(&self, path: &str) -> String {
        let pairs = [
            ("person", typed(&self.person)),
            ("app", typed(&self.app)),
            ("outcome", self.outcome.map(str::to_owned)),
            ("reference", typed(&self.reference)),
            ("from", day(self.from)),
            ("to", day(self.to)),
            ("after", self.after.clone()),
        ];
        address(path, pairs)
    }

    /// What a page of this list was asked with, for its place.
    pub fn fingerprint(&self) -> String {
        Self { after: None, ..self.clone() }.address("portal/sign-ins")
    }

    /// Whether the whole log is asked for.
    pub fn is_everything(&self) -> bool {
        Self { after: None, ..self.clone() } == Self::default()
    }

    /// The condition; `people` are those the person's text stands for, if there is one.
    pub fn filter(&self, people: Option<&[ObjectId]>) -> Option<Filter<SignInField>> {
        let at =
            |op, time| Filter::Compare { field: SignInField::CreatedDateTime, op, value: Value::Time(time) };
        let outcome = self.outcome.map(|word| Filter::Compare {
            field: SignInField::ErrorCode,
            op: if word == "success" { Comparison::Equal } else { Comparison::NotEqual },
            value: Value::Number(0),
        });
        let all = [
            people.map(theirs),
            (!self.app.is_empty()).then(|| of_app(&self.app)),
            outcome,
            (!self.reference.is_empty()).then(|| refers(&self.reference)),
            self.from.and_then(start).map(|time: Time| at(Comparison::AtLeast, time)),
            self.to.and_then(end).map(|time| at(Comparison::AtMost, time)),
        ];
        all.into_iter().flatten().reduce(Filter::and)
    }
}

/// Nothing at all.
fn nothing() -> Filter<SignInField> {
    Filter::equal(SignInField::Id, Value::Id(Uuid::nil()))
}

fn theirs(people: &[ObjectId]) -> Filter<SignInField> {
    if people.is_empty() {
        return nothing();
    }
    Filter::In { field: SignInField::UserId, values: people.iter().map(|id| Value::Id(id.0)).collect() }
}

fn of_app(text: &str) -> Filter<SignInField> {
    match text.parse::<ClientId>() {
        Ok(client) => Filter::equal(SignInField::AppId, Value::Id(client.0)),
        Err(_) => nothing(),
    }
}

/// A reference in fours, as pages show it, or a whole request id: the beginning of a line's id. Or what a program calls its
/// request, whatever that looks like.
fn refers(text: &str) -> Filter<SignInField> {
    let called = correlation_of(text)
        .map(|text| Filter::equal(SignInField::CorrelationId, Value::Text(text.to_owned())));
    let of_request = whole_range(text).map(|(first, last)| {
        let id = |op, id| Filter::Compare { field: SignInField::Id, op, value: Value::Id(id) };
        id(Comparison::AtLeast, first).and(id(Comparison::AtMost, last))
    });
    [of_request, called].into_iter().flatten().reduce(Filter::or).unwrap_or_else(nothing)
}

/// The first and the last id that begin with these letters, in whatever groups; `None` for fewer than a page shows.
pub(super) fn whole_range(text: &str) -> Option<(Uuid, Uuid)> {
    let letters: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let strange = text.chars().any(|c| !(c.is_ascii_hexdigit() || matches!(c, '-' | ' ' | '\u{a0}')));
    if letters.len() < REFERENCE || letters.len() > 32 || strange {
        return None;
    }
    let filled = |with: &str| Uuid::try_parse(&format!("{letters}{}", with.repeat(32 - letters.len()))).ok();
    filled("0").zip(filled("f"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_whole_view() {
        let address = "/s?person=ana+%26+co&app=x&outcome=failure&reference=0123-4567-89AB&from=2026-11-01&to=2026-11-30&after=x";
        let query = SignInsQuery::read(address.split_once('?').map_or("", |(_, query)| query));
        assert_eq!(query.address("/s"), address);
        assert!(!query.is_everything() && SignInsQuery::read("outcome=odd&x=y").is_everything());
    }

    #[test]
    fn a_reference_is_read_however_it_is_spaced() {
        let first = Uuid::from_u128(0x0123_4567_89ab_0000_0000_0000_0000_0000);
        let last = Uuid::from_u128(0x0123_4567_89ab_ffff_ffff_ffff_ffff_ffff);
        for text in ["0123-4567-89AB", "0123 4567 89ab", "0123456789ab"] {
            assert_eq!(whole_range(text), Some((first, last)), "{text}");
        }
        let whole = Uuid::from_u128(0x0123_4567_89ab_4def_8012_3456_789a_bcde);
        assert_eq!(whole_range(&whole.to_string()), Some((whole, whole)));
        for odd in ["", "0123", "0123-4567-89AX", "'; DROP", &"0".repeat(33)] {
            assert_eq!(whole_range(odd), None, "{odd}");
        }
        assert_eq!(refers(""), nothing());
        let called = Filter::equal(SignInField::CorrelationId, Value::Text("msal-7".to_owned()));
        assert_eq!(refers(" msal-7 "), called);
    }
}
