//! Keys survive being stored, only in their own place, and only links of living versions count.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::random::SystemRandom;
use hospes_domain::jose::verify;
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const OTHER: TenantId = TenantId(Uuid::from_u128(2));
const NOW: Time = Time(1_800_000_000_000_000);

fn master() -> MasterKey {
    MasterKey::parse(&MasterKey::generate_text(&SystemRandom)).unwrap()
}

#[test]
fn keys_survive_being_stored() {
    let master = master();
    let (fresh, mut rows) = TenantKeys::generate(TENANT, &master, &SystemRandom).unwrap();
    assert_eq!(rows.len(), KeyPurpose::ALL.len());
    rows.reverse();
    let opened = TenantKeys::open(TENANT, &rows, &master).unwrap();
    for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
        let token = fresh.signing(algorithm, NOW).sign(b"{}").unwrap();
        assert!(verify(&token, opened.verify_keys(), 4096).is_ok());
    }
    assert_eq!(fresh.jwks_json(), opened.jwks_json());
    assert_eq!(fresh.keyed_hash("code", b"x"), opened.keyed_hash("code", b"x"));
    let link = fresh.issue_link("redeem", [9; 16]);
    assert!(opened.link_is_genuine("redeem", &link));
    assert!(!opened.link_is_genuine("approve", &link));
    let cookie = fresh.seal_cookie("__Host-flow", b"ticket", &SystemRandom);
    assert_eq!(opened.open_cookie("__Host-flow", &cookie).unwrap().as_slice(), b"ticket");
    assert!(opened.open_cookie("__Host-session", &cookie).is_none());
    assert!(opened.open_cookie("__Host-flow", &format!("{cookie}=")).is_none());
    assert!(opened.open_cookie("__Host-flow", "").is_none());
}

#[test]
fn the_published_set_has_public_parts_only() {
    let (keys, rows) = TenantKeys::generate(TENANT, &master(), &SystemRandom).unwrap();
    let published: serde_json::Value = serde_json::from_slice(keys.jwks_json()).unwrap();
    let members = published["keys"].as_array().unwrap();
    assert_eq!(members.len(), 2);
    for member in members {
        assert!(member["kid"].is_string() && member["use"] == "sig");
        assert!(["d", "p", "q", "dp", "dq", "qi", "k"].iter().all(|name| member.get(name).is_none()));
        let row = rows.iter().find(|row| row.kid == member["kid"]).unwrap();
        let stored: serde_json::Value = serde_json::from_str(row.public_jwk.as_deref().unwrap()).unwrap();
        assert!(stored.as_object().unwrap().iter().all(|(name, value)| member[name] == *value), "{member}");
        assert_eq!(row.purpose.algorithm(), member["alg"]);
    }
    assert_eq!(KeySet::from_json(keys.jwks_json()).unwrap().len(), 2);
}

#[test]
fn a_row_opens_only_in_its_place() {
    let right = master();
    let (_, rows) = TenantKeys::generate(TENANT, &right, &SystemRandom).unwrap();
    assert_eq!(TenantKeys::open(TENANT, &rows, &master()).unwrap_err(), KeyError::Sealed);
    assert_eq!(TenantKeys::open(OTHER, &rows, &right).unwrap_err(), KeyError::Sealed);
    for place in 0..rows.len() {
        let changed = |change: fn(&mut SealedKey)| {
            let mut rows = rows.clone();
            change(&mut rows[place]);
            TenantKeys::open(TENANT, &rows, &right).unwrap_err()
        };
        assert_eq!(changed(|row| row.version += 1), KeyError::Sealed);
        assert_eq!(changed(|row| row.kid.push('x')), KeyError::Sealed);
        assert_eq!(changed(|row| row.sealed[20] ^= 1), KeyError::Sealed);
        assert_eq!(changed(|row| row.sealed.clear()), KeyError::Sealed);
        let other =
            if rows[place].purpose == KeyPurpose::Hash { KeyPurpose::Cookie } else { KeyPurpose::Hash };
        let mut moved = rows.clone();
        moved[place].purpose = other;
        assert_eq!(TenantKeys::open(TENANT, &moved, &right).unwrap_err(), KeyError::Sealed);
        let mut fewer = rows.clone();
        let gone = fewer.remove(place);
        assert_eq!(
            TenantKeys::open(TENANT, &fewer, &right).unwrap_err(),
            KeyError::Missing(gone.purpose.name())
        );
    }
}

#[test]
fn links_of_a_dropped_version_die_and_newer_ones_are_issued() {
    let master = master();
    let (first, mut rows) = TenantKeys::generate(TENANT, &master, &SystemRandom).unwrap();
    let old = first.issue_link("redeem", [1; 16]);
    rows.push(SealedKey::new_secret(TENANT, KeyPurpose::Link, 2, &master, &SystemRandom));
    let both = TenantKeys::open(TENANT, &rows, &master).unwrap();
    let new = both.issue_link("redeem", [2; 16]);
    assert_eq!((old.version, new.version), (1, 2));
    assert!(both.link_is_genuine("redeem", &old) && both.link_is_genuine("redeem", &new));
    assert!(!both.link_is_genuine("redeem", &LinkTicket { version: 1, ..new }));
    rows.retain(|row| row.purpose != KeyPurpose::Link || row.version == 2);
    let bumped = TenantKeys::open(TENANT, &rows, &master).unwrap();
    assert!(!bumped.link_is_genuine("redeem", &old) && bumped.link_is_genuine("redeem", &new));
    assert!(!bumped.link_is_genuine("redeem", &LinkTicket { version: 3, ..new }));
}

#[test]
fn f16_a_published_key_verifies_and_signs_only_from_its_time_on() {
    let master = master();
    let (_, mut rows) = TenantKeys::generate(TENANT, &master, &SystemRandom).unwrap();
    let next = SigningKey::generate(Algorithm::Es256).unwrap();
    let row = SealedKey::of_signing_key(TENANT, &next, 2, &master, &SystemRandom).unwrap();
    rows.push(SealedKey { signs_from: NOW, ..row });
    let keys = TenantKeys::open(TENANT, &rows, &master).unwrap();
    let kid = |now: Time| keys.signing(Algorithm::Es256, now).kid().to_owned();
    assert_ne!(kid(NOW.plus_seconds(-1)), next.kid());
    assert_eq!(kid(NOW), next.kid());
    let published = KeySet::from_json(keys.jwks_json()).unwrap();
    assert!(verify(&next.sign(b"{}").unwrap(), &published, 4096).is_ok(), "published before it signs");
    assert_eq!(published.len(), 3);
}

#[test]
fn after_a_rotation_the_new_key_signs_and_both_verify() {
    let master = master();
    let (first, mut rows) = TenantKeys::generate(TENANT, &master, &SystemRandom).unwrap();
    let old = first.signing(Algorithm::Es256, NOW).sign(b"{}").unwrap();
    let next = SigningKey::generate(Algorithm::Es256).unwrap();
    rows.push(SealedKey::of_signing_key(TENANT, &next, 2, &master, &SystemRandom).unwrap());
    let rotated = TenantKeys::open(TENANT, &rows, &master).unwrap();
    assert_eq!(rotated.signing(Algorithm::Es256, NOW).kid(), next.kid());
    assert!(verify(&old, rotated.verify_keys(), 4096).is_ok());
    rows.retain(|row| row.purpose != KeyPurpose::SignEs256 || row.version == 2);
    let retired = TenantKeys::open(TENANT, &rows, &master).unwrap();
    assert!(verify(&old, retired.verify_keys(), 4096).is_err());
}

#[test]
fn the_ring_keeps_tenants_apart() {
    fn shareable<T: Send + Sync>() {}
    shareable::<KeyRing>();
    let (master, ring) = (master(), KeyRing::default());
    // Keys may be made on another thread.
    let (keys, _) = std::thread::scope(|scope| {
        scope.spawn(|| TenantKeys::generate(TENANT, &master, &SystemRandom)).join().unwrap().unwrap()
    });
    let token = keys.signing(Algorithm::Es256, NOW).sign(b"{}").unwrap();
    ring.install(keys);
    ring.install(TenantKeys::generate(OTHER, &master, &SystemRandom).unwrap().0);
    assert!(verify(&token, ring.get(TENANT).unwrap().verify_keys(), 4096).is_ok());
    assert!(verify(&token, ring.get(OTHER).unwrap().verify_keys(), 4096).is_err());
    let held = ring.get(TENANT).unwrap();
    ring.remove(TENANT);
    assert!(ring.get(TENANT).is_none());
    assert!(verify(&token, held.verify_keys(), 4096).is_ok(), "who holds a snapshot may finish");
}

#[test]
fn purposes_have_one_name_each() {
    for purpose in KeyPurpose::ALL {
        assert_eq!(KeyPurpose::from_name(purpose.name()), Some(purpose));
    }
    assert_eq!(KeyPurpose::from_name("Sign-rs256"), None);
}
