//! Words and folded texts of what was there before they were kept, some objects at a time. Refuses nothing: what is
//! written meanwhile has its words already, and a word twice is a word once.

use hospes_domain::application::PrincipalNotes;
use hospes_domain::ids::{ObjectId, TenantId};
use uuid::Uuid;

use crate::applications;
use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::users::fold;
use crate::words::{
    APPLICATION, APPLICATION_TAGS, APPLICATION_TEXT, GROUP, GROUP_TEXT, PRINCIPAL, PRINCIPAL_TAGS,
    PRINCIPAL_TEXT, of, rename, replace, whole,
};

/// Objects of one transaction: short enough for others to get in between.
const AT_ONCE: usize = 500;

/// Whether there is anything left to fill.
pub fn is_left(tx: &impl Read) -> Result<bool, StoreError> {
    Ok(tx.row("SELECT tenant_id FROM words_to_fill LIMIT 1", &[])?.is_some())
}

/// Fills the words of the next objects; `false` when there is nothing left to do.
pub fn fill(tx: &WriteTx<'_>) -> Result<bool, StoreError> {
    let next = "SELECT tenant_id, kind, done FROM words_to_fill ORDER BY tenant_id, kind LIMIT 1";
    let Some(row) = tx.row(next, &[])? else { return Ok(false) };
    let (tenant, kind) = (row.tenant(0)?, row.text(1)?);
    let after = row.opt_id(2)?.unwrap_or(Uuid::nil());
    // Those that can be restored keep their words, for when they are.
    let (kind_of, prefix) = match kind.strip_prefix("Deleted") {
        Some(kind) => (kind, "deleted_"),
        None => (kind.as_str(), ""),
    };
    let (columns, table) = match kind_of {
        "User" => (OF_USERS, "users"),
        "Group" => ("id, display_name, description", "groups"),
        "Application" => ("id, display_name, settings", "applications"),
        _ => ("id, display_name, notes", "service_principals"),
    };
    let sql = format!(
        "SELECT {columns} FROM {prefix}{table} WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT {AT_ONCE}"
    );
    let rows = tx.rows(&sql, &[tenant.into(), after.into()])?;
    for row in &rows {
        if kind_of == "User" {
            user(tx, tenant, row)?;
            continue;
        }
        let described = match kind_of {
            "Group" => Described::group(row)?,
            "Application" => Described::application(row)?,
            _ => Described::principal(row)?,
        };
        described.fold(tx, tenant, &format!("{prefix}{table}"))?;
        described.put(tx, tenant)?;
    }
    if let Some(last) = rows.last().filter(|_| rows.len() == AT_ONCE) {
        let sql = "UPDATE words_to_fill SET done = $1 WHERE tenant_id = $2 AND kind = $3";
        tx.execute(sql, &[last.object(0)?.into(), tenant.into(), kind.into()])?;
    } else {
        let sql = "DELETE FROM words_to_fill WHERE tenant_id = $1 AND kind = $2";
        tx.execute(sql, &[tenant.into(), kind.into()])?;
    }
    Ok(true)
}

const OF_USERS: &str = "id, display_name, office_location, street_address, state, postal_code, employee_type, mobile_phone, \
     business_phone, preferred_language";

fn user(tx: &WriteTx<'_>, tenant: TenantId, row: &Row) -> Result<(), StoreError> {
    let id = row.object(0)?;
    rename(tx, tenant, id, &row.text(1)?)?;
    let texts = (2..10).map(|column| row.opt_text(column)).collect::<Result<Vec<_>, _>>()?;
    if texts.iter().all(Option::is_none) {
        return Ok(());
    }
    let mut params: Vec<Value> = texts.iter().map(|text| text.as_deref().map(fold).into()).collect();
    params.extend([tenant.into(), id.into()]);
    tx.execute(
        "UPDATE users SET office_location_key = $1, street_address_key = $2, state_key = $3, postal_code_key = $4, \
         employee_type_key = $5, mobile_phone_key = $6, business_phone_key = $7, preferred_language_key = $8 \
         WHERE tenant_id = $9 AND id = $10",
        &params,
    )?;
    Ok(())
}

/// An object with a description, and with what its words are kept as.
struct Described {
    id: ObjectId,
    name: String,
    description: Option<String>,
    tags: Vec<String>,
    /// Where words of name, description and tags are.
    places: [&'static str; 3],
}

impl Described {
    fn group(row: &Row) -> Result<Self, StoreError> {
        let (id, name, description) = (row.object(0)?, row.text(1)?, row.opt_text(2)?);
        Ok(Self { id, name, description, tags: Vec::new(), places: [GROUP, GROUP_TEXT, GROUP_TEXT] })
    }

    fn application(row: &Row) -> Result<Self, StoreError> {
        let settings = applications::settings(row.opt_text(2)?.as_deref())?;
        Ok(Self {
            id: row.object(0)?,
            name: row.text(1)?,
            description: settings.description,
            tags: settings.tags,
            places: [APPLICATION, APPLICATION_TEXT, APPLICATION_TAGS],
        })
    }

    fn principal(row: &Row) -> Result<Self, StoreError> {
        let notes = row.opt_text(2)?.and_then(|text| PrincipalNotes::from_stored(&text)).unwrap_or_default();
        Ok(Self {
            id: row.object(0)?,
            name: row.text(1)?,
            description: notes.description,
            tags: notes.tags,
            places: [PRINCIPAL, PRINCIPAL_TEXT, PRINCIPAL_TAGS],
        })
    }

    /// What it is filtered by.
    fn fold(&self, tx: &WriteTx<'_>, tenant: TenantId, table: &str) -> Result<(), StoreError> {
        let Some(text) = &self.description else { return Ok(()) };
        let sql = format!("UPDATE {table} SET description_key = $1 WHERE tenant_id = $2 AND id = $3");
        tx.execute(&sql, &[fold(text).into(), tenant.into(), self.id.into()])?;
        Ok(())
    }

    /// What it is searched by; words as they were folded once go.
    fn put(&self, tx: &WriteTx<'_>, tenant: TenantId) -> Result<(), StoreError> {
        let [names, texts, tags] = self.places;
        replace(tx, tenant, (self.id, names), of(Some(&self.name)))?;
        replace(tx, tenant, (self.id, texts), of(self.description.as_deref()))?;
        // Groups have none, and their place is that of the description.
        if tags == texts { Ok(()) } else { replace(tx, tenant, (self.id, tags), whole(&self.tags)) }
    }
}
