//! What can be asked of the audit log (reference/reset-redemption.md section 6). Refuses, by leaving it out, every other
//! property. The original asks for no header here, so nothing needs an advanced query.

use hospes_domain::query::AuditField;

use super::resource::{Field, Kind, Resource, field};

/// The audit log.
pub static DIRECTORY_AUDITS: Resource<AuditField> =
    Resource { type_name: "microsoft.graph.directoryAudit", fields: FIELDS, properties: PROPERTIES };

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const FIELDS: &[Field<AuditField>] = &[
    field("id", AuditField::Id, Kind::Id, b"D----D--", b'-'),
    field("activityDateTime", AuditField::ActivityDateTime, Kind::Time, b"D-DDD---", b'D').strict(),
    field("activityDisplayName", AuditField::ActivityDisplayName, Kind::Text, b"DDD--DD-", b'-'),
    field("category", AuditField::Category, Kind::Text, b"DDD--D--", b'-'),
    field("correlationId", AuditField::CorrelationId, Kind::Text, b"D----D--", b'-'),
    field("loggedByService", AuditField::LoggedByService, Kind::Text, b"DDD--D--", b'-'),
    field("operationType", AuditField::OperationType, Kind::Text, b"DDD--D--", b'-'),
    field("result", AuditField::Result, Kind::Text, b"DDD--D--", b'-'),
    field("initiatedBy/user/id", AuditField::InitiatedByUserId, Kind::Id, b"D-D--D--", b'-'),
    field(
        "initiatedBy/user/displayName",
        AuditField::InitiatedByUserDisplayName,
        Kind::Text,
        b"D-D--DD-",
        b'-',
    ),
    field(
        "initiatedBy/user/userPrincipalName",
        AuditField::InitiatedByUserPrincipalName,
        Kind::Text,
        b"D-D--DD-",
        b'-',
    ),
    field("initiatedBy/app/appId", AuditField::InitiatedByAppId, Kind::Id, b"D-D--D--", b'-'),
    field(
        "initiatedBy/app/displayName",
        AuditField::InitiatedByAppDisplayName,
        Kind::Text,
        b"D-D--DD-",
        b'-',
    ),
    field("targetResources", AuditField::TargetResources, Kind::Targets, b"D-D---D-", b'-'),
];

const PROPERTIES: &[&str] = &[
    "id",
    "activityDateTime",
    "activityDisplayName",
    "additionalDetails",
    "category",
    "correlationId",
    "initiatedBy",
    "loggedByService",
    "operationType",
    "result",
    "resultReason",
    "targetResources",
];
