//! The first day of a directory: its organisation, its first administrator and, if wanted, a client for automation,
//! in one transaction. Refuses as soon as there is any tenant, and decides that where it saves: of two who try at the
//! same moment one is told that the directory is set up already (threats E10).

use hospes_domain::access::{Role, Scope};
use hospes_domain::password::{Names, SHORTEST_FIRST};
use hospes_domain::refusal::{Invalid, Refusal};
use hospes_domain::tenant::Tenant;
use hospes_store::tenants;
use zeroize::Zeroizing;

use super::{NewApplication, NewMember, NewTenant, Registered, applications, people, tenant};
use crate::app::App;
use crate::passwords::{Wanted, hashed};

/// What scripts need to do everything a directory can do.
pub const AUTOMATION: &[Scope] = &[
    Scope::UserInviteAll,
    Scope::UserReadWriteAll,
    Scope::GroupReadWriteAll,
    Scope::GroupMemberReadWriteAll,
    Scope::AppRoleAssignmentReadWriteAll,
    Scope::DirectoryReadWriteAll,
    Scope::ApplicationReadAll,
    Scope::RoleManagementReadWriteDirectory,
    Scope::OrganizationReadAll,
    Scope::AuditLogReadAll,
    Scope::UserAuthenticationMethodReadWriteAll,
];

/// A directory to be. No `Debug`: it holds a password.
#[derive(Clone, Default)]
pub struct FirstDay {
    /// The organisation's name.
    pub organisation: String,
    /// Its domain, which names of guests end in.
    pub domain: String,
    /// The first administrator's name.
    pub name: String,
    /// What the administrator signs in as: the whole name, or the part before the `@`.
    pub user: String,
    /// With this password.
    pub password: Zeroizing<String>,
    /// Register a client for automation, too.
    pub automation: bool,
}

/// What was set up.
pub struct SetUp {
    /// The organisation.
    pub tenant: Tenant,
    /// What the administrator signs in as.
    pub administrator: String,
    /// The client for automation, with the secret that is shown this once.
    pub automation: Option<Registered>,
}

/// Sets an empty directory up.
///
/// # Errors
/// [`Refusal::AlreadyExists`] if there is a tenant; [`Refusal::Invalid`] with the name of a field of [`FirstDay`].
pub async fn set_up(app: &App, day: FirstDay) -> Result<SetUp, Refusal> {
    if !app.is_empty().await? {
        return Err(already()); // Making keys for nothing takes a while; what counts is decided below.
    }
    let new = NewTenant {
        display_name: day.organisation.clone(),
        initial_domain: day.domain.trim().to_owned(),
        ..NewTenant::default()
    };
    let (draft, opened) = tenant::draw(app, new).await.map_err(as_field)?;
    let administrator = user_name(&day.user, &draft.tenant)?;
    let texts = [&day.organisation, &day.domain, &day.name, &administrator].map(String::as_str);
    let wanted = Wanted {
        password: day.password.clone(),
        names: Names::in_texts(texts),
        shortest: SHORTEST_FIRST,
        field: "password",
    };
    let hash = hashed(app, wanted).await?;
    let member = NewMember {
        upn: administrator.clone(),
        display_name: day.name.clone(),
        roles: vec![Role::GlobalAdministrator],
        ..NewMember::default()
    };
    let member = people::draw_member(app, draft.tenant.id, member).await?.with_password(hash);
    let automation = NewApplication {
        display_name: "Automation".to_owned(),
        secret: true,
        permissions: AUTOMATION.to_vec(),
        ..NewApplication::default()
    };
    let automation = day.automation.then(|| applications::draw(app, &opened, automation)).transpose()?;
    let done = app
        .write(move |tx| {
            if tenants::any(tx)? || !tenants::claim_installation(tx)? {
                return Err(already().into());
            }
            tenant::save(tx, &draft)?;
            people::save_member(tx, draft.tenant.id, &member)?;
            let automation = automation.as_ref().map(|draft| applications::save(tx, draft)).transpose()?;
            Ok(SetUp { tenant: draft.tenant.clone(), administrator: administrator.clone(), automation })
        })
        .await?;
    app.ring().install(opened);
    Ok(done)
}

fn already() -> Refusal {
    Refusal::AlreadyExists { cause: "This directory is set up already.".to_owned() }
}

/// The whole user principal name; a name without `@` stands on the organisation's domain.
fn user_name(typed: &str, tenant: &Tenant) -> Result<String, Refusal> {
    let typed = typed.trim();
    let upn =
        if typed.contains('@') { typed.to_owned() } else { format!("{typed}@{}", tenant.initial_domain) };
    people::check_name(&upn, &tenant.domains).map_err(|_| {
        let remedy = format!("Give a name such as greta, or greta@{}.", tenant.initial_domain);
        Refusal::invalid("user", "This cannot be a user name here.", remedy)
    })?;
    Ok(upn)
}

/// Names the field as it is called here.
fn as_field(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(invalid) => {
            let field = if invalid.field == "displayName" { "organisation" } else { "domain" };
            Refusal::Invalid(Invalid { field: field.to_owned(), ..invalid })
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::testing::Bench;

    fn day() -> FirstDay {
        FirstDay {
            organisation: "Fabrikam".to_owned(),
            domain: "fabrikam.example".to_owned(),
            name: "Greta Holm".to_owned(),
            user: "greta".to_owned(),
            password: "correct horse battery".to_owned().into(),
            automation: true,
        }
    }

    #[tokio::test]
    async fn a_first_day_has_an_organisation_an_administrator_and_a_client() {
        let mut bench = Bench::empty().await;
        let done = set_up(&bench.app, day()).await.unwrap();
        assert_eq!(done.administrator, "greta@fabrikam.example");
        let secret = done.automation.unwrap().secret.unwrap();
        assert_eq!(secret.len(), 43);
        assert!(bench.app.keys(done.tenant.id).is_some(), "the keys are ready without a restart");
        bench.reopen().await;
        assert_eq!(bench.app.tenant_named("fabrikam.example").await.unwrap(), done.tenant);
    }

    #[tokio::test]
    async fn e10_of_two_at_the_same_moment_one_is_late() {
        let bench = Bench::empty().await;
        let other = FirstDay { domain: "contoso.example".to_owned(), ..day() };
        let (one, two) = tokio::join!(set_up(&bench.app, day()), set_up(&bench.app, other));
        assert!(one.is_ok() != two.is_ok());
        assert_eq!(one.err().or(two.err()).unwrap().name(), "already_exists");
        assert_eq!(bench.app.tenants().await.unwrap().len(), 1);
        assert_eq!(set_up(&bench.app, day()).await.err().unwrap().name(), "already_exists");
    }

    #[tokio::test]
    async fn what_cannot_be_names_its_field_and_leaves_the_directory_empty() {
        let bench = Bench::empty().await;
        for (wrong, field) in [
            (FirstDay { organisation: " ".to_owned(), ..day() }, "organisation"),
            (FirstDay { domain: "not a domain".to_owned(), ..day() }, "domain"),
            (FirstDay { user: "greta@contoso.example".to_owned(), ..day() }, "user"),
            (FirstDay { user: String::new(), ..day() }, "user"),
            (FirstDay { password: "short".to_owned().into(), ..day() }, "password"),
            (FirstDay { password: "x".repeat(1025).into(), ..day() }, "password"),
        ] {
            match set_up(&bench.app, wrong).await.err().unwrap() {
                Refusal::Invalid(invalid) => assert_eq!(invalid.field, field),
                other => panic!("{field}: {other:?}"),
            }
        }
        assert!(bench.app.is_empty().await.unwrap());
    }
}
