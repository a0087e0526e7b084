//! The directory API as Microsoft Graph spells it. [`ROUTES`] is its table of contents: one line per route.
//! Refuses to decide anything: each handler reads a request, calls one verb and writes its answer.

mod annotations;
mod asked;
mod batch;
mod below;
mod by_name;
mod cross_origin;
mod dispatch;
mod envelope;
mod error;
mod etag;
mod expanding;
mod management;
mod metadata;
mod paging;
mod reply;
mod request;
mod throttle;

mod app_role_assignments;
mod application_owners;
mod applications;
mod authentication_methods;
mod bindings;
mod cross_tenant;
mod deleted_items;
mod delta;
mod directory_audits;
mod directory_objects;
mod directory_roles;
mod domain_lists;
mod domains;
mod groups;
mod identity_providers;
mod invitations;
mod lines;
mod links;
mod mails;
mod member_ids;
mod members;
mod oauth2_permission_grants;
mod organization;
mod policies;
mod role_assignments;
mod service_principals;
mod sign_in_policy;
mod sign_ins;
mod subscriptions;
mod user_relations;
mod users;

pub mod odata;
pub mod path;

pub(crate) use cross_origin::open_to_pages;
pub(crate) use dispatch::in_any_case;
pub use dispatch::routes;
pub use envelope::ROUTES as AROUND;
pub(crate) use error::refuse;
pub use error::{spelled, spelled_http};
pub use lines::Route;
// Forms are read as bodies are, so that the same text gets the same answer everywhere.
pub(crate) use invitations::invitation;
pub(crate) use management::is_management;
pub(crate) use request::Fields;
pub use throttle::Buckets;
pub(crate) use users::user_edit;

use lines::{beta_route, route};

/// Every route, the same for `/v1.0` and `/beta`, but for what is `/beta` only. `{id}` stands for an object of the collection
/// before, in any of the spellings of [`path`]; of an application or service principal also for `(appId='…')`. Behind every
/// list `/$count` gives the number alone.
pub const ROUTES: &[Route] = &[
    route!("POST", "/invitations", invitations::create),
    route!("GET", "/invitations", invitations::list),
    route!("GET", "/invitations/{id}", invitations::get),
    route!("GET", "/me", users::get),
    route!("PATCH", "/me", users::update),
    route!("GET", "/users", users::list),
    route!("POST", "/users", users::create),
    route!("GET", "/users/delta", delta::users),
    route!("GET", "/users/{id}", users::get),
    route!("PATCH", "/users/{id}", users::update),
    route!("DELETE", "/users/{id}", users::delete),
    route!("POST", "/users/{id}/revokeSignInSessions", users::revoke_sessions),
    route!("POST", "/users/{id}/invalidateAllRefreshTokens", users::revoke_sessions),
    route!("POST", "/me/revokeSignInSessions", users::revoke_sessions),
    route!("POST", "/me/invalidateAllRefreshTokens", users::revoke_sessions),
    route!("POST", "/me/changePassword", users::change_password),
    route!("GET", "/users/{id}/sponsors", users::sponsors),
    route!("POST", "/users/{id}/sponsors/$ref", user_relations::add_sponsor),
    route!("DELETE", "/users/{id}/sponsors/{id}/$ref", user_relations::remove_sponsor),
    route!("GET", "/me/sponsors", users::sponsors),
    route!("GET", "/users/{id}/manager", user_relations::manager),
    route!("GET", "/users/{id}/manager/$ref", user_relations::manager_reference),
    route!("PUT", "/users/{id}/manager/$ref", user_relations::set_manager),
    route!("DELETE", "/users/{id}/manager/$ref", user_relations::remove_manager),
    route!("GET", "/me/manager", user_relations::manager),
    route!("GET", "/users/{id}/directReports", user_relations::reports),
    route!("GET", "/me/directReports", user_relations::reports),
    beta_route!("GET", "/users/{id}/transitiveReports", user_relations::all_reports),
    route!("GET", "/users/{id}/ownedObjects", user_relations::owned),
    route!("GET", "/users/{id}/ownedObjects/graph.group", user_relations::owned_groups),
    route!("GET", "/users/{id}/ownedObjects/graph.application", user_relations::owned_applications),
    route!(
        "GET",
        "/users/{id}/ownedObjects/graph.servicePrincipal",
        user_relations::owned_service_principals
    ),
    route!("GET", "/me/ownedObjects", user_relations::owned),
    route!("GET", "/me/ownedObjects/graph.group", user_relations::owned_groups),
    route!("GET", "/me/ownedObjects/graph.application", user_relations::owned_applications),
    route!("GET", "/me/ownedObjects/graph.servicePrincipal", user_relations::owned_service_principals),
    beta_route!("GET", "/users/{id}/invitedBy", user_relations::invited_by),
    beta_route!("POST", "/users/{id}/convertExternalToInternalMemberUser", users::convert_to_internal),
    route!("POST", "/users/{id}/hospes.removeSecondFactors", users::remove_second_factors),
    route!("GET", "/users/{id}/authentication/methods", authentication_methods::methods),
    route!("GET", "/users/{id}/authentication/methods/{id}", authentication_methods::method),
    route!("GET", "/users/{id}/authentication/passwordMethods", authentication_methods::passwords),
    route!("GET", "/users/{id}/authentication/passwordMethods/{id}", authentication_methods::password),
    route!("GET", "/users/{id}/authentication/fido2Methods", authentication_methods::passkeys),
    route!("GET", "/users/{id}/authentication/fido2Methods/{id}", authentication_methods::passkey),
    route!("DELETE", "/users/{id}/authentication/fido2Methods/{id}", authentication_methods::remove_passkey),
    route!("GET", "/users/{id}/authentication/softwareOathMethods", authentication_methods::apps),
    route!("GET", "/users/{id}/authentication/softwareOathMethods/{id}", authentication_methods::app),
    route!(
        "DELETE",
        "/users/{id}/authentication/softwareOathMethods/{id}",
        authentication_methods::remove_app
    ),
    route!("GET", "/me/authentication/methods", authentication_methods::methods_of_me),
    route!("GET", "/me/authentication/passwordMethods", authentication_methods::passwords_of_me),
    route!("GET", "/me/authentication/fido2Methods", authentication_methods::passkeys_of_me),
    route!("GET", "/me/authentication/softwareOathMethods", authentication_methods::apps_of_me),
    route!("GET", "/users/{id}/hospes.bindings", bindings::list),
    route!("GET", "/users/{id}/hospes.history", directory_audits::of_user),
    route!("GET", "/users/{id}/hospes.invitations", invitations::of_user),
    route!("GET", "/organization", organization::list),
    route!("GET", "/organization/{id}", organization::get),
    route!("PATCH", "/organization/{id}", organization::update),
    route!("GET", "/me/memberOf", members::of_user),
    route!("GET", "/me/transitiveMemberOf", members::all_of_user),
    route!("GET", "/me/memberOf/graph.group", members::groups_of_user),
    route!("GET", "/me/memberOf/graph.directoryRole", members::roles_of_user),
    route!("GET", "/me/transitiveMemberOf/graph.group", members::all_groups_of_user),
    route!("GET", "/me/transitiveMemberOf/graph.directoryRole", members::all_roles_of_user),
    route!("GET", "/me/appRoleAssignments", app_role_assignments::list_of_user),
    route!("POST", "/me/getMemberGroups", member_ids::groups_of_user),
    route!("POST", "/me/getMemberObjects", member_ids::objects_of_user),
    route!("POST", "/me/checkMemberGroups", member_ids::check_groups_of_user),
    route!("POST", "/me/checkMemberObjects", member_ids::check_objects_of_user),
    route!("POST", "/users/{id}/getMemberGroups", member_ids::groups_of_user),
    route!("POST", "/users/{id}/getMemberObjects", member_ids::objects_of_user),
    route!("POST", "/users/{id}/checkMemberGroups", member_ids::check_groups_of_user),
    route!("POST", "/users/{id}/checkMemberObjects", member_ids::check_objects_of_user),
    route!("GET", "/users/{id}/memberOf", members::of_user),
    route!("GET", "/users/{id}/memberOf/graph.group", members::groups_of_user),
    route!("GET", "/users/{id}/memberOf/graph.directoryRole", members::roles_of_user),
    route!("GET", "/users/{id}/transitiveMemberOf", members::all_of_user),
    route!("GET", "/users/{id}/transitiveMemberOf/graph.group", members::all_groups_of_user),
    route!("GET", "/users/{id}/transitiveMemberOf/graph.directoryRole", members::all_roles_of_user),
    route!("GET", "/users/{id}/oauth2PermissionGrants", oauth2_permission_grants::list_of_user),
    route!("GET", "/me/oauth2PermissionGrants", oauth2_permission_grants::list_of_user),
    route!("GET", "/users/{id}/appRoleAssignments", app_role_assignments::list_of_user),
    route!("POST", "/users/{id}/appRoleAssignments", app_role_assignments::create_of_user),
    route!("GET", "/users/{id}/appRoleAssignments/{id}", app_role_assignments::get_of_user),
    route!("DELETE", "/users/{id}/appRoleAssignments/{id}", app_role_assignments::delete_of_user),
    route!("GET", "/groups", groups::list),
    route!("POST", "/groups", groups::create),
    route!("GET", "/groups/delta", delta::groups),
    route!("GET", "/groups/{id}", groups::get),
    route!("PATCH", "/groups/{id}", groups::update),
    route!("DELETE", "/groups/{id}", groups::delete),
    route!("GET", "/groups/{id}/members", members::list),
    route!("GET", "/groups/{id}/members/graph.user", members::list_users),
    route!("GET", "/groups/{id}/members/graph.group", members::list_groups),
    route!("GET", "/groups/{id}/members/graph.servicePrincipal", members::list_service_principals),
    route!("POST", "/groups/{id}/members/$ref", members::add),
    route!("GET", "/groups/{id}/members/{id}/$ref", links::member),
    route!("DELETE", "/groups/{id}/members/{id}/$ref", members::remove),
    route!("GET", "/groups/{id}/owners", members::owners),
    route!("GET", "/groups/{id}/owners/graph.user", members::owning_users),
    route!("GET", "/groups/{id}/owners/graph.servicePrincipal", members::owning_service_principals),
    route!("POST", "/groups/{id}/owners/$ref", members::add_owner),
    route!("GET", "/groups/{id}/owners/{id}/$ref", links::owner),
    route!("DELETE", "/groups/{id}/owners/{id}/$ref", members::remove_owner),
    route!("GET", "/groups/{id}/transitiveMembers", members::list_all),
    route!("GET", "/groups/{id}/transitiveMembers/graph.user", members::list_all_users),
    route!("GET", "/groups/{id}/transitiveMembers/graph.group", members::list_all_groups),
    route!(
        "GET",
        "/groups/{id}/transitiveMembers/graph.servicePrincipal",
        members::list_all_service_principals
    ),
    route!("GET", "/groups/{id}/memberOf", members::of_group),
    route!("GET", "/groups/{id}/memberOf/graph.group", members::groups_of_group),
    route!("GET", "/groups/{id}/memberOf/graph.directoryRole", members::roles_of_group),
    route!("GET", "/groups/{id}/transitiveMemberOf", members::all_of_group),
    route!("GET", "/groups/{id}/transitiveMemberOf/graph.group", members::all_groups_of_group),
    route!("GET", "/groups/{id}/transitiveMemberOf/graph.directoryRole", members::all_roles_of_group),
    route!("POST", "/groups/{id}/getMemberGroups", member_ids::groups_of_group),
    route!("POST", "/groups/{id}/getMemberObjects", member_ids::objects_of_group),
    route!("POST", "/groups/{id}/checkMemberGroups", member_ids::check_groups_of_group),
    route!("POST", "/groups/{id}/checkMemberObjects", member_ids::check_objects_of_group),
    route!("GET", "/groups/{id}/appRoleAssignments", app_role_assignments::list_of_group),
    route!("POST", "/groups/{id}/appRoleAssignments", app_role_assignments::create_of_group),
    route!("GET", "/groups/{id}/appRoleAssignments/{id}", app_role_assignments::get_of_group),
    route!("DELETE", "/groups/{id}/appRoleAssignments/{id}", app_role_assignments::delete_of_group),
    route!("GET", "/servicePrincipals", service_principals::list),
    route!("POST", "/servicePrincipals", service_principals::create),
    route!("GET", "/servicePrincipals/{id}", service_principals::get),
    route!("PATCH", "/servicePrincipals/{id}", service_principals::update),
    route!("DELETE", "/servicePrincipals/{id}", service_principals::delete),
    route!("POST", "/servicePrincipals/{id}/addPassword", applications::add_secret_to_principal),
    route!("POST", "/servicePrincipals/{id}/removePassword", applications::remove_secret_from_principal),
    route!("POST", "/servicePrincipals/{id}/addKey", applications::add_key_to_principal),
    route!("POST", "/servicePrincipals/{id}/removeKey", applications::remove_key_from_principal),
    route!("GET", "/servicePrincipals/{id}/owners", application_owners::list_of_principal),
    route!("GET", "/servicePrincipals/{id}/owners/graph.user", application_owners::list_users_of_principal),
    route!(
        "GET",
        "/servicePrincipals/{id}/owners/graph.servicePrincipal",
        application_owners::list_service_principals_of_principal
    ),
    route!("POST", "/servicePrincipals/{id}/owners/$ref", application_owners::add_of_principal),
    route!("GET", "/servicePrincipals/{id}/owners/{id}/$ref", links::owner_of_principal),
    route!("DELETE", "/servicePrincipals/{id}/owners/{id}/$ref", application_owners::remove_of_principal),
    route!("GET", "/servicePrincipals/{id}/ownedObjects", application_owners::owned),
    route!("GET", "/servicePrincipals/{id}/ownedObjects/graph.group", application_owners::owned_groups),
    route!(
        "GET",
        "/servicePrincipals/{id}/ownedObjects/graph.application",
        application_owners::owned_applications
    ),
    route!(
        "GET",
        "/servicePrincipals/{id}/ownedObjects/graph.servicePrincipal",
        application_owners::owned_service_principals
    ),
    route!("GET", "/servicePrincipals/{id}/memberOf", members::of_principal),
    route!("GET", "/servicePrincipals/{id}/memberOf/graph.group", members::groups_of_principal),
    route!("GET", "/servicePrincipals/{id}/memberOf/graph.directoryRole", members::roles_of_principal),
    route!("GET", "/servicePrincipals/{id}/transitiveMemberOf", members::all_of_principal),
    route!("GET", "/servicePrincipals/{id}/transitiveMemberOf/graph.group", members::all_groups_of_principal),
    route!(
        "GET",
        "/servicePrincipals/{id}/transitiveMemberOf/graph.directoryRole",
        members::all_roles_of_principal
    ),
    route!("POST", "/servicePrincipals/{id}/getMemberGroups", member_ids::groups_of_principal),
    route!("POST", "/servicePrincipals/{id}/getMemberObjects", member_ids::objects_of_principal),
    route!("POST", "/servicePrincipals/{id}/checkMemberGroups", member_ids::check_groups_of_principal),
    route!("POST", "/servicePrincipals/{id}/checkMemberObjects", member_ids::check_objects_of_principal),
    route!("GET", "/servicePrincipals/{id}/oauth2PermissionGrants", oauth2_permission_grants::list_of_client),
    route!("GET", "/servicePrincipals/{id}/appRoleAssignments", app_role_assignments::list_of_principal),
    route!("POST", "/servicePrincipals/{id}/appRoleAssignments", app_role_assignments::create_of_principal),
    route!("GET", "/servicePrincipals/{id}/appRoleAssignments/{id}", app_role_assignments::get_of_principal),
    route!(
        "DELETE",
        "/servicePrincipals/{id}/appRoleAssignments/{id}",
        app_role_assignments::delete_of_principal
    ),
    route!("GET", "/servicePrincipals/{id}/appRoleAssignedTo", app_role_assignments::list_at_resource),
    route!("POST", "/servicePrincipals/{id}/appRoleAssignedTo", app_role_assignments::create_at_resource),
    route!("GET", "/servicePrincipals/{id}/appRoleAssignedTo/{id}", app_role_assignments::get_at_resource),
    route!(
        "DELETE",
        "/servicePrincipals/{id}/appRoleAssignedTo/{id}",
        app_role_assignments::delete_at_resource
    ),
    route!("GET", "/applications", applications::list),
    route!("POST", "/applications", applications::create),
    route!("GET", "/applications/{id}", applications::get),
    route!("PATCH", "/applications/{id}", applications::update),
    route!("DELETE", "/applications/{id}", applications::delete),
    route!("GET", "/applications/{id}/owners", application_owners::list),
    route!("GET", "/applications/{id}/owners/graph.user", application_owners::list_users),
    route!(
        "GET",
        "/applications/{id}/owners/graph.servicePrincipal",
        application_owners::list_service_principals
    ),
    route!("POST", "/applications/{id}/owners/$ref", application_owners::add),
    route!("GET", "/applications/{id}/owners/{id}/$ref", links::owner_of_application),
    route!("DELETE", "/applications/{id}/owners/{id}/$ref", application_owners::remove),
    route!("POST", "/applications/{id}/addPassword", applications::add_secret),
    route!("POST", "/applications/{id}/removePassword", applications::remove_secret),
    route!("POST", "/applications/{id}/addKey", applications::add_key),
    route!("POST", "/applications/{id}/removeKey", applications::remove_key),
    route!("GET", "/oauth2PermissionGrants", oauth2_permission_grants::list),
    route!("POST", "/oauth2PermissionGrants", oauth2_permission_grants::create),
    route!("GET", "/oauth2PermissionGrants/{id}", oauth2_permission_grants::get),
    route!("PATCH", "/oauth2PermissionGrants/{id}", oauth2_permission_grants::update),
    route!("DELETE", "/oauth2PermissionGrants/{id}", oauth2_permission_grants::delete),
    route!("GET", "/roleManagement/directory/roleAssignments", role_assignments::list),
    route!("POST", "/roleManagement/directory/roleAssignments", role_assignments::create),
    route!("GET", "/roleManagement/directory/roleAssignments/{id}", role_assignments::get),
    route!("DELETE", "/roleManagement/directory/roleAssignments/{id}", role_assignments::delete),
    route!("GET", "/roleManagement/directory/roleDefinitions", role_assignments::list_roles),
    route!("GET", "/roleManagement/directory/roleDefinitions/{id}", role_assignments::get_role),
    route!("GET", "/directoryRoles", directory_roles::list),
    route!("POST", "/directoryRoles", directory_roles::create),
    route!("GET", "/directoryRoles/{id}", directory_roles::get),
    route!("GET", "/directoryRoles(roleTemplateId)", directory_roles::get),
    route!("GET", "/directoryRoles(roleTemplateId)/members", directory_roles::members),
    route!("GET", "/directoryRoles/{id}/members", directory_roles::members),
    route!("POST", "/directoryRoles/{id}/members/$ref", directory_roles::add),
    route!("GET", "/directoryRoles/{id}/members/{id}/$ref", links::role_member),
    route!("DELETE", "/directoryRoles/{id}/members/{id}/$ref", directory_roles::remove),
    route!("GET", "/directoryRoleTemplates", directory_roles::templates),
    route!("GET", "/directoryRoleTemplates/{id}", directory_roles::template),
    route!("GET", "/directoryObjects/{id}", directory_objects::get),
    route!("DELETE", "/directoryObjects/{id}", directory_objects::delete),
    route!("POST", "/directoryObjects/getByIds", directory_objects::by_ids),
    route!("POST", "/directoryObjects/{id}/getMemberGroups", member_ids::groups_of_object),
    route!("POST", "/directoryObjects/{id}/getMemberObjects", member_ids::objects_of_object),
    route!("POST", "/directoryObjects/{id}/checkMemberGroups", member_ids::check_groups_of_object),
    route!("POST", "/directoryObjects/{id}/checkMemberObjects", member_ids::check_objects_of_object),
    route!("GET", "/directory/deletedItems", deleted_items::list_all),
    route!("GET", "/directory/deletedItems/graph.user", deleted_items::list_users),
    route!("GET", "/directory/deletedItems/graph.group", deleted_items::list_groups),
    route!("GET", "/directory/deletedItems/graph.application", deleted_items::list_applications),
    route!("GET", "/directory/deletedItems/graph.servicePrincipal", deleted_items::list_service_principals),
    route!("GET", "/directory/deletedItems/{id}", deleted_items::get),
    route!("DELETE", "/directory/deletedItems/{id}", deleted_items::purge),
    route!("POST", "/directory/deletedItems/{id}/restore", deleted_items::restore),
    route!("GET", "/auditLogs/directoryAudits", directory_audits::list),
    route!("GET", "/auditLogs/directoryAudits/{id}", directory_audits::get),
    route!("GET", "/auditLogs/signIns", sign_ins::list),
    route!("GET", "/auditLogs/signIns/{id}", sign_ins::get),
    route!("GET", "/subscriptions", subscriptions::list),
    route!("POST", "/subscriptions", subscriptions::create),
    route!("GET", "/subscriptions/{id}", subscriptions::get),
    route!("PATCH", "/subscriptions/{id}", subscriptions::renew),
    route!("POST", "/subscriptions/{id}/reauthorize", subscriptions::reauthorize),
    route!("DELETE", "/subscriptions/{id}", subscriptions::delete),
    route!("GET", "/hospes.mails", mails::list),
    route!("GET", "/hospes.mails/{id}", mails::get),
    route!("POST", "/hospes.mails/{id}/retry", mails::retry),
    route!("GET", "/policies/authorizationPolicy", policies::authorization),
    route!("PATCH", "/policies/authorizationPolicy", policies::change_authorization),
    route!("GET", "/policies/authorizationPolicy/authorizationPolicy", policies::authorization),
    route!("PATCH", "/policies/authorizationPolicy/authorizationPolicy", policies::change_authorization),
    route!("GET", "/policies/externalIdentitiesPolicy", policies::external_identities),
    route!("PATCH", "/policies/externalIdentitiesPolicy", policies::change_external_identities),
    route!("GET", "/policies/hospes.signInPolicy", sign_in_policy::get),
    route!("PATCH", "/policies/hospes.signInPolicy", sign_in_policy::change),
    route!("GET", "/policies/b2bManagementPolicies", domain_lists::list),
    route!("POST", "/policies/b2bManagementPolicies", domain_lists::create),
    route!("GET", "/policies/b2bManagementPolicies/{id}", domain_lists::get),
    route!("PATCH", "/policies/b2bManagementPolicies/{id}", domain_lists::change),
    route!("DELETE", "/policies/b2bManagementPolicies/{id}", domain_lists::delete),
    route!("GET", "/domains", domains::list),
    route!("POST", "/domains", domains::create),
    route!("GET", "/domains/{id}", domains::get),
    route!("DELETE", "/domains/{id}", domains::delete),
    route!("GET", "/domains/{id}/verificationDnsRecords", domains::verification_records),
    route!("POST", "/domains/{id}/verify", domains::verify),
    route!("GET", "/identity/identityProviders", identity_providers::list),
    route!("GET", "/identity/identityProviders/{id}", identity_providers::get),
    route!("GET", "/policies/crossTenantAccessPolicy", cross_tenant::get),
    route!("GET", "/policies/crossTenantAccessPolicy/default", cross_tenant::get_default),
    route!("PATCH", "/policies/crossTenantAccessPolicy/default", cross_tenant::update_default),
    route!(
        "POST",
        "/policies/crossTenantAccessPolicy/default/resetToSystemDefault",
        cross_tenant::reset_default
    ),
    route!("GET", "/policies/crossTenantAccessPolicy/partners", cross_tenant::list_partners),
    route!("POST", "/policies/crossTenantAccessPolicy/partners", cross_tenant::create_partner),
    route!("GET", "/policies/crossTenantAccessPolicy/partners/{id}", cross_tenant::get_partner),
    route!("PATCH", "/policies/crossTenantAccessPolicy/partners/{id}", cross_tenant::update_partner),
    route!("DELETE", "/policies/crossTenantAccessPolicy/partners/{id}", cross_tenant::delete_partner),
];
