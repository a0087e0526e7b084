//! What a refusal in a closure keeps.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use super::*;
use crate::testing::Bench;
use hospes_domain::proof::Counter;
use hospes_store::counters;

#[tokio::test]
async fn a_refusal_keeps_what_was_counted_and_nothing_that_was_decided() {
    let bench = Bench::new().await;
    let (app, tenant) = (&bench.app, bench.tenant.id);
    let counted = |n| Counter { since: Time(1), count: n };
    let early = app.write(move |tx| {
        counters::save(tx, tenant, "tries", counted(1))?;
        Err::<(), _>(Refusal::Stale.into())
    });
    assert_eq!(early.await, Err(Refusal::Stale));
    let late = app.write(move |tx| {
        counters::save(tx, tenant, "tries", counted(2))?;
        tenants::set_invite_policy(tx, tenant, hospes_domain::access::InvitePolicy::None)?;
        Err::<(), _>(Refusal::Stale.into())
    });
    assert_eq!(late.await, Err(Refusal::Internal), "a defect of ours, not an answer");
    let (tries, policy) = app
        .read(move |tx| {
            let tenant = tenants::by_id(tx, tenant)?.unwrap();
            Ok((counters::load(tx, tenant.id, "tries")?.count, tenant.invites))
        })
        .await
        .unwrap();
    assert_eq!((tries, policy), (1, hospes_domain::access::InvitePolicy::Everyone));
}
