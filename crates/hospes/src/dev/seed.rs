//! The first day of a development directory: one organisation with people of each role, groups, an app to sign in
//! to and an app that automates. Refuses to fake guests: those come by invitation and prove who they are.

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

use super::seed_file::{Client, Seed, SeededPerson};

/// The organisation.
const TENANT: &str = "Fabrikam";
/// Its domain; `.test` never leaves a machine (RFC 6761).
const DOMAIN: &str = "fabrikam.test";
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

const PEOPLE: [(&str, &str, Option<Role>); 5] = [
    ("Greta Holm", "greta", Some(Role::GlobalAdministrator)),
    ("Priya Raman", "priya", Some(Role::UserAdministrator)),
    ("Hugo Blanc", "hugo", Some(Role::HelpdeskAdministrator)),
    ("Ines Duarte", "ines", Some(Role::GuestInviter)),
    ("Tom Becker", "tom", None),
];

/// Seeds an empty directory.
pub async fn plant(app: &App) -> Result<Seed, Refusal> {
    let tenant = create_tenant(
        app,
        NewTenant {
            display_name: TENANT.to_owned(),
            initial_domain: DOMAIN.to_owned(),
            privacy_url: Some(format!("https://{DOMAIN}/privacy")),
            ..NewTenant::default()
        },
    )
    .await?;
    let people = people(app, tenant.id).await?;
    let automation = register_application(
        app,
        tenant.id,
        NewApplication {
            display_name: "Automation".to_owned(),
            secret: true,
            permissions: AUTOMATION.to_vec(),
            ..NewApplication::default()
        },
    );
    let automation = client(automation.await?)?;
    let sample = register_application(app, tenant.id, sample_app(app.public_url())).await?;
    let members = people.iter().map(|(id, _)| *id).collect();
    let group = groups(app, tenant.id, members, sample.service_principal.id).await?;
    let sample = client(sample)?;
    let mut seed = Seed::new(tenant.id.0, TENANT, DOMAIN, [automation, sample], (group, GROUP));
    seed.people = people.into_iter().map(|(_, person)| person).collect();
    PASSWORD.clone_into(&mut seed.password);
    Ok(seed)
}

/// Tells the directory where the sample app is reached since this start: the port may be another one.
pub async fn move_sample_app(app: &App, seed: &Seed) -> Result<(), Refusal> {
    let at = sample_app(app.public_url());
    let client = ClientId(seed.sample.client_id);
    setup::set_addresses(app, TenantId(seed.tenant), client, at.redirect_uris, at.home_url).await
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
        }],
        group_claims: true,
        secret: true,
        delegated: vec![Scope::UserRead],
        ..NewApplication::default()
    }
}

async fn people(app: &App, tenant: TenantId) -> Result<Vec<(ObjectId, SeededPerson)>, Refusal> {
    let mut people = Vec::new();
    for (name, local, role) in PEOPLE {
        let upn = format!("{local}@{DOMAIN}");
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
