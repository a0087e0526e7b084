//! Parameters of a statement. Refuses to show their contents in `Debug`: they may be secrets.

use std::fmt;

use hospes_domain::ids::{ClientId, InvitationId, ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

/// One value on its way into or out of the database.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number; times are microseconds since 1970.
    Int(i64),
    /// Text.
    Text(String),
    /// Binary data.
    Bytes(Vec<u8>),
    /// An id (16 bytes on SQLite, `uuid` on PostgreSQL).
    Id(Uuid),
    /// True or false (1 or 0 on SQLite, `boolean` on PostgreSQL).
    Flag(bool),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Int(_) => "Int(…)",
            Self::Text(_) => "Text(…)",
            Self::Bytes(_) => "Bytes(…)",
            Self::Id(_) => "Id(…)",
            Self::Flag(_) => "Flag(…)",
        })
    }
}

macro_rules! value_from {
    ($($type:ty => |$it:ident| $value:expr;)*) => {
        $(impl From<$type> for Value {
            fn from($it: $type) -> Self {
                $value
            }
        })*
    };
}

value_from! {
    &str => |it| Self::Text(it.to_owned());
    &String => |it| Self::Text(it.clone());
    String => |it| Self::Text(it);
    &[u8] => |it| Self::Bytes(it.to_vec());
    Vec<u8> => |it| Self::Bytes(it);
    i64 => |it| Self::Int(it);
    i32 => |it| Self::Int(it.into());
    u32 => |it| Self::Int(it.into());
    bool => |it| Self::Flag(it);
    Uuid => |it| Self::Id(it);
    Time => |it| Self::Int(it.0);
    TenantId => |it| Self::Id(it.0);
    ObjectId => |it| Self::Id(it.0);
    ClientId => |it| Self::Id(it.0);
    InvitationId => |it| Self::Id(it.0);
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
