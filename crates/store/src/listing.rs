//! One page of any list, with where the next begins and how many objects there are in all. Refuses to know
//! tables: each list says where it comes from and how its fields are kept.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, ElementTest, Found, List, Value as Wanted};

use crate::engine::{Read, Row, StoreError};
use crate::filter_sql::{Column, Columns, Spelling, Statement, condition, page, sort_column};

/// ` FROM … WHERE …` with what always holds.
pub(crate) fn source(from_where: &str, tenant: TenantId) -> Statement {
    let mut s = Statement::default();
    s.push(" FROM ").push(from_where).bind(tenant);
    s
}

/// For lists whose objects have no collections to filter by.
pub(crate) fn no_elements<F>(_: &mut Statement, _: TenantId, _: F, _: &[ElementTest]) -> bool {
    false
}

/// One page of what `source` holds; `read` gets rows with `columns`. Sortable columns are folded text and never NULL, or
/// instants that all rows have or none.
pub(crate) fn find<F: Copy, T>(
    tx: &impl Read,
    tenant: TenantId,
    (columns, mut source): (&str, Statement),
    fields: &Columns<F>,
    (list, counted): (&List<F>, bool),
    read: impl Fn(&Row) -> Result<T, StoreError>,
) -> Result<Found<T>, StoreError> {
    if let Some(filter) = &list.filter {
        source.push(" AND ");
        condition(&mut source, tenant, fields, filter, true);
    }
    let count = if counted {
        let row = tx.row(&format!("SELECT count(*){}", source.text), &source.params)?;
        row.map(|row| row.int(0)).transpose()?
    } else {
        None
    };
    let sorted = sort_column(fields, list.order.as_ref());
    let key = sorted.map_or(fields.id, |column| column.name);
    // Nothing before FROM has parameters, so their order stays.
    let text = format!("SELECT {columns}, {}, {key}{}", fields.id, source.text);
    let mut s = Statement { text, params: source.params, ..Statement::default() };
    page(&mut s, fields, list);
    let rows = tx.rows(&s.text, &s.params)?;
    let top = usize::from(list.page.top);
    let next = match rows.get(..top).and_then(<[Row]>::last) {
        Some(last) if rows.len() > top => Some(place(last, sorted)?),
        _ => None,
    };
    let items = rows.iter().take(top).map(read).collect::<Result<_, _>>()?;
    Ok(Found { items, next, count })
}

/// Where a row stands: its id and sort key are its last two columns.
fn place(row: &Row, sorted: Option<Column>) -> Result<After, StoreError> {
    let (id, key) = (row.width().saturating_sub(2), row.width().saturating_sub(1));
    let key = match sorted.map(|column| column.text) {
        None => None,
        Some(Spelling::None) => row.opt_time(key)?.map(Wanted::Time),
        Some(Spelling::Folded | Spelling::Words(_)) => Some(Wanted::Text(row.text(key)?)),
    };
    Ok(After { key, id: ObjectId(row.id(id)?) })
}
