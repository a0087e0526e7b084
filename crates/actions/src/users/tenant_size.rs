//! How big a tenant is, as far as limits go. Refuses to tell a caller: it takes no actor because no answer shows it.

use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::throttling::Size;
use hospes_store::tenants;

use crate::app::App;

/// The size of a tenant now; counting ends where it makes no difference any more.
///
/// # Errors
/// [`Refusal::Unavailable`].
pub async fn tenant_size(app: &App, tenant: TenantId) -> Result<Size, Refusal> {
    app.read(move |tx| Ok(Size::of(tenants::users_up_to(tx, tenant, Size::ENOUGH)?))).await
}
