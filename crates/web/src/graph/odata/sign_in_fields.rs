//! What can be asked of the sign-in log. Refuses, by leaving it out, every other property. The original asks for no header
//! here, so nothing needs an advanced query.

use hospes_domain::query::{SignInField, Unkept};

use super::resource::{Field, Kind, Resource, field};

/// The sign-in log.
pub static SIGN_INS: Resource<SignInField> =
    Resource { type_name: "microsoft.graph.signIn", fields: FIELDS, properties: PROPERTIES };

/// The same under `/beta`, where the original has more of them.
pub static SIGN_INS_BETA: Resource<SignInField> =
    Resource { type_name: "microsoft.graph.signIn", fields: FIELDS, properties: BETA_PROPERTIES };

/// What the list of published properties says can be asked for (graph-docs: api-reference/v1.0/resources/signin.md), and the
/// opposites. Each letter: eq ne not ge le in startsWith null; then sorting. Those at the end no line has a value of.
#[rustfmt::skip]
const FIELDS: &[Field<SignInField>] = &[
    field("id", SignInField::Id, Kind::Id, b"D--DDD--", b'-'),
    field("createdDateTime", SignInField::CreatedDateTime, Kind::Time, b"D-DDD---", b'D').strict(),
    field("userId", SignInField::UserId, Kind::Id, b"D-D--D-D", b'-'),
    field("userPrincipalName", SignInField::UserPrincipalName, Kind::Text, b"D-D--DD-", b'-'),
    field("appId", SignInField::AppId, Kind::Id, b"D-D--D-D", b'-'),
    field("status/errorCode", SignInField::ErrorCode, Kind::Number, b"DDD--D--", b'-'),
    field("correlationId", SignInField::CorrelationId, Kind::Text, b"D----DD-", b'-'),
    field("appDisplayName", SignInField::AppDisplayName, Kind::Text, b"DDD--DDD", b'-'),
    field("clientAppUsed", SignInField::ClientAppUsed, Kind::Text, b"DDD--DDD", b'-'),
    field("conditionalAccessStatus", SignInField::ConditionalAccessStatus, Kind::Text, b"DDD--D--", b'-'),
    field("homeTenantId", SignInField::HomeTenantId, Kind::Id, b"DDD--D-D", b'-'),
    field("ipAddress", SignInField::IpAddress, Kind::Text, b"DDD--DDD", b'-'),
    field("isInteractive", SignInField::IsInteractive, Kind::Flag, b"DDD-----", b'-'),
    field("resourceDisplayName", SignInField::ResourceDisplayName, Kind::Text, b"DDD--DDD", b'-'),
    field("resourceId", SignInField::ResourceId, Kind::Id, b"DDD--D-D", b'-'),
    field("resourceTenantId", SignInField::ResourceTenantId, Kind::Id, b"DDD--D--", b'-'),
    field("riskDetail", SignInField::Risk, Kind::Text, b"DDD--D--", b'-'),
    field("riskLevelAggregated", SignInField::Risk, Kind::Text, b"DDD--D--", b'-'),
    field("riskLevelDuringSignIn", SignInField::Risk, Kind::Text, b"DDD--D--", b'-'),
    field("riskState", SignInField::Risk, Kind::Text, b"DDD--D--", b'-'),
    field("servicePrincipalId", SignInField::ServicePrincipalId, Kind::Id, b"DDD--D-D", b'-'),
    field("servicePrincipalName", SignInField::ServicePrincipalName, Kind::Text, b"DDD--DDD", b'-'),
    field("userDisplayName", SignInField::UserDisplayName, Kind::Text, b"DDD--DDD", b'-'),
    field("deviceDetail/operatingSystem", SignInField::Unkept(Unkept::Text), Kind::Text, b"DDD--DDD", b'-'),
    field("location/city", SignInField::Unkept(Unkept::Text), Kind::Text, b"DDD--DDD", b'-'),
    field("location/state", SignInField::Unkept(Unkept::Text), Kind::Text, b"DDD--DDD", b'-'),
    field("location/countryOrRegion", SignInField::Unkept(Unkept::Text), Kind::Text, b"DDD--DDD", b'-'),
    field("riskEventTypes", SignInField::Unkept(Unkept::Collection), Kind::Texts, b"D-D-----", b'-'),
    field("riskEventTypes_v2", SignInField::Unkept(Unkept::Collection), Kind::Texts, b"D-D-----", b'-'),
];

/// Those of the published type.
const PROPERTIES: &[&str] = &[
    "id",
    "appDisplayName",
    "appId",
    "appliedConditionalAccessPolicies",
    "authenticationAppDeviceDetails",
    "clientAppUsed",
    "conditionalAccessStatus",
    "correlationId",
    "createdDateTime",
    "deviceDetail",
    "homeTenantId",
    "ipAddress",
    "isInteractive",
    "location",
    "resourceDisplayName",
    "resourceId",
    "resourceTenantId",
    "riskDetail",
    "riskEventTypes",
    "riskEventTypes_v2",
    "riskLevelAggregated",
    "riskLevelDuringSignIn",
    "riskState",
    "servicePrincipalId",
    "servicePrincipalName",
    "status",
    "userAgent",
    "userDisplayName",
    "userId",
    "userPrincipalName",
];

/// Those, and what only the newer version of the type has.
const BETA_PROPERTIES: &[&str] = &with([""; PROPERTIES.len() + BETA_ALONE.len()]);

const BETA_ALONE: [&str; 2] = ["authenticationRequirement", "userType"];

/// The published ones and those of `/beta` behind them.
const fn with<const N: usize>(mut all: [&'static str; N]) -> [&'static str; N] {
    let mut place = 0;
    while place < N {
        all[place] =
            if place < PROPERTIES.len() { PROPERTIES[place] } else { BETA_ALONE[place - PROPERTIES.len()] };
        place += 1;
    }
    all
}
