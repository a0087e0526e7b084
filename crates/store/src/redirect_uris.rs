//! Redirect addresses across the applications of a tenant. Refuses patterns: the text is compared as it
//! is (threats F1).

use hospes_domain::ids::TenantId;

use crate::engine::{Read, StoreError};

/// The name of an application that has registered exactly this address.
pub fn registered_by(tx: &impl Read, tenant: TenantId, uri: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT a.display_name FROM redirect_uris r \
               JOIN applications a ON a.tenant_id = r.tenant_id AND a.id = r.application_id \
               WHERE r.tenant_id = $1 AND r.uri = $2 ORDER BY a.display_name_key, a.id LIMIT 1";
    tx.row(sql, &[tenant.into(), uri.into()])?.map(|row| row.text(0)).transpose()
}
