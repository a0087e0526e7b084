//! The policies of a tenant: who may invite, what guests see, whether they may leave, which domains are invited
//! (reference/roles-and-policies.md sections 2 to 4). Refuses guests to read them, and everybody but the few who decide to
//! change them.

pub mod change_authorization;
pub mod change_domain_list;
pub mod change_leaving;
pub mod create_domain_list;
pub mod delete_domain_list;
mod get;
mod get_domain_list;
mod sign_in;

pub use get::{authorization, external_identities};
pub use get_domain_list::domain_list;
pub use sign_in::{SignInPolicy, change_sign_in, sign_in};

use hospes_domain::access::Scope;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::policy::DomainPolicy;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::engine::Read;
use hospes_store::{domain_lists, tenants};
use uuid::Uuid;

use crate::app::Stop;
use crate::audit::Target;

/// The name of the policy that holds the list of domains.
pub const DOMAIN_LIST: &str = "B2BManagementPolicy";

const READ_DOMAINS: &[Scope] =
    &[Scope::PolicyReadB2BManagement, Scope::PolicyReadWriteB2BManagement, Scope::PolicyReadAll];

impl Target {
    /// A policy there is one of in each tenant: it has the tenant's id.
    fn singleton(tenant: TenantId, name: &'static str) -> Self {
        Self { kind: "Policy", id: ObjectId(tenant.0), name: name.to_owned(), related: None }
    }

    /// The list of domains, by the name the original's log has for it.
    fn domain_list(policy: &DomainPolicy) -> Self {
        Self { kind: "Policy", id: ObjectId(policy.id), name: DOMAIN_LIST.to_owned(), related: None }
    }
}

fn tenant(tx: &impl Read, id: TenantId) -> Result<Tenant, Stop> {
    Ok(tenants::by_id(tx, id)?.ok_or(Refusal::Internal)?)
}

/// The policy of that id, or "not found".
fn must_exist(tx: &impl Read, tenant: TenantId, id: Uuid) -> Result<DomainPolicy, Stop> {
    let found = domain_lists::of(tx, tenant)?.filter(|policy| policy.id == id);
    found.ok_or_else(|| Refusal::not_found(id).into())
}

/// A modified property with its value now and before, as the log keeps them.
fn modified(name: &str, now: impl Into<String>, before: impl Into<String>) -> [(String, String); 2] {
    [(name.to_owned(), now.into()), (format!("{name}.old"), before.into())]
}
