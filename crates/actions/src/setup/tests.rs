#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::{InvitePolicy, Role, Scope};
use hospes_domain::application::DIRECTORY_API;
use hospes_store::{applications, permission_grants, roles, users};

use super::*;
use crate::apps::Which;
use crate::apps::get_service_principal::get_service_principal;
use crate::apps::list_app_roles_of::list_app_roles_of;
use crate::apps::remove_app_role::Place;
use crate::testing::{Bench, everything, new_tenant};

#[tokio::test]
async fn a_new_tenant_has_keys_the_directory_api_and_the_command_lines() {
    let mut bench = Bench::new().await;
    let tenant = bench.tenant();
    let member = bench.member("ana", &[Role::GlobalAdministrator]).await;
    let reader = bench.person(member, &[Scope::ApplicationReadAll]);
    let kid = bench
        .app
        .keys(tenant)
        .unwrap()
        .signing(hospes_domain::jose::Algorithm::Rs256, bench.app.now())
        .kid()
        .to_owned();

    bench.reopen().await;

    let keys = bench.app.keys(tenant).unwrap();
    assert_eq!(keys.signing(hospes_domain::jose::Algorithm::Rs256, bench.app.now()).kid(), kid);
    assert_eq!(bench.app.tenant_named("Fabrikam.example").await.unwrap(), bench.tenant);
    let api = get_service_principal(&bench.app, &reader, Which::Client(DIRECTORY_API)).await.unwrap();
    assert_eq!(
        api.principal.app_roles.len(),
        Scope::ALL.iter().filter(|s| s.app_role_id().is_some()).count()
    );
    let cli = ClientId(uuid::uuid!("04b07795-8ddb-461a-bbee-02f9e1bf7b46"));
    let (cli, scopes) = bench
        .app
        .read(move |tx| {
            let scopes = permission_grants::of(tx, tenant, (cli, DIRECTORY_API), member)?;
            Ok((applications::by_client(tx, tenant, cli)?.unwrap(), scopes))
        })
        .await
        .unwrap();
    assert!(cli.public_client && cli.platform_of("http://localhost:8400").is_some());
    assert!(scopes.contains("User.ReadWrite.All"));
}

#[tokio::test]
async fn a_taken_domain_leaves_nothing_behind() {
    let bench = Bench::new().await;
    let mut second = new_tenant("contoso.example");
    second.extra_domains = vec!["FABRIKAM.example".to_owned()];
    assert_eq!(create_tenant(&bench.app, second).await.unwrap_err().name(), "conflict");
    assert!(bench.app.tenant_named("contoso.example").await.is_err());
    assert_eq!(bench.app.tenants().await.unwrap().len(), 1);
    let nameless = create_tenant(&bench.app, new_tenant("not a domain")).await;
    assert_eq!(nameless.unwrap_err().name(), "invalid");
}

#[tokio::test]
async fn members_stand_on_the_tenants_domains_and_hold_their_roles() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    let new = |upn: &str, mail: Option<&str>| NewMember {
        upn: upn.to_owned(),
        display_name: "Ana Sol".to_owned(),
        mail: mail.map(str::to_owned),
        password: Some("correct horse battery".to_owned().into()),
        roles: vec![Role::UserAdministrator, Role::UserAdministrator],
        ..NewMember::default()
    };
    let id = create_member(&bench.app, tenant, new("ana@fabrikam.example", Some("ana@fabrikam.example")))
        .await
        .unwrap();
    let (user, standing) = bench
        .app
        .read(move |tx| Ok((users::by_id(tx, tenant, id)?.unwrap(), roles::standing(tx, tenant, id)?)))
        .await
        .unwrap();
    assert_eq!(standing.roles, [Role::UserAdministrator]);
    assert_eq!((user.upn.as_str(), user.guest.state().name()), ("ana@fabrikam.example", None));
    assert_eq!(user.proxy_addresses, ["SMTP:ana@fabrikam.example"]);
    for (upn, mail, name) in [
        ("ana@fabrikam.example", None, "conflict"),
        ("bo@fabrikam.example", Some("ana@fabrikam.example"), "conflict"),
        ("bo@contoso.example", None, "invalid"),
        ("bo@fabrikam.example", Some("nobody"), "invalid"),
    ] {
        assert_eq!(
            create_member(&bench.app, tenant, new(upn, mail)).await.unwrap_err().name(),
            name,
            "{upn}"
        );
    }
}

#[tokio::test]
async fn an_application_gets_its_secret_once_and_its_permissions() {
    let bench = Bench::new().await;
    let tenant = bench.tenant();
    let new = NewApplication {
        display_name: "Onboarding".to_owned(),
        redirect_uris: vec!["https://app.example/callback".to_owned()],
        secret: true,
        permissions: vec![Scope::UserInviteAll, Scope::UserReadAll, Scope::UserReadAll],
        delegated: vec![Scope::UserRead],
        ..NewApplication::default()
    };
    let registered = register_application(&bench.app, tenant, new.clone()).await.unwrap();
    let secret = registered.secret.clone().unwrap();
    assert!(!format!("{registered:?}").contains(&secret));
    let (application, client) = (registered.application.id, registered.client_id);
    let kept = bench.app.read(move |tx| Ok(applications::secrets(tx, tenant, application)?)).await.unwrap();
    let hash = bench.app.keys(tenant).unwrap().keyed_hash("client-secret", secret.as_bytes());
    assert_eq!((kept.len(), kept[0].hash.as_slice()), (1, hash.as_slice()));
    assert!(secret.starts_with(&kept[0].hint) && kept[0].hint.len() == 3);

    let program = bench.program(registered.service_principal.id, &[Scope::ApplicationReadAll]);
    let place = Place::Principal(Which::Id(registered.service_principal.id));
    let roles = list_app_roles_of(&bench.app, &program, place, everything(), false).await.unwrap().items;
    let mut given: Vec<_> = roles.iter().map(|a| a.app_role).collect();
    let mut wanted: Vec<_> =
        [Scope::UserInviteAll, Scope::UserReadAll].iter().filter_map(|s| s.app_role_id()).collect();
    given.sort();
    wanted.sort();
    assert_eq!(given, wanted);

    let again = NewApplication { client_id: Some(client), ..new.clone() };
    assert_eq!(register_application(&bench.app, tenant, again).await.unwrap_err().name(), "conflict");
    for bad in [
        NewApplication { redirect_uris: vec!["javascript:alert(1)".to_owned()], ..new.clone() },
        NewApplication { redirect_uris: vec!["https://app.example/#x".to_owned()], ..new.clone() },
        NewApplication { public_client: true, ..new.clone() },
        NewApplication { permissions: vec![Scope::UserRead], ..new.clone() },
    ] {
        assert_eq!(register_application(&bench.app, tenant, bad).await.unwrap_err().name(), "invalid");
    }
}

#[tokio::test]
async fn a_group_with_a_stranger_in_it_is_not_created() {
    let bench = Bench::new().await;
    let ana = bench.member("ana", &[]).await;
    let stranger = ObjectId(uuid::Uuid::from_u128(7));
    let new = NewGroup {
        id: Some(ObjectId(uuid::Uuid::from_u128(8))),
        display_name: "Partners & friends".to_owned(),
        members: vec![ana, stranger],
        ..NewGroup::default()
    };
    assert_eq!(create_group(&bench.app, bench.tenant(), new.clone()).await.unwrap_err().name(), "not_found");
    let id = create_group(&bench.app, bench.tenant(), NewGroup { members: vec![ana], ..new }).await.unwrap();
    assert_eq!(add_member(&bench.app, bench.tenant(), id, ana).await.unwrap_err().name(), "already_exists");
}

#[tokio::test]
async fn who_may_invite_is_the_operators_to_say() {
    let bench = Bench::new().await;
    set_invite_policy(&bench.app, bench.tenant(), InvitePolicy::None).await.unwrap();
    assert_eq!(bench.app.tenant_named("fabrikam.example").await.unwrap().invites, InvitePolicy::None);
    let record = bench.audit().await.remove(0);
    assert_eq!((record.actor_kind.as_str(), record.success), ("operator", true));
}

#[tokio::test]
async fn a_directory_of_an_older_hospes_gets_the_permissions_added_since() {
    let mut bench = Bench::new().await;
    let tenant = bench.tenant();
    let known = async |bench: &Bench| {
        let api = bench.app.read(move |tx| Ok(service_principals::by_client(tx, tenant, DIRECTORY_API)?));
        let mut names: Vec<String> =
            api.await.unwrap().unwrap().app_roles.into_iter().map(|r| r.value).collect();
        names.sort();
        names
    };
    let all = known(&bench).await;
    let forgotten = bench.app.write(|tx| {
        tx.execute("DELETE FROM app_roles WHERE value = 'Policy.Read.All'", &[])?;
        Ok(tx.execute("UPDATE permission_grants SET scope = 'User.Invite.All'", &[])?)
    });
    assert_eq!(forgotten.await.unwrap(), 2);
    assert_eq!(known(&bench).await.len() + 1, all.len());
    bench.reopen().await;
    assert_eq!(known(&bench).await, all);
    let client = ClientId(uuid::uuid!("04b07795-8ddb-461a-bbee-02f9e1bf7b46"));
    let nobody = ObjectId(uuid::Uuid::nil());
    let granted =
        bench.app.read(move |tx| Ok(permission_grants::of(tx, tenant, (client, DIRECTORY_API), nobody)?));
    assert!(granted.await.unwrap().contains("Policy.ReadWrite.Authorization"));
    let added = ("addedPermissions".to_owned(), "Policy.Read.All".to_owned());
    assert_eq!(bench.audit().await.iter().filter(|record| record.details.contains(&added)).count(), 1);
    // Once is enough.
    let records = bench.audit().await.len();
    bench.reopen().await;
    assert_eq!(bench.audit().await.len(), records);
}

#[tokio::test]
async fn a_permission_that_had_an_id_of_our_own_gets_the_published_one_with_whoever_holds_it() {
    let mut bench = Bench::new().await;
    let tenant = bench.tenant();
    let held = Scope::PolicyReadB2BManagement;
    let new = NewApplication {
        display_name: "Lists".to_owned(),
        permissions: vec![held],
        ..NewApplication::default()
    };
    let holder = register_application(&bench.app, tenant, new).await.unwrap().service_principal.id;
    let (old, new) = (held.former_app_role_id().unwrap(), held.app_role_id().unwrap());
    let api = bench.app.read(move |tx| Ok(service_principals::by_client(tx, tenant, DIRECTORY_API)?));
    let api = api.await.unwrap().unwrap();
    let before = bench.app.write(move |tx| {
        service_principals::renumber_app_role(tx, tenant, api.id, (new, old))?;
        Ok(service_principals::by_client(tx, tenant, DIRECTORY_API)?)
    });
    assert!(before.await.unwrap().unwrap().app_roles.iter().all(|role| role.id != new));
    bench.reopen().await;
    let program = bench.program(holder, &[Scope::ApplicationReadAll]);
    let roles =
        list_app_roles_of(&bench.app, &program, Place::Principal(Which::Id(holder)), everything(), false)
            .await
            .unwrap()
            .items;
    assert_eq!(roles.iter().map(|given| given.app_role).collect::<Vec<_>>(), [new]);
    let changed = ("permissionsWithNewIds".to_owned(), held.name().to_owned());
    assert_eq!(bench.audit().await.iter().filter(|record| record.details.contains(&changed)).count(), 1);
    let after = bench.app.read(move |tx| Ok(service_principals::by_client(tx, tenant, DIRECTORY_API)?));
    let after = after.await.unwrap().unwrap().app_roles;
    assert_eq!(after.len(), api.app_roles.len(), "nothing is there twice");
}
