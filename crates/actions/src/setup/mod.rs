//! The operator's verbs: what `hospes dev`, the command line and tests set a directory up with. They
//! need no caller, so no surface may reach them but the page of the first day, which has the [`Door`]. Refuses what the other verbs refuse about the data
//! itself: foreign objects, taken names, impossible nesting.

mod applications;
mod door;
mod first_day;
mod people;
mod permissions;
mod redirects;
mod tenant;

pub use applications::{NewApplication, Registered, register_application};
pub use door::Door;
pub use first_day::{AUTOMATION, FirstDay, SetUp, set_up};
pub use people::{
    NewGroup, NewMember, add_member, assign_app_role, assign_role, create_group, create_member,
};
pub(crate) use permissions::complete;
pub use redirects::set_addresses;
pub(crate) use tenant::is_command_line;
pub use tenant::{NewTenant, create_tenant, set_invite_policy};

use hospes_domain::application::{AppRole, PrincipalNotes, ServicePrincipal};
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::engine::WriteTx;
use hospes_store::service_principals;

use crate::app::Stop;

fn conflict<T>(cause: &str) -> Result<T, Stop> {
    Err(Refusal::Conflict { cause: cause.to_owned() }.into())
}

/// An enabled service principal without anything that an application may leave out.
fn service_principal(
    id: ObjectId,
    client_id: ClientId,
    display_name: &str,
    created_at: Time,
) -> ServicePrincipal {
    ServicePrincipal {
        id,
        revision: 1,
        client_id,
        display_name: display_name.to_owned(),
        home_url: None,
        assignment_required: false,
        enabled: true,
        app_roles: Vec::<AppRole>::new(),
        notes: PrincipalNotes::default(),
        created_by: None,
        created_at,
    }
}

fn insert_service_principal(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    principal: &ServicePrincipal,
) -> Result<(), Stop> {
    if service_principals::insert(tx, tenant, principal)? {
        Ok(())
    } else {
        conflict("Another application of this tenant has the same client id.")
    }
}

#[cfg(test)]
mod tests;
