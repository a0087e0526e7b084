//! Two turns of the keys with the clock moved: what was signed just before each step verifies, the next key is published
//! before it signs, and what was retired stays refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use hospes_domain::jose::{KeySet, verify};
use hospes_domain::key_rotation::{KEPT_SECONDS, LEAD_SECONDS, TURN_SECONDS};
use hospes_domain::time::Time;

use super::*;
use crate::testing::Bench;

const BOTH: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];

/// A token of each algorithm, signed now.
fn tokens(bench: &Bench) -> [String; 2] {
    let keys = bench.app.keys(bench.tenant()).unwrap();
    BOTH.map(|algorithm| keys.signing(algorithm, bench.app.now()).sign(b"{}").unwrap())
}

fn verifies(bench: &Bench, tokens: &[String; 2]) -> bool {
    let keys = bench.app.keys(bench.tenant()).unwrap();
    let good = tokens.iter().filter(|token| verify(token, keys.verify_keys(), 8192).is_ok()).count();
    assert_ne!(good, 1, "both algorithms turn alike");
    good == 2
}

/// What others read at `jwks_uri`.
fn published(bench: &Bench) -> KeySet {
    KeySet::from_json(bench.app.keys(bench.tenant()).unwrap().jwks_json()).unwrap()
}

fn signing(bench: &Bench, now: Time) -> BTreeSet<String> {
    let keys = bench.app.keys(bench.tenant()).unwrap();
    BOTH.map(|algorithm| keys.signing(algorithm, now).kid().to_owned()).into()
}

async fn later(bench: &Bench, seconds: i64) {
    bench.clock.forward(seconds);
    tend(&bench.app).await.unwrap();
}

#[tokio::test]
async fn f16_over_two_turns_no_live_token_is_refused_and_no_key_signs_unannounced() {
    let bench = Bench::new().await;
    let mut all = signing(&bench, bench.app.now());
    for turn in 1..=2 {
        later(&bench, TURN_SECONDS - LEAD_SECONDS - 1 - i64::from(turn > 1) * KEPT_SECONDS).await;
        assert_eq!(published(&bench).len(), 2, "turn {turn}: nothing is due yet");
        let before = signing(&bench, bench.app.now());
        later(&bench, 1).await;
        assert_eq!(
            (published(&bench).len(), signing(&bench, bench.app.now())),
            (4, before.clone()),
            "announced"
        );
        // What others fetched on that day knows every token until the next fetch.
        let (fetched, announced) = (published(&bench), tokens(&bench));
        later(&bench, LEAD_SECONDS - 1).await;
        let last = tokens(&bench);
        assert_eq!(signing(&bench, bench.app.now()), before);
        later(&bench, 1).await;
        let after = signing(&bench, bench.app.now());
        assert!(after.is_disjoint(&before), "turn {turn}: the next keys sign");
        for token in announced.iter().chain(&last).chain(&tokens(&bench)) {
            assert!(verify(token, &fetched, 8192).is_ok(), "turn {turn}: known from what was fetched before");
        }
        later(&bench, KEPT_SECONDS - 1).await;
        assert!(verifies(&bench, &last), "turn {turn}: kept until its last token has expired");
        later(&bench, 1).await;
        assert!(!verifies(&bench, &last) && published(&bench).len() == 2, "turn {turn}: gone");
        assert!(all.is_disjoint(&after));
        all.extend(after);
    }
    let tenant = bench.tenant();
    let records = audit::about(&bench.app, tenant, ObjectId(tenant.0)).await.unwrap();
    let published =
        records.iter().filter(|record| record.activity == "Publish signing key" && record.success);
    assert_eq!(published.count(), 4, "i6: two keys, two turns");
}

#[tokio::test]
async fn f16_a_restored_row_of_a_retired_key_is_nothing() {
    let mut bench = Bench::new().await;
    let tenant = bench.tenant();
    let backup = bench.app.read(move |tx| Ok(tenants::keys(tx, tenant)?)).await.unwrap();
    let old = tokens(&bench);
    replace_keys(&bench.app, tenant).await.unwrap();
    assert!(!verifies(&bench, &old) && verifies(&bench, &tokens(&bench)));
    let signing_now = signing(&bench, bench.app.now());
    bench
        .app
        .write(move |tx| {
            for row in backup.iter().filter(|row| row.public_jwk.is_some()) {
                tenants::insert_key(tx, tenant, row)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    tend(&bench.app).await.unwrap();
    assert!(!verifies(&bench, &old) && published(&bench).len() == 2, "not after a look");
    bench.reopen().await;
    assert!(!verifies(&bench, &old) && published(&bench).len() == 2, "nor after a start");
    assert_eq!(signing(&bench, bench.app.now()), signing_now);
}

#[tokio::test]
async fn another_process_takes_up_what_one_has_turned() {
    let bench = Bench::new().await;
    let (tenant, before) = (bench.tenant(), bench.app.keys(bench.tenant()).unwrap());
    assert_eq!(turn_keys(&bench.app, tenant).await.unwrap(), 2);
    assert_eq!(turn_keys(&bench.app, tenant).await.unwrap(), 0, "they wait already");
    let known = known_keys(&bench.app, tenant).await.unwrap();
    assert_eq!(known.len(), 4);
    assert_eq!(known[1].signs_from, bench.app.now().plus_seconds(LEAD_SECONDS));
    // As if this process had not heard of it.
    let rows = bench.app.read(move |tx| Ok(tenants::keys(tx, tenant)?)).await.unwrap();
    let first: Vec<StoredKey> = rows.into_iter().filter(|row| row.version == 1).collect();
    bench.app.install_keys(tenant, &first).unwrap();
    assert_eq!(published(&bench).len(), 2);
    tend(&bench.app).await.unwrap();
    assert_eq!(published(&bench).len(), 4);
    let installed = bench.app.keys(tenant).unwrap();
    tend(&bench.app).await.unwrap();
    assert!(
        std::sync::Arc::ptr_eq(&installed, &bench.app.keys(tenant).unwrap()),
        "nothing changed, nothing is reopened"
    );
    assert_eq!(before.keyed_hash("x", b"y"), installed.keyed_hash("x", b"y"), "other keys stay");
}
