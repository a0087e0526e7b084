#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::{Role, Scope};
use hospes_domain::cross_tenant::{Defaults, DefaultsEdit, PartnerEdit, Passage, may_come_in};
use hospes_domain::edit::Edit;

use super::add_partner::add_partner;
use super::get::{get_default, get_partner, list_partners};
use super::remove_partner::remove_partner;
use super::reset_default::reset_default;
use super::update_default::update_default;
use super::update_partner::update_partner;
use super::*;
use crate::setup;
use crate::testing::{Bench, new_tenant};

const ACCESS: &[Scope] = &[Scope::PolicyReadWriteCrossTenantAccess];

#[tokio::test]
async fn settings_are_made_changed_and_taken_away() {
    let bench = Bench::new().await;
    let app = &bench.app;
    let admin = bench.person(bench.member("sam", &[Role::SecurityAdministrator]).await, ACCESS);
    let other = setup::create_tenant(app, new_tenant("contoso.example")).await.unwrap().id;
    let comes_in = async || {
        let here = bench.tenant();
        app.read(move |tx| Ok(may_come_in(&partners::between(tx, here, other)?.0, other))).await.unwrap()
    };
    assert_eq!(get_default(app, &admin).await.unwrap(), None);
    let blocked = DefaultsEdit { inbound: Edit::Set(Passage::Blocked), ..DefaultsEdit::default() };
    update_default(app, &admin, blocked).await.unwrap();
    assert!(!comes_in().await);
    let open = PartnerEdit {
        inbound: Edit::Set(Passage::Allowed),
        consent_in: Edit::Set(true),
        ..PartnerEdit::default()
    };
    let partner = add_partner(app, &admin, other, open.clone()).await.unwrap();
    assert_eq!((partner.inbound, partner.outbound), (Some(Passage::Allowed), None));
    assert!(comes_in().await);
    assert_eq!(list_partners(app, &admin).await.unwrap(), [partner]);
    update_partner(app, &admin, other, PartnerEdit { inbound: Edit::Clear, ..PartnerEdit::default() })
        .await
        .unwrap();
    let found = get_partner(app, &admin, other).await.unwrap();
    assert_eq!((found.inbound, found.consent_in), (None, Some(true)));
    assert!(!comes_in().await);
    reset_default(app, &admin).await.unwrap();
    assert!(comes_in().await);
    remove_partner(app, &admin, other).await.unwrap();

    let refused =
        update_default(app, &admin, DefaultsEdit { consent: true, ..DefaultsEdit::default() }).await;
    assert_eq!(refused.unwrap_err().name(), "invalid");
    assert_eq!(get_default(app, &admin).await.unwrap(), None::<Defaults>);
    assert_eq!(remove_partner(app, &admin, other).await.unwrap_err().name(), "not_found");
    assert_eq!(update_partner(app, &admin, other, open.clone()).await.unwrap_err().name(), "not_found");
    for (tenant, name) in [(bench.tenant(), "invalid"), (TenantId(uuid::Uuid::nil()), "invalid")] {
        assert_eq!(add_partner(app, &admin, tenant, open.clone()).await.unwrap_err().name(), name);
    }
    add_partner(app, &admin, other, open.clone()).await.unwrap();
    assert_eq!(add_partner(app, &admin, other, open).await.unwrap_err().name(), "conflict");
}

#[tokio::test]
async fn reading_and_changing_need_their_permission_and_changing_a_role() {
    let bench = Bench::new().await;
    let app = &bench.app;
    let reader = bench.person(bench.member("mia", &[]).await, &[Scope::PolicyReadAll]);
    assert!(get_default(app, &reader).await.is_ok());
    let user_admin = bench.person(bench.member("ursula", &[Role::UserAdministrator]).await, ACCESS);
    let global = bench.member("gloria", &[Role::GlobalAdministrator]).await;
    let wide = bench.person(global, &[Scope::DirectoryReadWriteAll]);
    for actor in [reader, user_admin, wide.clone()] {
        assert_eq!(reset_default(app, &actor).await.unwrap_err().name(), "not_allowed");
        let edit = DefaultsEdit::default();
        assert_eq!(update_default(app, &actor, edit).await.unwrap_err().name(), "not_allowed");
    }
    assert_eq!(list_partners(app, &wide).await.unwrap_err().name(), "not_allowed");
    let refused = bench.audit().await;
    assert!(
        refused.iter().any(|r| r.activity == "Reset the cross-tenant access default setting" && !r.success)
    );
}
