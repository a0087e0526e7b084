//! What My Apps shows: the apps assigned to a person, directly or through groups. Refuses everybody but
//! the person, whose session it loads in the same transaction.

use hospes_domain::access::{Sight, View};
use hospes_domain::application::{DIRECTORY_API, PrincipalKind};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_store::{app_role_assignments, groups, roles, service_principals, tenants};

use super::session_hash;
use crate::app::App as Application;
use crate::sessions::{self, SignedIn};

/// The panel of a person.
#[derive(Clone, Debug)]
pub struct MyApps {
    /// The organisation.
    pub tenant: Tenant,
    /// Who is signed in.
    pub person: SignedIn,
    /// The apps, by name.
    pub apps: Vec<App>,
    /// Names of the person's groups; `None` for guests who do not see them (reference/roles-and-policies.md section 2).
    pub groups: Option<Vec<String>>,
}

/// An app on the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its name.
    pub name: String,
    /// Where it opens.
    pub url: String,
}

/// The panel of whoever the session cookie stands for; `None` when nobody of this tenant is signed in.
pub async fn my_apps(
    app: &Application,
    tenant: TenantId,
    session: Option<&str>,
) -> Result<Option<MyApps>, Refusal> {
    let Some(hash) = session_hash(app, tenant, session) else { return Ok(None) };
    let found = app.read(move |tx| {
        let Some((session, user)) = sessions::good(tx, tenant, hash, tx.now())? else { return Ok(None) };
        let host = tenants::by_id(tx, tenant)?.ok_or(Refusal::Internal)?;
        let mut apps = Vec::new();
        for id in app_role_assignments::resources_of(tx, tenant, user.id(), PrincipalKind::User)? {
            let Some(principal) = service_principals::by_id(tx, tenant, id)? else { continue };
            if principal.enabled && principal.client_id != DIRECTORY_API {
                apps.extend(principal.home_url.map(|url| App { name: principal.display_name, url }));
            }
        }
        apps.sort_by(|a, b| (&a.name, &a.url).cmp(&(&b.name, &b.url)));
        let standing = roles::standing(tx, tenant, user.id())?;
        let groups = match Sight::of(Some(user.user_type), &standing, host.guests.access).of_own_groups() {
            View::Full => {
                let ids = roles::groups_of(tx, tenant, user.id())?;
                let mut names: Vec<String> =
                    groups::by_ids(tx, tenant, &ids)?.into_iter().map(|group| group.display_name).collect();
                names.sort();
                Some(names)
            }
            _ => None,
        };
        let person = sessions::signed_in(tenant, session, &user, tx.now());
        Ok(Some(MyApps { tenant: host, person, apps, groups }))
    });
    Ok(found.await?.inspect(|panel| sessions::note_use(app, &panel.person)))
}
