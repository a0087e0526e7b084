//! The identifiers of the directory: one type per kind of thing, so that a tenant cannot be passed
//! where an object is meant. Refuses to make identifiers: fresh ones come from the caller.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Accepts the hyphenated form only: ids have one spelling on every surface.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if text.len() == 36 { Uuid::try_parse(text).map($name) } else { Uuid::try_parse("").map($name) }
            }
        }
    };
}

id!(
    /// An organisation on this server (`tid` in tokens).
    TenantId
);
id!(
    /// Any directory object of a tenant: user, group, service principal, application (`id` in Graph).
    ObjectId
);
id!(
    /// The public identifier of an application (`appId` in Graph, `client_id` in OAuth).
    ClientId
);
id!(
    /// One invitation; a guest has as many as it was invited times.
    InvitationId
);

impl TenantId {
    /// Parses the id if `text` has its form.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl ObjectId {
    /// Parses the id if `text` has its form.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}
