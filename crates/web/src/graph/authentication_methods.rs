//! `/users/{id}/authentication` and `/me/authentication`: how a user signs in, in the types of the original
//! (Graph: authenticationMethod and those derived from it). Refuses to add one for somebody, and shows no secret: where the
//! original has a property for it, it is null.

use hospes_actions::authentication_methods::{list as list_methods, remove};
use hospes_domain::authentication_method::{AuthenticationMethod, MethodKind};
use hospes_domain::refusal::Refusal;
use serde_json::{Value, json};

use super::asked::{entity, object, selected_of, selected_of_all, whole_list};
use super::dispatch::Answer;
use super::reply::Reply;
use super::request::Call;
use super::users::time;

// Wire

/// A collection below `authentication`.
#[derive(Clone, Copy)]
pub(super) struct Collection {
    name: &'static str,
    type_name: &'static str,
    /// The only kind in it; none for the collection of all.
    kind: Option<MethodKind>,
    pub(super) properties: &'static [&'static str],
}

pub(super) const METHODS: Collection = Collection {
    name: "methods",
    type_name: "microsoft.graph.authenticationMethod",
    kind: None,
    properties: &["id", "createdDateTime", "lastUsedDateTime"],
};
pub(super) const PASSWORDS: Collection = Collection {
    name: "passwordMethods",
    type_name: "microsoft.graph.passwordAuthenticationMethod",
    kind: Some(MethodKind::Password),
    properties: &["id", "createdDateTime", "lastUsedDateTime", "password"],
};
pub(super) const PASSKEYS: Collection = Collection {
    name: "fido2Methods",
    type_name: "microsoft.graph.fido2AuthenticationMethod",
    kind: Some(MethodKind::Passkey),
    properties: &[
        "id",
        "displayName",
        "createdDateTime",
        "lastUsedDateTime",
        "aaGuid",
        "model",
        "attestationCertificates",
        "attestationLevel",
    ],
};
/// `displayName` is ours: people have several apps, and this is what they call them.
pub(super) const APPS: Collection = Collection {
    name: "softwareOathMethods",
    type_name: "microsoft.graph.softwareOathAuthenticationMethod",
    kind: Some(MethodKind::Authenticator),
    properties: &["id", "displayName", "createdDateTime", "lastUsedDateTime", "secretKey"],
};

/// The collection that has methods of that kind only.
fn own_collection(kind: MethodKind) -> Collection {
    match kind {
        MethodKind::Password => PASSWORDS,
        MethodKind::Authenticator => APPS,
        MethodKind::Passkey => PASSKEYS,
    }
}

fn properties(method: &AuthenticationMethod, names: &[&'static str]) -> Value {
    object(names, |name| match name {
        "id" => method.id.to_string().into(),
        "displayName" => method.name.clone().into(),
        "createdDateTime" => method.added_at.map(time).into(),
        "lastUsedDateTime" => method.used_at.map(time).into(),
        // Passkeys are made without attestation, so nothing is known about the authenticator.
        "attestationCertificates" => json!([]),
        "attestationLevel" => "notAttested".into(),
        _ => Value::Null,
    })
}

impl Collection {
    fn has(self, method: &AuthenticationMethod) -> bool {
        self.kind.is_none_or(|kind| kind == method.kind)
    }

    /// In the collection of all a method says which type it is of.
    fn wire(self, method: &AuthenticationMethod, selected: Option<&[&'static str]>) -> Value {
        let derived = own_collection(method.kind);
        let mut wire = properties(method, selected.unwrap_or(derived.properties));
        if self.kind.is_none() {
            wire["@odata.type"] = format!("#{}", derived.type_name).into();
        }
        wire
    }
}

async fn list(call: &Call, key: String, collection: Collection) -> Answer {
    let selected = selected_of_all(call, collection.properties, collection.type_name)?;
    let found = list_methods(call.app(), &call.actor, key).await?;
    let methods = found.methods.iter().filter(|method| collection.has(method));
    let value = methods.map(|method| collection.wire(method, selected.as_deref())).collect();
    let set = format!("users('{}')/authentication/{}", found.user, collection.name);
    whole_list(call, &set, &selected, value)
}

async fn get(call: &Call, collection: Collection) -> Answer {
    let selected = selected_of(call, collection.properties, collection.type_name)?;
    let found = list_methods(call.app(), &call.actor, call.key(0).to_owned()).await?;
    let wanted = call.key(1);
    let is_wanted = |method: &&AuthenticationMethod| method.id.to_string().eq_ignore_ascii_case(wanted);
    let method = found.methods.iter().filter(|method| collection.has(method)).find(is_wanted);
    let method = method.ok_or_else(|| Refusal::not_found(wanted))?;
    let set = format!("users('{}')/authentication/{}", found.user, collection.name);
    Ok(entity(call, &set, &selected, collection.wire(method, selected.as_deref())))
}

async fn delete(call: &Call, kind: MethodKind) -> Answer {
    let (user, method) = (call.key(0).to_owned(), call.key(1).to_owned());
    remove(call.app(), &call.actor, user, kind, method).await?;
    Ok(Reply::no_content())
}

// Handlers

pub(super) async fn methods(call: Call) -> Answer {
    list(&call, call.key(0).to_owned(), METHODS).await
}

pub(super) async fn method(call: Call) -> Answer {
    get(&call, METHODS).await
}

pub(super) async fn methods_of_me(call: Call) -> Answer {
    list(&call, super::members::me(&call)?, METHODS).await
}

pub(super) async fn passwords(call: Call) -> Answer {
    list(&call, call.key(0).to_owned(), PASSWORDS).await
}

pub(super) async fn password(call: Call) -> Answer {
    get(&call, PASSWORDS).await
}

pub(super) async fn passwords_of_me(call: Call) -> Answer {
    list(&call, super::members::me(&call)?, PASSWORDS).await
}

pub(super) async fn passkeys(call: Call) -> Answer {
    list(&call, call.key(0).to_owned(), PASSKEYS).await
}

pub(super) async fn passkey(call: Call) -> Answer {
    get(&call, PASSKEYS).await
}

pub(super) async fn passkeys_of_me(call: Call) -> Answer {
    list(&call, super::members::me(&call)?, PASSKEYS).await
}

pub(super) async fn remove_passkey(call: Call) -> Answer {
    delete(&call, MethodKind::Passkey).await
}

pub(super) async fn apps(call: Call) -> Answer {
    list(&call, call.key(0).to_owned(), APPS).await
}

pub(super) async fn app(call: Call) -> Answer {
    get(&call, APPS).await
}

pub(super) async fn apps_of_me(call: Call) -> Answer {
    list(&call, super::members::me(&call)?, APPS).await
}

pub(super) async fn remove_app(call: Call) -> Answer {
    delete(&call, MethodKind::Authenticator).await
}
