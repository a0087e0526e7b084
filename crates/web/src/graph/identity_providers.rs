//! `/identity/identityProviders`: what people prove their identity by. Refuses every method but GET: what is built in can
//! be neither made nor changed, and nothing else is there yet.

use hospes_actions::identity_providers as providers;
use hospes_domain::identity_provider::BuiltIn;
use serde_json::{Value, json};

use super::asked::{entity, object, selected_of, selected_of_all, whole_list};
use super::dispatch::Answer;
use super::request::Call;

// Wire

const SET: &str = "identity/identityProviders";
const TYPE_NAME: &str = "microsoft.graph.builtInIdentityProvider";

fn wire(provider: BuiltIn, selected: Option<&[&'static str]>) -> Value {
    let mut body = object(selected.unwrap_or(PROPERTIES), |name| match name {
        "id" => provider.id().into(),
        "displayName" => provider.display_name().into(),
        _ => provider.kind().into(),
    });
    body["@odata.type"] = json!(format!("#{TYPE_NAME}"));
    body
}

// Fields

pub(super) const PROPERTIES: &[&str] = &["id", "displayName", "identityProviderType"];

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let selected = selected_of_all(&call, PROPERTIES, TYPE_NAME)?;
    let found = providers::list(call.app(), &call.actor).await?;
    let value = found.into_iter().map(|provider| wire(provider, selected.as_deref())).collect();
    whole_list(&call, SET, &selected, value)
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, PROPERTIES, TYPE_NAME)?;
    let provider = providers::get(call.app(), &call.actor, call.key(0)).await?;
    Ok(entity(&call, SET, &selected, wire(provider, selected.as_deref())))
}
