//! Lists of users: filter, order, page, count; of those who are there, or of those who were deleted. Refuses columns
//! outside its list, and to mix the two.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{
    After, ElementMatch, ElementTest, Filter, List, Part, UserField, Value as Wanted,
};
use hospes_domain::time::Time;
use hospes_domain::user::User;

use crate::engine::{Read, StoreError};
use crate::filter_sql::{Column, Columns, Statement, behind, condition, element, ordered};
use crate::last_sign_ins;
use crate::managers;
use crate::ownership;
use crate::users::{COLUMNS, OTHER, PROXY, TABLES, fill_addresses, fold, from_row};
use crate::words;

mod by_name;
mod way;

use way::{Way, is_led, natural_order, selective};

const FIELDS: Columns<UserField> = Columns { column, id: "u.id", elements };

fn column(field: UserField) -> Option<Column> {
    match field {
        UserField::Id => Column::plain("u.id"),
        UserField::DisplayName => Column::in_words("u.display_name_key", &[words::USER]),
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
        UserField::OfficeLocation => Column::folded("u.office_location_key"),
        UserField::StreetAddress => Column::folded("u.street_address_key"),
        UserField::State => Column::folded("u.state_key"),
        UserField::PostalCode => Column::folded("u.postal_code_key"),
        UserField::EmployeeType => Column::folded("u.employee_type_key"),
        UserField::MobilePhone => Column::folded("u.mobile_phone_key"),
        UserField::PreferredLanguage => Column::folded("u.preferred_language_key"),
        UserField::ShowInAddressList => Column::plain("u.show_in_address_list"),
        UserField::CreatedDateTime => Column::plain("u.created_at"),
        UserField::DeletedDateTime => Column::plain("u.deleted_at"),
        UserField::ExternalUserStateChangeDateTime => Column::plain("u.state_changed_at"),
        UserField::Unkept(kind) => Column::unkept(kind, UNKEPT),
        UserField::OtherMails
        | UserField::ProxyAddresses
        | UserField::Identities
        | UserField::BusinessPhones
        | UserField::OwnedObjects
        | UserField::LastSignInDateTime
        | UserField::LastNonInteractiveSignInDateTime
        | UserField::LastSuccessfulSignInDateTime => None,
    }
}

/// Nothing, as text, flag and time.
const UNKEPT: [&str; 3] = [
    "NULLIF(u.upn_key, u.upn_key)",
    "NULLIF(u.account_enabled, u.account_enabled)",
    "NULLIF(u.created_at, u.created_at)",
];

fn elements(s: &mut Statement, tenant: TenantId, field: UserField, tests: &[ElementTest]) -> bool {
    match field {
        UserField::OtherMails => addresses(s, tenant, OTHER, tests.iter().map(|test| test.matches.clone())),
        UserField::ProxyAddresses => {
            addresses(s, tenant, PROXY, tests.iter().map(|test| without_scheme(&test.matches)))
        }
        UserField::BusinessPhones => {
            s.push(
                "SELECT p.id AS owner FROM users p WHERE p.business_phone_key IS NOT NULL AND p.tenant_id = ",
            )
            .bind(tenant);
            for test in tests {
                s.push(" AND ");
                element(s, "p.business_phone_key", &test.matches, true, fold);
            }
            true
        }
        UserField::Identities => identities(s, tenant, tests),
        UserField::OwnedObjects => ownership::owned_objects(s, tenant, tests),
        _ => last_sign_ins::elements(s, tenant, field, tests),
    }
}

/// The same test on an address without its scheme, which all of them have: what does not get beyond the scheme fits all of
/// them or none.
fn without_scheme(matches: &ElementMatch) -> ElementMatch {
    const SCHEME: &str = "smtp:";
    let all =
        |holds| if holds { ElementMatch::Given } else { ElementMatch::Not(Box::new(ElementMatch::Given)) };
    let beyond = |text: &str| fold(text).strip_prefix(SCHEME).map(str::to_owned);
    match matches {
        ElementMatch::Given => ElementMatch::Given,
        ElementMatch::Not(inner) => ElementMatch::Not(Box::new(without_scheme(inner))),
        ElementMatch::Equal(text) => beyond(text).map_or(all(false), ElementMatch::Equal),
        ElementMatch::StartsWith(text) => {
            beyond(text).map_or(all(SCHEME.starts_with(&fold(text))), ElementMatch::StartsWith)
        }
        ElementMatch::AtLeast(text) => {
            beyond(text).map_or(all(fold(text).as_str() <= SCHEME), ElementMatch::AtLeast)
        }
        ElementMatch::AtMost(text) => {
            beyond(text).map_or(all(fold(text).as_str() > SCHEME), ElementMatch::AtMost)
        }
        ElementMatch::EndsWith(text) => match fold(text).rsplit_once(':') {
            Some((end, address)) if "smtp".ends_with(end) => ElementMatch::Equal(address.to_owned()),
            _ => ElementMatch::EndsWith(text.clone()),
        },
    }
}

fn addresses(
    s: &mut Statement,
    tenant: TenantId,
    kind: &str,
    tests: impl Iterator<Item = ElementMatch>,
) -> bool {
    s.push("SELECT user_id AS owner FROM user_addresses WHERE tenant_id = ")
        .bind(tenant)
        .push(" AND kind = ")
        .bind(kind);
    for test in tests {
        s.push(" AND ");
        element(s, "address_key", &test, true, fold);
    }
    true
}

/// Only external identities can be asked for (reference/user-object.md section 3). The assigned id of a passcode
/// identity is any address that signs it in.
fn identities(s: &mut Statement, tenant: TenantId, tests: &[ElementTest]) -> bool {
    s.push("SELECT user_id AS owner FROM bindings WHERE ended_at IS NULL AND tenant_id = ").bind(tenant);
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
            Part::Whole | Part::ChangedAt | Part::Id | Part::DisplayName => return false,
        };
    }
    true
}

/// Whom a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom<'i> {
    /// Users who are there.
    Present,
    /// Users who are there and direct members of one of these groups.
    MembersOf(&'i [ObjectId]),
    /// Users who are there and managed by that one.
    ReportsOf(ObjectId),
    /// The same, and whom those manage, and so on; nobody is below oneself.
    AllReportsOf(ObjectId),
    /// Users who were deleted after that instant.
    DeletedSince(Time),
}

fn from_where(s: &mut Statement, tenant: TenantId, tables: &str, whom: Whom<'_>) {
    s.push(" FROM ");
    if let Whom::DeletedSince(_) = whom {
        // To SQLite this says in which order: first the few, by an index that has them alone.
        s.push("users d CROSS JOIN ");
    }
    s.push(tables).push(" WHERE u.tenant_id = ").bind(tenant);
    match whom {
        Whom::Present => s.push(" AND u.deleted_at IS NULL"),
        Whom::MembersOf(groups) => {
            s.push(" AND u.deleted_at IS NULL AND u.id IN (SELECT member_id FROM group_members WHERE tenant_id = ")
                .bind(tenant)
                .push(" AND group_id IN (");
            for (place, group) in groups.iter().enumerate() {
                s.push(if place > 0 { ", " } else { "" }).bind(*group);
            }
            s.push("))")
        }
        Whom::ReportsOf(manager) => s
            .push(
                " AND u.deleted_at IS NULL AND u.id IN (SELECT user_id FROM user_managers WHERE tenant_id = ",
            )
            .bind(tenant)
            .push(" AND manager_id = ")
            .bind(manager)
            .push(")"),
        Whom::AllReportsOf(manager) => managers::below(
            s.push(" AND u.deleted_at IS NULL AND u.id <> ").bind(manager).push(" AND u.id IN ("),
            tenant,
            manager,
        )
        .push(")"),
        // An expression, or it would take bounds of a page for `u` as bounds for `d` and walk through everybody by them.
        Whom::DeletedSince(time) => s
            .push(" AND u.id = COALESCE(d.id, d.id) AND d.tenant_id = ")
            .bind(tenant)
            .push(" AND d.deleted_at IS NOT NULL AND d.deleted_at > ")
            .bind(time),
    };
}

fn filtered(s: &mut Statement, tenant: TenantId, filter: Option<&Filter<UserField>>, by_ids: bool) {
    let Some(filter) = filter else { return };
    s.push(" AND ");
    if by_ids && matches!(filter, Filter::Or(..)) {
        s.push("u.id IN (");
        ids(s, tenant, filter);
        s.push(")");
    } else {
        condition(s, tenant, &FIELDS, filter, true);
    }
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

/// One page of users, and where the next one begins if there is one.
pub fn list(
    tx: &impl Read,
    tenant: TenantId,
    list: &List<UserField>,
    whom: Whom<'_>,
) -> Result<(Vec<User>, Option<After>), StoreError> {
    let list = &List { filter: list.filter.as_ref().map(last_sign_ins::beside), ..list.clone() };
    if whom == Whom::Present
        && let Some(page) = by_name::list(tx, tenant, list)?
    {
        return Ok(page);
    }
    let filter = list.filter.as_ref();
    let by_index = filter.filter(|filter| whom == Whom::Present && !selective(filter));
    let natural = by_index.and_then(natural_order);
    let list = List { order: list.order.or(natural), ..list.clone() };
    let way = Way::to(tx, tenant, (filter, list.order.is_some()), whom)?;
    let mut s = Statement {
        broad: way.broad,
        broad_tests: way.broad_tests,
        apart: way.by_ids,
        ..Statement::default()
    };
    s.push("SELECT ").push(COLUMNS);
    from_where(&mut s, tenant, TABLES, whom);
    behind(&mut s, &FIELDS, &list);
    filtered(&mut s, tenant, filter, way.by_ids);
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
    whom: Whom<'_>,
) -> Result<i64, StoreError> {
    let beside = filter.map(last_sign_ins::beside);
    let filter = beside.as_ref();
    if let (Some(Filter::Words { words, .. }), Whom::Present) = (filter, whom) {
        return words::count_users(tx, tenant, words);
    }
    let mut s = Statement::default();
    s.push("SELECT count(*)");
    // All of them have to be found here, so no word is too broad.
    from_where(&mut s, tenant, "users u", whom);
    filtered(&mut s, tenant, filter, whom == Whom::Present && filter.is_some_and(is_led));
    tx.row(&s.text, &s.params)?.map_or(Ok(0), |row| row.int(0))
}

#[cfg(test)]
mod tests;
