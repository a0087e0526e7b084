//! The words of names and descriptions, by which `$search` finds objects ([`hospes_domain::words`]), and the tags of
//! applications, which are kept whole. Refuses to change rows of words that stay, so a new surname costs one word.

use std::collections::BTreeSet;

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::ElementTest;
use hospes_domain::words::{is_symbol, kept};

use crate::engine::{Read, StoreError, Value, WriteTx};
use crate::filter_sql::{Statement, element, in_range};
use crate::users::fold;

pub use crate::words_fill::{fill, is_left};

/// `displayName` of users.
pub(crate) const USER: &str = "u";
/// `displayName` of groups.
pub(crate) const GROUP: &str = "g";
/// `description` of groups.
pub(crate) const GROUP_TEXT: &str = "gd";
/// `displayName` of applications.
pub(crate) const APPLICATION: &str = "a";
/// `description` of applications.
pub(crate) const APPLICATION_TEXT: &str = "ad";
/// `tags` of applications.
pub(crate) const APPLICATION_TAGS: &str = "at";
/// `displayName` of service principals.
pub(crate) const PRINCIPAL: &str = "s";
/// `description` of service principals.
pub(crate) const PRINCIPAL_TEXT: &str = "sd";
/// `tags` of service principals.
pub(crate) const PRINCIPAL_TAGS: &str = "st";

/// Rows of one statement.
const ROWS: usize = 8;

/// The words of a text, or none.
pub(crate) fn of(text: Option<&str>) -> BTreeSet<String> {
    text.map(kept).unwrap_or_default()
}

/// Tags, each whole.
pub(crate) fn whole(tags: &[String]) -> BTreeSet<String> {
    tags.iter().map(|tag| fold(tag)).collect()
}

/// Adds words to an object.
pub(crate) fn add(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    owner: (ObjectId, &str),
    words: impl IntoIterator<Item = String>,
) -> Result<(), StoreError> {
    add_beside(tx, tenant, owner, words, None)
}

/// Adds the words of a user's name, each with the name beside it.
pub(crate) fn add_name(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    name: &str,
) -> Result<(), StoreError> {
    add_beside(tx, tenant, (user, USER), kept(name), Some(&fold(name)))
}

fn add_beside(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (object, place): (ObjectId, &str),
    words: impl IntoIterator<Item = String>,
    name: Option<&str>,
) -> Result<(), StoreError> {
    let mut words = words.into_iter().peekable();
    while words.peek().is_some() {
        let mut s = Statement::default();
        s.push("INSERT INTO search_words (tenant_id, object_id, place, word, sort_key) VALUES ");
        for (n, word) in words.by_ref().take(ROWS).enumerate() {
            s.push(if n > 0 { ", (" } else { "(" }).bind(tenant).push(", ").bind(object);
            s.push(", ").bind(place).push(", ").bind(word).push(", ").bind(name).push(")");
        }
        s.push(" ON CONFLICT DO NOTHING");
        tx.execute(&s.text, &s.params)?;
    }
    Ok(())
}

/// Makes these the words of an object: what stays is not touched.
pub(crate) fn replace(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    owner: (ObjectId, &str),
    words: BTreeSet<String>,
) -> Result<(), StoreError> {
    replace_beside(tx, tenant, owner, words, None)
}

/// Makes the words of a user those of its name, and that name the one beside them.
pub(crate) fn rename(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    name: &str,
) -> Result<(), StoreError> {
    replace_beside(tx, tenant, (user, USER), kept(name), Some(&fold(name)))
}

fn replace_beside(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    (object, place): (ObjectId, &str),
    mut words: BTreeSet<String>,
    name: Option<&str>,
) -> Result<(), StoreError> {
    let own: [Value; 3] = [tenant.into(), object.into(), place.into()];
    let sql = "SELECT word, sort_key FROM search_words WHERE tenant_id = $1 AND object_id = $2 AND place = $3 ORDER BY word";
    let (mut gone, mut renamed) = (Vec::new(), false);
    for row in tx.rows(sql, &own)? {
        let word = row.text(0)?;
        if words.remove(&word) {
            renamed |= row.opt_text(1)?.as_deref() != name;
        } else {
            gone.push(word);
        }
    }
    let sql = "DELETE FROM search_words WHERE tenant_id = $1 AND object_id = $2 AND place = $3 AND word = $4";
    for word in gone {
        tx.execute(sql, &[tenant.into(), object.into(), place.into(), word.into()])?;
    }
    if renamed {
        let sql =
            "UPDATE search_words SET sort_key = $1 WHERE tenant_id = $2 AND object_id = $3 AND place = $4";
        tx.execute(sql, &[name.into(), tenant.into(), object.into(), place.into()])?;
    }
    add_beside(tx, tenant, (object, place), words, name)
}

/// Takes away all words of an object.
pub(crate) const REMOVE: &str = "DELETE FROM search_words WHERE tenant_id = $1 AND object_id = $2";

/// The word that finds the fewest, as far as that can be told without looking: no symbol, and the longest.
pub(crate) fn rarest(words: &[String]) -> Option<&String> {
    words.iter().max_by_key(|word| (!is_symbol(word), word.chars().count()))
}

/// Writes the test that an object has, for each of the words, one that begins so. `id` is its column. The rarest word
/// finds the objects and the others are looked up with each; if the rarest one finds too many, all are looked up.
pub(crate) fn all_begin(
    s: &mut Statement,
    tenant: TenantId,
    (id, places): (&str, &[&str]),
    words: &[String],
    holds: bool,
) {
    let Some(rarest) = rarest(words) else {
        s.push(if holds { "1 = 1" } else { "1 = 0" });
        return;
    };
    if s.broad.contains(rarest) {
        s.push(if holds { "(" } else { "NOT (" });
        for (n, word) in words.iter().enumerate() {
            s.push(if n > 0 { " AND " } else { "" });
            has(s, tenant, (id, places), word);
        }
        s.push(")");
        return;
    }
    s.push(id).push(if holds { " IN (" } else { " NOT IN (" });
    found(s, tenant, places, rarest);
    for word in words.iter().filter(|word| *word != rarest) {
        s.push(" AND ");
        has(s, tenant, ("w.object_id", places), word);
    }
    s.push(")");
}

/// Writes `SELECT w.object_id …` for a word's beginning.
fn found(s: &mut Statement, tenant: TenantId, places: &[&str], beginning: &str) {
    s.push("SELECT w.object_id");
    from_found(s, tenant, places, beginning);
}

/// Writes ` FROM search_words w WHERE …` for a word's beginning.
pub(crate) fn from_found(s: &mut Statement, tenant: TenantId, places: &[&str], beginning: &str) {
    s.push(" FROM search_words w WHERE w.tenant_id = ").bind(tenant);
    s.push(" AND w.place");
    in_places(s, places);
    in_range(s, "w.word", beginning);
}

/// Writes the test that an object has a word that begins so.
pub(crate) fn has(s: &mut Statement, tenant: TenantId, (id, places): (&str, &[&str]), beginning: &str) {
    s.push("EXISTS (SELECT 1 FROM search_words v WHERE v.tenant_id = ").bind(tenant);
    s.push(" AND v.object_id = ").push(id).push(" AND v.place");
    in_places(s, places);
    in_range(s, "v.word", beginning);
    s.push(")");
}

fn in_places(s: &mut Statement, places: &[&str]) {
    s.push(" IN (");
    for (n, place) in places.iter().enumerate() {
        s.push(if n > 0 { ", " } else { "" }).bind(*place);
    }
    s.push(") AND ");
}

/// Writes `SELECT w.object_id …` for objects with a tag that passes all tests.
pub(crate) fn elements(s: &mut Statement, tenant: TenantId, place: &str, tests: &[ElementTest]) -> bool {
    s.push("SELECT w.object_id FROM search_words w WHERE w.tenant_id = ").bind(tenant);
    s.push(" AND w.place = ").bind(place);
    for test in tests {
        s.push(" AND ");
        element(s, "w.word", &test.matches, true, fold);
    }
    true
}

/// How many users have, for each of the words, one that begins so. Their rows are not read, but those of the deleted, who
/// are few.
pub(crate) fn count_users(tx: &impl Read, tenant: TenantId, words: &[String]) -> Result<i64, StoreError> {
    let Some(rarest) = rarest(words) else { return Ok(0) };
    let mut s = Statement::default();
    s.push("SELECT count(DISTINCT found.object_id) FROM (");
    found(&mut s, tenant, &[USER], rarest);
    for word in words.iter().filter(|word| *word != rarest) {
        s.push(" AND ");
        has(&mut s, tenant, ("w.object_id", &[USER]), word);
    }
    s.push(") found");
    let all = tx.row(&s.text, &s.params)?.map_or(Ok(0), |row| row.int(0))?;
    let mut s = Statement::default();
    s.push("SELECT count(*) FROM users d WHERE d.deleted_at IS NOT NULL AND d.tenant_id = ").bind(tenant);
    for word in words {
        s.push(" AND ");
        has(&mut s, tenant, ("d.id", &[USER]), word);
    }
    let deleted = tx.row(&s.text, &s.params)?.map_or(Ok(0), |row| row.int(0))?;
    Ok(all - deleted)
}

/// How many rows a word's beginning finds; counting stops at `most`.
pub(crate) fn find_up_to(
    tx: &impl Read,
    tenant: TenantId,
    (place, beginning): (&str, &str),
    most: i64,
) -> Result<i64, StoreError> {
    let mut s = Statement::default();
    s.push("SELECT count(*) FROM (");
    found(&mut s, tenant, &[place], beginning);
    s.push(" LIMIT ").bind(most).push(") few");
    tx.row(&s.text, &s.params)?.map_or(Ok(0), |row| row.int(0))
}
