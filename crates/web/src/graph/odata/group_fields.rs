//! What can be asked of groups, and of lists that mix kinds of objects such as members. Refuses, by leaving
//! it out, every other property.

use hospes_domain::query::{GroupField, ObjectField, Unkept};

use super::resource::{Field, Kind, Resource, field};

/// Groups.
pub static GROUPS: Resource<GroupField> =
    Resource { type_name: "microsoft.graph.group", fields: GROUP_FIELDS, properties: GROUP_PROPERTIES };

/// Members, memberships and other lists of objects of different kinds. A list that a cast narrows to one
/// kind goes by the table of that kind.
pub static OBJECTS: Resource<ObjectField> = Resource {
    type_name: "microsoft.graph.directoryObject",
    fields: OBJECT_FIELDS,
    properties: &["id", "deletedDateTime"],
};

/// Each letter: eq ne not ge le in startsWith null; then sorting. Those at the end no group has a value of.
#[rustfmt::skip]
const GROUP_FIELDS: &[Field<GroupField>] = &[
    field("id", GroupField::Id, Kind::Id, b"DAA--D--", b'-'),
    field("displayName", GroupField::DisplayName, Kind::Text, b"DAA--DDA", b'D').in_words(),
    field("description", GroupField::Description, Kind::Text, b"DAADDDDA", b'-').in_words(),
    field("mail", GroupField::Mail, Kind::Text, b"DAADDDDA", b'-'),
    field("mailNickname", GroupField::MailNickname, Kind::Text, b"DAADDDDA", b'-'),
    field("securityEnabled", GroupField::SecurityEnabled, Kind::Flag, b"DAA--D--", b'-'),
    field("mailEnabled", GroupField::MailEnabled, Kind::Flag, b"DAA--D--", b'-'),
    field("isAssignableToRole", GroupField::IsAssignableToRole, Kind::Flag, b"DAA--D--", b'-'),
    field("createdDateTime", GroupField::CreatedDateTime, Kind::Time, b"DAADDA--", b'A'),
    field("renewedDateTime", GroupField::CreatedDateTime, Kind::Time, b"DAADDA--", b'-'),
    field("owners", GroupField::Owners, Kind::Relation, b"--A-----", b'-'),
    field("expirationDateTime", GroupField::Unkept(Unkept::Time), Kind::Time, b"DAADDA--", b'-'),
    field("deletedDateTime", GroupField::DeletedDateTime, Kind::Time, b"DAADDA--", b'A'),
    field("classification", GroupField::Unkept(Unkept::Text), Kind::Text, b"DAADDDD-", b'-'),
    field("membershipRule", GroupField::Unkept(Unkept::Text), Kind::Text, b"DAADDDD-", b'-'),
    field("membershipRuleProcessingState", GroupField::Unkept(Unkept::Text), Kind::Text, b"DAA--D--", b'-'),
    field("onPremisesSamAccountName", GroupField::Unkept(Unkept::Text), Kind::Text, b"AAAAAAA-", b'-'),
    field("onPremisesSecurityIdentifier", GroupField::Unkept(Unkept::Text), Kind::Text, b"DAA--D-A", b'-'),
    field("onPremisesSyncEnabled", GroupField::Unkept(Unkept::Flag), Kind::Flag, b"DAA--D-A", b'-'),
    field("groupTypes", GroupField::Unkept(Unkept::Collection), Kind::Texts, b"D-A-----", b'-'),
    field("proxyAddresses", GroupField::Unkept(Unkept::Collection), Kind::Texts, b"D-ADD-D-", b'-').ending(),
    field("resourceProvisioningOptions", GroupField::Unkept(Unkept::Collection), Kind::Texts, b"D-A---D-", b'-'),
    field("resourceBehaviorOptions", GroupField::Unkept(Unkept::Collection), Kind::Texts, b"D-A---D-", b'-'),
    field("assignedLicenses", GroupField::Unkept(Unkept::Collection), Kind::Records("skuId", &[]), b"D-A-----", b'-'),
];

const OBJECT_FIELDS: &[Field<ObjectField>] = &[
    field("id", ObjectField::Id, Kind::Id, b"D----D--", b'-'),
    field("displayName", ObjectField::DisplayName, Kind::Text, b"AAA--AA-", b'A').in_words(),
];

/// Every property of the published group type; those Hospes does not keep are null.
const GROUP_PROPERTIES: &[&str] = &[
    "id",
    "deletedDateTime",
    "accessType",
    "allowExternalSenders",
    "assignedLabels",
    "assignedLicenses",
    "autoSubscribeNewMembers",
    "classification",
    "createdDateTime",
    "description",
    "displayName",
    "expirationDateTime",
    "groupTypes",
    "hasMembersWithLicenseErrors",
    "hideFromAddressLists",
    "hideFromOutlookClients",
    "infoCatalogs",
    "isArchived",
    "isAssignableToRole",
    "isFavorite",
    "isManagementRestricted",
    "isSubscribedByMail",
    "licenseProcessingState",
    "mail",
    "mailEnabled",
    "mailNickname",
    "membershipRule",
    "membershipRuleProcessingState",
    "onPremisesDomainName",
    "onPremisesExtensionAttributes",
    "onPremisesLastSyncDateTime",
    "onPremisesNetBiosName",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "organizationId",
    "preferredDataLocation",
    "preferredLanguage",
    "proxyAddresses",
    "renewedDateTime",
    "resourceBehaviorOptions",
    "resourceProvisioningOptions",
    "securityEnabled",
    "securityIdentifier",
    "serviceProvisioningErrors",
    "theme",
    "uniqueName",
    "unseenConversationsCount",
    "unseenCount",
    "unseenMessagesCount",
    "visibility",
    "welcomeMessageEnabled",
];
