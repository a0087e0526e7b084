//! Gives a parsed `$filter` its meaning for one resource: names become fields, literals values of the
//! field's kind, and every operator is checked against the resource's table. Refuses comparisons of
//! anything but a declared property with a value, so no caller can probe a hidden one (threats.md J4).

use hospes_domain::query::{Comparison, ElementMatch, ElementTest, Filter, Part, Value};
use hospes_domain::time::Time;
use uuid::Uuid;

use super::parser::{Expression, Form, Literal, Path, parse};
use super::resource::{Field, Kind, Operator, Resource};
use super::{Mode, QueryError, quote};

/// The typed condition that the decoded text of a `$filter` spells for `resource`.
pub fn parse_filter<F: Copy>(
    text: &str,
    resource: &Resource<F>,
    mode: Mode,
) -> Result<Filter<F>, QueryError> {
    Reader { resource, mode }.condition(&parse(text)?, false)
}

struct Reader<'r, F: 'static> {
    resource: &'r Resource<F>,
    mode: Mode,
}

impl<F: Copy> Reader<'_, F> {
    /// `negated` says whether a `not` stands anywhere above: each field has its own rule for that.
    fn condition(&self, expression: &Expression<'_>, negated: bool) -> Result<Filter<F>, QueryError> {
        match expression {
            Expression::And(left, right) => {
                Ok(self.condition(left, negated)?.and(self.condition(right, negated)?))
            }
            Expression::Or(left, right) => {
                Ok(self.condition(left, negated)?.or(self.condition(right, negated)?))
            }
            Expression::Not(inner) => Ok(Filter::Not(Box::new(self.condition(inner, true)?))),
            Expression::Compare { path, operator, value } => self.compare(*path, operator, value, negated),
            Expression::In { path, values } => self.one_of(*path, values, negated),
            Expression::Call { function, path, value } => self.call(function, *path, value, negated),
            Expression::Any { path, variable, body } => self.any(*path, variable, body, negated),
        }
    }

    fn compare(
        &self,
        path: Path<'_>,
        operator: &str,
        literal: &Literal<'_>,
        negated: bool,
    ) -> Result<Filter<F>, QueryError> {
        let field = self.scalar(path, negated)?;
        let (op, operator) = match operator {
            "eq" => (Comparison::Equal, Operator::Eq),
            "ne" => (Comparison::NotEqual, Operator::Ne),
            "ge" => (Comparison::AtLeast, Operator::Ge),
            "le" => (Comparison::AtMost, Operator::Le),
            _ => return Err(self.resource.not_offered(field.name).at(path.position)),
        };
        self.allow(field, operator, path)?;
        let value = value_of(field, literal)?;
        if value == Value::Null {
            if matches!(op, Comparison::AtLeast | Comparison::AtMost) {
                return Err(mismatch(field, literal));
            }
            self.allow(field, Operator::Null, path)?;
        }
        Ok(Filter::Compare { field: field.field, op, value })
    }

    fn one_of(
        &self,
        path: Path<'_>,
        literals: &[Literal<'_>],
        negated: bool,
    ) -> Result<Filter<F>, QueryError> {
        let field = self.scalar(path, negated)?;
        self.allow(field, Operator::In, path)?;
        let values =
            literals.iter().map(|literal| value_of(field, literal)).collect::<Result<Vec<_>, _>>()?;
        if values.contains(&Value::Null) {
            self.allow(field, Operator::Null, path)?;
        }
        Ok(Filter::In { field: field.field, values })
    }

    fn call(
        &self,
        function: &str,
        path: Path<'_>,
        literal: &Literal<'_>,
        negated: bool,
    ) -> Result<Filter<F>, QueryError> {
        let field = self.scalar(path, negated)?;
        if function != "startsWith" {
            return Err(unsupported_function(function).at(path.position));
        }
        self.allow(field, Operator::StartsWith, path)?;
        match value_of(field, literal)? {
            Value::Text(value) => Ok(Filter::StartsWith { field: field.field, value }),
            _ => Err(mismatch(field, literal)),
        }
    }

    fn any(
        &self,
        path: Path<'_>,
        variable: &str,
        body: &Expression<'_>,
        negated: bool,
    ) -> Result<Filter<F>, QueryError> {
        let field = self.field(path, negated)?;
        if path.tail.is_some() || !field.kind.is_collection() {
            return Err(self.resource.not_offered(field.name).at(path.position));
        }
        let lambda = Lambda { reader: self, field, variable };
        // "Any is a or b" says the same as "any is a, or any is b".
        let mut alternatives = lambda.alternatives(body)?.into_iter();
        let any = |tests| Filter::Any { field: field.field, tests };
        let Some(first) = alternatives.next() else {
            return Err(self.resource.not_offered(field.name).at(path.position));
        };
        Ok(alternatives.fold(any(first), |filter, tests| filter.or(any(tests))))
    }

    /// A field that has one value.
    fn scalar(&self, path: Path<'_>, negated: bool) -> Result<&'static Field<F>, QueryError> {
        if let Some(field) = self.of_a_part(path) {
            if negated {
                self.allow(field, Operator::Not, path)?;
            }
            return Ok(field);
        }
        let field = self.field(path, negated)?;
        if path.tail.is_some() || field.kind.is_collection() {
            return Err(self.resource.not_offered(field.name).at(path.position));
        }
        Ok(field)
    }

    /// A field whose name is a whole path.
    fn of_a_part(&self, path: Path<'_>) -> Option<&'static Field<F>> {
        let name =
            [Some(path.head), path.tail, path.part].into_iter().flatten().collect::<Vec<_>>().join("/");
        path.tail?;
        self.resource.fields.iter().find(|field| field.name.eq_ignore_ascii_case(&name))
    }

    fn field(&self, path: Path<'_>, negated: bool) -> Result<&'static Field<F>, QueryError> {
        let field = self.resource.field(path.head).map_err(|error| {
            // Only the prefix tells a filter's unknown property from that of `$select`.
            let message = if error.code == "BadRequest" {
                format!("Invalid filter clause: {}", error.message)
            } else {
                error.message
            };
            QueryError { message, position: Some(path.position), ..error }
        })?;
        if negated {
            self.allow(field, Operator::Not, path)?;
        }
        Ok(field)
    }

    fn allow(&self, field: &Field<F>, operator: Operator, path: Path<'_>) -> Result<(), QueryError> {
        self.resource.allow(field, operator, self.mode).map_err(|error| error.at(path.position))
    }
}

/// The inside of `collection/any(variable: …)`.
struct Lambda<'r, 't, F: 'static> {
    reader: &'r Reader<'r, F>,
    field: &'static Field<F>,
    variable: &'t str,
}

impl<F: Copy> Lambda<'_, '_, F> {
    /// The body as alternatives, each a list of tests that one element must pass together.
    fn alternatives(&self, body: &Expression<'_>) -> Result<Vec<Vec<ElementTest>>, QueryError> {
        if let Expression::Or(left, right) = body {
            let mut alternatives = self.alternatives(left)?;
            alternatives.extend(self.alternatives(right)?);
            return Ok(alternatives);
        }
        let mut tests = Vec::new();
        self.together(body, &mut tests)?;
        check_identity(&tests)?;
        Ok(vec![tests])
    }

    /// Adds the tests joined by `and`. An `or` beneath is refused: spelled out it could grow without bound.
    fn together(&self, body: &Expression<'_>, tests: &mut Vec<ElementTest>) -> Result<(), QueryError> {
        match body {
            Expression::And(left, right) => {
                self.together(left, tests)?;
                self.together(right, tests)
            }
            Expression::Compare { path, operator: "eq", value } => {
                self.reader.allow(self.field, Operator::Eq, *path)?;
                let part = self.part(*path)?;
                let text = text_of(self.field, value)?;
                if part == Part::Id {
                    id_of(&text, value.position)?;
                }
                tests.push(ElementTest { part, matches: ElementMatch::Equal(text) });
                Ok(())
            }
            Expression::Call { function: "startsWith", path, value } => {
                self.reader.allow(self.field, Operator::StartsWith, *path)?;
                let matches = ElementMatch::StartsWith(text_of(self.field, value)?);
                tests.push(ElementTest { part: self.part(*path)?, matches });
                Ok(())
            }
            Expression::Call { function, path, .. } => Err(unsupported_function(function).at(path.position)),
            _ => Err(self.reader.resource.not_offered(self.field.name)),
        }
    }

    fn part(&self, path: Path<'_>) -> Result<Part, QueryError> {
        if !path.head.eq_ignore_ascii_case(self.variable) {
            return Err(QueryError::filter(
                format_args!("Inside 'any' only its variable can be tested, not '{}'.", quote(path.head)),
                path.position,
            ));
        }
        match (self.field.kind, path.tail) {
            _ if path.part.is_some() => {
                Err(self.reader.resource.not_offered(self.field.name).at(path.position))
            }
            (Kind::Targets, Some(tail)) if tail.eq_ignore_ascii_case("id") => Ok(Part::Id),
            (Kind::Texts, None) => Ok(Part::Whole),
            (Kind::Identities, Some(tail)) if tail.eq_ignore_ascii_case("issuer") => Ok(Part::Issuer),
            (Kind::Identities, Some(tail)) if tail.eq_ignore_ascii_case("issuerAssignedId") => {
                Ok(Part::IssuerAssignedId)
            }
            _ => Err(self.reader.resource.not_offered(self.field.name).at(path.position)),
        }
    }
}

/// An assigned id means nothing without its issuer (user-object.md section 3).
fn check_identity(tests: &[ElementTest]) -> Result<(), QueryError> {
    let has = |part| tests.iter().any(|test| test.part == part);
    if has(Part::IssuerAssignedId) && !has(Part::Issuer) {
        return Err(QueryError::unsupported(
            "A filter on 'identities' by 'issuerAssignedId' must also name its 'issuer'.",
        ));
    }
    Ok(())
}

fn unsupported_function(function: &str) -> QueryError {
    QueryError::unsupported(format!("The function '{function}' is not supported in this filter."))
}

fn text_of<F>(field: &Field<F>, literal: &Literal<'_>) -> Result<String, QueryError> {
    match &literal.form {
        Form::Text(text) => Ok(text.clone()),
        Form::Bare(_) => Err(mismatch(field, literal)),
    }
}

/// The literal as a value of the field's kind.
fn value_of<F>(field: &Field<F>, literal: &Literal<'_>) -> Result<Value, QueryError> {
    let value = match (&literal.form, field.kind) {
        (Form::Bare(word), _) if word.eq_ignore_ascii_case("null") => Some(Value::Null),
        (Form::Text(text), Kind::Text) => Some(Value::Text(text.clone())),
        (Form::Text(text), Kind::Id) => return id_of(text, literal.position),
        (Form::Bare(word), Kind::Id) => return id_of(word, literal.position),
        (Form::Bare(word), Kind::Flag) if word.eq_ignore_ascii_case("true") => Some(Value::Flag(true)),
        (Form::Bare(word), Kind::Flag) if word.eq_ignore_ascii_case("false") => Some(Value::Flag(false)),
        (Form::Bare(word), Kind::Number) => word.parse().ok().map(Value::Number),
        (Form::Bare(word), Kind::Time) => {
            word.parse::<jiff::Timestamp>().ok().map(|instant| Value::Time(Time(instant.as_microsecond())))
        }
        _ => None,
    };
    value.ok_or_else(|| mismatch(field, literal))
}

fn id_of(text: &str, position: usize) -> Result<Value, QueryError> {
    // One spelling of ids on every surface: hyphenated.
    match Uuid::try_parse(text) {
        Ok(id) if text.len() == 36 => Ok(Value::Id(id)),
        _ => Err(QueryError::filter(format_args!("Invalid object identifier '{}'.", quote(text)), position)),
    }
}

fn mismatch<F>(field: &Field<F>, literal: &Literal<'_>) -> QueryError {
    let wanted = match field.kind {
        Kind::Text | Kind::Texts | Kind::Identities | Kind::Targets => "text in single quotes",
        Kind::Id => "an object identifier",
        Kind::Flag => "true or false",
        Kind::Number => "a whole number",
        Kind::Time => "a date and time such as 2026-01-31T12:00:00Z",
    };
    QueryError::filter(
        format_args!(
            "The value at position {} does not fit '{}', which takes {wanted}.",
            literal.position, field.name
        ),
        literal.position,
    )
}

#[cfg(test)]
mod tests;
