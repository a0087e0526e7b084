//! What each directory role is for, in words and as resource actions, named as the original names them:
//! `microsoft.directory/{entity}/{propertySet}/{action}` (reference/roles-and-policies.md, "Role resources"). Refuses to decide
//! by them: the rules beside this file do, and an action stands here only if they grant it.

use super::Role;

/// What every role may: it inherits from Directory Readers.
const READ: &[&str] = &[
    "microsoft.directory/applications/standard/read",
    "microsoft.directory/directoryRoles/standard/read",
    "microsoft.directory/groups/standard/read",
    "microsoft.directory/groups/members/read",
    "microsoft.directory/groups/owners/read",
    "microsoft.directory/servicePrincipals/standard/read",
    "microsoft.directory/users/standard/read",
    "microsoft.directory/users/memberOf/read",
    "microsoft.directory/users/appRoleAssignments/read",
    "microsoft.directory/users/sponsors/read",
    "microsoft.directory/users/invitedBy/read",
    "microsoft.directory/users/manager/read",
];

const APPLICATIONS: &[&str] = &[
    "microsoft.directory/applications/allProperties/allTasks",
    "microsoft.directory/servicePrincipals/allProperties/allTasks",
    "microsoft.directory/servicePrincipals/appRoleAssignedTo/update",
];

const LOGS: &[&str] = &[
    "microsoft.directory/auditLogs/allProperties/read",
    "microsoft.directory/signInReports/allProperties/read",
];

impl Role {
    /// What the role is for, one sentence.
    pub fn description(self) -> &'static str {
        match self {
            Self::GlobalAdministrator => "May do everything in this organisation, and give every role.",
            Self::UserAdministrator => {
                "Looks after people and groups: invites, resets redemptions, creates, changes, deletes and restores users, and \
                 gives access to applications."
            }
            Self::HelpdeskAdministrator => {
                "Helps people back in: resets redemptions and passwords and ends sessions of those without a stronger role."
            }
            Self::GuestInviter => "Invites guests, also where members may not.",
            Self::DirectoryWriters => {
                "Invites, and changes basic data of users and groups; meant for applications."
            }
            Self::DirectoryReaders => "Reads basic data of users, groups and applications.",
            Self::GlobalReader => "Reads everything an administrator can read, and changes nothing.",
            Self::PrivilegedRoleAdministrator => {
                "Gives and takes directory roles, and decides how much guests see."
            }
            Self::PrivilegedAuthenticationAdministrator => {
                "Changes how anybody signs in, administrators included."
            }
            Self::AuthenticationAdministrator => {
                "Changes how people without a role that administers sign in."
            }
            Self::PasswordAdministrator => "Sets passwords of people without a role that administers.",
            Self::ExternalIdentityProviderAdministrator => {
                "Decides about identity providers of others, and whether guests may leave by themselves."
            }
            Self::SecurityAdministrator => "Decides how people sign in, and reads the logs.",
            Self::ApplicationAdministrator => "Looks after applications and who has access to them.",
            Self::CloudApplicationAdministrator => {
                "Looks after applications and who has access to them, but for those behind a proxy."
            }
            Self::GroupsAdministrator => "Looks after groups and who is in them.",
            Self::ReportsReader => "Reads the audit log and the sign-in log.",
            Self::SecurityReader => "Reads the logs and what there is to know about security.",
            Self::MessageCenterReader => "Reads announcements of the original; there are none here.",
            Self::UsageSummaryReportsReader => "Reads summaries of the original; there are none here.",
            Self::UserExperienceSuccessManager => "Reads feedback in the original; there is none here.",
            Self::DomainNameAdministrator => "Looks after the domains of the organisation.",
        }
    }

    /// What the role grants beyond what every role inherits from Directory Readers.
    pub fn actions(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::GlobalAdministrator => &[
                "microsoft.directory/applications/allProperties/allTasks",
                "microsoft.directory/auditLogs/allProperties/read",
                "microsoft.directory/directoryRoles/allProperties/allTasks",
                "microsoft.directory/domains/allProperties/allTasks",
                "microsoft.directory/groups/allProperties/allTasks",
                "microsoft.directory/organization/allProperties/allTasks",
                "microsoft.directory/servicePrincipals/allProperties/allTasks",
                "microsoft.directory/signInReports/allProperties/read",
                "microsoft.directory/users/allProperties/allTasks",
                "microsoft.directory/users/inviteGuest",
            ],
            Self::UserAdministrator => &[
                "microsoft.directory/groups/create",
                "microsoft.directory/groups/delete",
                "microsoft.directory/groups/basic/update",
                "microsoft.directory/groups/members/update",
                "microsoft.directory/groups/owners/update",
                "microsoft.directory/servicePrincipals/appRoleAssignedTo/update",
                "microsoft.directory/users/basic/update",
                "microsoft.directory/users/convertExternalToInternalMemberUser",
                "microsoft.directory/users/create",
                "microsoft.directory/users/delete",
                "microsoft.directory/users/disable",
                "microsoft.directory/users/enable",
                "microsoft.directory/users/invalidateAllRefreshTokens",
                "microsoft.directory/users/inviteGuest",
                "microsoft.directory/users/manager/update",
                "microsoft.directory/users/password/update",
                "microsoft.directory/users/restore",
                "microsoft.directory/users/sponsors/update",
                "microsoft.directory/users/userPrincipalName/update",
            ],
            Self::HelpdeskAdministrator => &[
                "microsoft.directory/users/invalidateAllRefreshTokens",
                "microsoft.directory/users/password/update",
            ],
            Self::GuestInviter => &["microsoft.directory/users/inviteGuest"],
            Self::DirectoryWriters => &[
                "microsoft.directory/groups/basic/update",
                "microsoft.directory/groups/members/update",
                "microsoft.directory/users/basic/update",
                "microsoft.directory/users/inviteGuest",
            ],
            Self::DirectoryReaders => READ,
            Self::PrivilegedRoleAdministrator => {
                &["microsoft.directory/directoryRoles/allProperties/allTasks"]
            }
            Self::ApplicationAdministrator | Self::CloudApplicationAdministrator => APPLICATIONS,
            Self::GroupsAdministrator => &["microsoft.directory/groups/allProperties/allTasks"],
            Self::GlobalReader | Self::SecurityAdministrator | Self::ReportsReader | Self::SecurityReader => {
                LOGS
            }
            Self::DomainNameAdministrator => &["microsoft.directory/domains/allProperties/allTasks"],
            Self::PasswordAdministrator => &["microsoft.directory/users/password/update"],
            Self::PrivilegedAuthenticationAdministrator | Self::AuthenticationAdministrator => &[
                "microsoft.directory/users/delete",
                "microsoft.directory/users/disable",
                "microsoft.directory/users/enable",
                "microsoft.directory/users/invalidateAllRefreshTokens",
                "microsoft.directory/users/password/update",
                "microsoft.directory/users/restore",
                "microsoft.directory/users/userPrincipalName/update",
            ],
            Self::ExternalIdentityProviderAdministrator
            | Self::MessageCenterReader
            | Self::UsageSummaryReportsReader
            | Self::UserExperienceSuccessManager => &[],
        };
        own.to_vec()
    }

    /// Whether the original counts the role among those that can be used to rise, or to get at everything (`isPrivileged`;
    /// entra-docs: docs/identity/role-based-access-control/privileged-roles-permissions.md).
    pub fn is_privileged(self) -> bool {
        !matches!(
            self,
            Self::GuestInviter
                | Self::DirectoryReaders
                | Self::GroupsAdministrator
                | Self::ReportsReader
                | Self::MessageCenterReader
                | Self::UsageSummaryReportsReader
                | Self::UserExperienceSuccessManager
        )
    }

    /// What the role inherits from (`inheritsPermissionsFrom`): any role lets its holder read as members do.
    pub fn inherits_from(self) -> Option<Self> {
        (self != Self::DirectoryReaders).then_some(Self::DirectoryReaders)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_says_what_it_is_for_and_names_its_actions_as_the_original_does() {
        for role in Role::ALL {
            assert!(
                role.description().ends_with('.') && role.description() != role.name(),
                "{}",
                role.name()
            );
            for action in role.actions() {
                let parts: Vec<&str> = action.split('/').collect();
                assert!((3..=4).contains(&parts.len()) && parts[0] == "microsoft.directory", "{action}");
            }
        }
    }
}
