//! Which type each property has, as published (the service metadata that `shared/graph` reduces; MIT); ours beside them.
//! What is named nowhere here is text. Refuses enumerations: on the wire they are text.

/// Type, and the properties that have it on every resource.
#[rustfmt::skip]
pub(super) const PROPERTIES: &[(&str, &str)] = &[
    ("Edm.Binary", "logo"),
    ("Edm.Boolean", "accountEnabled allowDeletedIdentitiesDataRemoval allowEmailVerifiedUsersToJoinOrganization \
        allowExternalIdentitiesToLeave allowExternalSenders allowUserConsentForRiskyApps \
        allowedToSignUpEmailBasedSubscriptions allowedToUseSSPR appRoleAssignmentRequired \
        autoSubscribeNewMembers blockMsolPowerShell hasMembersWithLicenseErrors hideFromAddressLists \
        hideFromOutlookClients isAdminManaged isArchived isAssignableToRole isBuiltIn isDefault \
        isDeviceOnlyAuthSupported isDisabled isEnabled isFallbackPublicClient isFavorite \
        isInMultiTenantOrganization isInitial isInteractive isManagementRestricted isOptional \
        isOrganizationDefault isPrivileged isResourceAccount isRoot isServiceDefault isServiceProvider isSubscribedByMail \
        isUsable isVerified mailEnabled oauth2RequirePostResponse onPremisesSyncEnabled resetRedemption \
        securityEnabled sendInvitationMessage showInAddressList welcomeMessageEnabled"),
    ("Edm.DateTimeOffset", "activityDateTime birthday createdDateTime deletedDateTime employeeHireDate employeeLeaveDateTime \
        boundDateTime endedDateTime expirationDateTime expiresDateTime externalUserStateChangeDateTime hireDate identityChangedDateTime \
        lastPasswordChangeDateTime lastUsedDateTime nextTryDateTime onPremisesLastSyncDateTime renewedDateTime \
        signInSessionsValidFromDateTime"),
    ("Edm.Guid", "appOwnerOrganizationId appRoleId guestUserRoleId tokenEncryptionKeyId"),
    ("Edm.Int32", "attempts deviceEnrollmentLimit passwordNotificationWindowInDays passwordValidityPeriodInDays ttl \
        unseenConversationsCount unseenCount unseenMessagesCount"),
    ("Collection(Edm.Guid)", "managerApplications"),
    ("Collection(Edm.String)", "allowedCloudEndpoints alternativeNames attestationCertificates businessPhones definition groupTypes \
        identifierUris imAddresses infoCatalogs interests marketingNotificationEmails notificationEmailAddresses otherMails pastProjects \
        proxyAddresses replyUrls resourceBehaviorOptions resourceProvisioningOptions resourceScopes \
        responsibilities riskEventTypes riskEventTypes_v2 schools secondFactorRoles securityComplianceNotificationMails \
        securityComplianceNotificationPhones servicePrincipalNames skills supportedServices tags technicalNotificationMails"),
    ("Collection(graph.addIn)", "addIns"),
    ("Collection(graph.appRole)", "appRoles"),
    ("Collection(graph.appliedConditionalAccessPolicy)", "appliedConditionalAccessPolicies"),
    ("Collection(graph.assignedLabel)", "assignedLabels"),
    ("Collection(graph.assignedLicense)", "assignedLicenses"),
    ("Collection(graph.assignedPlan)", "assignedPlans"),
    ("Collection(graph.keyCredential)", "keyCredentials"),
    ("Collection(graph.keyValue)", "additionalDetails"),
    ("Collection(graph.licenseAssignmentState)", "licenseAssignmentStates"),
    ("Collection(graph.objectIdentity)", "identities"),
    ("Collection(graph.onPremisesProvisioningError)", "onPremisesProvisioningErrors"),
    ("Collection(graph.passwordCredential)", "passwordCredentials"),
    ("Collection(graph.permissionScope)", "oauth2PermissionScopes"),
    ("Collection(graph.provisionedPlan)", "provisionedPlans"),
    ("Collection(graph.requiredResourceAccess)", "requiredResourceAccess"),
    ("Collection(graph.resourceSpecificPermission)", "resourceSpecificApplicationPermissions"),
    ("Collection(graph.serviceProvisioningError)", "serviceProvisioningErrors"),
    ("Collection(graph.targetResource)", "targetResources"),
    ("Collection(graph.unifiedRolePermission)", "rolePermissions"),
    ("Collection(graph.verifiedDomain)", "verifiedDomains"),
    ("graph.apiApplication", "api"),
    ("graph.auditActivityInitiator", "initiatedBy"),
    ("graph.authenticationAppDeviceDetails", "authenticationAppDeviceDetails"),
    ("graph.authenticationBehaviors", "authenticationBehaviors"),
    ("graph.authorizationInfo", "authorizationInfo"),
    ("graph.certification", "certification"),
    ("graph.crossTenantAccessPolicyAppServiceConnectSetting", "appServiceConnectInbound"),
    ("graph.crossTenantAccessPolicyB2BSetting", "b2bCollaborationInbound b2bCollaborationOutbound b2bDirectConnectInbound b2bDirectConnectOutbound"),
    ("graph.crossTenantAccessPolicyInboundTrust", "inboundTrust"),
    ("graph.crossTenantAccessPolicyM365CollaborationInboundSetting", "m365CollaborationInbound"),
    ("graph.crossTenantAccessPolicyM365CollaborationOutboundSetting", "m365CollaborationOutbound"),
    ("graph.crossTenantAccessPolicyTenantRestrictions", "tenantRestrictions"),
    ("graph.customSecurityAttributeValue", "customSecurityAttributes"),
    ("graph.defaultInvitationRedemptionIdentityProviderConfiguration", "invitationRedemptionIdentityProviderConfiguration"),
    ("graph.defaultUserRolePermissions", "defaultUserRolePermissions"),
    ("graph.deviceDetail", "deviceDetail"),
    ("graph.employeeOrgData", "employeeOrgData"),
    ("graph.inboundOutboundPolicyConfiguration", "automaticUserConsentSettings"),
    ("graph.informationalUrl", "info"),
    ("graph.invitedUserMessageInfo", "invitedUserMessageInfo"),
    ("graph.licenseProcessingState", "licenseProcessingState"),
    ("graph.mailboxSettings", "mailboxSettings"),
    ("graph.onPremisesExtensionAttributes", "onPremisesExtensionAttributes"),
    ("graph.optionalClaims", "optionalClaims"),
    ("graph.parentalControlSettings", "parentalControlSettings"),
    ("graph.passwordProfile", "passwordProfile"),
    ("graph.privacyProfile", "privacyProfile"),
    ("graph.publicClientApplication", "publicClient"),
    ("graph.requestSignatureVerification", "requestSignatureVerification"),
    ("graph.samlSingleSignOnSettings", "samlSingleSignOnSettings"),
    ("graph.servicePrincipalLockConfiguration", "servicePrincipalLockConfiguration"),
    ("graph.signInActivity", "signInActivity"),
    ("graph.signInLocation", "location"),
    ("graph.signInStatus", "status"),
    ("graph.spaApplication", "spa"),
    ("graph.userPrint", "print"),
    ("graph.verifiedPublisher", "verifiedPublisher"),
    ("graph.webApplication", "web"),
];

/// Properties that have another type on one resource.
pub(super) const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("domain", "state", "graph.domainState"),
    ("invitation", "status", "Edm.String"),
    ("appRoleAssignment", "resourceId", "Edm.Guid"),
    ("appRoleAssignment", "principalId", "Edm.Guid"),
];

/// Properties of an answer that are links of the description: an object that stands elsewhere, too.
pub(super) const LINKED: &[(&str, &str, &str)] = &[
    ("invitation", "invitedUser", "graph.user"),
    ("invitation", "invitedUserSponsors", "Collection(graph.directoryObject)"),
    ("unifiedRoleAssignment", "principal", "graph.directoryObject"),
    ("unifiedRoleAssignment", "roleDefinition", "graph.unifiedRoleDefinition"),
    ("unifiedRoleDefinition", "inheritsPermissionsFrom", "Collection(graph.unifiedRoleDefinition)"),
];

/// Properties of answers that cannot be selected: they come once, to whoever made the object.
pub(super) const TOLD_ONCE: &[(&str, &str)] = &[("invitation", "inviteRedeemUrl")];

/// Types inside of resources: name, and properties with their types, text where none is named.
#[rustfmt::skip]
pub(super) const COMPLEX: &[(&str, &str)] = &[
    ("addIn", "id:Edm.Guid properties:Collection(graph.keyValue) type"),
    ("apiApplication", "acceptMappedClaims:Edm.Boolean knownClientApplications:Collection(Edm.Guid) \
        oauth2PermissionScopes:Collection(graph.permissionScope) \
        preAuthorizedApplications:Collection(graph.preAuthorizedApplication) \
        requestedAccessTokenVersion:Edm.Int32"),
    ("appIdentity", "appId displayName servicePrincipalId servicePrincipalName"),
    ("appRole", "allowedMemberTypes:Collection(Edm.String) description displayName id:Edm.Guid isEnabled:Edm.Boolean \
        origin value"),
    ("appliedConditionalAccessPolicy", "displayName enforcedGrantControls:Collection(Edm.String) enforcedSessionControls:Collection(Edm.String) \
        id result"),
    ("assignedLabel", "displayName labelId"),
    ("assignedLicense", "disabledPlans:Collection(Edm.Guid) skuId:Edm.Guid"),
    ("assignedPlan", "assignedDateTime:Edm.DateTimeOffset capabilityStatus service servicePlanId:Edm.Guid"),
    ("auditActivityInitiator", "app:graph.appIdentity user:graph.userIdentity"),
    ("authenticationAppDeviceDetails", "appVersion clientApp deviceId operatingSystem"),
    ("authenticationBehaviors", "blockAzureADGraphAccess:Edm.Boolean removeUnverifiedEmailClaim:Edm.Boolean \
        requireClientServicePrincipal:Edm.Boolean"),
    ("authorizationInfo", "certificateUserIds:Collection(Edm.String)"),
    ("automaticRepliesSetting", "externalAudience externalReplyMessage internalReplyMessage scheduledEndDateTime:graph.dateTimeTimeZone \
        scheduledStartDateTime:graph.dateTimeTimeZone status"),
    ("certification", "certificationDetailsUrl certificationExpirationDateTime:Edm.DateTimeOffset \
        isCertifiedByMicrosoft:Edm.Boolean isPublisherAttested:Edm.Boolean \
        lastCertificationDateTime:Edm.DateTimeOffset"),
    ("crossTenantAccessPolicyAppServiceConnectSetting", "applications:graph.crossTenantAccessPolicyTargetConfiguration"),
    ("crossTenantAccessPolicyB2BSetting", "applications:graph.crossTenantAccessPolicyTargetConfiguration \
        usersAndGroups:graph.crossTenantAccessPolicyTargetConfiguration"),
    ("crossTenantAccessPolicyInboundTrust", "isCompliantDeviceAccepted:Edm.Boolean isHybridAzureADJoinedDeviceAccepted:Edm.Boolean \
        isMfaAccepted:Edm.Boolean"),
    ("crossTenantAccessPolicyM365CollaborationInboundSetting", "users:graph.crossTenantAccessPolicyTargetConfiguration"),
    ("crossTenantAccessPolicyM365CollaborationOutboundSetting", "usersAndGroups:graph.crossTenantAccessPolicyTargetConfiguration"),
    ("crossTenantAccessPolicyTarget", "target targetType"),
    ("crossTenantAccessPolicyTargetConfiguration", "accessType targets:Collection(graph.crossTenantAccessPolicyTarget)"),
    ("crossTenantAccessPolicyTenantRestrictions", "applications:graph.crossTenantAccessPolicyTargetConfiguration \
        usersAndGroups:graph.crossTenantAccessPolicyTargetConfiguration devices:graph.devicesFilter"),
    ("customSecurityAttributeValue", ""),
    ("dateTimeTimeZone", "dateTime timeZone"),
    ("defaultInvitationRedemptionIdentityProviderConfiguration", "fallbackIdentityProvider primaryIdentityProviderPrecedenceOrder:Collection(Edm.String)"),
    ("defaultUserRolePermissions", "allowedToCreateApps:Edm.Boolean allowedToCreateSecurityGroups:Edm.Boolean \
        allowedToCreateTenants:Edm.Boolean allowedToReadBitlockerKeysForOwnedDevice:Edm.Boolean \
        allowedToReadOtherUsers:Edm.Boolean permissionGrantPoliciesAssigned:Collection(Edm.String)"),
    ("deviceDetail", "browser deviceId displayName isCompliant:Edm.Boolean isManaged:Edm.Boolean operatingSystem trustType"),
    ("devicesFilter", "mode rule"),
    ("domainState", "lastActionDateTime:Edm.DateTimeOffset operation status"),
    ("emailAddress", "address name"),
    ("employeeOrgData", "costCenter division"),
    ("geoCoordinates", "altitude:Edm.Double latitude:Edm.Double longitude:Edm.Double"),
    ("implicitGrantSettings", "enableAccessTokenIssuance:Edm.Boolean enableIdTokenIssuance:Edm.Boolean"),
    ("inboundOutboundPolicyConfiguration", "inboundAllowed:Edm.Boolean outboundAllowed:Edm.Boolean"),
    ("informationalUrl", "logoUrl marketingUrl privacyStatementUrl supportUrl termsOfServiceUrl"),
    ("invitedUserMessageInfo", "ccRecipients:Collection(graph.recipient) customizedMessageBody messageLanguage"),
    ("keyCredential", "customKeyIdentifier:Edm.Binary displayName endDateTime:Edm.DateTimeOffset key:Edm.Binary keyId:Edm.Guid \
        startDateTime:Edm.DateTimeOffset type usage"),
    ("keyValue", "key value"),
    ("licenseAssignmentState", "assignedByGroup disabledPlans:Collection(Edm.Guid) error lastUpdatedDateTime:Edm.DateTimeOffset \
        skuId:Edm.Guid state"),
    ("licenseProcessingState", "state"),
    ("localeInfo", "displayName locale"),
    ("mailboxSettings", "archiveFolder automaticRepliesSetting:graph.automaticRepliesSetting dateFormat \
        delegateMeetingMessageDeliveryOptions language:graph.localeInfo timeFormat timeZone userPurpose \
        workingHours:graph.workingHours"),
    ("modifiedProperty", "displayName newValue oldValue"),
    ("objectIdentity", "issuer issuerAssignedId signInType"),
    ("onPremisesExtensionAttributes", "extensionAttribute1 extensionAttribute10 extensionAttribute11 extensionAttribute12 extensionAttribute13 \
        extensionAttribute14 extensionAttribute15 extensionAttribute2 extensionAttribute3 extensionAttribute4 \
        extensionAttribute5 extensionAttribute6 extensionAttribute7 extensionAttribute8 extensionAttribute9"),
    ("onPremisesProvisioningError", "category occurredDateTime:Edm.DateTimeOffset propertyCausingError value"),
    ("optionalClaim", "additionalProperties:Collection(Edm.String) essential:Edm.Boolean name source"),
    ("optionalClaims", "accessToken:Collection(graph.optionalClaim) idToken:Collection(graph.optionalClaim) \
        saml2Token:Collection(graph.optionalClaim)"),
    ("parentalControlSettings", "countriesBlockedForMinors:Collection(Edm.String) legalAgeGroupRule"),
    ("passwordCredential", "customKeyIdentifier:Edm.Binary displayName endDateTime:Edm.DateTimeOffset hint keyId:Edm.Guid secretText \
        startDateTime:Edm.DateTimeOffset"),
    ("passwordProfile", "forceChangePasswordNextSignIn:Edm.Boolean forceChangePasswordNextSignInWithMfa:Edm.Boolean password"),
    ("permissionScope", "adminConsentDescription adminConsentDisplayName id:Edm.Guid isEnabled:Edm.Boolean origin type \
        userConsentDescription userConsentDisplayName value"),
    ("preAuthorizedApplication", "appId delegatedPermissionIds:Collection(Edm.String)"),
    ("privacyProfile", "contactEmail statementUrl"),
    ("provisionedPlan", "capabilityStatus provisioningStatus service"),
    ("publicClientApplication", "redirectUris:Collection(Edm.String)"),
    ("recipient", "emailAddress:graph.emailAddress"),
    ("redirectUriSettings", "index:Edm.Int32 uri"),
    ("requestSignatureVerification", "allowedWeakAlgorithms isSignedRequestRequired:Edm.Boolean"),
    ("requiredResourceAccess", "resourceAccess:Collection(graph.resourceAccess) resourceAppId"),
    ("resourceAccess", "id:Edm.Guid type"),
    ("resourceSpecificPermission", "description displayName id:Edm.Guid isEnabled:Edm.Boolean value"),
    ("samlSingleSignOnSettings", "relayState"),
    ("servicePrincipalLockConfiguration", "allProperties:Edm.Boolean credentialsWithUsageSign:Edm.Boolean credentialsWithUsageVerify:Edm.Boolean \
        isEnabled:Edm.Boolean tokenEncryptionKeyId:Edm.Boolean"),
    ("serviceProvisioningError", "createdDateTime:Edm.DateTimeOffset isResolved:Edm.Boolean serviceInstance"),
    ("signInActivity", "lastNonInteractiveSignInDateTime:Edm.DateTimeOffset lastNonInteractiveSignInRequestId \
        lastSignInDateTime:Edm.DateTimeOffset lastSignInRequestId \
        lastSuccessfulSignInDateTime:Edm.DateTimeOffset lastSuccessfulSignInRequestId"),
    ("signInLocation", "city countryOrRegion geoCoordinates:graph.geoCoordinates state"),
    ("signInStatus", "additionalDetails errorCode:Edm.Int32 failureReason"),
    ("spaApplication", "redirectUris:Collection(Edm.String)"),
    ("targetResource", "displayName groupType id modifiedProperties:Collection(graph.modifiedProperty) type userPrincipalName"),
    ("timeZoneBase", "name"),
    ("unifiedRolePermission", "allowedResourceActions:Collection(Edm.String) condition excludedResourceActions:Collection(Edm.String)"),
    ("userIdentity", "displayName id ipAddress userPrincipalName"),
    ("userPrint", ""),
    ("verifiedDomain", "capabilities isDefault:Edm.Boolean isInitial:Edm.Boolean name type"),
    ("verifiedPublisher", "addedDateTime:Edm.DateTimeOffset displayName verifiedPublisherId"),
    ("webApplication", "homePageUrl implicitGrantSettings:graph.implicitGrantSettings logoutUrl \
        redirectUris:Collection(Edm.String) redirectUriSettings:Collection(graph.redirectUriSettings)"),
    ("workingHours", "daysOfWeek:Collection(Edm.String) endTime:Edm.TimeOfDay startTime:Edm.TimeOfDay \
        timeZone:graph.timeZoneBase"),
];
