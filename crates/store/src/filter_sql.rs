//! Turns a typed condition into SQL of the portable subset. Refuses text from outside: values are parameters,
//! columns come from the closed list of the caller. Two-valued: a missing value fails every test and passes its
//! opposite, so `not` is pushed down to the leaves instead of being left to SQL's "unknown".

use hospes_domain::query::{Comparison, ElementTest, Filter, List, Order, Unkept, Value as Wanted};

use crate::engine::Value;
use crate::text_sql::contains;
pub(crate) use crate::text_sql::{element, in_range, starts_with};
use crate::users::fold;
use crate::words;

/// A statement that grows from left to right, so placeholders come out in ascending order.
#[derive(Default)]
pub(crate) struct Statement {
    pub text: String,
    pub params: Vec<Value>,
    /// Words that find so many that each object is looked at by itself instead ([`words::all_begin`]).
    pub broad: Vec<String>,
    /// Tests of elements that so many objects pass that each object is looked at by itself, too.
    pub broad_tests: Vec<Vec<ElementTest>>,
    /// Rows are found first and put in order afterwards: no index may be taken for its order.
    pub apart: bool,
}

impl Statement {
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// A parameter, at this place.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.params.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.params.len().to_string());
        self
    }

    /// A column that a list is sorted by. As an expression it is no reason to walk through an index.
    fn sorted(&mut self, name: &str) -> &mut Self {
        if self.apart {
            self.push("COALESCE(").push(name).push(", ").push(name).push(")")
        } else {
            self.push(name)
        }
    }
}

/// Where a field is kept.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    pub name: &'static str,
    pub text: Spelling,
    /// Where its words are kept, if they are.
    pub words: Option<&'static [&'static str]>,
}

/// How text in a column is spelled.
#[derive(Clone, Copy)]
pub(crate) enum Spelling {
    /// Folded by [`fold`].
    Folded,
    /// One of these words, exactly.
    Words(&'static [&'static str]),
    /// The column holds no text.
    None,
}

impl Column {
    #[expect(clippy::unnecessary_wraps, reason = "the tables of columns read better; collections have none")]
    pub(crate) const fn folded(name: &'static str) -> Option<Self> {
        Some(Self { name, text: Spelling::Folded, words: None })
    }

    #[expect(clippy::unnecessary_wraps, reason = "the tables of columns read better; collections have none")]
    pub(crate) const fn in_words(name: &'static str, places: &'static [&'static str]) -> Option<Self> {
        Some(Self { name, text: Spelling::Folded, words: Some(places) })
    }

    #[expect(clippy::unnecessary_wraps, reason = "the tables of columns read better; collections have none")]
    pub(crate) const fn words(name: &'static str, words: &'static [&'static str]) -> Option<Self> {
        Some(Self { name, text: Spelling::Words(words), words: None })
    }

    #[expect(clippy::unnecessary_wraps, reason = "the tables of columns read better; collections have none")]
    pub(crate) const fn plain(name: &'static str) -> Option<Self> {
        Some(Self { name, text: Spelling::None, words: None })
    }

    /// A property that nobody has: an expression of its kind that is always null. `some_text`, `some_flag` and `some_time`
    /// are columns of the table that have those kinds.
    pub(crate) const fn unkept(kind: Unkept, [text, flag, time]: [&'static str; 3]) -> Option<Self> {
        match kind {
            Unkept::Text => Self::folded(text),
            Unkept::Flag => Self::plain(flag),
            Unkept::Time => Self::plain(time),
            Unkept::Collection => None,
        }
    }

    /// The value as the column has it; `None` for "no value".
    fn value(self, wanted: &Wanted) -> Option<Value> {
        Some(match (wanted, self.text) {
            (Wanted::Null, _) => return None,
            (Wanted::Flag(flag), _) => (*flag).into(),
            (Wanted::Number(number), _) => (*number).into(),
            (Wanted::Id(id), _) => (*id).into(),
            (Wanted::Time(time), _) => (*time).into(),
            (Wanted::Text(text), Spelling::Words(words)) => {
                let word = words.iter().find(|word| word.eq_ignore_ascii_case(text));
                word.map_or(text.as_str(), |word| *word).into()
            }
            (Wanted::Text(text), Spelling::Folded) => fold(text).into(),
            (Wanted::Text(text), Spelling::None) => text.as_str().into(),
        })
    }
}

/// How the fields of one kind of object are kept.
pub(crate) struct Columns<F> {
    /// The column of a field; none for collections.
    pub column: fn(F) -> Option<Column>,
    /// `alias.id`: the object id.
    pub id: &'static str,
    /// Writes `SELECT <object id> FROM …` for the objects with an element that passes all tests, once for each such element;
    /// `false` when none can. Where tests can be [`Statement::broad_tests`], the id is called `owner`.
    pub elements: fn(&mut Statement, Tenant, F, &[ElementTest]) -> bool,
}

/// The tenant, for conditions that look into other tables.
pub(crate) type Tenant = hospes_domain::ids::TenantId;

/// Writes the condition; `holds` is false under an odd number of `not`.
pub(crate) fn condition<F: Copy>(
    s: &mut Statement,
    tenant: Tenant,
    columns: &Columns<F>,
    filter: &Filter<F>,
    holds: bool,
) {
    match filter {
        Filter::And(left, right) | Filter::Or(left, right) => {
            let and = matches!(filter, Filter::And(..)) == holds;
            s.push("(");
            condition(s, tenant, columns, left, holds);
            s.push(if and { " AND " } else { " OR " });
            condition(s, tenant, columns, right, holds);
            s.push(")");
        }
        Filter::Not(inner) => condition(s, tenant, columns, inner, !holds),
        Filter::Compare { field, op, value } => match (columns.column)(*field) {
            Some(column) => compare(s, column, *op, value, holds),
            None => never(s, holds),
        },
        Filter::StartsWith { field, value } => match (columns.column)(*field) {
            Some(Column { text: Spelling::Words(words), name, .. }) => {
                words_begin(s, name, (words, value), holds);
            }
            Some(column) => starts_with(s, column.name, &fold(value), holds),
            None => never(s, holds),
        },
        Filter::Contains { field, value } => match (columns.column)(*field) {
            Some(column) => contains(s, column.name, (&fold(value), true), holds),
            None => never(s, holds),
        },
        Filter::EndsWith { field, value } => match (columns.column)(*field) {
            Some(column) => contains(s, column.name, (&fold(value), false), holds),
            None => never(s, holds),
        },
        Filter::Words { field, words } => match (columns.column)(*field).and_then(|column| column.words) {
            Some(places) => words::all_begin(s, tenant, (columns.id, places), words, holds),
            None => never(s, holds),
        },
        Filter::In { field, values } => match (columns.column)(*field) {
            Some(column) => one_of(s, column, values, holds),
            None => never(s, holds),
        },
        Filter::Any { field, tests } => any(s, tenant, columns, (*field, tests, 1), holds),
        Filter::Has { at_least, .. } if *at_least <= 0 => never(s, !holds),
        Filter::Has { field, at_least } => any(s, tenant, columns, (*field, &[], *at_least), holds),
    }
}

/// A column of a few words begins so where it holds one of those that do.
fn words_begin(s: &mut Statement, name: &'static str, (words, text): (&[&str], &str), holds: bool) {
    let begins = |word: &&&str| word.to_ascii_lowercase().starts_with(&text.to_ascii_lowercase());
    let wanted: Vec<Wanted> = words.iter().filter(begins).map(|word| Wanted::Text((*word).into())).collect();
    if wanted.is_empty() {
        return never(s, holds);
    }
    one_of(s, Column { name, text: Spelling::None, words: None }, &wanted, holds);
}

pub(crate) fn never(s: &mut Statement, holds: bool) {
    s.push(if holds { "1 = 0" } else { "1 = 1" });
}

fn compare(s: &mut Statement, column: Column, op: Comparison, wanted: &Wanted, holds: bool) {
    let name = column.name;
    let (op, holds) = if op == Comparison::NotEqual { (Comparison::Equal, !holds) } else { (op, holds) };
    let Some(value) = column.value(wanted) else {
        match op {
            Comparison::Equal => s.push(name).push(if holds { " IS NULL" } else { " IS NOT NULL" }),
            _ => return never(s, holds),
        };
        return;
    };
    let (sign, opposite) = match op {
        Comparison::Equal | Comparison::NotEqual => (" = ", " <> "),
        Comparison::AtLeast => (" >= ", " < "),
        Comparison::AtMost => (" <= ", " > "),
        Comparison::Above => (" > ", " <= "),
        Comparison::Below => (" < ", " >= "),
    };
    if holds {
        s.push(name).push(sign).bind(value);
    } else {
        s.push("(").push(name).push(" IS NULL OR ").push(name).push(opposite).bind(value).push(")");
    }
}

fn one_of(s: &mut Statement, column: Column, wanted: &[Wanted], holds: bool) {
    let name = column.name;
    let values: Vec<Value> = wanted.iter().filter_map(|value| column.value(value)).collect();
    let null = values.len() < wanted.len();
    if values.is_empty() {
        compare(s, column, Comparison::Equal, &Wanted::Null, holds);
        return;
    }
    if holds && !null {
        // Alone, so that an index is used value by value.
        s.push(name).push(" IN ");
        values_in_brackets(s, values);
        return;
    }
    // "Has no value" passes when null is among the values or when the whole test is turned round, not both.
    let (open, joint) = if null == holds { (" IS NULL", " OR ") } else { (" IS NOT NULL", " AND ") };
    s.push("(").push(name).push(open).push(joint).push(name).push(if holds { " IN " } else { " NOT IN " });
    values_in_brackets(s, values);
    s.push(")");
}

fn values_in_brackets(s: &mut Statement, values: Vec<Value>) {
    s.push("(");
    for (place, value) in values.into_iter().enumerate() {
        s.push(if place > 0 { ", " } else { "" }).bind(value);
    }
    s.push(")");
}

fn any<F: Copy>(
    s: &mut Statement,
    tenant: Tenant,
    columns: &Columns<F>,
    (field, tests, at_least): (F, &[ElementTest], i64),
    holds: bool,
) {
    let before = s.params.len();
    // The inner text stands behind `IN`, but its parameters are counted on from here.
    let mut inner = Statement { params: std::mem::take(&mut s.params), ..Statement::default() };
    let possible = (columns.elements)(&mut inner, tenant, field, tests);
    if possible && at_least > 1 {
        inner.push(" GROUP BY 1 HAVING count(*) >= ").bind(at_least);
    }
    s.params = inner.params;
    if possible && s.broad_tests.iter().any(|broad| broad == tests) {
        s.push(if holds { "EXISTS" } else { "NOT EXISTS" }).push(" (SELECT 1 FROM (").push(&inner.text);
        s.push(") e WHERE e.owner = ").push(columns.id).push(")");
    } else if possible {
        s.push(columns.id).push(if holds { " IN (" } else { " NOT IN (" }).push(&inner.text).push(")");
    } else {
        s.params.truncate(before);
        never(s, holds);
    }
}

/// Writes ` AND … ORDER BY … LIMIT …` for one page: its first row follows right behind the last of the page
/// before, whatever was added or deleted meanwhile. One row more than asked for tells whether there is a next.
pub(crate) fn page<F: Copy>(s: &mut Statement, columns: &Columns<F>, list: &List<F>) {
    behind(s, columns, list);
    ordered(s, columns, list);
}

fn directions<F: Copy>(columns: &Columns<F>, list: &List<F>) -> (Option<Column>, &'static str, &'static str) {
    let order = sort_column(columns, list.order.as_ref());
    match list.order {
        Some(Order { descending: true, .. }) if order.is_some() => (order, " DESC", " < "),
        _ => (order, " ASC", " > "),
    }
}

/// The second half of [`page`].
pub(crate) fn ordered<F: Copy>(s: &mut Statement, columns: &Columns<F>, list: &List<F>) {
    let (order, direction, _) = directions(columns, list);
    s.push(" ORDER BY ");
    if let Some(column) = order {
        s.sorted(column.name).push(direction).push(", ");
    }
    s.sorted(columns.id).push(direction).push(" LIMIT ").bind(i64::from(list.page.top) + 1);
}

/// The first half of [`page`]. Best before a filter: SQLite begins at the first bound of a column it finds, and far
/// into a list this is the nearer one.
pub(crate) fn behind<F: Copy>(s: &mut Statement, columns: &Columns<F>, list: &List<F>) {
    let Some(after) = &list.page.after else { return };
    let (order, _, beyond) = directions(columns, list);
    let id = columns.id;
    let key = order.and_then(|column| Some((column.name, column.value(after.key.as_ref()?)?)));
    s.push(" AND ");
    let Some((name, key)) = key else {
        s.sorted(id).push(beyond).bind(after.id);
        return;
    };
    s.sorted(name).push(beyond.trim_end()).push("= ").bind(key);
    let mark = format!("${}", s.params.len());
    s.push(" AND (").sorted(name).push(beyond).push(&mark).push(" OR ");
    s.sorted(id).push(beyond).bind(after.id).push(")");
}

/// The column a list is sorted by; sortable columns have a value in all rows or in none.
pub(crate) fn sort_column<F: Copy>(columns: &Columns<F>, order: Option<&Order<F>>) -> Option<Column> {
    order.and_then(|order| (columns.column)(order.field))
}
