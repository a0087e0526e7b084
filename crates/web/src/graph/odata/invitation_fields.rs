//! What can be asked of sent invitations, which the original does not list. Refuses, by leaving it out, every other
//! property; `inviteRedeemUrl` is none here, as it stands in the answer to the invitation and nowhere else (threats A3).

use hospes_domain::query::InvitationField;

use super::resource::{Field, Kind, Resource, field};

/// Sent invitations.
pub static INVITATIONS: Resource<InvitationField> =
    Resource { type_name: "microsoft.graph.invitation", fields: FIELDS, properties: PROPERTIES };

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const FIELDS: &[Field<InvitationField>] = &[
    field("id", InvitationField::Id, Kind::Id, b"D----D--", b'-'),
    field("invitedUserEmailAddress", InvitationField::InvitedUserEmailAddress, Kind::Text, b"D-D--DD-", b'-'),
];

const PROPERTIES: &[&str] = &[
    "id",
    "invitedUserDisplayName",
    "invitedUserType",
    "invitedUserEmailAddress",
    "sendInvitationMessage",
    "resetRedemption",
    "inviteRedirectUrl",
    "status",
    "invitedUserMessageInfo",
    "invitedUser",
];
