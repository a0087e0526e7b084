//! What a permission means when an application holds it by itself, in words for the administrator who is asked to grant it.
//! Refuses to leave one unexplained: the list is closed, and so is the match.

use super::Scope;

impl Scope {
    /// One plain sentence about the permission in the hands of a program, with nobody signed in. Nothing but the
    /// permission itself bounds it then: where it opens more than its name says, the sentence does.
    pub fn own_meaning(self) -> &'static str {
        match self {
            Self::UserInviteAll => "Invite guests in its own name",
            Self::UserRead => "Read the entry of whoever is signed in",
            Self::UserReadWrite => "Read and change the entry of whoever is signed in",
            Self::UserReadBasicAll => "Read names and addresses of everybody",
            Self::UserReadAll => "Read everybody\u{2019}s entry in the directory",
            Self::UserReadWriteAll => {
                "Read, change, block, delete and restore everybody\u{2019}s entry in the directory"
            }
            Self::UserMailReadWriteAll => "Read and change everybody\u{2019}s further e-mail addresses",
            Self::UserPhoneReadWriteAll => "Read and change everybody\u{2019}s telephone numbers",
            Self::UserEnableDisableAccountAll => {
                "Block anybody\u{2019}s sign-in and unblock it, if it may read people as well"
            }
            Self::GroupCreate => "Create groups, with members and owners",
            Self::DelegatedPermissionGrantReadAll => "See what applications may do in people\u{2019}s names",
            Self::UserRevokeSessionsAll => "Sign anybody out everywhere",
            Self::DirectoryReadAll => "Read the whole directory: people, groups, applications and roles",
            Self::DirectoryReadWriteAll => {
                "Read and change the whole directory: people, groups and what belongs to them"
            }
            Self::GroupReadAll => "Read all groups and their members",
            Self::GroupReadWriteAll => "Create, change and delete groups, and decide who is in them",
            Self::GroupMemberReadAll => "Read the members of all groups",
            Self::GroupMemberReadWriteAll => "Decide who is in any group, and so what those people reach",
            Self::ApplicationReadAll => "Read all applications and what they may do",
            Self::ApplicationReadWriteAll => {
                "Create, change and delete applications, and give them secrets to sign in with"
            }
            Self::ApplicationReadWriteOwnedBy => "Register applications, and change those it has registered",
            Self::DelegatedPermissionGrantReadWriteAll => {
                "Decide what applications may do in people\u{2019}s names"
            }
            Self::AppRoleAssignmentReadWriteAll => {
                "Decide who may use which application, and in which of its roles"
            }
            Self::RoleManagementReadDirectory => "See who holds which administrator role",
            Self::RoleManagementReadWriteDirectory => {
                "Make anybody an administrator, itself too, and give programs any permission"
            }
            Self::OrganizationReadAll => "Read facts about the organisation",
            Self::PolicyReadAll => "Read the organisation\u{2019}s policies",
            Self::PolicyReadWriteAuthorization => "Change who may invite and what guests see",
            Self::PolicyReadWriteExternalIdentities => "Change whether guests may leave by themselves",
            Self::PolicyReadB2BManagement => "See which domains may be invited",
            Self::PolicyReadWriteB2BManagement => "Change which domains may be invited",
            Self::AuditLogReadAll => "Read the records of what people did and of their sign-ins",
            Self::DomainReadAll => "See the organisation\u{2019}s domains",
            Self::DomainReadWriteAll => "Add, verify and remove the organisation\u{2019}s domains",
            Self::PolicyReadWriteCrossTenantAccess => {
                "Change whose people come and go as guests between organisations"
            }
            Self::IdentityProviderReadAll => "See by what people may prove who they are",
            Self::IdentityProviderReadWriteAll => "See and change by what people may prove who they are",
            Self::UserAuthenticationMethodRead => "Read how whoever is signed in can sign in",
            Self::UserAuthenticationMethodReadAll => {
                "See how anybody can sign in: passkeys, authenticator apps"
            }
            Self::UserAuthenticationMethodReadWrite => "Change how whoever is signed in can sign in",
            Self::UserConvertToInternalReadWriteAll => {
                "Make guests people of the organisation, with a new name and password"
            }
            Self::OrganizationReadWriteAll => "Read and change facts about the organisation",
            Self::UserAuthenticationMethodReadWriteAll => {
                "Remove anybody\u{2019}s passkeys and authenticator apps, but those of administrators"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_application_permission_has_a_sentence_of_its_own() {
        let of_programs = || Scope::ALL.iter().filter(|scope| scope.app_role_id().is_some());
        let mut sentences: Vec<&str> = of_programs().map(|scope| scope.own_meaning()).collect();
        for scope in of_programs() {
            let words = scope.own_meaning();
            assert!(words.contains(' ') && !words.contains(scope.name()), "{}: {words}", scope.name());
        }
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), of_programs().count());
    }
}
