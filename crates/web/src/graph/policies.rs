//! `/policies/authorizationPolicy` and `/policies/externalIdentitiesPolicy`, of which each tenant has one
//! (reference/roles-and-policies.md sections 2 and 4). Refuses to take a value that this directory would not act on: such
//! a property can be sent as it stands and not otherwise.

use hospes_actions::policies::change_authorization::{AuthorizationEdit, change_authorization as change};
use hospes_actions::policies::change_leaving::change_leaving;
use hospes_actions::policies::{authorization as read_authorization, external_identities as read_identities};
use hospes_domain::access::InvitePolicy;
use hospes_domain::ids::ObjectId;
use hospes_domain::policy::GuestAccess;
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use serde_json::{Value, json};

use super::asked::{entity, nothing_else, object, selected_of};
use super::dispatch::Answer;
use super::reply::Reply;
use super::request::{Call, Fields};

// Wire

const AUTHORIZATION: &str = "microsoft.graph.authorizationPolicy";
pub(super) const AUTHORIZATION_PROPERTIES: &[&str] = &[
    "id",
    "allowInvitesFrom",
    "allowedToSignUpEmailBasedSubscriptions",
    "allowedToUseSSPR",
    "allowEmailVerifiedUsersToJoinOrganization",
    "allowUserConsentForRiskyApps",
    "blockMsolPowerShell",
    "defaultUserRolePermissions",
    "deletedDateTime",
    "description",
    "displayName",
    "guestUserRoleId",
];

/// What is the same in every tenant, because nothing here depends on it.
fn fixed_authorization(name: &str) -> Value {
    match name {
        "id" => "authorizationPolicy".into(),
        "displayName" => "Authorization Policy".into(),
        "description" => "Used to manage authorization related settings across the company.".into(),
        // Nobody joins, signs up or resets a password by themselves.
        "allowedToSignUpEmailBasedSubscriptions"
        | "allowedToUseSSPR"
        | "allowEmailVerifiedUsersToJoinOrganization"
        | "allowUserConsentForRiskyApps"
        | "blockMsolPowerShell" => false.into(),
        "defaultUserRolePermissions" => json!({
            "allowedToCreateApps": false,
            "allowedToCreateSecurityGroups": false,
            "allowedToCreateTenants": false,
            "allowedToReadBitlockerKeysForOwnedDevice": false,
            "allowedToReadOtherUsers": true,
            "permissionGrantPoliciesAssigned": [],
        }),
        _ => Value::Null,
    }
}

fn authorization_wire(tenant: &Tenant, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(AUTHORIZATION_PROPERTIES), |name| match name {
        "allowInvitesFrom" => tenant.invites.name().into(),
        "guestUserRoleId" => tenant.guests.access.role_id().to_string().into(),
        other => fixed_authorization(other),
    })
}

const IDENTITIES: &str = "microsoft.graph.externalIdentitiesPolicy";
pub(super) const IDENTITIES_PROPERTIES: &[&str] = &[
    "id",
    "allowDeletedIdentitiesDataRemoval",
    "allowExternalIdentitiesToLeave",
    "deletedDateTime",
    "description",
    "displayName",
];

fn fixed_identities(name: &str) -> Value {
    match name {
        "id" => "externalIdentitiesPolicy".into(),
        "displayName" => "External Identities Policy".into(),
        "description" => "Used to manage whether external users can leave the organization.".into(),
        // Reserved in the original.
        "allowDeletedIdentitiesDataRemoval" => false.into(),
        _ => Value::Null,
    }
}

fn identities_wire(tenant: &Tenant, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(IDENTITIES_PROPERTIES), |name| match name {
        "allowExternalIdentitiesToLeave" => tenant.guests.may_leave.into(),
        other => fixed_identities(other),
    })
}

fn read_authorization_edit(mut body: Fields) -> Result<AuthorizationEdit, Refusal> {
    let edit = AuthorizationEdit {
        invites: given(&mut body, "allowInvitesFrom")?.map(|text| invite_policy(&text)).transpose()?,
        guest_access: given(&mut body, "guestUserRoleId")?.map(|text| guest_access(&text)).transpose()?,
    };
    as_it_stands(&mut body, AUTHORIZATION_PROPERTIES, fixed_authorization)?;
    nothing_else(&body, AUTHORIZATION_PROPERTIES, AUTHORIZATION)?;
    Ok(edit)
}

fn read_identities_edit(mut body: Fields) -> Result<Option<bool>, Refusal> {
    let allowed = body.set_flag("allowExternalIdentitiesToLeave")?;
    as_it_stands(&mut body, IDENTITIES_PROPERTIES, fixed_identities)?;
    nothing_else(&body, IDENTITIES_PROPERTIES, IDENTITIES)?;
    Ok(allowed)
}

/// A text that may be left out, but not emptied.
fn given(body: &mut Fields, name: &str) -> Result<Option<String>, Refusal> {
    use hospes_domain::edit::Edit;
    match body.edit_text(name)? {
        Edit::Keep => Ok(None),
        Edit::Set(text) => Ok(Some(text)),
        Edit::Clear => {
            Err(Refusal::invalid(name, "The property cannot be emptied.", "Give a value or leave it out."))
        }
    }
}

fn invite_policy(text: &str) -> Result<InvitePolicy, Refusal> {
    InvitePolicy::ALL.into_iter().find(|policy| policy.name().eq_ignore_ascii_case(text)).ok_or_else(|| {
        let names = InvitePolicy::ALL.map(InvitePolicy::name).join(", ");
        Refusal::invalid(
            "allowInvitesFrom",
            "The value is none of those there are.",
            format!("Give one of: {names}."),
        )
    })
}

fn guest_access(text: &str) -> Result<GuestAccess, Refusal> {
    ObjectId::parse(text).and_then(|id| GuestAccess::by_role_id(id.0)).ok_or_else(|| {
        let [member, guest, restricted] = GuestAccess::ALL.map(GuestAccess::role_id);
        Refusal::invalid(
            "guestUserRoleId",
            "The value is none of the levels of guest access.",
            format!("Give {member} (as members), {guest} (limited) or {restricted} (restricted)."),
        )
    })
}

/// Takes out what was sent with the value it has; refuses any other value by name. Of an object, members may be left out.
fn as_it_stands(body: &mut Fields, names: &[&str], fixed: fn(&str) -> Value) -> Result<(), Refusal> {
    for name in names {
        let Some(sent) = body.take(name) else { continue };
        let stands = fixed(name);
        let same = match (&sent, &stands) {
            (Value::Object(sent), Value::Object(stands)) => sent
                .iter()
                .filter(|(member, _)| !member.contains('@'))
                .all(|(member, value)| stands.get(member) == Some(value)),
            _ => sent == stands,
        };
        if !same {
            return Err(Refusal::invalid(
                *name,
                "This directory does not act on another value of the property than it has.",
                format!("Leave it out, or send it as it stands: {stands}."),
            ));
        }
    }
    Ok(())
}

// Handlers

pub(super) async fn authorization(call: Call) -> Answer {
    let selected = selected_of(&call, AUTHORIZATION_PROPERTIES, AUTHORIZATION)?;
    let tenant = read_authorization(call.app(), &call.actor).await?;
    let body = authorization_wire(&tenant, selected.as_deref());
    Ok(entity(&call, "policies/authorizationPolicy", &selected, body))
}

pub(super) async fn change_authorization(call: Call) -> Answer {
    let edit = read_authorization_edit(call.json()?)?;
    change(call.app(), &call.actor, edit).await?;
    Ok(Reply::no_content())
}

pub(super) async fn external_identities(call: Call) -> Answer {
    let selected = selected_of(&call, IDENTITIES_PROPERTIES, IDENTITIES)?;
    let tenant = read_identities(call.app(), &call.actor).await?;
    let body = identities_wire(&tenant, selected.as_deref());
    Ok(entity(&call, "policies/externalIdentitiesPolicy", &selected, body))
}

pub(super) async fn change_external_identities(call: Call) -> Answer {
    let allowed = read_identities_edit(call.json()?)?;
    change_leaving(call.app(), &call.actor, allowed).await?;
    Ok(Reply::no_content())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn edit(text: &str) -> Result<AuthorizationEdit, String> {
        read_authorization_edit(Fields::read(text.as_bytes()).unwrap()).map_err(field)
    }

    fn field(refusal: Refusal) -> String {
        match refusal {
            Refusal::Invalid(invalid) => format!("{}: {}", invalid.field, invalid.remedy),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_read_can_be_sent_back() {
        let tenant = Tenant {
            id: hospes_domain::ids::TenantId(uuid::Uuid::nil()),
            display_name: String::new(),
            initial_domain: String::new(),
            domains: Vec::new(),
            invites: InvitePolicy::AdminsAndGuestInviters,
            guests: hospes_domain::policy::GuestPolicy::default(),
            privacy_url: None,
            created_at: hospes_domain::time::Time(0),
        };
        let body = authorization_wire(&tenant, None).to_string();
        let same = AuthorizationEdit {
            invites: Some(InvitePolicy::AdminsAndGuestInviters),
            guest_access: Some(GuestAccess::Limited),
        };
        assert_eq!(edit(&body).unwrap(), same);
        let body = identities_wire(&tenant, None).to_string();
        assert_eq!(read_identities_edit(Fields::read(body.as_bytes()).unwrap()).unwrap(), Some(true));
    }

    #[test]
    fn a_value_nobody_acts_on_is_refused_with_the_one_it_has() {
        for (body, said) in [
            (r#"{"allowInvitesFrom":"nobody"}"#, "allowInvitesFrom: Give one of: everyone, "),
            (r#"{"allowInvitesFrom":null}"#, "allowInvitesFrom: "),
            (
                r#"{"guestUserRoleId":"00000000-0000-0000-0000-000000000001"}"#,
                "guestUserRoleId: Give a0b1b346-",
            ),
            (r#"{"guestUserRoleId":"restricted"}"#, "guestUserRoleId: "),
            (
                r#"{"allowedToUseSSPR":true}"#,
                "allowedToUseSSPR: Leave it out, or send it as it stands: false.",
            ),
            (
                r#"{"defaultUserRolePermissions":{"allowedToCreateApps":true}}"#,
                "defaultUserRolePermissions: ",
            ),
            (r#"{"displayName":"Mine"}"#, "displayName: "),
            (r#"{"allowAnything":true}"#, "allowAnything: "),
        ] {
            let told = edit(body).unwrap_err();
            assert!(
                told.starts_with(said) || said.starts_with("allowAny") && told.contains("allowAnything"),
                "{body}: {told}"
            );
        }
        assert!(
            edit(r#"{"defaultUserRolePermissions":{"@odata.type":"x","allowedToCreateApps":false}}"#).is_ok()
        );
        let sent = r#"{"allowDeletedIdentitiesDataRemoval":true}"#;
        assert!(read_identities_edit(Fields::read(sent.as_bytes()).unwrap()).is_err());
    }
}
