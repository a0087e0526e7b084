#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};

use hospes_domain::access::{Actor, Role, Scope};
use hospes_domain::domains::{RECORD_PREFIX, Shown, VerifiedBy};

use super::add::add;
use super::by_operator::{list_for_operator, removed_by_operator, verified_by_operator};
use super::list::{get, list};
use super::remove::remove;
use super::verify::verify;
use crate::dns::{Looking, OperatorsWord, TxtRecords};
use crate::setup::{self, NewMember};
use crate::testing::{Bench, new_tenant};

const DOMAINS: &[Scope] = &[Scope::DomainReadWriteAll];

/// Answers always the same, and counts.
#[derive(Debug)]
struct Answers(Shown, AtomicUsize);

impl TxtRecords for Answers {
    fn shows<'a>(&'a self, _: &'a str, _: &'a str) -> Looking<'a> {
        self.1.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(self.0))
    }
}

fn answers(shown: Shown) -> Answers {
    Answers(shown, AtomicUsize::new(0))
}

async fn admin(bench: &Bench) -> Actor {
    bench.person(bench.member("admin", &[Role::GlobalAdministrator]).await, DOMAINS)
}

#[tokio::test]
async fn a_domain_is_claimed_verified_and_given_up() {
    let bench = Bench::new().await;
    let (app, admin) = (&bench.app, admin(&bench).await);
    let claimed = add(app, &admin, "New.Example").await.unwrap();
    assert_eq!((claimed.domain.name.as_str(), claimed.domain.verified_by), ("new.example", None));
    let text = claimed.domain.record.clone().unwrap().text;
    assert!(text.starts_with(RECORD_PREFIX) && text.len() == RECORD_PREFIX.len() + 22, "{text}");
    assert_eq!(add(app, &admin, "new.example").await.unwrap_err().name(), "conflict");
    assert_eq!(add(app, &admin, "localhost").await.unwrap_err().name(), "invalid");
    assert!(app.tenant_named("new.example").await.is_err(), "a claim opens no door");

    for shown in [Shown::No, Shown::Unanswered] {
        let refused = verify(app, &admin, &answers(shown), "new.example").await.unwrap_err();
        assert!(refused.name() == "invalid" && refused.to_string().contains(&text), "{refused}");
    }
    let yes = answers(Shown::Yes(VerifiedBy::Dns));
    let verified = verify(app, &admin, &yes, "NEW.example").await.unwrap();
    assert_eq!(verified.domain.verified_by, Some(VerifiedBy::Dns));
    assert_eq!(app.tenant_named("new.example").await.unwrap().id, bench.tenant());
    assert_eq!(verify(app, &admin, &yes, "new.example").await.unwrap(), verified, "it stays so");
    assert_eq!(yes.1.load(Ordering::Relaxed), 1, "what is verified is not looked for");
    let sub = add(app, &admin, "sub.new.example").await.unwrap();
    assert!(!sub.is_root && verified.is_root && !verified.is_initial);
    let names: Vec<String> = list(app, &admin).await.unwrap().into_iter().map(|d| d.domain.name).collect();
    assert_eq!(names, ["fabrikam.example", "new.example", "sub.new.example"]);

    let member = NewMember {
        upn: "ana@new.example".to_owned(),
        display_name: "Ana".to_owned(),
        ..NewMember::default()
    };
    let ana = setup::create_member(app, bench.tenant(), member).await.unwrap();
    for kept in ["new.example", "fabrikam.example"] {
        assert_eq!(remove(app, &admin, kept).await.unwrap_err().name(), "conflict", "{kept}");
    }
    let tenant = bench.tenant();
    app.write(move |tx| {
        tx.execute(
            "UPDATE users SET upn = 'ana@fabrikam.example', upn_key = 'ana@fabrikam.example' WHERE tenant_id = $1 AND id = $2",
            &[tenant.into(), ana.into()],
        )?;
        Ok(())
    })
    .await
    .unwrap();
    remove(app, &admin, "sub.new.example").await.unwrap();
    remove(app, &admin, "new.example").await.unwrap();
    assert!(app.tenant_named("new.example").await.is_err(), "removal ends it at once");
    assert_eq!(remove(app, &admin, "new.example").await.unwrap_err().name(), "not_found");
    assert_eq!(get(app, &admin, "127.0.0.1").await.unwrap_err().name(), "not_found");
    let audit = crate::audit::newest(app, tenant).await.unwrap();
    for activity in
        ["Add unverified domain", "Verify domain", "Remove unverified domain", "Remove verified domain"]
    {
        assert!(audit.iter().any(|record| record.activity == activity && record.success), "{activity}");
    }
}

#[tokio::test]
async fn the_first_to_prove_a_domain_has_it() {
    let bench = Bench::new().await;
    let (app, here) = (&bench.app, admin(&bench).await);
    let other = setup::create_tenant(app, new_tenant("contoso.example")).await.unwrap().id;
    let upn = "eve@contoso.example".to_owned();
    let roles = vec![Role::DomainNameAdministrator];
    let eve = NewMember { upn, display_name: "Eve".to_owned(), roles, ..NewMember::default() };
    let eve = setup::create_member(app, other, eve).await.unwrap();
    let there = Actor { tenant: other, ..bench.person(eve, DOMAINS) };
    let yes = answers(Shown::Yes(VerifiedBy::Dns));
    let one = add(app, &here, "shared.example").await.unwrap();
    let two = add(app, &there, "shared.example").await.unwrap();
    assert_ne!(one.domain.record, two.domain.record, "the record of one proves nothing for the other");
    verify(app, &there, &yes, "shared.example").await.unwrap();
    // Who cannot prove it does not learn who has it.
    let refused = verify(app, &here, &answers(Shown::No), "shared.example").await.unwrap_err();
    assert_eq!(refused.name(), "invalid");
    assert_eq!(verify(app, &here, &yes, "shared.example").await.unwrap_err().name(), "conflict");
    assert_eq!(
        verified_by_operator(app, bench.tenant(), "shared.example").await.unwrap_err().name(),
        "conflict"
    );
    assert_eq!(app.tenant_named("shared.example").await.unwrap().id, other);
    remove(app, &there, "shared.example").await.unwrap();
    verify(app, &here, &yes, "shared.example").await.unwrap();
    assert_eq!(app.tenant_named("shared.example").await.unwrap().id, bench.tenant());
}

#[tokio::test]
async fn nobody_is_looked_up_for_callers_who_may_not_verify() {
    let bench = Bench::new().await;
    let (app, admin) = (&bench.app, admin(&bench).await);
    add(app, &admin, "new.example").await.unwrap();
    let yes = answers(Shown::Yes(VerifiedBy::Dns));
    let scopeless = Actor { scopes: [Scope::DirectoryReadWriteAll].into_iter().collect(), ..admin.clone() };
    let member = bench.person(bench.member("mia", &[Role::UserAdministrator]).await, DOMAINS);
    for actor in [scopeless, member] {
        assert_eq!(verify(app, &actor, &yes, "new.example").await.unwrap_err().name(), "not_allowed");
        assert_eq!(add(app, &actor, "other.example").await.unwrap_err().name(), "not_allowed");
        assert_eq!(remove(app, &actor, "new.example").await.unwrap_err().name(), "not_allowed");
    }
    assert_eq!(verify(app, &admin, &yes, "nobodys.example").await.unwrap_err().name(), "not_found");
    assert_eq!(yes.1.load(Ordering::Relaxed), 0);
    assert!(bench.audit().await.iter().any(|r| r.activity == "Verify domain" && !r.success));
}

#[tokio::test]
async fn the_operators_word_is_enough() {
    let bench = Bench::new().await;
    let (app, admin) = (&bench.app, admin(&bench).await);
    verified_by_operator(app, bench.tenant(), "Vouched.example").await.unwrap();
    assert_eq!(app.tenant_named("vouched.example").await.unwrap().id, bench.tenant());
    let again = verified_by_operator(app, bench.tenant(), "vouched.example").await.unwrap_err();
    assert_eq!(again.name(), "conflict");
    add(app, &admin, "dev.test").await.unwrap();
    let by = verify(app, &admin, &OperatorsWord, "dev.test").await.unwrap().domain.verified_by;
    assert_eq!(by, Some(VerifiedBy::Operator));
    assert_eq!(list_for_operator(app, bench.tenant()).await.unwrap().len(), 3);
    removed_by_operator(app, bench.tenant(), "vouched.example").await.unwrap();
    assert!(app.tenant_named("vouched.example").await.is_err());
    for (tenant, domain, name) in [
        (bench.tenant(), "fabrikam.example", "conflict"),
        (bench.tenant(), "vouched.example", "not_found"),
        (hospes_domain::ids::TenantId(uuid::Uuid::nil()), "dev.test", "not_found"),
        (bench.tenant(), "localhost", "invalid"),
    ] {
        assert_eq!(removed_by_operator(app, tenant, domain).await.unwrap_err().name(), name, "{domain}");
    }
}
