//! The ids of permissions on behalf of people, as `oauth2PermissionScopes` of the directory API and
//! `requiredResourceAccess` name them. Refuses to leave a permission without one: what the original has only for applications
//! (`Application.ReadWrite.OwnedBy`, `Group.Create`), or whose id we did not find published, has an id made of its name.
//!
//! Each id here, and each id of an app role in `scope.rs`, was compared with published text: those of
//! `Policy.*` and `AuditLog.Read.All` with `permissions/new/provisioningInfo.json` of the repository
//! microsoftgraph/microsoft-graph-devx-content, `User.RevokeSessions.All` and `User-ConvertToInternal.ReadWrite.All` with merill/graph-permissions-explorer, the rest
//! with copies of the original's permissions reference in several public repositories.

use aws_lc_rs::digest::{SHA256, digest};
use uuid::Uuid;

use super::Scope;

/// The ids the original publishes.
const PUBLISHED: &[(&str, &str)] = &[
    ("User.Invite.All", "63dd7cd9-b489-4adf-a28c-ac38b9a0f962"),
    ("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
    ("User.ReadWrite", "b4e74841-8e56-480b-be8b-910348b18b4c"),
    ("User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277"),
    ("User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59"),
    ("User.ReadWrite.All", "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4"),
    ("User.RevokeSessions.All", "fc30e98b-8810-4501-81f5-c20a3196387b"),
    ("Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a"),
    ("Directory.ReadWrite.All", "c5366453-9fb0-48a5-a156-24f0c49a4b84"),
    ("Group.Read.All", "5f8c59db-677d-491f-a6b8-5f174b11ec1d"),
    ("Group.ReadWrite.All", "4e46008b-f24c-477d-8fff-7bb4ec7aafe0"),
    ("GroupMember.Read.All", "bc024368-1153-4739-b217-4326f2e966d0"),
    ("GroupMember.ReadWrite.All", "f81125ac-d3b7-4573-a3b2-7099cc39df9e"),
    ("Application.Read.All", "c79f8feb-a9db-4090-85f9-90d820caa0eb"),
    ("Application.ReadWrite.All", "bdfbf15f-ee85-4955-8675-146e8e5296b5"),
    ("AppRoleAssignment.ReadWrite.All", "84bccea3-f856-4a8a-967b-dbe0a3d53a64"),
    ("DelegatedPermissionGrant.ReadWrite.All", "41ce6ca6-6826-4807-84f1-1c82854f7ee5"),
    ("RoleManagement.Read.Directory", "741c54c3-0c1e-44a1-818b-3f97ab4e8c83"),
    ("RoleManagement.ReadWrite.Directory", "d01b97e9-cbc0-49fe-810a-750afd5527a3"),
    ("Organization.Read.All", "4908d5b9-3fb2-4b1e-9336-1888b7937185"),
    ("Policy.Read.All", "572fea84-0151-49b2-9301-11cb16974376"),
    ("Policy.ReadWrite.Authorization", "edd3c878-b384-41fd-95ad-e7407dd775be"),
    ("Policy.ReadWrite.ExternalIdentities", "b5219784-1215-45b5-b3f1-88fe1081f9c0"),
    ("Policy.Read.B2BManagementPolicy", "1e320e87-6de2-424a-87bb-da340fc3434c"),
    ("Policy.ReadWrite.B2BManagementPolicy", "f976d038-b068-4e1f-9c5e-d2fb27e4b453"),
    ("Policy.ReadWrite.CrossTenantAccess", "014b43d0-6ed4-4fc6-84dc-4b6f7bae7d85"),
    ("AuditLog.Read.All", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20"),
    ("Domain.Read.All", "2f9ee017-59c1-4f1d-9472-bd5529a7b311"),
    ("Domain.ReadWrite.All", "0b5d694c-a244-4bde-86e6-eb5cd07730fe"),
    ("IdentityProvider.Read.All", "43781733-b5a7-4d1b-98f4-e8edff23e1a9"),
    ("IdentityProvider.ReadWrite.All", "f13ce604-1677-429f-90bd-8a10b9f01325"),
    ("UserAuthenticationMethod.Read", "1f6b61c5-2f65-4135-9c9f-31c0f8d32b52"),
    ("UserAuthenticationMethod.Read.All", "aec28ec7-4d02-4e8c-b864-50163aea77eb"),
    ("UserAuthenticationMethod.ReadWrite", "48971fc1-70d7-4245-af77-0beb29b53ee2"),
    ("UserAuthenticationMethod.ReadWrite.All", "b7887744-6746-4312-813d-72daeaee7e2d"),
    ("User-ConvertToInternal.ReadWrite.All", "550e695c-7511-40f4-ac79-e8fb9c82552d"),
    ("User.EnableDisableAccount.All", "f92e74e7-2563-467f-9dd0-902688cb5863"),
    ("Organization.ReadWrite.All", "46ca0847-7e6b-426e-9775-ea810a948356"),
];

/// Ids of app roles that we made up before we knew the published ones; directories of then may name them.
const FORMER_APP_ROLES: &[(Scope, Uuid)] = &[
    (Scope::PolicyReadB2BManagement, uuid::uuid!("7f0c1f0e-5b7a-4c38-9a86-1d2b6a0e8c51")),
    (Scope::PolicyReadWriteB2BManagement, uuid::uuid!("7f0c1f0e-5b7a-4c38-9a86-1d2b6a0e8c52")),
];

/// Permissions a person may grant for themselves; the rest takes an administrator.
const OWN_TO_GRANT: &[Scope] = &[Scope::UserRead, Scope::UserReadWrite, Scope::UserReadBasicAll];

impl Scope {
    /// The id of the permission on behalf of people.
    pub fn delegated_id(self) -> Uuid {
        let published = PUBLISHED.iter().find(|(name, _)| *name == self.name());
        published.and_then(|(_, id)| Uuid::try_parse(id).ok()).unwrap_or_else(|| made_of(self.name()))
    }

    /// Whether that is the id of the permission on behalf of people. One made of the name counts for each: before all
    /// published ids were known, some had such a one, and applications declare what they need by id.
    pub fn is_delegated_id(self, id: Uuid) -> bool {
        id == self.delegated_id() || id == made_of(self.name())
    }

    /// The id that the app role had before its published one was known.
    pub fn former_app_role_id(self) -> Option<Uuid> {
        FORMER_APP_ROLES.iter().find(|(scope, _)| *scope == self).map(|(_, id)| *id)
    }

    /// Whether a person may grant it for themselves.
    pub fn people_may_grant(self) -> bool {
        OWN_TO_GRANT.contains(&self)
    }
}

/// An id that stays the same as long as the name does (RFC 9562 section 5.8).
fn made_of(name: &str) -> Uuid {
    let hash = digest(&SHA256, format!("delegated permission {name}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_an_id_of_its_own() {
        let mut ids: Vec<Uuid> = Scope::ALL.iter().map(|scope| scope.delegated_id()).collect();
        ids.extend(Scope::ALL.iter().filter_map(|scope| scope.app_role_id()));
        ids.extend(FORMER_APP_ROLES.iter().map(|(_, id)| *id));
        ids.extend(PUBLISHED.iter().map(|(name, _)| made_of(name)));
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
        // An application may have declared what it needs before the published id was known.
        let revoke = Scope::UserRevokeSessionsAll;
        assert!(revoke.is_delegated_id(made_of("User.RevokeSessions.All")));
        assert!(!revoke.is_delegated_id(made_of("User.Read")));
        for (name, id) in PUBLISHED {
            assert_eq!(
                Scope::parse(name).map(|scope| scope.delegated_id().to_string()).as_deref(),
                Some(*id)
            );
        }
    }
}
