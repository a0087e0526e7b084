//! How a list of users is found: the few that an index leads to first and put in order afterwards, or one after the other in
//! their order until the page is full. Without it SQLite would walk through everybody to find the few, or gather everybody
//! to show a page. Refuses to change what is found and in which order: only how.

use hospes_domain::ids::TenantId;
use hospes_domain::query::{
    Comparison, ElementMatch, ElementTest, Filter, Order, UserField, Value as Wanted,
};

use super::{Whom, elements};
use crate::engine::{Read, StoreError};
use crate::filter_sql::{Statement, starts_with};
use crate::users::fold;
use crate::words::{self, find_up_to, rarest};

/// So many are gathered and put in order in the time in which a walk in the order of ids finds a page of them.
const FEW: i64 = 4_000;
/// In another order those who pass may all stand at the end, so more are gathered before a walk is tried.
const FEW_IN_ORDER: i64 = 8_000;
/// Indexes that are asked how many they find, at most: the rest of a long filter is taken for broad.
const LOOKS: usize = 16;

/// How to go about a list.
pub(super) struct Way {
    /// Those that pass are gathered by their ids first.
    pub by_ids: bool,
    /// Words that find too many for that.
    pub broad: Vec<String>,
    /// Tests of elements that find too many for that.
    pub broad_tests: Vec<Vec<ElementTest>>,
}

impl Way {
    pub(super) fn to(
        tx: &impl Read,
        tenant: TenantId,
        (filter, ordered): (Option<&Filter<UserField>>, bool),
        whom: Whom<'_>,
    ) -> Result<Self, StoreError> {
        let mut way = Self { by_ids: false, broad: Vec::new(), broad_tests: Vec::new() };
        let Some(filter) = filter else { return Ok(way) };
        if whom != Whom::Present {
            // The deleted are few themselves, and so are members of groups and reports beside everybody.
            all_words(filter, &mut way.broad);
            loose_tests(filter, &mut way.broad_tests);
            return Ok(way);
        }
        if selective(filter) {
            way.by_ids = true;
            // Whoever the other index finds is looked at.
            all_words(filter, &mut way.broad);
            loose_tests(filter, &mut way.broad_tests);
            return Ok(way);
        }
        if natural_order(filter).is_some() && !has_words(filter) {
            loose_tests(filter, &mut way.broad_tests);
            return Ok(way);
        }
        let mut looks = Looks {
            tx,
            tenant,
            few: if ordered { FEW_IN_ORDER } else { FEW },
            left: LOOKS,
            broad: Vec::new(),
            broad_tests: Vec::new(),
        };
        way.by_ids = looks.few(filter)?;
        way.broad = looks.broad;
        way.broad_tests = looks.broad_tests;
        Ok(way)
    }
}

struct Looks<'t, R> {
    tx: &'t R,
    tenant: TenantId,
    few: i64,
    left: usize,
    broad: Vec<String>,
    broad_tests: Vec<Vec<ElementTest>>,
}

impl<R: Read> Looks<'_, R> {
    /// Whether an index finds few by every alternative. Looks at all of a filter, so that every word is weighed.
    fn few(&mut self, filter: &Filter<UserField>) -> Result<bool, StoreError> {
        Ok(match filter {
            Filter::And(left, right) => {
                let left = self.few(left)?;
                self.few(right)? || left
            }
            Filter::Or(left, right) => {
                let left = self.few(left)?;
                self.few(right)? && left
            }
            Filter::Not(inner) => {
                all_words(inner, &mut self.broad);
                loose_tests(inner, &mut self.broad_tests);
                false
            }
            Filter::Any { field, tests } if is_loose(tests) => {
                let few = self.look(|looks| {
                    let mut s = Statement::default();
                    s.push("SELECT count(*) FROM (");
                    if !elements(&mut s, looks.tenant, *field, tests) {
                        return Ok(0);
                    }
                    s.push(" LIMIT ").bind(looks.few).push(") few");
                    looks.tx.row(&s.text, &s.params)?.map_or(Ok(0), |row| row.int(0))
                })?;
                if !few {
                    self.broad_tests.push(tests.clone());
                }
                few
            }
            Filter::Words { words, .. } => {
                let Some(rarest) = rarest(words) else { return Ok(false) };
                let few =
                    self.look(|looks| find_up_to(looks.tx, looks.tenant, (words::USER, rarest), looks.few))?;
                if !few {
                    self.broad.push(rarest.clone());
                }
                few
            }
            Filter::StartsWith { field, value } if !value.is_empty() => {
                let column = match field {
                    UserField::Mail => "u.mail_key",
                    UserField::DisplayName => "u.display_name_key",
                    UserField::UserPrincipalName => "u.upn_key",
                    _ => return Ok(false),
                };
                self.look(|looks| {
                    let mut s = Statement::default();
                    s.push("SELECT count(*) FROM (SELECT 1 FROM users u WHERE u.tenant_id = ");
                    s.bind(looks.tenant).push(" AND ");
                    starts_with(&mut s, column, &fold(value), true);
                    s.push(" LIMIT ").bind(looks.few).push(") few");
                    looks.tx.row(&s.text, &s.params)?.map_or(Ok(0), |row| row.int(0))
                })?
            }
            other => selective(other),
        })
    }

    fn look(&mut self, count: impl Fn(&Self) -> Result<i64, StoreError>) -> Result<bool, StoreError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(false) };
        self.left = left;
        Ok(count(self)? < self.few)
    }
}

/// The words that find the objects, each of them.
fn all_words(filter: &Filter<UserField>, found: &mut Vec<String>) {
    match filter {
        Filter::And(left, right) | Filter::Or(left, right) => {
            all_words(left, found);
            all_words(right, found);
        }
        Filter::Not(inner) => all_words(inner, found),
        Filter::Words { words, .. } => found.extend(rarest(words).cloned()),
        _ => {}
    }
}

/// Whether tests of an element may find many: none asks for one text.
fn is_loose(tests: &[ElementTest]) -> bool {
    !tests.iter().any(|test| matches!(test.matches, ElementMatch::Equal(_) | ElementMatch::Given))
}

/// The tests that may find many, all of them.
fn loose_tests(filter: &Filter<UserField>, found: &mut Vec<Vec<ElementTest>>) {
    match filter {
        Filter::And(left, right) | Filter::Or(left, right) => {
            loose_tests(left, found);
            loose_tests(right, found);
        }
        Filter::Not(inner) => loose_tests(inner, found),
        Filter::Any { tests, .. } if is_loose(tests) => found.push(tests.clone()),
        _ => {}
    }
}

fn has_words(filter: &Filter<UserField>) -> bool {
    let mut found = Vec::new();
    all_words(filter, &mut found);
    !found.is_empty()
}

/// Whether an index leads to whoever passes, few or many.
pub(super) fn is_led(filter: &Filter<UserField>) -> bool {
    match filter {
        Filter::And(left, right) => is_led(left) || is_led(right),
        Filter::Or(left, right) => is_led(left) && is_led(right),
        Filter::Words { .. } | Filter::Any { .. } => true,
        Filter::StartsWith { field, value } => by_text(*field) && !value.is_empty(),
        other => selective(other),
    }
}

/// Whether an index leads to the few users that pass. Then they are found first and put in order afterwards;
/// otherwise SQLite would walk through everybody in that order.
pub(super) fn selective(filter: &Filter<UserField>) -> bool {
    let indexed = |field: &UserField| *field == UserField::Id || by_text(*field);
    match filter {
        Filter::And(left, right) => selective(left) || selective(right),
        Filter::Or(left, right) => selective(left) && selective(right),
        Filter::Compare { field, op: Comparison::Equal, value } => indexed(field) && *value != Wanted::Null,
        Filter::In { field, values } => indexed(field) && !values.contains(&Wanted::Null),
        Filter::Any { tests, .. } => !is_loose(tests),
        _ => false,
    }
}

/// Texts with an index of their own.
fn by_text(field: UserField) -> bool {
    matches!(field, UserField::Mail | UserField::DisplayName | UserField::UserPrincipalName)
}

/// The order of a list that asked for none: that of the index that finds its users, else by object id.
pub(super) fn natural_order(filter: &Filter<UserField>) -> Option<Order<UserField>> {
    match filter {
        Filter::And(left, right) => natural_order(left).or_else(|| natural_order(right)),
        // An empty beginning is no range, and does not say that there is a value to sort by.
        Filter::StartsWith { field, value } if by_text(*field) && !value.is_empty() => {
            Some(Order { field: *field, descending: false })
        }
        _ => None,
    }
}
