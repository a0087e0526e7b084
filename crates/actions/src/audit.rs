//! What goes into the audit log, and how. Refuses free-form activities: the list is closed, its names
//! are those of reference/reset-redemption.md section 6.

pub mod list;

use hospes_domain::access::{Actor, Caller, UserType, Who};
use hospes_domain::audit::AuditRecord;
use hospes_domain::domains::Domain;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::audit;
use hospes_store::engine::{StoreError, WriteTx};
use uuid::Uuid;

use crate::app::App;
use crate::origin;

macro_rules! activities {
    ($($variant:ident = $name:literal, $category:literal, $service:literal, $operation:literal;)*) => {
        /// A kind of change that is audited.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Activity { $(#[doc = $name] $variant),* }

        impl Activity {
            /// The names of all of them.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// `activityDisplayName`.
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name),* } }
            fn category(self) -> &'static str { match self { $(Self::$variant => $category),* } }
            fn service(self) -> &'static str { match self { $(Self::$variant => $service),* } }
            fn operation(self) -> &'static str { match self { $(Self::$variant => $operation),* } }
        }
    };
}

activities! {
    Invite = "Invite external user", "UserManagement", "Invited Users", "Add";
    Reset = "Invite external user with reset invitation status", "UserManagement", "Invited Users", "Update";
    Convert = "Invite internal user to B2B collaboration", "UserManagement", "Invited Users", "Update";
    Redeem = "Redeem external user invite", "UserManagement", "Invited Users", "Update";
    Decline = "Report invitation as not meant for the recipient", "UserManagement", "Invited Users", "Update";
    AddUser = "Add user", "UserManagement", "Core Directory", "Add";
    UpdateUser = "Update user", "UserManagement", "Core Directory", "Update";
    DeleteUser = "Delete user", "UserManagement", "Core Directory", "Delete";
    RestoreUser = "Restore user", "UserManagement", "Core Directory", "Update";
    PurgeUser = "Hard Delete user", "UserManagement", "Core Directory", "Delete";
    ConvertToInternal = "Convert external user to internal member user", "UserManagement", "Core Directory", "Update";
    ChangePassword = "Change user password", "UserManagement", "Core Directory", "Update";
    AddPasskey = "User registered security info", "UserManagement", "Authentication Methods", "Add";
    RemovePasskey = "User deleted security info", "UserManagement", "Authentication Methods", "Delete";
    RevokeSessions = "Update StsRefreshTokenValidFrom Timestamp", "UserManagement", "Core Directory", "Update";
    EndSession = "End user session", "UserManagement", "Core Directory", "Update";
    Leave = "User left the organisation", "UserManagement", "Core Directory", "Delete";
    AddMember = "Add member to group", "GroupManagement", "Core Directory", "Assign";
    RemoveMember = "Remove member from group", "GroupManagement", "Core Directory", "Unassign";
    AddGroup = "Add group", "GroupManagement", "Core Directory", "Add";
    UpdateGroup = "Update group", "GroupManagement", "Core Directory", "Update";
    DeleteGroup = "Delete group", "GroupManagement", "Core Directory", "Delete";
    RestoreGroup = "Restore group", "GroupManagement", "Core Directory", "Update";
    PurgeGroup = "Hard Delete group", "GroupManagement", "Core Directory", "Delete";
    AddGroupOwner = "Add owner to group", "GroupManagement", "Core Directory", "Assign";
    RemoveGroupOwner = "Remove owner from group", "GroupManagement", "Core Directory", "Unassign";
    AssignAppRole = "Add app role assignment grant to user", "ApplicationManagement", "Core Directory", "Assign";
    RemoveAppRole = "Remove app role assignment from user", "ApplicationManagement", "Core Directory", "Unassign";
    AssignRole = "Add member to role", "RoleManagement", "Core Directory", "Assign";
    RemoveRole = "Remove member from role", "RoleManagement", "Core Directory", "Unassign";
    PublishKey = "Publish signing key", "DirectoryManagement", "Core Directory", "Add";
    RetireKey = "Retire signing key", "DirectoryManagement", "Core Directory", "Delete";
    UpdateOrganization = "Set Company Information", "DirectoryManagement", "Core Directory", "Update";
    AddTenant = "Create company", "DirectoryManagement", "Core Directory", "Add";
    UpdateApplication = "Update application", "ApplicationManagement", "Core Directory", "Update";
    AddApplication = "Add application", "ApplicationManagement", "Core Directory", "Add";
    DeleteApplication = "Delete application", "ApplicationManagement", "Core Directory", "Delete";
    RestoreApplication = "Restore application", "ApplicationManagement", "Core Directory", "Update";
    PurgeApplication = "Hard Delete application", "ApplicationManagement", "Core Directory", "Delete";
    AddApplicationOwner = "Add owner to application", "ApplicationManagement", "Core Directory", "Assign";
    RemoveApplicationOwner = "Remove owner from application", "ApplicationManagement", "Core Directory", "Unassign";
    UpdateCredentials = "Update application - Certificates and secrets management", "ApplicationManagement", "Core Directory", "Update";
    AddServicePrincipal = "Add service principal", "ApplicationManagement", "Core Directory", "Add";
    UpdateServicePrincipal = "Update service principal", "ApplicationManagement", "Core Directory", "Update";
    DeleteServicePrincipal = "Remove service principal", "ApplicationManagement", "Core Directory", "Delete";
    RestoreServicePrincipal = "Restore service principal", "ApplicationManagement", "Core Directory", "Update";
    PurgeServicePrincipal = "Hard Delete service principal", "ApplicationManagement", "Core Directory", "Delete";
    AddServicePrincipalOwner = "Add owner to service principal", "ApplicationManagement", "Core Directory", "Assign";
    RemoveServicePrincipalOwner = "Remove owner from service principal", "ApplicationManagement", "Core Directory", "Unassign";
    AddGrant = "Add delegated permission grant", "ApplicationManagement", "Core Directory", "Assign";
    UpdateGrant = "Update delegated permission grant", "ApplicationManagement", "Core Directory", "Update";
    RemoveGrant = "Remove delegated permission grant", "ApplicationManagement", "Core Directory", "Unassign";
    RevokeConsent = "Revoke consent", "ApplicationManagement", "Core Directory", "Unassign";
    UpdatePolicy = "Update authorization policy", "AuthorizationPolicy", "Core Directory", "Update";
    UpdateLeaving = "Update external identities policy", "Policy", "Core Directory", "Update";
    AddDomainList = "Add policy", "Policy", "Core Directory", "Add";
    UpdateDomainList = "Update policy", "Policy", "Core Directory", "Update";
    DeleteDomainList = "Delete policy", "Policy", "Core Directory", "Delete";
    ConfirmSignInAddress = "Confirm sign-in address", "UserManagement", "Invited Users", "Update";
    ConsentToApp = "Consent to application", "ApplicationManagement", "Core Directory", "Assign";
    SignIn = "Sign in", "UserManagement", "Sign-ins", "SignIn";
    AddFactor = "User registered security info", "UserManagement", "Authentication Methods", "Add";
    RemoveFactor = "User deleted security info", "UserManagement", "Authentication Methods", "Delete";
    RenewRecoveryCodes = "User changed recovery codes", "UserManagement", "Authentication Methods", "Update";
    RemoveFactors = "Admin deleted security info", "UserManagement", "Authentication Methods", "Delete";
    UpdateSignInPolicy = "Update sign-in policy", "Policy", "Core Directory", "Update";
    AddDomain = "Add unverified domain", "DirectoryManagement", "Core Directory", "Add";
    VerifyDomain = "Verify domain", "DirectoryManagement", "Core Directory", "Update";
    RemoveUnverifiedDomain = "Remove unverified domain", "DirectoryManagement", "Core Directory", "Delete";
    RemoveVerifiedDomain = "Remove verified domain", "DirectoryManagement", "Core Directory", "Delete";
    AddPartner = "Add a partner to cross-tenant access setting", "CrossTenantAccessSettings", "Core Directory", "Add";
    UpdatePartner = "Update a partner cross-tenant access setting", "CrossTenantAccessSettings", "Core Directory", "Update";
    RemovePartner = "Delete partner specific cross-tenant access setting", "CrossTenantAccessSettings", "Core Directory", "Delete";
    UpdateDefaultAccess = "Update the company default cross-tenant access setting", "CrossTenantAccessSettings", "Core Directory", "Update";
    ResetDefaultAccess = "Reset the cross-tenant access default setting", "CrossTenantAccessSettings", "Core Directory", "Update";
    AddSubscription = "Add subscription", "DirectoryManagement", "Core Directory", "Add";
    UpdateSubscription = "Update subscription", "DirectoryManagement", "Core Directory", "Update";
    DeleteSubscription = "Delete subscription", "DirectoryManagement", "Core Directory", "Delete";
    RetryMail = "Send mail again", "UserManagement", "Invited Users", "Update";
    AllowDevice = "Sign in on another device", "UserManagement", "Sign-ins", "SignIn";
    RevokeTokens = "Revoke tokens after reuse", "UserManagement", "Sign-ins", "Update";
}

impl Activity {
    /// The removal of that domain.
    pub(crate) fn removed(domain: &Domain) -> Self {
        if domain.verified_by.is_some() { Self::RemoveVerifiedDomain } else { Self::RemoveUnverifiedDomain }
    }
}

/// What a record is about.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// `User`, `Group`, `ServicePrincipal`, `Role`, `Policy`.
    pub kind: &'static str,
    /// The object.
    pub id: ObjectId,
    /// Its name now.
    pub name: String,
    /// Whom it was given, or who lost it.
    pub related: Option<ObjectId>,
}

impl Target {
    pub(crate) fn user(user: &User) -> Self {
        Self { kind: "User", id: user.id(), name: user.upn.clone(), related: None }
    }

    /// The same with the member, holder or principal it was about.
    pub(crate) fn with(self, related: ObjectId) -> Self {
        Self { related: Some(related), ..self }
    }
}

/// The newest records about one object, newest first: for the operator and for tests; people read the
/// log through the directory API.
pub async fn about(app: &App, tenant: TenantId, target: ObjectId) -> Result<Vec<AuditRecord>, Refusal> {
    app.read(move |tx| Ok(audit::about(tx, tenant, target, 1000)?)).await
}

/// The newest records of a tenant, newest first.
pub async fn newest(app: &App, tenant: TenantId) -> Result<Vec<AuditRecord>, Refusal> {
    app.read(move |tx| Ok(audit::newest(tx, tenant, 1000)?)).await
}

fn blank(id: Uuid, activity: Activity, actor_kind: &str) -> AuditRecord {
    AuditRecord {
        id,
        at: Time::default(),
        activity: activity.name().to_owned(),
        category: activity.category().to_owned(),
        service: activity.service().to_owned(),
        operation: activity.operation().to_owned(),
        success: true,
        reason: None,
        actor_kind: actor_kind.to_owned(),
        actor: None,
        actor_name: None,
        target_kind: None,
        target: None,
        target_name: None,
        related: None,
        correlation: None,
        details: Vec::new(),
    }
}

fn kind_of(who: Who) -> &'static str {
    match who {
        Who::User { .. } => "user",
        Who::App { .. } => "app",
    }
}

/// Records that `caller` did it.
pub(crate) fn done(
    tx: &WriteTx<'_>,
    caller: &Caller,
    id: Uuid,
    activity: Activity,
    target: Option<&Target>,
    details: Vec<(String, String)>,
) -> Result<(), StoreError> {
    let record = AuditRecord {
        actor: Some(caller.actor.who.id()),
        actor_name: Some(caller.display_name.clone()),
        target_kind: target.map(|t| t.kind.to_owned()),
        target: target.map(|t| t.id),
        target_name: target.map(|t| t.name.clone()),
        related: target.and_then(|t| t.related),
        correlation: caller.actor.correlation.clone(),
        details,
        ..blank(id, activity, kind_of(caller.actor.who))
    };
    insert_of_request(tx, &caller.actor, record)
}

/// A record has the id of the request, which errors show (`request-id`); what more one request does has ids of its own.
fn insert_of_request(tx: &WriteTx<'_>, actor: &Actor, record: AuditRecord) -> Result<(), StoreError> {
    if let Some(id) = actor.request
        && audit::insert_first(tx, actor.tenant, &AuditRecord { id, ..record.clone() })?
    {
        return Ok(());
    }
    audit::insert(tx, actor.tenant, &record)
}

/// Records that an authenticated caller was refused, with the reason.
pub(crate) fn refused(
    tx: &WriteTx<'_>,
    actor: &Actor,
    id: Uuid,
    activity: Activity,
    refusal: &Refusal,
) -> Result<(), StoreError> {
    let record = AuditRecord {
        success: false,
        reason: Some(refusal.name().to_owned()),
        actor: Some(actor.who.id()),
        correlation: actor.correlation.clone(),
        details: vec![("explanation".to_owned(), refusal.to_string())],
        ..blank(id, activity, kind_of(actor.who))
    };
    insert_of_request(tx, actor, record)
}

/// Records what a person did, or was refused, on the pages.
pub(crate) fn by_guest(
    tx: &WriteTx<'_>,
    user: &User,
    id: Uuid,
    activity: Activity,
    outcome: Result<(), &Refusal>,
    details: Vec<(String, String)>,
) -> Result<(), StoreError> {
    let record = AuditRecord {
        success: outcome.is_ok(),
        reason: outcome.err().map(|r| r.name().to_owned()),
        actor: Some(user.id()),
        actor_name: Some(user.profile.display_name.clone()),
        target_kind: Some("User".to_owned()),
        target: Some(user.id()),
        target_name: Some(user.upn.clone()),
        correlation: origin::decided_for(),
        details,
        ..blank(id, activity, if user.user_type == UserType::Guest { "guest" } else { "user" })
    };
    audit::insert(tx, user.guest.record().tenant, &record)
}

/// Records that somebody was refused who proved who they are elsewhere and is nobody here; the details say who.
pub(crate) fn of_an_outsider(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    activity: Activity,
    refusal: &Refusal,
    details: Vec<(String, String)>,
) -> Result<(), StoreError> {
    let reason = Some(refusal.name().to_owned());
    let record = AuditRecord {
        success: false,
        reason,
        actor_name: Some("Somebody from another organisation".to_owned()),
        correlation: origin::decided_for(),
        details,
        ..blank(id, activity, "outsider")
    };
    audit::insert(tx, tenant, &record)
}

/// Records what the operator of the server did, outside any request.
pub(crate) fn by_operator(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    activity: Activity,
    target: Option<&Target>,
    details: Vec<(String, String)>,
) -> Result<(), StoreError> {
    let record = AuditRecord {
        target_kind: target.map(|t| t.kind.to_owned()),
        target: target.map(|t| t.id),
        target_name: target.map(|t| t.name.clone()),
        related: target.and_then(|t| t.related),
        details,
        ..blank(id, activity, "operator")
    };
    audit::insert(tx, tenant, &record)
}

/// Records what the server did by itself because its time had come.
pub(crate) fn by_itself(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: Uuid,
    activity: Activity,
    target: &Target,
    details: Vec<(String, String)>,
) -> Result<(), StoreError> {
    let record = AuditRecord {
        actor_name: Some("Hospes".to_owned()),
        target_kind: Some(target.kind.to_owned()),
        target: Some(target.id),
        target_name: Some(target.name.clone()),
        details,
        ..blank(id, activity, "server")
    };
    audit::insert(tx, tenant, &record)
}
