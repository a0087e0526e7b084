//! Gives a parsed `$filter` its meaning for one resource: names become fields, literals values of the
//! field's kind, and every operator is checked against the resource's table. Refuses comparisons of
//! anything but a declared property with a value, so no caller can probe a hidden one (threats.md J4).

mod lambda;
mod value;

use hospes_domain::query::{Comparison, Filter, Value};

use super::parser::{Expression, Literal, Path, parse};
use super::resource::{Field, Operator, Resource};
use super::{Mode, QueryError};
use lambda::Lambda;
use value::{mismatch, number_of, value_of};

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
            Expression::Lambda { path, every, variable, body } => {
                let field = self.collection(*path, negated || *every)?;
                let lambda = Lambda { reader: self, field, variable };
                if *every { lambda.all(body) } else { lambda.any(body) }
            }
            Expression::Count { path, operator, value } => self.count(*path, operator, value),
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
            "gt" if field.strict => (Comparison::Above, Operator::Ge),
            "lt" if field.strict => (Comparison::Below, Operator::Le),
            _ => return Err(self.resource.not_offered(field.name).at(path.position)),
        };
        self.allow(field, operator, path)?;
        let value = value_of(field, literal)?;
        if value == Value::Null {
            if !matches!(op, Comparison::Equal | Comparison::NotEqual) {
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
        let ends = self.allow_call(field, function, path)?;
        match value_of(field, literal)? {
            Value::Text(value) if ends => Ok(Filter::EndsWith { field: field.field, value }),
            Value::Text(value) => Ok(Filter::StartsWith { field: field.field, value }),
            _ => Err(mismatch(field, literal)),
        }
    }

    /// Refuses a function that the field does not offer; says whether it is about the end.
    fn allow_call(&self, field: &Field<F>, function: &str, path: Path<'_>) -> Result<bool, QueryError> {
        let ends = match function {
            "startsWith" => false,
            "endsWith" => true,
            // The original's words (seen in reports of its users: graph-docs-contrib#8578), and the property.
            _ => {
                let message =
                    format!("Filter operator 'Contains' is not supported. (property '{}')", field.name);
                return Err(QueryError::unsupported(message).at(path.position));
            }
        };
        let need = if ends { field.ends_with } else { field.operators[Operator::StartsWith as usize] };
        self.resource.allow_as(field, need, function, self.mode).map_err(|error| error.at(path.position))?;
        Ok(ends)
    }

    /// How many elements a collection has. The original knows none and one apart from more.
    fn count(&self, path: Path<'_>, operator: &str, literal: &Literal<'_>) -> Result<Filter<F>, QueryError> {
        let field = self.collection(path, true)?;
        let number = number_of(field, literal)?;
        let has = |at_least| Filter::Has { field: field.field, at_least };
        let not = |filter| Filter::Not(Box::new(filter));
        // A number that nothing can have needs no care: one less than the largest is as unreachable.
        let more = has(number.saturating_add(1));
        Ok(match operator {
            "eq" => has(number).and(not(more)),
            "ne" => not(has(number)).or(more),
            "ge" => has(number),
            "gt" => more,
            "le" => not(more),
            "lt" => not(has(number)),
            _ => return Err(self.resource.not_offered(field.name).at(path.position)),
        })
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

    /// A field that has many; what is turned round needs the right to `not`.
    fn collection(&self, path: Path<'_>, negated: bool) -> Result<&'static Field<F>, QueryError> {
        let field = self.field(path, negated)?;
        if path.tail.is_some() || !field.kind.is_collection() {
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

#[cfg(test)]
mod tests;
