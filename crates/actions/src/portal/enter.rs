//! Who sits at the portal. Refuses everybody without a good session of that very organisation.

use hospes_domain::access::{Actor, Role, Scope};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::{roles, tenants};

use crate::app::App;
use crate::sessions::{self, SignedIn};

/// A person at the portal of an organisation.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The organisation.
    pub tenant: Tenant,
    /// The person.
    pub person: SignedIn,
    /// Directory roles the person holds now, directly or through groups.
    pub roles: Vec<Role>,
}

impl Desk {
    /// The person as the caller of a verb. The portal is the directory's own app and holds every permission; what the
    /// person may do is decided by roles alone.
    pub fn actor(&self) -> Actor {
        Actor { scopes: Scope::ALL.iter().copied().collect(), ..self.person.actor() }
    }
}

/// Whoever the session cookie stands for; `None` when nobody of this organisation is signed in.
pub async fn enter(app: &App, tenant: TenantId, session: Option<&str>) -> Result<Option<Desk>, Refusal> {
    let Some((_, hash)) =
        session.and_then(|cookie| sessions::key(app, cookie)).filter(|(of, _)| *of == tenant)
    else {
        return Ok(None);
    };
    app.glance(move |tx| {
        let Some((session, user)) = sessions::good(tx, tenant, hash, tx.now())? else { return Ok(None) };
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        let roles = roles::standing(tx, tenant, user.id())?.roles;
        Ok(Some(Desk { tenant: host, person: sessions::signed_in(tenant, session, &user), roles }))
    })
    .await
}
