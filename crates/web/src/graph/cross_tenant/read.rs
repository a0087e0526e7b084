//! Reads what a request says about cross-tenant access. Refuses to make a finer setting coarse: whoever allows one group
//! must not find that everybody was allowed.

use hospes_domain::cross_tenant::{DefaultsEdit, PartnerEdit, Passage};
use hospes_domain::edit::Edit;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use serde_json::Value;

use super::super::asked::nothing_else;
use super::super::request::Fields;
use super::wire;

const INBOUND: &str = "b2bCollaborationInbound";
const OUTBOUND: &str = "b2bCollaborationOutbound";
const CONSENT: &str = "automaticUserConsentSettings";
const ORDER: &str = "invitationRedemptionIdentityProviderConfiguration";

/// A change of the default.
pub(super) fn defaults(mut body: Fields) -> Result<DefaultsEdit, Refusal> {
    let (consent_in, consent_out) = consent(&mut body)?;
    let edit = DefaultsEdit {
        inbound: setting(&mut body, INBOUND)?,
        outbound: setting(&mut body, OUTBOUND)?,
        consent: consent_in == Edit::Set(true) || consent_out == Edit::Set(true),
    };
    if let Some(order) = body.take(ORDER)
        && order != wire::defaults(None, Some(&[ORDER]))[ORDER]
    {
        return Err(Refusal::invalid(
            ORDER,
            "The order of identity providers cannot be changed yet.",
            "Leave it out.",
        ));
    }
    no_trust(&mut body)?;
    nothing_else(&body, wire::DEFAULT, wire::DEFAULT_TYPE)?;
    Ok(edit)
}

/// A new partner and what is said about it.
pub(super) fn new_partner(mut body: Fields) -> Result<(TenantId, PartnerEdit), Refusal> {
    let id = body.required_text("tenantId")?;
    let id = TenantId::parse(&id).ok_or_else(|| {
        Refusal::invalid("tenantId", "The value is not an id.", "Give a GUID with hyphens.")
    })?;
    Ok((id, partner(body)?))
}

/// A change of the settings for a partner.
pub(super) fn partner(mut body: Fields) -> Result<PartnerEdit, Refusal> {
    let (consent_in, consent_out) = consent(&mut body)?;
    let (inbound, outbound) = (setting(&mut body, INBOUND)?, setting(&mut body, OUTBOUND)?);
    no_trust(&mut body)?;
    nothing_else(&body, wire::PARTNER, wire::PARTNER_TYPE)?;
    Ok(PartnerEdit { inbound, outbound, consent_in, consent_out })
}

/// `automaticUserConsentSettings`, inbound and outbound.
fn consent(body: &mut Fields) -> Result<(Edit<bool>, Edit<bool>), Refusal> {
    let mut inner = match object(body, CONSENT)? {
        Edit::Keep => return Ok((Edit::Keep, Edit::Keep)),
        Edit::Clear => return Ok((Edit::Clear, Edit::Clear)),
        Edit::Set(inner) => inner,
    };
    let both = (flag(&mut inner, "inboundAllowed")?, flag(&mut inner, "outboundAllowed")?);
    nothing_left(&inner)?;
    Ok(both)
}

fn flag(fields: &mut Fields, name: &str) -> Result<Edit<bool>, Refusal> {
    match fields.take(name) {
        None => Ok(Edit::Keep),
        Some(Value::Null) => Ok(Edit::Clear),
        Some(Value::Bool(flag)) => Ok(Edit::Set(flag)),
        Some(_) => {
            let cause = "The value is neither true nor false.";
            Err(Refusal::invalid(fields.full_name(name), cause, "Give true, false or null."))
        }
    }
}

/// One direction of B2B collaboration: both halves say the same about everybody.
fn setting(body: &mut Fields, name: &str) -> Result<Edit<Passage>, Refusal> {
    let mut inner = match object(body, name)? {
        Edit::Keep => return Ok(Edit::Keep),
        Edit::Clear => return Ok(Edit::Clear),
        Edit::Set(inner) => inner,
    };
    let people = half(&mut inner, "usersAndGroups", "AllUsers", "user")?;
    let applications = half(&mut inner, "applications", "AllApplications", "application")?;
    nothing_left(&inner)?;
    if people != applications {
        return Err(Refusal::invalid(
            name,
            "People are allowed and applications blocked, or the other way round.",
            "Give both the same accessType.",
        ));
    }
    Ok(Edit::Set(people))
}

fn half(inner: &mut Fields, name: &str, all: &str, kind: &str) -> Result<Passage, Refusal> {
    let place = inner.full_name(name);
    let Some(mut half) = inner.object(name)? else {
        let remedy = "Give usersAndGroups and applications, each with accessType and targets.";
        return Err(Refusal::invalid(place, "The value is missing.", remedy));
    };
    let access = half.required_text("accessType")?;
    let access = Passage::parse(&access).ok_or_else(|| {
        let remedy = "Give 'allowed' or 'blocked'.";
        Refusal::invalid(half.full_name("accessType"), "There is no such access type.", remedy)
    })?;
    let targets = half.objects("targets")?;
    nothing_left(&half)?;
    let everybody = |mut target: Fields| -> Result<bool, Refusal> {
        let (who, of_kind) = (target.text("target")?, target.text("targetType")?);
        nothing_left(&target)?;
        Ok(who.as_deref() == Some(all) && of_kind.as_deref() == Some(kind))
    };
    let mut only_everybody = targets.len() == 1;
    for target in targets {
        only_everybody &= everybody(target)?;
    }
    if only_everybody {
        return Ok(access);
    }
    let remedy = format!("Give one target, '{all}' of type '{kind}'.");
    let cause = "Only everybody with every application can be allowed or blocked here.";
    Err(Refusal::invalid(format!("{place}.targets"), cause, remedy))
}

/// Nothing that other tenants say about a sign-in is relied on, so nothing of it can be accepted.
fn no_trust(body: &mut Fields) -> Result<(), Refusal> {
    let Some(mut trust) = body.object("inboundTrust")? else { return Ok(()) };
    for name in ["isMfaAccepted", "isCompliantDeviceAccepted", "isHybridAzureADJoinedDeviceAccepted"] {
        if trust.flag(name)? == Some(true) {
            let cause = "What other organisations know about a sign-in is not relied on here.";
            return Err(Refusal::invalid(trust.full_name(name), cause, "Send false or leave it out."));
        }
    }
    nothing_left(&trust)
}

/// An object that may be left out or cleared.
fn object(body: &mut Fields, name: &str) -> Result<Edit<Fields>, Refusal> {
    if body.is_null(name) {
        body.take(name);
        return Ok(Edit::Clear);
    }
    Ok(body.object(name)?.map_or(Edit::Keep, Edit::Set))
}

/// Refuses what nobody took out of an object inside.
fn nothing_left(fields: &Fields) -> Result<(), Refusal> {
    let Some((name, _)) = fields.left().next() else { return Ok(()) };
    let place = fields.full_name(&super::super::odata::quote(name));
    Err(Refusal::invalid(place, "There is no such property here.", "Check its spelling."))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use serde_json::json;

    use super::*;

    fn fields(body: &Value) -> Fields {
        Fields::read(body.to_string().as_bytes()).unwrap()
    }

    fn field_of<T: std::fmt::Debug>(result: Result<T, Refusal>) -> String {
        match result.unwrap_err() {
            Refusal::Invalid(invalid) => invalid.field,
            other => panic!("{other:?}"),
        }
    }

    fn direction(people: &str, applications: &str) -> Value {
        let mut setting = wire::setting(Passage::Allowed);
        setting["usersAndGroups"]["accessType"] = people.into();
        setting["applications"]["accessType"] = applications.into();
        setting
    }

    #[test]
    fn what_is_shown_can_be_sent_back() {
        let shown = wire::defaults(None, None);
        let sent: serde_json::Map<String, Value> = shown
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| !name.starts_with("b2bDirect") && *name != "isServiceDefault")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let edit = defaults(fields(&Value::Object(sent))).unwrap();
        assert_eq!((edit.inbound, edit.consent), (Edit::Set(Passage::Allowed), false));
        let id = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
        let body = json!({
            "tenantId": id,
            INBOUND: direction("blocked", "blocked"),
            CONSENT: { "inboundAllowed": true, "outboundAllowed": null },
        });
        let (tenant, edit) = new_partner(fields(&body)).unwrap();
        assert_eq!(tenant.to_string(), id);
        let expected = PartnerEdit {
            inbound: Edit::Set(Passage::Blocked),
            outbound: Edit::Keep,
            consent_in: Edit::Set(true),
            consent_out: Edit::Clear,
        };
        assert_eq!(edit, expected);
        let cleared = partner(fields(&json!({ OUTBOUND: null, CONSENT: null }))).unwrap();
        assert_eq!((cleared.outbound, cleared.consent_in), (Edit::Clear, Edit::Clear));
    }

    #[test]
    fn b11_a_finer_setting_is_refused_and_not_made_coarse() {
        let one_group = json!({ "accessType": "allowed", "targets": [{ "target": "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f", "targetType": "group" }] });
        let with = |half: &str, value: Value| {
            let mut setting = direction("allowed", "allowed");
            setting[half] = value;
            setting
        };
        let everybody = with("applications", json!(null))["usersAndGroups"].clone();
        let twice =
            json!({ "accessType": "allowed", "targets": [everybody["targets"][0], everybody["targets"][0]] });
        for (body, field) in [
            (
                json!({ INBOUND: with("usersAndGroups", one_group.clone()) }),
                "b2bCollaborationInbound.usersAndGroups.targets",
            ),
            (
                json!({ OUTBOUND: with("applications", one_group) }),
                "b2bCollaborationOutbound.applications.targets",
            ),
            (
                json!({ INBOUND: with("usersAndGroups", twice) }),
                "b2bCollaborationInbound.usersAndGroups.targets",
            ),
            (
                json!({ INBOUND: with("applications", json!({ "accessType": "allowed" })) }),
                "b2bCollaborationInbound.applications.targets",
            ),
            (
                json!({ INBOUND: with("applications", everybody) }),
                "b2bCollaborationInbound.applications.targets",
            ),
            (json!({ INBOUND: with("applications", Value::Null) }), "b2bCollaborationInbound.applications"),
            (json!({ INBOUND: {} }), "b2bCollaborationInbound.usersAndGroups"),
            (json!({ INBOUND: direction("allowed", "blocked") }), "b2bCollaborationInbound"),
            (
                json!({ INBOUND: direction("open", "open") }),
                "b2bCollaborationInbound.usersAndGroups.accessType",
            ),
            (json!({ INBOUND: with("more", json!(1)) }), "b2bCollaborationInbound.more"),
            (json!({ INBOUND: "allowed" }), "b2bCollaborationInbound"),
            (json!({ CONSENT: { "inboundAllowed": "true" } }), "automaticUserConsentSettings.inboundAllowed"),
            (json!({ CONSENT: { "inbound": true } }), "automaticUserConsentSettings.inbound"),
            (json!({ "inboundTrust": { "isMfaAccepted": true } }), "inboundTrust.isMfaAccepted"),
            (
                json!({ "b2bDirectConnectInbound": direction("allowed", "allowed") }),
                "b2bDirectConnectInbound",
            ),
            (json!({ "tenantRestrictions": direction("allowed", "allowed") }), "tenantRestrictions"),
            (json!({ "nonsense": 1 }), "nonsense"),
        ] {
            assert_eq!(field_of(defaults(fields(&body))), field, "{body}");
            assert_eq!(field_of(partner(fields(&body))), field, "{body}");
        }
        let order = json!({ ORDER: { "fallbackIdentityProvider": "emailOneTimePasscode" } });
        assert_eq!(field_of(defaults(fields(&order))), ORDER);
        assert_eq!(field_of(new_partner(fields(&json!({ "tenantId": "contoso.example" })))), "tenantId");
        assert_eq!(field_of(new_partner(fields(&json!({})))), "tenantId");
        assert_eq!(field_of(partner(fields(&json!({ "tenantId": "x" })))), "tenantId");
    }
}
