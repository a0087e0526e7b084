//! Who may do what: permissions of the token times roles of the person times what the tenant lets guests see, decided on
//! facts that were loaded in the same transaction. Refuses to look anything up.

mod applications;
mod delegated;
mod objects;
mod own_meaning;
mod policies;
mod rank;
mod reading;
mod records;
mod role;
mod role_texts;
mod rules;
mod scope;
mod tenants;

pub use applications::{
    Held, READ_GRANTS, may_change_application, may_change_grants, may_consent_for_all,
    may_create_application, may_grant, may_reach_application,
};
pub use objects::{
    may_administer_group, may_change_organization, may_read_deleted_of, may_read_managers, may_read_owned,
};
pub use policies::{
    AuthorizationChange, may_change_authorization, may_change_domain_list, may_change_leaving,
    may_change_sign_in_policy,
};
pub use rank::{
    Action, Change, may_change_own_password, may_change_user, may_convert, may_convert_to_internal,
    may_delete_user, may_read_deleted, may_read_methods, may_remove_factors, may_remove_method, may_reset,
    may_restore_user, may_revoke_sessions, reaches,
};
pub use reading::{
    Sight, View, may_ask_for_groups_by, may_ask_for_users_by, may_follow_user, may_follow_users,
    may_have_subscriptions, may_learn_of_absence, may_learn_of_holder, may_list, may_list_granted,
    may_list_of_user, may_read_application, may_read_bindings, may_read_group, may_read_members,
    may_read_organization, may_read_policy, may_read_sponsors, may_read_user, view_of_groups, view_of_others,
};
pub use records::{
    MailSight, may_ask_for_sign_ins, may_read_audit, may_read_history, may_read_invitations, may_read_mails,
    may_retry_mail,
};
pub use role::{Role, Standing};
pub use rules::{
    InvitePolicy, may_assign_app_role, may_assign_role, may_change_group, may_create_group, may_create_user,
    may_invite, may_name_resource,
};
pub use scope::{Scope, ScopeSet};
pub use tenants::{
    may_change_cross_tenant_access, may_change_domains, may_read_cross_tenant_access, may_read_domains,
    may_read_identity_providers,
};

use uuid::Uuid;

use crate::ids::{ClientId, ObjectId, TenantId};
use crate::policy::GuestAccess;
use crate::time::Time;

/// Who calls, as the verified token or session says; roles and state are loaded where they are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The tenant the token is for.
    pub tenant: TenantId,
    /// The person or application behind it.
    pub who: Who,
    /// Permissions of the token.
    pub scopes: ScopeSet,
    /// The client the token was issued to; `None` for a browser session.
    pub client: Option<ClientId>,
    /// The grant the token came from, if it is a person's: what came of one code or device code. It may be revoked.
    pub grant: Option<Uuid>,
    /// When the token or session was issued.
    pub issued_at: Time,
    /// What the caller calls this request (`client-request-id`), for the audit record.
    pub correlation: Option<String>,
    /// Our id of the request, if a request is behind it.
    pub request: Option<Uuid>,
}

/// The subject of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A person, with the sign-in generation the token carries (compared for equality).
    User {
        /// The person's object id.
        id: ObjectId,
        /// `sign_in_generation` at issue.
        generation: i64,
    },
    /// An application on its own behalf: its service principal.
    App {
        /// The service principal's object id.
        id: ObjectId,
    },
}

impl Who {
    /// The object id of the person or service principal.
    pub fn id(self) -> ObjectId {
        match self {
            Self::User { id, .. } | Self::App { id } => id,
        }
    }
}

/// Whether a user belongs to the organisation (`userType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserType {
    /// One of the organisation.
    Member,
    /// Invited from outside.
    Guest,
}

impl UserType {
    /// The spelling in Graph and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Guest => "Guest",
        }
    }

    /// Reads that spelling; letter case does not matter.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Member, Self::Guest].into_iter().find(|t| t.name().eq_ignore_ascii_case(text))
    }
}

/// The caller with what the directory knows about it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who calls.
    pub actor: Actor,
    /// For audit records and mails.
    pub display_name: String,
    /// The caller's own e-mail, if it is a person who has one.
    pub mail: Option<String>,
    /// `None` for applications.
    pub user_type: Option<UserType>,
    /// Roles and groups of the caller.
    pub standing: Standing,
    /// What guests see of the tenant that is called.
    pub guest_access: GuestAccess,
    /// The initial domain of the tenant that is called: the issuer of its own identities.
    pub initial_domain: String,
}

impl Caller {
    /// Whether an application calls on its own behalf.
    pub fn is_app(&self) -> bool {
        matches!(self.actor.who, Who::App { .. })
    }

    /// Whether the caller is that very object.
    pub fn is(&self, id: ObjectId) -> bool {
        self.actor.who.id() == id
    }
}
