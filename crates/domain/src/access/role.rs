//! Directory roles and who holds them (reference/roles-and-policies.md section 1). Refuses roles outside the closed
//! list; who outranks whom is said in [`super::rank`].

use uuid::Uuid;

macro_rules! roles {
    ($($variant:ident = $name:literal, $id:literal;)*) => {
        /// A built-in directory role. Its template id is its id everywhere, also in `wids` claims.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Role { $(#[doc = $name] $variant),* }

        impl Role {
            /// Every role, in one fixed order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The display name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The template id.
            pub fn id(self) -> Uuid {
                match self { $(Self::$variant => uuid::uuid!($id)),* }
            }
        }
    };
}

roles! {
    GlobalAdministrator = "Global Administrator", "62e90394-69f5-4237-9190-012177145e10";
    UserAdministrator = "User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1";
    HelpdeskAdministrator = "Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8";
    GuestInviter = "Guest Inviter", "95e79109-95c0-4d8e-aee3-d01accf2d47b";
    DirectoryWriters = "Directory Writers", "9360feb5-f418-4baa-8175-e2a00bac4301";
    DirectoryReaders = "Directory Readers", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
    GlobalReader = "Global Reader", "f2ef992c-3afb-46b9-b7cf-a126ee74c451";
    PrivilegedRoleAdministrator = "Privileged Role Administrator", "e8611ab8-c189-46e8-94e1-60213ab1f814";
    PrivilegedAuthenticationAdministrator = "Privileged Authentication Administrator", "7be44c8a-adaf-4e2a-84d6-ab2649e08a13";
    AuthenticationAdministrator = "Authentication Administrator", "c4e39bd9-1100-46d3-8c65-fb160da0071f";
    PasswordAdministrator = "Password Administrator", "966707d0-3269-4727-9be2-8c3a10f19b9d";
    ExternalIdentityProviderAdministrator = "External Identity Provider Administrator", "be2f45a1-457d-42af-a067-6ec1fa63bc45";
    SecurityAdministrator = "Security Administrator", "194ae4cb-b126-40b2-bd5b-6091b380977d";
    ApplicationAdministrator = "Application Administrator", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3";
    CloudApplicationAdministrator = "Cloud Application Administrator", "158c047a-c907-4556-b7ef-446551a6b5f7";
    GroupsAdministrator = "Groups Administrator", "fdd7a751-b60b-444a-984c-02652fe8fa1c";
    ReportsReader = "Reports Reader", "4a5d8f65-41da-4de4-8968-e035b65339cf";
    SecurityReader = "Security Reader", "5d6b6bb7-de71-4623-b4af-96380a352509";
    MessageCenterReader = "Message Center Reader", "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b";
    UsageSummaryReportsReader = "Usage Summary Reports Reader", "75934031-6c7e-415a-99d7-48dbd49e875e";
    UserExperienceSuccessManager = "User Experience Success Manager", "27460883-1df1-4691-b032-3b79643e5e63";
    DomainNameAdministrator = "Domain Name Administrator", "8329153b-31d0-4727-b945-745eb3bc5f31";
}

impl Role {
    /// The role with that template id.
    pub fn by_id(id: Uuid) -> Option<Self> {
        Self::ALL.iter().copied().find(|r| r.id() == id)
    }
}

/// What a person holds that makes acting on it sensitive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Roles held directly or through a group.
    pub roles: Vec<Role>,
    /// Member or owner of a group that roles may be assigned to, whether one is assigned or not.
    pub in_role_assignable_group: bool,
}

impl Standing {
    /// Whether anything at all is held: the line app-only resets may not cross (threats D2).
    pub fn is_privileged(&self) -> bool {
        !self.roles.is_empty() || self.in_role_assignable_group
    }

    /// Whether `role` is held.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether any of `roles` is held.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|r| self.has(*r))
    }
}
