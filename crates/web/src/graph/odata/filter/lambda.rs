//! The inside of `collection/any(variable: …)` and `collection/all(variable: …)`: tests on one element. Refuses, besides
//! what the resource's table does not offer, nestings of `and` and `or` that spelled out could grow without bound.

use hospes_domain::query::{ElementMatch, ElementTest, Filter, Part};

use super::super::parser::{Expression, Literal, Path};
use super::super::resource::{Field, Kind, Operator};
use super::super::{QueryError, quote};
use super::Reader;
use super::value::{id_of, text_of};

/// The inside of a lambda.
pub(super) struct Lambda<'r, 't, F: 'static> {
    pub(super) reader: &'r Reader<'r, F>,
    pub(super) field: &'static Field<F>,
    pub(super) variable: &'t str,
}

impl<F: Copy> Lambda<'_, '_, F> {
    /// At least one element passes: "any is a or b" says the same as "any is a, or any is b".
    pub(super) fn any(&self, body: &Expression<'_>) -> Result<Filter<F>, QueryError> {
        let mut filters = Vec::new();
        for tests in self.alternatives(body)? {
            check_identity(&tests)?;
            filters.push(Filter::Any { field: self.field.field, tests });
        }
        self.joined(filters, Filter::or)
    }

    /// Every element passes, so none does the opposite: "all are a and b" says the same as "all are a, and all are b".
    pub(super) fn all(&self, body: &Expression<'_>) -> Result<Filter<F>, QueryError> {
        let mut filters = Vec::new();
        for tests in self.requirements(body)? {
            let tests = tests.into_iter().map(opposite).collect();
            filters.push(Filter::Not(Box::new(Filter::Any { field: self.field.field, tests })));
        }
        self.joined(filters, Filter::and)
    }

    fn joined(
        &self,
        filters: Vec<Filter<F>>,
        join: fn(Filter<F>, Filter<F>) -> Filter<F>,
    ) -> Result<Filter<F>, QueryError> {
        filters.into_iter().reduce(join).ok_or_else(|| self.not_offered())
    }

    fn not_offered(&self) -> QueryError {
        self.reader.resource.not_offered(self.field.name)
    }

    /// Alternatives, each a list of tests that one element must pass together.
    fn alternatives(&self, body: &Expression<'_>) -> Result<Vec<Vec<ElementTest>>, QueryError> {
        match body {
            Expression::Or(left, right) => {
                let mut alternatives = self.alternatives(left)?;
                alternatives.extend(self.alternatives(right)?);
                Ok(alternatives)
            }
            Expression::And(left, right) => {
                let (mut left, mut right) = (self.alternatives(left)?, self.alternatives(right)?);
                match (left.pop(), right.pop()) {
                    (Some(mut tests), Some(more)) if left.is_empty() && right.is_empty() => {
                        tests.extend(more);
                        Ok(vec![tests])
                    }
                    _ => Err(self.not_offered()),
                }
            }
            one => Ok(self.tests(one)?.into_iter().map(|test| vec![test]).collect()),
        }
    }

    /// Requirements, each a list of tests of which every element must pass one.
    fn requirements(&self, body: &Expression<'_>) -> Result<Vec<Vec<ElementTest>>, QueryError> {
        match body {
            Expression::And(left, right) => {
                let mut requirements = self.requirements(left)?;
                requirements.extend(self.requirements(right)?);
                Ok(requirements)
            }
            Expression::Or(left, right) => {
                let (mut left, mut right) = (self.requirements(left)?, self.requirements(right)?);
                match (left.pop(), right.pop()) {
                    (Some(mut tests), Some(more)) if left.is_empty() && right.is_empty() => {
                        tests.extend(more);
                        Ok(vec![tests])
                    }
                    _ => Err(self.not_offered()),
                }
            }
            one => Ok(vec![self.tests(one)?]),
        }
    }

    /// One condition as tests of which one has to pass: several for `in`.
    fn tests(&self, one: &Expression<'_>) -> Result<Vec<ElementTest>, QueryError> {
        match one {
            Expression::Compare { path, operator, value } => {
                let (operator, matches): (_, fn(String) -> ElementMatch) = match *operator {
                    "eq" => (Operator::Eq, ElementMatch::Equal),
                    "ne" => (Operator::Ne, |text| ElementMatch::Not(Box::new(ElementMatch::Equal(text)))),
                    "ge" => (Operator::Ge, ElementMatch::AtLeast),
                    "le" => (Operator::Le, ElementMatch::AtMost),
                    _ => return Err(self.not_offered().at(path.position)),
                };
                self.reader.allow(self.field, operator, *path)?;
                Ok(vec![self.test(*path, value, matches)?])
            }
            Expression::In { path, values } => {
                self.reader.allow(self.field, Operator::In, *path)?;
                values.iter().map(|value| self.test(*path, value, ElementMatch::Equal)).collect()
            }
            Expression::Call { function, path, value } => {
                let ends = self.reader.allow_call(self.field, function, *path)?;
                let matches = if ends { ElementMatch::EndsWith } else { ElementMatch::StartsWith };
                Ok(vec![self.test(*path, value, matches)?])
            }
            _ => Err(self.not_offered()),
        }
    }

    fn test(
        &self,
        path: Path<'_>,
        value: &Literal<'_>,
        matches: fn(String) -> ElementMatch,
    ) -> Result<ElementTest, QueryError> {
        let part = self.part(path)?;
        let text = text_of(self.field, value)?;
        if part == Part::Id {
            id_of(&text, value.position)?;
        }
        Ok(ElementTest { part, matches: matches(text) })
    }

    fn part(&self, path: Path<'_>) -> Result<Part, QueryError> {
        if !path.head.eq_ignore_ascii_case(self.variable) {
            return Err(QueryError::filter(
                format_args!("Inside a lambda only its variable can be tested, not '{}'.", quote(path.head)),
                path.position,
            ));
        }
        match (self.field.kind, path.tail) {
            (Kind::Texts, None) => Ok(Part::Whole),
            _ if path.part.is_some() => Err(self.not_offered().at(path.position)),
            (Kind::Targets, Some(tail)) if tail.eq_ignore_ascii_case("id") => Ok(Part::Id),
            (Kind::Targets, Some(tail)) if tail.eq_ignore_ascii_case("displayName") => Ok(Part::DisplayName),
            (Kind::Records(id, _), Some(tail)) if tail.eq_ignore_ascii_case(id) => Ok(Part::Id),
            (Kind::Records(_, others), Some(tail))
                if others.iter().any(|name| name.eq_ignore_ascii_case(tail)) =>
            {
                Ok(Part::Whole)
            }
            (Kind::Identities, Some(tail)) if tail.eq_ignore_ascii_case("issuer") => Ok(Part::Issuer),
            (Kind::Identities, Some(tail)) if tail.eq_ignore_ascii_case("issuerAssignedId") => {
                Ok(Part::IssuerAssignedId)
            }
            _ => Err(self.not_offered().at(path.position)),
        }
    }
}

fn opposite(test: ElementTest) -> ElementTest {
    ElementTest { matches: ElementMatch::Not(Box::new(test.matches)), ..test }
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
