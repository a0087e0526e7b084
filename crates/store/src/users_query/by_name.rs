//! People who are found by words of their names, in the order of their names: out of the index of words, which has the names
//! beside them, and no row of a user is read but those of the page. Refuses words that so many have that a walk through
//! everybody meets a page of them at once.

use std::collections::HashMap;

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{After, Filter, List, Order, UserField, Value as Wanted};
use hospes_domain::user::User;

use crate::engine::{Read, Row, StoreError};
use crate::filter_sql::Statement;
use crate::users::by_ids_even_deleted;
use crate::users::fold;
use crate::words::{self, find_up_to, from_found, has, rarest};

/// So many entries of the index are put in order in the time a page may take. Of a million people a word that more have is
/// met by every seventh step of a walk.
const MOST: i64 = 150_000;

/// A page and where the next one begins.
type Page = (Vec<User>, Option<After>);

/// The page, if the list is one of these.
pub(super) fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<UserField>,
) -> Result<Option<Page>, StoreError> {
    let (Some(Filter::Words { field: UserField::DisplayName, words }), Some(order)) =
        (&list.filter, list.order)
    else {
        return Ok(None);
    };
    let Some(rarest) = rarest(words).filter(|_| order.field == UserField::DisplayName) else {
        return Ok(None);
    };
    if find_up_to(tx, tenant, (words::USER, rarest), MOST)? == MOST {
        return Ok(None);
    }
    let top = usize::from(list.page.top);
    let (mut users, mut after) = (Vec::new(), list.page.after.clone());
    loop {
        let batch = batch(tx, tenant, (words, rarest), (order, after.as_ref()), 2 * (top + 1))?;
        let ids: Vec<ObjectId> = batch.iter().map(|after| after.id).collect();
        users.extend(present(tx, tenant, ids)?);
        // A name may have two words that begin so, and whoever is deleted keeps its words: on behind them.
        after = batch.last().filter(|_| batch.len() == 2 * (top + 1)).cloned();
        if users.len() > top || after.is_none() {
            break;
        }
    }
    let more = users.len() > top;
    users.truncate(top);
    let place =
        |user: &User| After { key: Some(Wanted::Text(fold(&user.profile.display_name))), id: user.id() };
    let next = users.last().filter(|_| more).map(place);
    Ok(Some((users, next)))
}

/// Where those stand who have the words, in order; somebody may stand there several times, one behind the other.
fn batch(
    tx: &impl Read,
    tenant: TenantId,
    (words, rarest): (&[String], &String),
    (order, after): (Order<UserField>, Option<&After>),
    limit: usize,
) -> Result<Vec<After>, StoreError> {
    let (direction, beyond) = if order.descending { (" DESC", " < ") } else { (" ASC", " > ") };
    let mut s = Statement::default();
    s.push("SELECT w.object_id, w.sort_key");
    from_found(&mut s, tenant, &[words::USER], rarest);
    for word in words.iter().filter(|word| *word != rarest) {
        s.push(" AND ");
        has(&mut s, tenant, ("w.object_id", &[words::USER]), word);
    }
    if let Some(After { key: Some(Wanted::Text(name)), id }) = after {
        s.push(" AND (w.sort_key").push(beyond).bind(name.as_str());
        let mark = format!("${}", s.params.len());
        s.push(" OR (w.sort_key = ").push(&mark).push(" AND w.object_id").push(beyond).bind(*id).push("))");
    }
    s.push(" ORDER BY w.sort_key").push(direction).push(", w.object_id").push(direction);
    s.push(" LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let place = |row: &Row| {
        // Nobody is without a name but in a directory that could not be filled when it was opened.
        let name = row.opt_text(1)?.unwrap_or_default();
        Ok(After { key: Some(Wanted::Text(name)), id: row.object(0)? })
    };
    tx.rows(&s.text, &s.params)?.iter().map(place).collect()
}

/// Those of them who are there, each once, in the same order.
fn present(tx: &impl Read, tenant: TenantId, mut ids: Vec<ObjectId>) -> Result<Vec<User>, StoreError> {
    ids.dedup();
    let found = by_ids_even_deleted(tx, tenant, &ids)?.into_iter();
    let mut users: HashMap<ObjectId, User> =
        found.filter(|user| user.guest.record().deleted_at.is_none()).map(|user| (user.id(), user)).collect();
    Ok(ids.iter().filter_map(|id| users.remove(id)).collect())
}
