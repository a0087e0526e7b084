//! Audit records as plain data, in the shape of `directoryAudit` (reference/reset-redemption.md
//! section 6). Refuses secrets: no link, code, token or key belongs into one.

use uuid::Uuid;

use crate::ids::{ClientId, ObjectId};
use crate::time::Time;

/// One security-relevant change, or a refused attempt at one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its id.
    pub id: Uuid,
    /// `activityDateTime`; set by the store.
    pub at: Time,
    /// `activityDisplayName`.
    pub activity: String,
    /// `category`, such as `UserManagement`.
    pub category: String,
    /// `loggedByService`, such as `Invited Users`.
    pub service: String,
    /// `operationType`.
    pub operation: String,
    /// `result`.
    pub success: bool,
    /// `resultReason`: why it was refused.
    pub reason: Option<String>,
    /// `user`, `app`, `guest` (a person redeeming), `operator` or `server` (by itself, when a time had come).
    pub actor_kind: String,
    /// Who did it.
    pub actor: Option<ObjectId>,
    /// The name the actor had then.
    pub actor_name: Option<String>,
    /// What it was done to: `User`, `Group`, `ServicePrincipal`, `Role`, `Policy`.
    pub target_kind: Option<String>,
    /// The object.
    pub target: Option<ObjectId>,
    /// The name the object had then.
    pub target_name: Option<String>,
    /// The user, group or application that `target` was given or lost: a new member, the holder of a role.
    pub related: Option<ObjectId>,
    /// The caller's id of the request.
    pub correlation: Option<String>,
    /// `additionalDetails`.
    pub details: Vec<(String, String)>,
}

/// A record as it is read, with what the directory knows by now of those it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The record.
    pub record: AuditRecord,
    /// The user principal name of the person who did it.
    pub actor_upn: Option<String>,
    /// The name of the person or application that did it; records of refused attempts keep none.
    pub actor_known_as: Option<String>,
    /// The client id of the application that did it.
    pub actor_client: Option<ClientId>,
    /// The user principal name of the related object, if it is a user.
    pub related_upn: Option<String>,
    /// Its display name.
    pub related_name: Option<String>,
}

impl AuditEntry {
    /// The name of who did it: as it was then, else as it is now.
    pub fn actor_name(&self) -> Option<&str> {
        self.record.actor_name.as_deref().or(self.actor_known_as.as_deref())
    }

    /// Whether an application did it; operators and the server itself are none.
    pub fn is_by_app(&self) -> bool {
        self.record.actor_kind == "app"
    }
}

impl AuditRecord {
    /// The details as a JSON object of texts.
    pub fn details_json(&self) -> String {
        let object: serde_json::Map<String, serde_json::Value> =
            self.details.iter().map(|(k, v)| (k.clone(), v.as_str().into())).collect();
        serde_json::Value::Object(object).to_string()
    }

    /// Reads that object.
    pub fn details_from_json(json: &str) -> Option<Vec<(String, String)>> {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).ok()?;
        object.into_iter().map(|(k, v)| v.as_str().map(|v| (k, v.to_owned()))).collect()
    }
}
