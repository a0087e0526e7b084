//! Groups as plain data. Refuses to decide who may change one: that is in [`crate::access`].

use crate::ids::ObjectId;
use crate::time::Time;

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The object id.
    pub id: ObjectId,
    /// Raised by every write that decides on this group.
    pub revision: i64,
    /// `displayName`.
    pub display_name: String,
    /// `description`.
    pub description: Option<String>,
    /// `mail`.
    pub mail: Option<String>,
    /// `mailNickname`.
    pub mail_nickname: String,
    /// `securityEnabled`.
    pub security_enabled: bool,
    /// `isAssignableToRole`: may hold directory roles, and is guarded accordingly.
    pub role_assignable: bool,
    /// `createdDateTime`.
    pub created_at: Time,
}
