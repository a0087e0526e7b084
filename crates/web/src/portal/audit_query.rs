//! The address of the audit log: activity, person, request, outcome, days and page, read and written. Refuses nothing: what it does
//! not know is left out, so that an old address still opens.

use hospes_actions::audit::Activity;
use hospes_domain::ids::ObjectId;
use hospes_domain::query::{AuditField, Comparison, ElementMatch, ElementTest, Filter, Part, Value};
use jiff::civil::Date;
use url::form_urlencoded;

use super::list_address::{address, day, end, start, typed};

/// Outcomes, with what a choice says.
pub const RESULTS: [(&str, &str); 2] = [("success", "Done"), ("failure", "Refused")];

/// How the log is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// One of the closed list of activities.
    pub activity: Option<&'static str>,
    /// Name, address or object id of somebody who did it or to whom it was done.
    pub person: String,
    /// Id of a request, ours or the caller's, or of a record.
    pub request: String,
    /// One of [`RESULTS`].
    pub result: Option<&'static str>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Where the page begins.
    pub after: Option<String>,
}

impl AuditQuery {
    /// Reads the query of an address.
    pub fn read(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "activity" => read.activity = Activity::NAMES.iter().copied().find(|known| *known == value),
                "person" => read.person = value.trim().chars().take(320).collect(),
                "request" => read.request = value.trim().chars().take(128).collect(),
                "result" => {
                    read.result = RESULTS.into_iter().map(|(word, _)| word).find(|word| *word == value);
                }
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
            ("activity", self.activity.map(str::to_owned)),
            ("person", typed(&self.person)),
            ("request", typed(&self.request)),
            ("result", self.result.map(str::to_owned)),
            ("from", day(self.from)),
            ("to", day(self.to)),
            ("after", self.after.clone()),
        ];
        address(path, pairs)
    }

    /// What a page of this list was asked with, for its place.
    pub fn fingerprint(&self) -> String {
        Self { after: None, ..self.clone() }.address("portal/audit")
    }

    /// Whether the whole log is asked for.
    pub fn is_everything(&self) -> bool {
        Self { after: None, ..self.clone() } == Self::default()
    }

    /// The condition; `people` are those the person's text stands for, if there is one.
    pub fn filter(&self, people: Option<&[ObjectId]>) -> Option<Filter<AuditField>> {
        let word = |field, word: &str| Filter::equal(field, Value::Text(word.to_owned()));
        let at =
            |op, time| Filter::Compare { field: AuditField::ActivityDateTime, op, value: Value::Time(time) };
        let all = [
            self.activity.map(|name| word(AuditField::ActivityDisplayName, name)),
            self.result.map(|name| word(AuditField::Result, name)),
            self.from.and_then(start).map(|time| at(Comparison::AtLeast, time)),
            self.to.and_then(end).map(|time| at(Comparison::AtMost, time)),
            people.map(involved),
            (!self.request.is_empty()).then(|| of_request(&self.request)),
        ];
        all.into_iter().flatten().reduce(Filter::and)
    }
}

/// Records of a request, by its id or by the beginning of ours that pages show as a reference; or the record of that id.
fn of_request(number: &str) -> Filter<AuditField> {
    let field = AuditField::CorrelationId;
    if let Some(beginning) = reference(number) {
        return Filter::StartsWith { field, value: beginning };
    }
    let called = Filter::equal(field, Value::Text(number.to_owned()));
    match uuid::Uuid::try_parse(number) {
        Ok(id) => called.or(Filter::equal(AuditField::Id, Value::Id(id))),
        Err(_) => called,
    }
}

/// The beginning of a request's id, if that is what a page shows of it: twelve digits, in whatever groups.
fn reference(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
    let fits = digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| format!("{}-{}", &digits[..8], &digits[8..]))
}

/// Whether somebody who types this may mean a request.
pub fn is_number(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok() || reference(text).is_some()
}

/// Whoever of them did it or had it done to them; nobody is involved in nothing.
fn involved(people: &[ObjectId]) -> Filter<AuditField> {
    let nobody = Filter::equal(AuditField::Id, Value::Id(uuid::Uuid::nil()));
    people.iter().fold(nobody, |filter, id| {
        let matches = ElementMatch::Equal(id.to_string());
        filter.or(Filter::equal(AuditField::InitiatedByUserId, Value::Id(id.0))).or(Filter::Any {
            field: AuditField::TargetResources,
            tests: vec![ElementTest { part: Part::Id, matches }],
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_the_beginning_of_a_requests_id() {
        for text in ["5e3c e6c0 2b1f", "5E3CE6C02B1F", "5e3ce6c0-2b1f"] {
            let beginning = reference(text).map(|text| text.to_lowercase());
            assert_eq!(beginning.as_deref(), Some("5e3ce6c0-2b1f"));
        }
        for other in ["", "5e3c e6c0 2b1", "5e3c e6c0 2b1g", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346"] {
            assert_eq!(reference(other), None, "{other}");
        }
    }

    #[test]
    fn an_address_holds_the_whole_view() {
        let address =
            "/a?activity=Update+user&person=ana+%26+co&result=failure&from=2026-11-01&to=2026-11-30&after=x";
        let read = AuditQuery::read(address.split_once('?').map_or("", |(_, query)| query));
        assert_eq!(read.address("/a"), address);
        assert!(!read.is_everything());
    }

    #[test]
    fn what_it_does_not_know_is_left_out() {
        let read =
            AuditQuery::read("activity=Nothing&result=maybe&from=yesterday&to=2026-02-30&person=++&x=y");
        assert_eq!((read.is_everything(), read.filter(None)), (true, None));
    }

    #[test]
    fn the_last_day_is_in_it_to_its_end() {
        let read = AuditQuery::read("from=2026-11-01&to=2026-11-01");
        let (from, to) = (read.from.and_then(start), read.to.and_then(end));
        assert_eq!(to.zip(from).map(|(to, from)| to.0 - from.0), Some(86_400_000_000 - 1));
    }
}
