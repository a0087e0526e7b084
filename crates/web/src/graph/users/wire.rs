//! Wire: a user as Graph spells it. Refuses to show more than the view of the caller shows
//! (reference/roles-and-policies.md section 2): the rest comes as if it had no value. So does what Hospes does not keep.

use hospes_actions::users::Seen;
use hospes_domain::sign_ins::Last;
use hospes_domain::time::Time;
use hospes_domain::user::{Times, User};
use serde_json::{Map, Value, json};

/// What a request without `$select` gets (reference/user-object.md section 2).
pub const DEFAULT: &[&str] = &[
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

/// The user with the selected properties.
pub fn user(seen: &Seen, selected: Option<&[&'static str]>) -> Value {
    let names = selected.unwrap_or(DEFAULT);
    let members: Map<String, Value> = names
        .iter()
        .map(|name| {
            let value = if seen.view.shows(name) { property(seen, name) } else { empty(name) };
            ((*name).to_owned(), value)
        })
        .collect();
    Value::Object(members)
}

/// A property without a value: collections are empty, everything else is null where it may be.
pub fn empty(name: &str) -> Value {
    match name {
        "businessPhones"
        | "otherMails"
        | "proxyAddresses"
        | "imAddresses"
        | "identities"
        | "assignedLicenses"
        | "assignedPlans"
        | "provisionedPlans"
        | "onPremisesProvisioningErrors"
        | "serviceProvisioningErrors"
        | "licenseAssignmentStates"
        | "interests"
        | "pastProjects"
        | "responsibilities"
        | "schools"
        | "skills" => json!([]),
        // They are never null as published; the first instant is what the original shows where there is none.
        "birthday" | "hireDate" => "0001-01-01T00:00:00Z".into(),
        // One of the two numbers it may be.
        "deviceEnrollmentLimit" => 5.into(),
        _ => Value::Null,
    }
}

fn property(seen: &Seen, name: &str) -> Value {
    let user = &seen.user;
    let (record, profile) = (user.guest.record(), &user.profile);
    match name {
        "id" => user.id().to_string().into(),
        "displayName" => profile.display_name.clone().into(),
        "userPrincipalName" => user.upn.clone().into(),
        "mailNickname" => user.mail_nickname.clone().into(),
        "mail" => user.mail.as_ref().map(ToString::to_string).into(),
        "otherMails" => user.other_mails.iter().map(ToString::to_string).collect(),
        "proxyAddresses" => user.proxy_addresses.clone().into(),
        "userType" => user.user_type.name().into(),
        "creationType" => user.creation_type.clone().into(),
        "externalUserState" => record.state.name().into(),
        "externalUserStateChangeDateTime" => record.state_changed_at.map(time).into(),
        "identities" => identities(user, &seen.initial_domain),
        "accountEnabled" => record.enabled.into(),
        "createdDateTime" => time(user.created_at).into(),
        "deletedDateTime" => record.deleted_at.map(time).into(),
        "signInSessionsValidFromDateTime" => time(record.sessions_valid_from).into(),
        "showInAddressList" => user.show_in_address_list.into(),
        "businessPhones" => profile.business_phone.iter().cloned().collect(),
        "givenName" => profile.given_name.clone().into(),
        "surname" => profile.surname.clone().into(),
        "jobTitle" => profile.job_title.clone().into(),
        "companyName" => profile.company_name.clone().into(),
        "department" => profile.department.clone().into(),
        "employeeId" => profile.employee_id.clone().into(),
        "employeeType" => profile.employee_type.clone().into(),
        "officeLocation" => profile.office_location.clone().into(),
        "streetAddress" => profile.street_address.clone().into(),
        "city" => profile.city.clone().into(),
        "state" => profile.state.clone().into(),
        "postalCode" => profile.postal_code.clone().into(),
        "country" => profile.country.clone().into(),
        "usageLocation" => profile.usage_location.clone().into(),
        "mobilePhone" => profile.mobile_phone.clone().into(),
        "preferredLanguage" => profile.preferred_language.clone().into(),
        _ => empty(name),
    }
}

/// When somebody signed in last, which takes the right to read the sign-in log.
pub const SIGN_IN_ACTIVITY: &str = "signInActivity";

/// Whether a property is kept beside the user: everywhere but where a user is read, it comes as if it had no value.
pub fn is_beside(name: &str) -> bool {
    [SIGN_IN_ACTIVITY, "lastPasswordChangeDateTime"].contains(&name)
}

/// Such a property.
pub fn beside(times: &Times, name: &str) -> Value {
    match (name, &times.last_sign_ins) {
        (SIGN_IN_ACTIVITY, None) => Value::Null,
        (SIGN_IN_ACTIVITY, Some(last)) => {
            let at = |last: Option<Last>| Value::from(last.map(|last| time(last.at)));
            let id = |last: Option<Last>| Value::from(last.map(|last| last.request.to_string()));
            json!({
                "lastSignInDateTime": at(last.interactive),
                "lastSignInRequestId": id(last.interactive),
                "lastNonInteractiveSignInDateTime": at(last.silent),
                "lastNonInteractiveSignInRequestId": id(last.silent),
                "lastSuccessfulSignInDateTime": at(last.successful),
                "lastSuccessfulSignInRequestId": id(last.successful),
            })
        }
        _ => times.password_set_at.map(time).into(),
    }
}

/// The bound identity first, then that of the directory itself (reference/user-object.md section 3). A passcode
/// identity names the proven address, which is what changes with a reset; elsewhere the id stays unspoken.
fn identities(user: &User, initial_domain: &str) -> Value {
    let own =
        json!({ "signInType": "userPrincipalName", "issuer": initial_domain, "issuerAssignedId": user.upn });
    let Some(binding) = user.guest.binding() else { return json!([own]) };
    let local = binding.issuer.starts_with("tenant:");
    let issuer = if local { "ExternalAzureAD" } else { binding.issuer.as_str() };
    let assigned = (binding.issuer == "mail").then(|| binding.sign_in_name.as_str());
    json!([{ "signInType": "federated", "issuer": issuer, "issuerAssignedId": assigned }, own])
}

/// ISO 8601 in UTC, as exact as it is kept, so that a filter finds what a list showed.
pub fn time(time: Time) -> String {
    jiff::Timestamp::from_microsecond(time.0).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use hospes_domain::access::{UserType, View};
    use hospes_domain::address::Address;
    use hospes_domain::guest::{Binding, Guest, GuestRecord, State};
    use hospes_domain::ids::{ObjectId, TenantId};
    use hospes_domain::user::Profile;
    use uuid::Uuid;

    use super::*;
    use crate::graph::odata::user_fields::USERS;

    fn seen(view: View, state: State) -> Seen {
        let mail = Address::parse("ana@contoso.example").unwrap();
        let binding = (state == State::Accepted).then(|| Binding {
            id: Uuid::from_u128(3),
            issuer: "mail".into(),
            subject: "never shown".into(),
            sign_in_name: mail.clone(),
            proof: "passcode".into(),
            bound_at: Time(0),
        });
        let record = GuestRecord {
            tenant: TenantId(Uuid::from_u128(1)),
            id: ObjectId(Uuid::from_u128(2)),
            state,
            state_changed_at: Some(Time(1_500_000)),
            enabled: true,
            deleted_at: None,
            generation: 1,
            sessions_valid_from: Time(0),
            binding,
        };
        let user = User {
            guest: Guest::from_record(record).unwrap(),
            revision: 1,
            user_type: UserType::Guest,
            creation_type: Some("Invitation".into()),
            upn: "ana_contoso.example#EXT#@host.example".into(),
            mail_nickname: "ana_contoso.example#EXT#".into(),
            mail: Some(mail),
            other_mails: Vec::new(),
            proxy_addresses: vec!["SMTP:ana@contoso.example".into()],
            profile: Profile {
                display_name: "Ana".into(),
                job_title: Some("Auditor".into()),
                ..Profile::default()
            },
            show_in_address_list: false,
            invited_by: None,
            created_at: Time(0),
        };
        Seen { user, view, initial_domain: "host.example".into() }
    }

    #[test]
    fn without_select_only_the_default_properties_come() {
        let body = user(&seen(View::Full, State::Accepted), None);
        let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, DEFAULT);
        assert_eq!((&body["businessPhones"], &body["givenName"]), (&json!([]), &Value::Null));
    }

    #[test]
    fn every_known_property_can_be_read_and_none_shows_the_subject() {
        let body = user(&seen(View::Full, State::Accepted), Some(USERS.properties));
        assert_eq!(body.as_object().unwrap().len(), USERS.properties.len());
        assert_eq!(body["externalUserStateChangeDateTime"], "1970-01-01T00:00:01.5Z");
        assert!(!body.to_string().contains("never shown"));
    }

    #[test]
    fn identities_name_the_provider_once_there_is_one() {
        let own = json!({ "signInType": "userPrincipalName", "issuer": "host.example", "issuerAssignedId": "ana_contoso.example#EXT#@host.example" });
        let pending = user(&seen(View::Full, State::PendingAcceptance), Some(&["identities"]));
        assert_eq!(pending["identities"], json!([own]));
        let accepted = user(&seen(View::Full, State::Accepted), Some(&["identities"]));
        let mail =
            json!({ "signInType": "federated", "issuer": "mail", "issuerAssignedId": "ana@contoso.example" });
        assert_eq!(accepted["identities"], json!([mail, own]));
    }

    #[test]
    fn e4_a_guest_sees_little_of_others() {
        let body = user(
            &seen(View::Limited, State::Accepted),
            Some(&["id", "mail", "jobTitle", "identities", "accountEnabled"]),
        );
        assert_eq!(body["mail"], "ana@contoso.example");
        assert_eq!(
            (&body["jobTitle"], &body["identities"], &body["accountEnabled"]),
            (&Value::Null, &json!([]), &Value::Null)
        );
    }
}
