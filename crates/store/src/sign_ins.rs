//! The sign-in log, written in the transaction that decides. Refuses to change a line: it is swept when its time is over.

use hospes_domain::access::UserType;
use hospes_domain::ids::TenantId;
use hospes_domain::query::{Found, List, SignInField};
use hospes_domain::sign_ins::SignIn;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, WriteTx};
use crate::filter_sql::{Column, Columns};
use crate::listing::{find, no_elements, source};
use crate::users::fold;

/// Writes a line at the transaction's instant; `false` when there is one of that id.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, line: &SignIn) -> Result<bool, StoreError> {
    let written = tx.execute(
        "INSERT INTO sign_ins (tenant_id, id, at, user_id, user_name, upn, upn_key, user_type, client_id, app_name, principal_id, \
         resource_id, resource_name, address, user_agent, method, multi_factor, error_code, refusal, explanation, correlation, \
         home_tenant, resource_tenant, interactive, user_name_key, app_name_key, resource_name_key, address_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
         $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28) ON CONFLICT DO NOTHING",
        &[
            tenant.into(),
            line.id.into(),
            tx.now().into(),
            line.user.into(),
            line.user_name.clone().into(),
            line.sign_in_name.clone().into(),
            line.sign_in_name.as_deref().map(fold).into(),
            line.user_type.map(|kind| kind.name().to_owned()).into(),
            line.client.into(),
            line.app_name.clone().into(),
            line.principal.into(),
            line.resource.into(),
            line.resource_name.clone().into(),
            line.address.clone().into(),
            line.user_agent.clone().into(),
            line.method.clone().into(),
            line.multi_factor.into(),
            i64::from(line.error).into(),
            line.refusal.clone().into(),
            line.explanation.clone().into(),
            line.correlation.as_str().into(),
            line.home_tenant.into(),
            line.resource_tenant.into(),
            line.interactive.into(),
            line.user_name.as_deref().map(fold).into(),
            line.app_name.as_deref().map(fold).into(),
            line.resource_name.as_deref().map(fold).into(),
            line.address.as_deref().map(fold).into(),
        ],
    )?;
    Ok(written == 1)
}

const COLUMNS: &str = "s.id, s.at, s.user_id, s.user_name, s.upn, s.user_type, s.client_id, s.app_name, s.principal_id, s.resource_id, \
     s.resource_name, s.address, s.user_agent, s.method, s.multi_factor, s.error_code, s.refusal, s.explanation, s.correlation, \
     s.home_tenant, s.resource_tenant, s.interactive";

const TABLE: &str = "sign_ins s WHERE s.tenant_id = ";

fn from_row(row: &Row) -> Result<SignIn, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("a line of the sign-in log has {what}"));
    let user_type = row.opt_text(5)?;
    let user_type =
        user_type.map(|text| UserType::parse(&text).ok_or_else(|| corrupt("an unknown type of user")));
    Ok(SignIn {
        id: row.id(0)?,
        at: row.time(1)?,
        user: row.opt_object(2)?,
        user_name: row.opt_text(3)?,
        sign_in_name: row.opt_text(4)?,
        user_type: user_type.transpose()?,
        client: row.opt_client(6)?,
        app_name: row.opt_text(7)?,
        principal: row.opt_object(8)?,
        resource: row.opt_client(9)?,
        resource_name: row.opt_text(10)?,
        address: row.opt_text(11)?,
        user_agent: row.opt_text(12)?,
        method: row.opt_text(13)?,
        multi_factor: row.opt_flag(14)?,
        error: u32::try_from(row.int(15)?).map_err(|_| corrupt("an impossible number"))?,
        refusal: row.opt_text(16)?,
        explanation: row.opt_text(17)?,
        correlation: row.text(18)?,
        home_tenant: row.opt_tenant(19)?,
        resource_tenant: row.tenant(20)?,
        interactive: row.flag(21)?,
    })
}

fn column(field: SignInField) -> Option<Column> {
    match field {
        SignInField::Id => Column::plain("s.id"),
        SignInField::CreatedDateTime => Column::plain("s.at"),
        SignInField::UserId => Column::plain("s.user_id"),
        SignInField::UserPrincipalName => Column::folded("s.upn_key"),
        SignInField::AppId => Column::plain("s.client_id"),
        SignInField::ErrorCode => Column::plain("s.error_code"),
        SignInField::CorrelationId => Column::folded("s.correlation"),
        SignInField::AppDisplayName => Column::folded("s.app_name_key"),
        SignInField::ClientAppUsed => {
            Column::words("CASE WHEN s.interactive THEN 'Browser' END", &["Browser"])
        }
        SignInField::ConditionalAccessStatus => {
            Column::words("COALESCE(NULLIF(s.correlation, s.correlation), 'notApplied')", &["notApplied"])
        }
        SignInField::HomeTenantId => Column::plain("s.home_tenant"),
        SignInField::IpAddress => Column::folded("s.address_key"),
        SignInField::IsInteractive => Column::plain("s.interactive"),
        SignInField::ResourceDisplayName => Column::folded("s.resource_name_key"),
        SignInField::ResourceId => Column::plain("s.resource_id"),
        SignInField::ResourceTenantId => Column::plain("s.resource_tenant"),
        SignInField::Risk => {
            Column::words("COALESCE(NULLIF(s.correlation, s.correlation), 'none')", &["none"])
        }
        SignInField::ServicePrincipalId => Column::plain("s.principal_id"),
        SignInField::ServicePrincipalName => {
            Column::folded("CASE WHEN s.principal_id IS NOT NULL THEN s.app_name_key END")
        }
        SignInField::UserDisplayName => Column::folded("s.user_name_key"),
        SignInField::Unkept(kind) => Column::unkept(kind, UNKEPT),
    }
}

/// Nothing, as text, flag and time.
const UNKEPT: [&str; 3] =
    ["NULLIF(s.correlation, s.correlation)", "NULLIF(s.interactive, s.interactive)", "NULLIF(s.at, s.at)"];

const FIELDS: Columns<SignInField> = Columns { column, id: "s.id", elements: no_elements };

/// One page of the log of a tenant.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<SignInField>,
    counted: bool,
) -> Result<Found<SignIn>, StoreError> {
    find(tx, tenant, (COLUMNS, source(TABLE, tenant)), &FIELDS, (list, counted), from_row)
}

/// The line of that id.
pub fn by_id(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<Option<SignIn>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLE}$1 AND s.id = $2");
    tx.row(&sql, &[tenant.into(), id.into()])?.as_ref().map(from_row).transpose()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use hospes_domain::ids::{ClientId, ObjectId};
    use hospes_domain::query::{Comparison, Filter, Order, Page, Value};
    use hospes_domain::time::Time;

    use super::*;
    use crate::testing::{HERE, THERE, done, read, two_tenants};

    fn line(n: u128) -> SignIn {
        SignIn {
            user: Some(ObjectId(Uuid::from_u128(50 + n % 2))),
            user_name: Some("Ana".to_owned()),
            sign_in_name: Some("Ana@Contoso.example".to_owned()),
            user_type: Some(UserType::Guest),
            client: (n != 3).then(|| ClientId(Uuid::from_u128(7))),
            address: Some("192.0.2.7".to_owned()),
            method: Some("passcode".to_owned()),
            multi_factor: Some(false),
            error: if n == 4 { 50_126 } else { 0 },
            correlation: Uuid::from_u128(n << 96).to_string(),
            interactive: true,
            ..SignIn::blank(Uuid::from_u128(n), HERE)
        }
    }

    #[tokio::test]
    async fn e6_a_log_is_a_tenants_own_and_filtered_by_what_it_holds() {
        let (db, _scratch) = two_tenants("sign-ins").await;
        done(&db, |tx| {
            (1..=4).try_for_each(|n| insert(tx, HERE, &line(n)).map(|_| ()))?;
            insert(tx, THERE, &line(9))
        })
        .await;
        let text = |field, text: &str| Filter::equal(field, Value::Text(text.to_owned()));
        let failed = |op| Filter::Compare { field: SignInField::ErrorCode, op, value: Value::Number(0) };
        for (filter, expected) in [
            (Filter::equal(SignInField::UserId, Value::Id(Uuid::from_u128(51))), vec![1, 3]),
            (Filter::equal(SignInField::AppId, Value::Id(Uuid::from_u128(7))), vec![1, 2, 4]),
            (Filter::equal(SignInField::AppId, Value::Null), vec![3]),
            (text(SignInField::UserPrincipalName, "ana@contoso.example"), vec![1, 2, 3, 4]),
            (failed(Comparison::NotEqual), vec![4]),
            (failed(Comparison::Equal), vec![1, 2, 3]),
            (
                Filter::StartsWith { field: SignInField::CorrelationId, value: "00000002-".to_owned() },
                vec![2],
            ),
        ] {
            let order = Some(Order { field: SignInField::CreatedDateTime, descending: true });
            let list = List { filter: Some(filter.clone()), order, page: Page { top: 9, after: None } };
            let found = read(&db, move |tx| super::list(tx, HERE, &list, true)).await;
            let mut ids: Vec<u128> = found.items.iter().map(|line| line.id.as_u128()).collect();
            ids.sort_unstable();
            assert_eq!(
                (ids, found.count),
                (expected.clone(), Some(i64::try_from(expected.len()).unwrap())),
                "{filter:?}"
            );
        }
        let kept = read(&db, |tx| by_id(tx, HERE, Uuid::from_u128(4))).await.unwrap();
        assert_eq!(SignIn { at: Time::default(), ..kept }, line(4));
        assert!(read(&db, |tx| by_id(tx, HERE, Uuid::from_u128(9))).await.is_none());
    }
}
