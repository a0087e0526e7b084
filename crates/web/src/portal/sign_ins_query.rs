//! The address of the sign-in log: person, application, outcome, days, reference and page, read and written. Refuses
//! nothing: what it does not know is left out, so that an old address still opens.

use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::query::{Comparison, Filter, SignInField, Value};
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

/// A reference in fours, as pages show it, or a whole request id: both are the beginning of a correlation id.
fn refers(text: &str) -> Filter<SignInField> {
    let letters: String =
        text.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_lowercase();
    let strange = text.chars().any(|c| !(c.is_ascii_hexdigit() || c == '-' || c == ' '));
    if letters.len() < REFERENCE || letters.len() > 32 || strange {
        return nothing();
    }
    // Groups of a UUID: 8, 4, 4, 4 and 12.
    let mut value = String::with_capacity(36);
    for (place, letter) in letters.chars().enumerate() {
        if [8, 12, 16, 20].contains(&place) {
            value.push('-');
        }
        value.push(letter);
    }
    Filter::StartsWith { field: SignInField::CorrelationId, value }
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
        let prefix = |text: &str| match refers(text) {
            Filter::StartsWith { value, .. } => value,
            _ => String::new(),
        };
        assert_eq!(prefix("0123-4567-89AB"), "01234567-89ab");
        assert_eq!(prefix("0123 4567 89ab"), "01234567-89ab");
        let whole = "01234567-89ab-4def-8012-3456789abcde";
        assert_eq!(prefix(whole), whole);
        for odd in ["", "0123", "0123-4567-89AX", "'; DROP", &"0".repeat(33)] {
            assert_eq!(prefix(odd), "", "{odd}");
        }
    }
}
