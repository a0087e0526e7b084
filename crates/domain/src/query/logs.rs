//! What the logs can be filtered or sorted by. Refuses, by leaving it out, what no line of them has.

use super::Unkept;

/// What the audit log can be filtered or sorted by (reference/reset-redemption.md section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name, or its part")]
pub enum AuditField {
    Id,
    ActivityDateTime,
    ActivityDisplayName,
    Category,
    CorrelationId,
    LoggedByService,
    OperationType,
    Result,
    InitiatedByUserId,
    InitiatedByUserDisplayName,
    InitiatedByUserPrincipalName,
    InitiatedByAppId,
    InitiatedByAppDisplayName,
    /// A collection with parts: only inside [`Filter::Any`](super::Filter::Any).
    TargetResources,
}

/// What the sign-in log can be filtered or sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name, or its part")]
pub enum SignInField {
    Id,
    CreatedDateTime,
    UserId,
    UserPrincipalName,
    AppId,
    /// `status/errorCode`.
    ErrorCode,
    CorrelationId,
    AppDisplayName,
    ClientAppUsed,
    ConditionalAccessStatus,
    HomeTenantId,
    IpAddress,
    IsInteractive,
    ResourceDisplayName,
    ResourceId,
    ResourceTenantId,
    /// What would be known of a risk: there is none in any line.
    Risk,
    ServicePrincipalId,
    ServicePrincipalName,
    UserDisplayName,
    /// A property that the directory does not keep: no line has a value.
    Unkept(Unkept),
}
