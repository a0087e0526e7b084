//! The first day of a development directory: an organisation with people of each role, groups, an app to sign in
//! to and an app that automates; and a partner on the same server, whose people can be invited. Refuses to fake
//! guests: those come by invitation and prove who they are.

use hospes_actions::app::App;
use hospes_actions::setup::{
    self, AUTOMATION, NewApplication, NewGroup, NewMember, NewTenant, Registered, assign_app_role,
    assign_role, create_group, create_member, create_tenant, register_application,
};
use hospes_domain::access::{Role, Scope};
use hospes_domain::application::AppRole;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use uuid::{Uuid, uuid};

use super::seed_file::{Client, Organisation, Seed, SeededPerson};

/// Everybody's password. Strength is no matter where everybody may read it.
const PASSWORD: &str = "hospes";
/// The group that guests are put into.
const GROUP: &str = "Suppliers";
/// What the sample app calls its guests.
pub const APP_ROLE: &str = "Supplier.Read";
/// The id of that app role.
pub const APP_ROLE_ID: Uuid = uuid!("5b1d7c4e-0c2f-4f1b-9d53-6a1f0e8b2c77");
/// Path of the sample app.
pub const SAMPLE_PATH: &str = "/sample";
/// Where it gets its answers.
pub const CALLBACK_PATH: &str = "/sample/callback";

/// An organisation to be; domains in `.test` never leave a machine (RFC 6761).
struct Plan {
    name: &'static str,
    domain: &'static str,
    people: &'static [(&'static str, &'static str, Option<Role>)],
}

const HOST: Plan = Plan {
    name: "Fabrikam",
    domain: "fabrikam.test",
    people: &[
        ("Greta Holm", "greta", Some(Role::GlobalAdministrator)),
        ("Priya Raman", "priya", Some(Role::UserAdministrator)),
        ("Hugo Blanc", "hugo", Some(Role::HelpdeskAdministrator)),
        ("Ines Duarte", "ines", Some(Role::GuestInviter)),
        ("Tom Becker", "tom", None),
    ],
};

const PARTNER: Plan = Plan {
    name: "Contoso",
    domain: "contoso.test",
    people: &[
        ("Nadia Petrova", "nadia", Some(Role::GlobalAdministrator)),
        ("Ana Lindt", "ana", None),
        ("Milan Novak", "milan", None),
    ],
};

/// Seeds an empty directory.
pub async fn plant(app: &App) -> Result<Seed, Refusal> {
    // Most of the time goes into each one's signing keys.
    let ((host, people), (partner, _)) = tokio::try_join!(found(app, &HOST), found(app, &PARTNER))?;
    let tenant = TenantId(host.tenant);
    let sample = register_application(app, tenant, sample_app(app.public_url())).await?;
    let group = groups(app, tenant, people, sample.service_principal.id).await?;
    Ok(Seed::new(host, partner, client(sample)?, group, PASSWORD))
}

/// An organisation with its people and its automation.
async fn found(app: &App, plan: &Plan) -> Result<(Organisation, Vec<ObjectId>), Refusal> {
    let new = NewTenant {
        display_name: plan.name.to_owned(),
        initial_domain: plan.domain.to_owned(),
        privacy_url: Some(format!("https://{}/privacy", plan.domain)),
        ..NewTenant::default()
    };
    let tenant = create_tenant(app, new).await?.id;
    let (ids, people) = people(app, tenant, plan).await?.into_iter().unzip();
    let automation = NewApplication {
        display_name: "Automation".to_owned(),
        secret: true,
        permissions: AUTOMATION.to_vec(),
        ..NewApplication::default()
    };
    let automation = client(register_application(app, tenant, automation).await?)?;
    let (name, domain) = (plan.name.to_owned(), plan.domain.to_owned());
    Ok((Organisation { tenant: tenant.0, name, domain, automation, people }, ids))
}

/// Tells the directory where the sample app is reached since this start: the port may be another one.
pub async fn move_sample_app(app: &App, seed: &Seed) -> Result<(), Refusal> {
    let at = sample_app(app.public_url());
    let client = ClientId(seed.sample.client_id);
    setup::set_addresses(app, TenantId(seed.host.tenant), client, at.redirect_uris, at.home_url).await
}

fn sample_app(public_url: &str) -> NewApplication {
    NewApplication {
        display_name: "Supplier Portal".to_owned(),
        redirect_uris: vec![format!("{public_url}{CALLBACK_PATH}")],
        home_url: Some(format!("{public_url}{SAMPLE_PATH}")),
        app_roles: vec![AppRole {
            id: APP_ROLE_ID,
            value: APP_ROLE.to_owned(),
            display_name: "Read as a supplier".to_owned(),
            enabled: true,
            ..AppRole::default()
        }],
        group_claims: true,
        secret: true,
        delegated: vec![Scope::UserRead],
        ..NewApplication::default()
    }
}

async fn people(app: &App, tenant: TenantId, plan: &Plan) -> Result<Vec<(ObjectId, SeededPerson)>, Refusal> {
    let mut people = Vec::new();
    for &(name, local, role) in plan.people {
        let upn = format!("{local}@{}", plan.domain);
        let member = NewMember {
            upn: upn.clone(),
            display_name: name.to_owned(),
            mail: Some(upn.clone()),
            password: Some(PASSWORD.to_owned().into()),
            roles: role.into_iter().collect(),
            ..NewMember::default()
        };
        let id = create_member(app, tenant, member).await?;
        let role = role.map(|role| role.name().to_owned());
        people.push((id, SeededPerson { name: name.to_owned(), role, upn }));
    }
    Ok(people)
}

/// The group for guests, one that opens the sample app to everybody in it, and one that is guarded because it
/// holds a role.
async fn groups(
    app: &App,
    tenant: TenantId,
    people: Vec<ObjectId>,
    sample: ObjectId,
) -> Result<Uuid, Refusal> {
    let group = |name: &str, about: &str| NewGroup {
        display_name: name.to_owned(),
        description: Some(about.to_owned()),
        ..NewGroup::default()
    };
    let suppliers = create_group(app, tenant, group(GROUP, "Companies that deliver to Fabrikam")).await?;
    let audit =
        NewGroup { members: people, ..group("Spring audit 2027", "Everybody who works on the audit") };
    let audit = create_group(app, tenant, audit).await?;
    assign_app_role(app, tenant, audit, sample, APP_ROLE_ID).await?;
    let guarded =
        NewGroup { role_assignable: true, ..group("Helpdesk on call", "Holds the helpdesk's role") };
    let on_call = create_group(app, tenant, guarded).await?;
    assign_role(app, tenant, on_call, Role::HelpdeskAdministrator).await?;
    Ok(suppliers.0)
}

fn client(registered: Registered) -> Result<Client, Refusal> {
    let secret = registered.secret.ok_or(Refusal::Internal)?;
    Ok(Client { client_id: registered.client_id.0, secret })
}
