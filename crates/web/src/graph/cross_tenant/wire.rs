//! Cross-tenant access settings as the directory API spells them. Refuses to leave out what does not exist here: it is
//! shown as what it amounts to, blocked or not accepted, so that no reader takes a gap for an allowance.

use hospes_domain::cross_tenant::{Defaults, Partner, Passage};
use serde_json::{Value, json};

use super::super::asked::object;

pub(super) const POLICY_TYPE: &str = "microsoft.graph.crossTenantAccessPolicy";
pub(in crate::graph) const POLICY: &[&str] =
    &["id", "allowedCloudEndpoints", "deletedDateTime", "description", "displayName"];

pub(super) const DEFAULT_TYPE: &str = "microsoft.graph.crossTenantAccessPolicyConfigurationDefault";
/// No `id`: the documented answer has none.
pub(in crate::graph) const DEFAULT: &[&str] = &[
    "isServiceDefault",
    "appServiceConnectInbound",
    "automaticUserConsentSettings",
    "b2bCollaborationInbound",
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
    "inboundTrust",
    "invitationRedemptionIdentityProviderConfiguration",
    "m365CollaborationInbound",
    "m365CollaborationOutbound",
    "tenantRestrictions",
];

pub(super) const PARTNER_TYPE: &str = "microsoft.graph.crossTenantAccessPolicyConfigurationPartner";
pub(in crate::graph) const PARTNER: &[&str] = &[
    "tenantId",
    "appServiceConnectInbound",
    "automaticUserConsentSettings",
    "b2bCollaborationInbound",
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
    "inboundTrust",
    "isInMultiTenantOrganization",
    "isServiceProvider",
    "m365CollaborationInbound",
    "m365CollaborationOutbound",
    "tenantRestrictions",
];

/// What stands above default and partners.
pub(super) fn policy(selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(POLICY), |name| match name {
        "id" => "crossTenantAccessPolicy".into(),
        "displayName" => "CrossTenantAccessPolicy".into(),
        "allowedCloudEndpoints" => json!([]),
        _ => Value::Null,
    })
}

/// The default; `None` is the system's.
pub(super) fn defaults(own: Option<Defaults>, selected: Option<&[&'static str]>) -> Value {
    let defaults = own.unwrap_or_default();
    object(selected.unwrap_or(DEFAULT), |name| match name {
        "isServiceDefault" => own.is_none().into(),
        "automaticUserConsentSettings" => json!({ "inboundAllowed": false, "outboundAllowed": false }),
        "b2bCollaborationInbound" => setting(defaults.inbound),
        "b2bCollaborationOutbound" => setting(defaults.outbound),
        "b2bDirectConnectInbound" | "b2bDirectConnectOutbound" => setting(Passage::Blocked),
        "inboundTrust" => json!({
            "isMfaAccepted": false,
            "isCompliantDeviceAccepted": false,
            "isHybridAzureADJoinedDeviceAccepted": false,
        }),
        // The system's own order (reference/redemption.md section 3).
        "invitationRedemptionIdentityProviderConfiguration" => json!({
            "primaryIdentityProviderPrecedenceOrder":
                ["azureActiveDirectory", "externalFederation", "socialIdentityProviders"],
            "fallbackIdentityProvider": "defaultConfiguredIdp",
        }),
        _ => Value::Null,
    })
}

/// One partner; what is left to the default is null.
pub(super) fn partner(partner: &Partner, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(PARTNER), |name| match name {
        "tenantId" => partner.tenant.to_string().into(),
        "automaticUserConsentSettings" => {
            json!({ "inboundAllowed": partner.consent_in, "outboundAllowed": partner.consent_out })
        }
        "b2bCollaborationInbound" => partner.inbound.map_or(Value::Null, setting),
        "b2bCollaborationOutbound" => partner.outbound.map_or(Value::Null, setting),
        "isInMultiTenantOrganization" => false.into(),
        _ => Value::Null,
    })
}

/// Everybody with every application, allowed or blocked.
pub(super) fn setting(passage: Passage) -> Value {
    let half = |target: &str, kind: &str| json!({ "accessType": passage.name(), "targets": [{ "target": target, "targetType": kind }] });
    json!({
        "usersAndGroups": half("AllUsers", "user"),
        "applications": half("AllApplications", "application"),
    })
}
