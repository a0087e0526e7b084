//! Secrets and certificates in bodies of applications and service principals. Refuses secrets that a caller made up: they are
//! drawn here (`addPassword`), and what is kept of them is no secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hospes_actions::apps::{CredentialEdit, KeyEntry};
use hospes_domain::application::NewSecret;
use hospes_domain::edit::Edit;
use hospes_domain::refusal::Refusal;
use uuid::Uuid;

use super::super::asked::nothing_else;
use super::super::request::Fields;

/// What a change says of both.
pub(in super::super) fn edit(body: &mut Fields) -> Result<CredentialEdit, Refusal> {
    let keys = body.edit_objects("keyCredentials")?;
    let keys = keys.try_map(|entries| entries.into_iter().map(key).collect::<Result<_, _>>())?;
    Ok(CredentialEdit { keys, secrets: secrets(body)? })
}

/// `passwordCredentials` of a change: the list is the whole, so it says which secrets stay. Clients send back what they
/// have read, and name what stays by `keyId`.
fn secrets(body: &mut Fields) -> Result<Edit<Vec<Uuid>>, Refusal> {
    body.edit_objects("passwordCredentials")?.try_map(|entries| entries.into_iter().map(kept).collect())
}

fn kept(mut entry: Fields) -> Result<Uuid, Refusal> {
    let made_up = |field: String, cause: &str| {
        let remedy = "Make secrets with addPassword; here send the keyId of each that stays.";
        Refusal::invalid(field, cause, remedy)
    };
    if entry.text("secretText")?.is_some() {
        let cause = "The values of secrets are drawn by this directory.";
        return Err(made_up(entry.full_name("secretText"), cause));
    }
    let Some(id) = entry.id("keyId")? else {
        return Err(made_up(entry.full_name("keyId"), "An entry does not say which secret stays."));
    };
    // As they are told; a secret is replaced and not changed.
    for told in ["customKeyIdentifier", "displayName", "endDateTime", "hint", "startDateTime"] {
        entry.take(told);
    }
    nothing_else(&entry, &[], "microsoft.graph.passwordCredential")?;
    Ok(id)
}

/// The body of `addKey`: the proof and the new certificate.
pub(super) fn new_key(mut body: Fields) -> Result<(String, KeyEntry), Refusal> {
    let proof = body.required_text("proof")?;
    let entry = body.object("keyCredential")?.ok_or_else(|| {
        Refusal::invalid("keyCredential", "The value is missing.", "The property is required.")
    })?;
    if body.object("passwordCredential")?.is_some() {
        let cause = "Keys that come with a password are not kept here.";
        return Err(Refusal::invalid("passwordCredential", cause, "Send null with a certificate."));
    }
    nothing_else(&body, &[], "addKey")?;
    Ok((proof, key(entry)?))
}

/// One entry of `keyCredentials`.
fn key(mut key: Fields) -> Result<KeyEntry, Refusal> {
    let wrong = |field: String, cause: &str, remedy: &str| Err(Refusal::invalid(field, cause, remedy));
    let der = match key.text("key")? {
        None => None,
        Some(text) => {
            let Some(der) = certificate(&text) else {
                let remedy = "Send the certificate in DER, as base64.";
                return wrong(key.full_name("key"), "The value is not base64.", remedy);
            };
            Some(der)
        }
    };
    if key.text("type")?.is_some_and(|kind| kind != "AsymmetricX509Cert") {
        let remedy = "Send AsymmetricX509Cert; secrets are made with addPassword.";
        return wrong(key.full_name("type"), "Only certificates are kept here.", remedy);
    }
    if key.text("usage")?.is_some_and(|usage| usage != "Verify") {
        return wrong(key.full_name("usage"), "Keys only check who a client is.", "Send Verify.");
    }
    let entry = KeyEntry {
        id: key.id("keyId")?,
        der,
        display_name: key.text("displayName")?,
        starts_at: key.time("startDateTime")?,
        expires_at: key.time("endDateTime")?,
    };
    // The thumbprint, which is made of the certificate.
    key.take("customKeyIdentifier");
    nothing_else(&key, &[], "microsoft.graph.keyCredential")?;
    Ok(entry)
}

/// A certificate as clients send it: base64 of DER in either alphabet, or of the PEM that they read from a file.
fn certificate(text: &str) -> Option<Vec<u8>> {
    let decoded = |text: &str| {
        let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let url_safe = || URL_SAFE_NO_PAD.decode(plain.trim_end_matches('=')).ok();
        STANDARD.decode(&plain).ok().or_else(url_safe)
    };
    let bytes = decoded(text)?;
    let Some(pem) =
        std::str::from_utf8(&bytes).ok().filter(|pem| pem.contains("-----BEGIN CERTIFICATE-----"))
    else {
        return Some(bytes);
    };
    let inside = pem.split("-----BEGIN CERTIFICATE-----").nth(1)?.split("-----END").next()?;
    decoded(inside)
}

/// `{"passwordCredential": {…}}`.
pub(super) fn new_secret(mut body: Fields) -> Result<NewSecret, Refusal> {
    let Some(mut secret) = body.object("passwordCredential")? else {
        nothing_else(&body, &[], "addPassword")?;
        return Ok(NewSecret::default());
    };
    let read = NewSecret {
        display_name: secret.text("displayName")?,
        starts_at: secret.time("startDateTime")?,
        expires_at: secret.time("endDateTime")?,
    };
    let others = ["customKeyIdentifier", "hint", "keyId", "secretText"];
    nothing_else(&secret, &others, "microsoft.graph.passwordCredential")?;
    nothing_else(&body, &[], "addPassword")?;
    Ok(read)
}
