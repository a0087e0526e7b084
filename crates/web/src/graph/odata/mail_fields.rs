//! What can be asked of the outbox, which is beyond the original. Refuses, by leaving it out, every other property.

use hospes_domain::query::MailField;

use super::resource::{Field, Kind, Resource, field};

/// The outbox.
pub static MAILS: Resource<MailField> =
    Resource { type_name: "hospes.mail", fields: FIELDS, properties: PROPERTIES };

/// Each letter: eq ne not ge le in startsWith null; then sorting.
const FIELDS: &[Field<MailField>] = &[
    field("id", MailField::Id, Kind::Id, b"D----D--", b'-'),
    field("kind", MailField::Kind, Kind::Text, b"DDD--D--", b'-'),
    field("recipient", MailField::Recipient, Kind::Text, b"D-D--DD-", b'-'),
    field("state", MailField::State, Kind::Text, b"DDD--D--", b'-'),
    field("userId", MailField::UserId, Kind::Id, b"D-D--D--", b'-'),
    field("createdDateTime", MailField::CreatedDateTime, Kind::Time, b"D-DDD---", b'D').strict(),
];

const PROPERTIES: &[&str] = &[
    "id",
    "kind",
    "recipient",
    "language",
    "userId",
    "userDisplayName",
    "state",
    "attempts",
    "nextTryDateTime",
    "lastError",
    "createdDateTime",
    "expiresDateTime",
    "endedDateTime",
];
