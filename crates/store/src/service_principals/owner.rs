//! Whose an application is: the tenant's own, or one of the original's, which are present everywhere. Nothing in a row says
//! so but the id of the application, so filters by its owner are put as filters by that. Refuses other owners: nobody's
//! application is here.

use hospes_domain::application::{OF_THE_ORIGINAL, ORIGINALS_TENANT};
use hospes_domain::ids::TenantId;
use hospes_domain::query::{Comparison, ElementMatch, Filter, List, ServicePrincipalField, Value as Wanted};

use ServicePrincipalField::{AppId, AppOwnerOrganizationId, Owners};

type Asked = Filter<ServicePrincipalField>;

/// The same list, with owners put as ids of applications.
pub(super) fn by_client(tenant: TenantId, list: &List<ServicePrincipalField>) -> List<ServicePrincipalField> {
    List { filter: list.filter.as_ref().map(|filter| put(tenant, filter)), ..list.clone() }
}

fn put(tenant: TenantId, filter: &Asked) -> Asked {
    match filter {
        Filter::And(left, right) => put(tenant, left).and(put(tenant, right)),
        Filter::Or(left, right) => put(tenant, left).or(put(tenant, right)),
        Filter::Not(inner) => not(put(tenant, inner)),
        Filter::Compare { field: AppOwnerOrganizationId, op: Comparison::Equal, value } => is(tenant, value),
        Filter::Compare { field: AppOwnerOrganizationId, op: Comparison::NotEqual, value } => {
            not(is(tenant, value))
        }
        Filter::In { field: AppOwnerOrganizationId, values } => {
            values.iter().map(|value| is(tenant, value)).reduce(Filter::or).unwrap_or_else(nothing)
        }
        other => other.clone(),
    }
}

/// The application belongs to that organisation.
fn is(tenant: TenantId, owner: &Wanted) -> Asked {
    let originals = || Filter::In {
        field: AppId,
        values: OF_THE_ORIGINAL.iter().map(|client| Wanted::Id(client.0)).collect(),
    };
    match owner {
        Wanted::Id(id) if *id == ORIGINALS_TENANT.0 => originals(),
        Wanted::Id(id) if *id == tenant.0 => not(originals()),
        _ => nothing(),
    }
}

fn not(filter: Asked) -> Asked {
    Filter::Not(Box::new(filter))
}

/// What nobody passes: everybody has no owner or more.
fn nothing() -> Asked {
    not(Filter::Has { field: Owners, at_least: 0 })
}

/// Whether a text that every row of its kind has passes a test.
pub(super) fn passes(test: &ElementMatch, text: &str) -> bool {
    match test {
        ElementMatch::Equal(wanted) => wanted == text,
        ElementMatch::StartsWith(wanted) => text.starts_with(wanted.as_str()),
        ElementMatch::EndsWith(wanted) => text.ends_with(wanted.as_str()),
        ElementMatch::AtLeast(wanted) => text >= wanted.as_str(),
        ElementMatch::AtMost(wanted) => text <= wanted.as_str(),
        ElementMatch::Not(inner) => !passes(inner, text),
        ElementMatch::Given => true,
    }
}
