//! Who sits at the portal. Refuses everybody without a good session of that very organisation.

use hospes_domain::access::{Actor, Role, Scope, may_read_audit, may_read_deleted, may_read_mails};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::tenants;

use crate::app::App;
use crate::callers;
use crate::sessions::{self, SignedIn};

/// What the person may look at beyond users; the menu offers nothing else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sees {
    /// The audit log of the whole directory.
    pub audit: bool,
    /// Mails that were sent and wait.
    pub mails: bool,
    /// Deleted users.
    pub deleted: bool,
}

/// A person at the portal of an organisation.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The organisation.
    pub tenant: Tenant,
    /// The person.
    pub person: SignedIn,
    /// Directory roles the person holds now, directly or through groups.
    pub roles: Vec<Role>,
    /// What the person may look at.
    pub sees: Sees,
}

impl Desk {
    /// The person as the caller of a verb. The portal is the directory's own app and holds every permission; what the
    /// person may do is decided by roles alone.
    pub fn actor(&self) -> Actor {
        at_portal(&self.person)
    }
}

fn at_portal(person: &SignedIn) -> Actor {
    Actor { scopes: Scope::ALL.iter().copied().collect(), ..person.actor() }
}

/// Whoever the session cookie stands for; `None` when nobody of this organisation is signed in.
pub async fn enter(app: &App, tenant: TenantId, session: Option<&str>) -> Result<Option<Desk>, Refusal> {
    let Some((_, hash)) =
        session.and_then(|cookie| sessions::key(app, cookie)).filter(|(of, _)| *of == tenant)
    else {
        return Ok(None);
    };
    let found = app.glance(move |tx| {
        let Some((session, user)) = sessions::good(tx, tenant, hash, tx.now())? else { return Ok(None) };
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        let person = sessions::signed_in(tenant, session, &user, tx.now());
        let caller = callers::load(tx, &at_portal(&person))?;
        let sees = Sees {
            audit: may_read_audit(&caller).is_ok(),
            mails: may_read_mails(&caller).is_ok(),
            deleted: may_read_deleted(&caller).is_ok(),
        };
        Ok(Some(Desk { tenant: host, person, roles: caller.standing.roles, sees }))
    });
    Ok(found.await?.inspect(|desk| sessions::note_use(app, &desk.person)))
}
