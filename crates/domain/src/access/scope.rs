//! The permissions tokens carry: a closed set, as bits. Refuses unknown names; what a token does not
//! know cannot be granted by it.

use uuid::Uuid;

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, app $app:literal;)*) => {
        /// A permission of the directory API (reference/invitations.md section 6 and general knowledge).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Scope { $($(#[$doc])* #[doc = $name] $variant),* }

        impl Scope {
            /// Every permission, in one fixed order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in `scp` and `roles` claims.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The id of the application permission (an app role of the directory API), or `None` for
            /// permissions that exist only on behalf of a person.
            pub fn app_role_id(self) -> Option<Uuid> {
                let text = match self { $(Self::$variant => $app),* };
                Uuid::try_parse(text).ok()
            }
        }
    };
}

scopes! {
    UserInviteAll = "User.Invite.All", app "09850681-111b-4a89-9bed-3f2cae46d706";
    UserRead = "User.Read", app "";
    UserReadWrite = "User.ReadWrite", app "";
    UserReadBasicAll = "User.ReadBasic.All", app "97235f07-e226-4f63-ace3-39588e11d3a1";
    UserReadAll = "User.Read.All", app "df021288-bdef-4463-88db-98f22de89214";
    UserReadWriteAll = "User.ReadWrite.All", app "741f803b-c850-494e-b5df-cde7c675a1ca";
    UserRevokeSessionsAll = "User.RevokeSessions.All", app "77f3a031-c388-4f99-b373-dc68676a979e";
    DirectoryReadAll = "Directory.Read.All", app "7ab1d382-f21e-4acd-a863-ba3e13f7da61";
    DirectoryReadWriteAll = "Directory.ReadWrite.All", app "19dbc75e-c2e2-444c-a770-ec69d8559fc7";
    GroupReadAll = "Group.Read.All", app "5b567255-7703-4780-807c-7be8301ae99b";
    GroupReadWriteAll = "Group.ReadWrite.All", app "62a82d76-70ea-41e2-9197-370581804d09";
    GroupMemberReadAll = "GroupMember.Read.All", app "98830695-27a2-44f7-8c18-0c3ebc9698f6";
    GroupMemberReadWriteAll = "GroupMember.ReadWrite.All", app "dbaae8cf-10b5-4b86-a4a1-f871c94c6695";
    ApplicationReadAll = "Application.Read.All", app "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30";
    ApplicationReadWriteAll = "Application.ReadWrite.All", app "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9";
    ApplicationReadWriteOwnedBy = "Application.ReadWrite.OwnedBy", app "18a4783c-866b-4cc7-a460-3d5e5662c884";
    DelegatedPermissionGrantReadWriteAll = "DelegatedPermissionGrant.ReadWrite.All", app "8e8e4742-1d95-4f68-9d56-6ee75648c72a";
    AppRoleAssignmentReadWriteAll = "AppRoleAssignment.ReadWrite.All", app "06b708a9-e830-4db3-a914-8e69da51d44f";
    RoleManagementReadDirectory = "RoleManagement.Read.Directory", app "483bed4a-2ad3-4361-a73b-c83ccdbdc53c";
    RoleManagementReadWriteDirectory = "RoleManagement.ReadWrite.Directory", app "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8";
    OrganizationReadAll = "Organization.Read.All", app "498476ce-e0fe-48b0-b801-37ba7e2685c6";
    PolicyReadAll = "Policy.Read.All", app "246dd0d5-5bd0-4def-940b-0421030a5b68";
    PolicyReadWriteAuthorization = "Policy.ReadWrite.Authorization", app "fb221be6-99f2-473f-bd32-01c6a0e9ca3b";
    PolicyReadWriteExternalIdentities = "Policy.ReadWrite.ExternalIdentities", app "03cc4f92-788e-4ede-b93f-199424d144a5";
    PolicyReadB2BManagement = "Policy.Read.B2BManagementPolicy", app "b41683de-870d-4462-939a-1a3d94f3accf";
    PolicyReadWriteB2BManagement = "Policy.ReadWrite.B2BManagementPolicy", app "50c51436-099b-4545-b39b-9fdf1274707c";
    AuditLogReadAll = "AuditLog.Read.All", app "b0afded3-3588-46d8-8b3d-9842eff778da";
    DomainReadAll = "Domain.Read.All", app "dbb9058a-0e50-45d7-ae91-66909b5d4664";
    DomainReadWriteAll = "Domain.ReadWrite.All", app "7e05723c-0bb0-42da-be95-ae9f08a6e53c";
    PolicyReadWriteCrossTenantAccess = "Policy.ReadWrite.CrossTenantAccess", app "338163d7-f101-4c92-94ba-ca46fe52447c";
    IdentityProviderReadAll = "IdentityProvider.Read.All", app "e321f0bb-e7f7-481e-bb28-e3b0b32d4bd0";
    IdentityProviderReadWriteAll = "IdentityProvider.ReadWrite.All", app "90db2b9a-d928-4d33-a4dd-8442ae3d41e4";
    UserAuthenticationMethodRead = "UserAuthenticationMethod.Read", app "";
    UserAuthenticationMethodReadAll = "UserAuthenticationMethod.Read.All", app "38d9df27-64da-44fd-b7c5-a6fbac20248f";
    UserAuthenticationMethodReadWrite = "UserAuthenticationMethod.ReadWrite", app "";
    UserAuthenticationMethodReadWriteAll = "UserAuthenticationMethod.ReadWrite.All", app "50483e42-d915-4231-9639-7fdb7fd190e5";
    UserConvertToInternalReadWriteAll = "User-ConvertToInternal.ReadWrite.All", app "9d952b72-f741-4b40-9185-8c53076c2339";
    OrganizationReadWriteAll = "Organization.ReadWrite.All", app "292d869f-3427-49a8-9dab-8c70152b74e9";
    UserMailReadWriteAll = "User-Mail.ReadWrite.All", app "280d0935-0796-47d1-8d26-273470a3f17a";
    UserPhoneReadWriteAll = "User-Phone.ReadWrite.All", app "86ceff06-c822-49ff-989a-d912845ffe69";
    UserEnableDisableAccountAll = "User.EnableDisableAccount.All", app "3011c876-62b7-4ada-afa2-506cbbecc68c";
    GroupCreate = "Group.Create", app "bf7b1a76-6e77-406b-b258-bf5c7720e98f";
    DelegatedPermissionGrantReadAll = "DelegatedPermissionGrant.Read.All", app "81b4724a-58aa-41c1-8a55-84ef97466587";
}

impl Scope {
    /// The permission of that name; letter case does not matter, as in the original.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.name().eq_ignore_ascii_case(name))
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet(u64);

impl ScopeSet {
    /// The known permissions of a space-separated list; unknown names are left out.
    pub fn parse(text: &str) -> Self {
        text.split_ascii_whitespace().filter_map(Scope::parse).collect()
    }

    /// Whether `scope` is in the set.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & (1_u64 << scope as u8) != 0
    }

    /// Whether any of `scopes` is in the set.
    pub fn has_any(self, scopes: &[Scope]) -> bool {
        scopes.iter().any(|s| self.has(*s))
    }

    /// The set with `scope` in it.
    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | (1_u64 << scope as u8))
    }

    /// What is in both sets.
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether nothing is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The permissions, in the fixed order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |s| self.has(*s))
    }

    /// The names, separated by spaces.
    pub fn names(self) -> String {
        self.iter().map(Scope::name).collect::<Vec<_>>().join(" ")
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::default(), Self::with)
    }
}
