//! What can be asked of the sign-in log. Refuses, by leaving it out, every other property. The original asks for no header
//! here, so nothing needs an advanced query.

use hospes_domain::query::SignInField;

use super::resource::{Field, Kind, Resource, field};

/// The sign-in log.
pub static SIGN_INS: Resource<SignInField> =
    Resource { type_name: "microsoft.graph.signIn", fields: FIELDS, properties: PROPERTIES };

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const FIELDS: &[Field<SignInField>] = &[
    field("id", SignInField::Id, Kind::Id, b"D--DDD--", b'-'),
    field("createdDateTime", SignInField::CreatedDateTime, Kind::Time, b"D-DDD---", b'D').strict(),
    field("userId", SignInField::UserId, Kind::Id, b"D-D--D-D", b'-'),
    field("userPrincipalName", SignInField::UserPrincipalName, Kind::Text, b"D-D--DD-", b'-'),
    field("appId", SignInField::AppId, Kind::Id, b"D-D--D-D", b'-'),
    field("status/errorCode", SignInField::ErrorCode, Kind::Number, b"DDD--D--", b'-'),
    field("correlationId", SignInField::CorrelationId, Kind::Text, b"D----DD-", b'-'),
];

/// Those of the published type, and `authenticationRequirement` and `userType`, which the original's newer version has.
const PROPERTIES: &[&str] = &[
    "id",
    "appDisplayName",
    "appId",
    "appliedConditionalAccessPolicies",
    "authenticationRequirement",
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
    "userType",
];
