//! Literals of a `$filter` as values of a field's kind. Refuses a literal of another kind, saying which one is wanted.

use hospes_domain::query::Value;
use hospes_domain::time::Time;
use uuid::Uuid;

use super::super::parser::{Form, Literal};
use super::super::resource::{Field, Kind};
use super::super::{QueryError, quote};

/// The literal as text, or as an id where elements are told apart by one.
pub(super) fn text_of<F>(field: &Field<F>, literal: &Literal<'_>) -> Result<String, QueryError> {
    match (&literal.form, field.kind) {
        (Form::Text(text), _) => Ok(text.clone()),
        (Form::Bare(word), Kind::Records(..) | Kind::Targets) => Ok((*word).to_owned()),
        (Form::Bare(_), _) => Err(mismatch(field, literal)),
    }
}

/// The literal as a number of elements.
pub(super) fn number_of<F>(field: &Field<F>, literal: &Literal<'_>) -> Result<i64, QueryError> {
    let number = match &literal.form {
        Form::Bare(word) => word.parse().ok().filter(|number: &i64| *number >= 0),
        Form::Text(_) => None,
    };
    number.ok_or_else(|| {
        QueryError::filter(
            format_args!(
                "The value at position {} does not fit '{}/$count', which takes a whole number.",
                literal.position, field.name
            ),
            literal.position,
        )
    })
}

/// The literal as a value of the field's kind.
pub(super) fn value_of<F>(field: &Field<F>, literal: &Literal<'_>) -> Result<Value, QueryError> {
    let value = match (&literal.form, field.kind) {
        (Form::Bare(word), _) if word.eq_ignore_ascii_case("null") => Some(Value::Null),
        (Form::Text(text), Kind::Text) => Some(Value::Text(text.clone())),
        (Form::Text(text), Kind::Id) => return id_of(text, literal.position),
        (Form::Bare(word), Kind::Id) => return id_of(word, literal.position),
        (Form::Bare(word), Kind::Flag) if word.eq_ignore_ascii_case("true") => Some(Value::Flag(true)),
        (Form::Bare(word), Kind::Flag) if word.eq_ignore_ascii_case("false") => Some(Value::Flag(false)),
        (Form::Bare(word), Kind::Number) => word.parse().ok().map(Value::Number),
        (Form::Bare(word), Kind::Time) => instant(word).map(Value::Time),
        _ => None,
    };
    value.ok_or_else(|| mismatch(field, literal))
}

/// An instant, or a day as its beginning in UTC, as scripts write it: `activityDateTime ge 2018-01-24` (graph-docs:
/// api/directoryaudit-list.md).
fn instant(word: &str) -> Option<Time> {
    let day = || {
        let day: jiff::civil::Date = word.parse().ok().filter(|_| word.len() == "2018-01-24".len())?;
        day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|day| day.timestamp())
    };
    let instant: Option<jiff::Timestamp> = word.parse().ok();
    instant.or_else(day).map(|instant| Time(instant.as_microsecond()))
}

pub(super) fn id_of(text: &str, position: usize) -> Result<Value, QueryError> {
    // One spelling of ids on every surface: hyphenated.
    match Uuid::try_parse(text) {
        Ok(id) if text.len() == 36 => Ok(Value::Id(id)),
        _ => Err(QueryError::filter(format_args!("Invalid object identifier '{}'.", quote(text)), position)),
    }
}

pub(super) fn mismatch<F>(field: &Field<F>, literal: &Literal<'_>) -> QueryError {
    let wanted = match field.kind {
        Kind::Text | Kind::Texts | Kind::Identities => "text in single quotes",
        Kind::Id | Kind::Records(..) | Kind::Targets | Kind::Relation => "an object identifier",
        Kind::Flag => "true or false",
        Kind::Number => "a whole number",
        Kind::Time => "a date and time such as 2026-01-31T12:00:00Z, or a date",
    };
    QueryError::filter(
        format_args!(
            "The value at position {} does not fit '{}', which takes {wanted}.",
            literal.position, field.name
        ),
        literal.position,
    )
}
