//! Lists of users: filter, order, page, count; of those who are there, or of those who were deleted. Refuses columns
//! outside its list, and to mix the two.

use hospes_domain::ids::TenantId;
use hospes_domain::query::{
    After, Comparison, ElementMatch, ElementTest, Filter, List, Order, Part, UserField, Value as Wanted,
};
use hospes_domain::time::Time;
use hospes_domain::user::User;

use crate::engine::{Read, StoreError};
use crate::filter_sql::{Column, Columns, Statement, behind, condition, ordered, starts_with};
use crate::users::{COLUMNS, OTHER, PROXY, TABLES, fill_addresses, fold, from_row};

const FIELDS: Columns<UserField> = Columns { column, id: "u.id", elements };

fn column(field: UserField) -> Option<Column> {
    match field {
        UserField::Id => Column::plain("u.id"),
        UserField::DisplayName => Column::folded("u.display_name_key"),
        UserField::Mail => Column::folded("u.mail_key"),
        UserField::UserPrincipalName => Column::folded("u.upn_key"),
        UserField::GivenName => Column::folded("u.given_name_key"),
        UserField::Surname => Column::folded("u.surname_key"),
        UserField::UserType => Column::words("u.user_type", &["Member", "Guest"]),
        UserField::CreationType => Column::words("u.creation_type", &["Invitation"]),
        UserField::ExternalUserState => {
            Column::words("u.external_user_state", &["PendingAcceptance", "Accepted"])
        }
        UserField::AccountEnabled => Column::plain("u.account_enabled"),
        UserField::MailNickname => Column::folded("u.mail_nickname_key"),
        UserField::CompanyName => Column::folded("u.company_name_key"),
        UserField::Department => Column::folded("u.department_key"),
        UserField::JobTitle => Column::folded("u.job_title_key"),
        UserField::EmployeeId => Column::folded("u.employee_id_key"),
        UserField::Country => Column::folded("u.country_key"),
        UserField::City => Column::folded("u.city_key"),
        UserField::UsageLocation => Column::folded("u.usage_location_key"),
        UserField::CreatedDateTime => Column::plain("u.created_at"),
        UserField::DeletedDateTime => Column::plain("u.deleted_at"),
        UserField::ExternalUserStateChangeDateTime => Column::plain("u.state_changed_at"),
        UserField::OtherMails | UserField::ProxyAddresses | UserField::Identities => None,
    }
}

fn elements(s: &mut Statement, tenant: TenantId, field: UserField, tests: &[ElementTest]) -> bool {
    match field {
        UserField::OtherMails => addresses(s, tenant, OTHER, tests, |text| Some(fold(text))),
        UserField::ProxyAddresses => addresses(s, tenant, PROXY, tests, without_scheme),
        UserField::Identities => identities(s, tenant, tests),
        _ => false,
    }
}

/// What the key of a proxy address must be, given a beginning with its scheme: `smtp:a` begins with `a`; a
/// beginning that does not get beyond the scheme fits all.
fn without_scheme(text: &str) -> Option<String> {
    let text = fold(text);
    match text.strip_prefix("smtp:") {
        Some(rest) => Some(rest.to_owned()),
        None => "smtp:".starts_with(&text).then(String::new),
    }
}

fn addresses(
    s: &mut Statement,
    tenant: TenantId,
    kind: &str,
    tests: &[ElementTest],
    key: fn(&str) -> Option<String>,
) -> bool {
    s.push("SELECT user_id FROM user_addresses WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND kind = ")
        .bind(kind);
    for test in tests {
        let (ElementMatch::Equal(text) | ElementMatch::StartsWith(text)) = &test.matches else { continue };
        let Some(key) = key(text) else { return false };
        s.push(" AND ");
        if let ElementMatch::Equal(_) = &test.matches {
            s.push("address_key = ").bind(key);
        } else {
            starts_with(s, "address_key", &key, true);
        }
    }
    true
}

/// Only external identities can be asked for (reference/user-object.md section 3). The assigned id of a passcode
/// identity is any address that signs it in.
fn identities(s: &mut Statement, tenant: TenantId, tests: &[ElementTest]) -> bool {
    s.push("SELECT user_id FROM bindings WHERE ended_at IS NULL AND tenant_id = ").bind(tenant);
    for test in tests {
        let text = match (&test.matches, test.part) {
            (ElementMatch::Equal(text), _) => text,
            (ElementMatch::Given, Part::ChangedAt) => {
                s.push(" AND changed_at IS NOT NULL");
                continue;
            }
            _ => return false,
        };
        match test.part {
            // What a tenant of this server vouches for is shown under one name, whichever it is.
            Part::Issuer if text.eq_ignore_ascii_case("ExternalAzureAD") => {
                s.push(" AND issuer >= ").bind("tenant:").push(" AND issuer < ").bind("tenant;")
            }
            Part::Issuer => s.push(" AND issuer = ").bind(fold(text)),
            Part::IssuerAssignedId => s
                .push(" AND issuer = ")
                .bind("mail")
                .push(" AND id IN (SELECT binding_id FROM sign_in_addresses WHERE state = 'active' AND tenant_id = ")
                .bind(tenant)
                .push(" AND address_key = ")
                .bind(fold(text))
                .push(")"),
            Part::Whole | Part::ChangedAt | Part::Id => return false,
        };
    }
    true
}

/// Whom a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Users who are there.
    Present,
    /// Users who were deleted after that instant.
    DeletedSince(Time),
}

fn from_where(s: &mut Statement, tenant: TenantId, tables: &str, whom: Whom) {
    s.push(" FROM ");
    if let Whom::DeletedSince(_) = whom {
        // To SQLite this says in which order: first the few, by an index that has them alone.
        s.push("users d CROSS JOIN ");
    }
    s.push(tables).push(" WHERE u.tenant_id = ").bind(tenant);
    match whom {
        Whom::Present => s.push(" AND u.deleted_at IS NULL"),
        // An expression, or it would take bounds of a page for `u` as bounds for `d` and walk through everybody by them.
        Whom::DeletedSince(time) => s
            .push(" AND u.id = COALESCE(d.id, d.id) AND d.tenant_id = ")
            .bind(tenant)
            .push(" AND d.deleted_at IS NOT NULL AND d.deleted_at > ")
            .bind(time),
    };
}

fn filtered(s: &mut Statement, tenant: TenantId, filter: Option<&Filter<UserField>>, whom: Whom) {
    let Some(filter) = filter else { return };
    s.push(" AND ");
    if selective(filter) && whom == Whom::Present {
        s.push("u.id IN (");
        ids(s, tenant, filter);
        s.push(")");
    } else {
        condition(s, tenant, &FIELDS, filter, true);
    }
}

/// Whether an index leads to the few users that pass. Then they are found first and put in order afterwards;
/// otherwise SQLite would walk through everybody in that order.
fn selective(filter: &Filter<UserField>) -> bool {
    let indexed = |field: &UserField| matches!(field, UserField::Id | UserField::Mail) || by_text(*field);
    match filter {
        Filter::And(left, right) => selective(left) || selective(right),
        Filter::Or(left, right) => selective(left) && selective(right),
        Filter::Compare { field, op: Comparison::Equal, value } => indexed(field) && *value != Wanted::Null,
        Filter::In { field, values } => indexed(field) && !values.contains(&Wanted::Null),
        Filter::Any { .. } => true,
        Filter::Not(_) | Filter::Compare { .. } | Filter::StartsWith { .. } | Filter::Contains { .. } => false,
    }
}

/// Texts with an index of their own.
fn by_text(field: UserField) -> bool {
    matches!(field, UserField::Mail | UserField::DisplayName | UserField::UserPrincipalName)
}

/// Each alternative by itself, so that each has its index.
fn ids(s: &mut Statement, tenant: TenantId, filter: &Filter<UserField>) {
    if let Filter::Or(left, right) = filter {
        ids(s, tenant, left);
        s.push(" UNION ALL ");
        ids(s, tenant, right);
    } else {
        s.push("SELECT u.id");
        from_where(s, tenant, "users u", Whom::Present);
        s.push(" AND ");
        condition(s, tenant, &FIELDS, filter, true);
    }
}

/// The order of a list that asked for none: that of the index that finds its users, else by object id.
fn natural_order(filter: &Filter<UserField>) -> Option<Order<UserField>> {
    match filter {
        Filter::And(left, right) => natural_order(left).or_else(|| natural_order(right)),
        // An empty beginning is no range, and does not say that there is a value to sort by.
        Filter::StartsWith { field, value } if by_text(*field) && !value.is_empty() => {
            Some(Order { field: *field, descending: false })
        }
        _ => None,
    }
}

/// One page of users, and where the next one begins if there is one.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<UserField>,
    whom: Whom,
) -> Result<(Vec<User>, Option<After>), StoreError> {
    let filter = list.filter.as_ref();
    let by_index = filter.filter(|filter| whom == Whom::Present && !selective(filter));
    let natural = by_index.and_then(natural_order);
    let list = List { order: list.order.or(natural), ..list.clone() };
    let mut s = Statement::default();
    s.push("SELECT ").push(COLUMNS);
    from_where(&mut s, tenant, TABLES, whom);
    behind(&mut s, &FIELDS, &list);
    filtered(&mut s, tenant, filter, whom);
    ordered(&mut s, &FIELDS, &list);
    let mut users = tx.rows(&s.text, &s.params)?.iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    let more = users.len() > usize::from(list.page.top);
    users.truncate(usize::from(list.page.top));
    fill_addresses(tx, tenant, &mut users)?;
    let last = users.last().filter(|_| more);
    let after =
        last.map(|user| After { key: list.order.map(|order| sort_key(user, order.field)), id: user.id() });
    Ok((users, after))
}

/// What the store compares by.
fn sort_key(user: &User, field: UserField) -> Wanted {
    match field {
        UserField::UserPrincipalName => Wanted::Text(fold(&user.upn)),
        UserField::CreatedDateTime => Wanted::Time(user.created_at),
        UserField::DeletedDateTime => user.guest.record().deleted_at.map_or(Wanted::Null, Wanted::Time),
        UserField::Mail => user.mail.as_ref().map_or(Wanted::Null, |mail| Wanted::Text(mail.key())),
        _ => Wanted::Text(fold(&user.profile.display_name)),
    }
}

/// How many users pass.
pub fn count(
    tx: &impl Read,
    tenant: TenantId,
    filter: Option<&Filter<UserField>>,
    whom: Whom,
) -> Result<i64, StoreError> {
    let mut s = Statement::default();
    s.push("SELECT count(*)");
    from_where(&mut s, tenant, "users u", whom);
    filtered(&mut s, tenant, filter, whom);
    tx.row(&s.text, &s.params)?.map_or(Ok(0), |row| row.int(0))
}

#[cfg(test)]
mod tests;
