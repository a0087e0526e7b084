//! `/policies/hospes.signInPolicy`, of which each tenant has one; Hospes only. Refuses role template ids that are not those
//! of a built-in role, so that a demand that was mistyped does not look as if it held.

use hospes_actions::policies::{SignInPolicy, change_sign_in, sign_in};
use hospes_domain::access::Role;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use serde_json::Value;

use super::asked::{entity, nothing_else, object, selected_of};
use super::dispatch::Answer;
use super::reply::Reply;
use super::request::{Call, Fields};

// Wire

const TYPE: &str = "hospes.signInPolicy";
pub(super) const PROPERTIES: &[&str] = &["id", "displayName", "secondFactorRoles"];
const ROLES: &str = "secondFactorRoles";

fn fixed(name: &str) -> Value {
    match name {
        "id" => "signInPolicy".into(),
        "displayName" => "Sign-in Policy".into(),
        _ => Value::Null,
    }
}

fn wire(policy: &SignInPolicy, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(PROPERTIES), |name| match name {
        ROLES => policy.second_factor_roles.iter().map(|role| role.id().to_string()).collect(),
        other => fixed(other),
    })
}

fn read_edit(mut body: Fields) -> Result<Option<Vec<Role>>, Refusal> {
    let roles = match body.take(ROLES) {
        None => None,
        Some(Value::Array(ids)) => Some(ids.iter().map(role).collect::<Result<Vec<_>, _>>()?),
        Some(_) => {
            let remedy = "Give a list of role template ids; an empty one demands nothing.";
            return Err(Refusal::invalid(ROLES, "The value is not a list.", remedy));
        }
    };
    for name in ["id", "displayName"] {
        let Some(sent) = body.take(name) else { continue };
        if sent != fixed(name) {
            let remedy = format!("Leave it out, or send it as it stands: {}.", fixed(name));
            return Err(Refusal::invalid(name, "The property cannot be changed.", remedy));
        }
    }
    nothing_else(&body, PROPERTIES, TYPE)?;
    Ok(roles)
}

fn role(sent: &Value) -> Result<Role, Refusal> {
    let known = sent.as_str().and_then(ObjectId::parse).and_then(|id| Role::by_id(id.0));
    known.ok_or_else(|| {
        Refusal::invalid(
            ROLES,
            "The list names something that is not the template id of a directory role.",
            "Give ids that /roleManagement/directory/roleDefinitions lists.",
        )
    })
}

// Handlers

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, PROPERTIES, TYPE)?;
    let policy = sign_in(call.app(), &call.actor).await?;
    let body = wire(&policy, selected.as_deref());
    Ok(entity(&call, "policies/hospes.signInPolicy", &selected, body))
}

pub(super) async fn change(call: Call) -> Answer {
    let roles = read_edit(call.json()?)?;
    change_sign_in(call.app(), &call.actor, roles, None).await?;
    Ok(Reply::no_content())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn edit(text: &str) -> Result<Option<Vec<Role>>, String> {
        read_edit(Fields::read(text.as_bytes()).unwrap()).map_err(|refusal| match refusal {
            Refusal::Invalid(invalid) => invalid.field,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn what_was_read_can_be_sent_back_and_unknown_roles_cannot() {
        let roles = vec![Role::GlobalAdministrator, Role::HelpdeskAdministrator];
        let policy = SignInPolicy { second_factor_roles: roles.clone(), may_change: Ok(()) };
        assert_eq!(edit(&wire(&policy, None).to_string()), Ok(Some(roles)));
        assert_eq!(edit("{}"), Ok(None));
        assert_eq!(edit(r#"{"secondFactorRoles":[]}"#), Ok(Some(Vec::new())));
        for wrong in [
            r#"{"secondFactorRoles":null}"#,
            r#"{"secondFactorRoles":"62e90394-69f5-4237-9190-012177145e10"}"#,
            r#"{"secondFactorRoles":["Global Administrator"]}"#,
            r#"{"secondFactorRoles":["00000000-0000-0000-0000-000000000001"]}"#,
            r#"{"secondFactorRoles":[7]}"#,
        ] {
            assert_eq!(edit(wrong), Err(ROLES.to_owned()), "{wrong}");
        }
        assert_eq!(edit(r#"{"displayName":"Mine"}"#), Err("displayName".to_owned()));
    }
}
