//! Invitations as they are told later, page by page. Refuses to read tickets and the inviter's words: what is not read can
//! be in no answer (threats A3).

use hospes_domain::access::UserType;
use hospes_domain::address::Address;
use hospes_domain::ids::{InvitationId, TenantId};
use hospes_domain::invitation::{InvitationState, Kind, Message, Sent, SentTo};
use hospes_domain::query::{Found, InvitationField, List};

use crate::engine::{Read, Row, StoreError};
use crate::filter_sql::{Column, Columns};
use crate::listing::{find, no_elements, source};

const COLUMNS: &str = "i.id, i.kind, i.state, i.expires_at, i.address, i.redirect_url, i.send_message, i.message_language, \
     i.cc_name, i.cc_address, i.user_id, u.display_name, u.upn, u.user_type";
const TABLES: &str = "invitations i LEFT JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.user_id \
     AND u.deleted_at IS NULL WHERE i.tenant_id = ";

fn from_row(row: &Row) -> Result<Sent, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("an invitation has {what}"));
    let address = |text: String| Address::parse(&text).map_err(|_| corrupt("an unreadable address"));
    let guest = match (row.opt_text(11)?, row.opt_text(12)?, row.opt_text(13)?) {
        (Some(name), Some(upn), Some(kind)) => {
            let user_type = UserType::parse(&kind).ok_or_else(|| corrupt("a user of an unknown type"))?;
            Some(SentTo { name, upn, user_type })
        }
        _ => None,
    };
    Ok(Sent {
        id: row.invitation(0)?,
        kind: Kind::parse(&row.text(1)?).ok_or_else(|| corrupt("an unknown kind"))?,
        state: InvitationState::parse(&row.text(2)?).ok_or_else(|| corrupt("an unknown state"))?,
        expires_at: row.time(3)?,
        address: address(row.text(4)?)?,
        redirect_url: row.text(5)?,
        message: Message {
            send: row.flag(6)?,
            language: row.opt_text(7)?,
            body: None,
            cc_name: row.opt_text(8)?,
            cc_address: row.opt_text(9)?.map(address).transpose()?,
        },
        user: row.object(10)?,
        guest,
    })
}

fn column(field: InvitationField) -> Option<Column> {
    match field {
        InvitationField::Id => Column::plain("i.id"),
        InvitationField::InvitedUserEmailAddress => Column::folded("i.address_key"),
    }
}

const FIELDS: Columns<InvitationField> = Columns { column, id: "i.id", elements: no_elements };

/// One page of the invitations of a tenant, by id.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<InvitationField>,
    counted: bool,
) -> Result<Found<Sent>, StoreError> {
    find(tx, tenant, (COLUMNS, source(TABLES, tenant)), &FIELDS, (list, counted), from_row)
}

/// The invitation of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: InvitationId) -> Result<Option<Sent>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES}$1 AND i.id = $2");
    tx.row(&sql, &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}
