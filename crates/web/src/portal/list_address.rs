//! What the addresses of lists have in common: how they are written, and where a day begins and ends. Refuses to read
//! them: each list knows its own words.

use hospes_domain::time::Time;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::form_urlencoded::Serializer;

/// The address of a list below `path`, with what it is asked for.
pub fn address<'a>(path: &str, asked: impl IntoIterator<Item = (&'a str, Option<String>)>) -> String {
    let asked = asked.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let query = Serializer::new(String::new()).extend_pairs(asked).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A text somebody typed, if there is one.
pub fn typed(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// A day as addresses write it.
pub fn day(day: Option<Date>) -> Option<String> {
    day.map(|day| day.to_string())
}

/// The first microsecond of a day.
pub fn start(day: Date) -> Option<Time> {
    Some(Time(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond()))
}

/// The last microsecond of the day.
pub fn end(day: Date) -> Option<Time> {
    start(day.tomorrow().ok()?).map(|next| Time(next.0 - 1))
}
