//! One row of an answer, read by column index. Refuses to guess: a value of another type is
//! [`StoreError::Corrupt`] naming the column, never a panic and never a conversion.

use hospes_domain::ids::{ClientId, InvitationId, ObjectId, TenantId};
use hospes_domain::time::Time;
use uuid::Uuid;

use super::{StoreError, Value};

/// One row; columns count from 0 in the order of the `SELECT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    cells: Vec<Value>,
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident, $opt_name:ident -> $type:ty = $convert:expr, $what:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(&self, column: usize) -> Result<$type, StoreError> {
                ($convert)(self.cell(column)?).ok_or_else(|| wrong(column, $what))
            }

            /// The same, or `None` for NULL.
            pub fn $opt_name(&self, column: usize) -> Result<Option<$type>, StoreError> {
                if *self.cell(column)? == Value::Null { Ok(None) } else { self.$name(column).map(Some) }
            }
        )*
    };
}

impl Row {
    pub(super) fn new(cells: Vec<Value>) -> Self {
        Self { cells }
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    getters! {
        /// An id of no particular kind.
        id, opt_id -> Uuid = as_id, "an id";
        /// The id of a tenant.
        tenant, opt_tenant -> TenantId = |cell| as_id(cell).map(TenantId), "an id";
        /// The id of a directory object.
        object, opt_object -> ObjectId = |cell| as_id(cell).map(ObjectId), "an id";
        /// The public id of an application.
        client, opt_client -> ClientId = |cell| as_id(cell).map(ClientId), "an id";
        /// The id of an invitation.
        invitation, opt_invitation -> InvitationId = |cell| as_id(cell).map(InvitationId), "an id";
        /// A whole number.
        int, opt_int -> i64 = as_int, "a whole number";
        /// Text.
        text, opt_text -> String = as_text, "text";
        /// Binary data.
        bytes, opt_bytes -> Vec<u8> = as_bytes, "binary data";
        /// True or false.
        flag, opt_flag -> bool = as_flag, "a flag";
        /// An instant.
        time, opt_time -> Time = |cell| as_int(cell).map(Time), "a time";
    }

    fn cell(&self, column: usize) -> Result<&Value, StoreError> {
        self.cells.get(column).ok_or_else(|| StoreError::Corrupt(format!("there is no column {column}")))
    }
}

fn wrong(column: usize, what: &str) -> StoreError {
    StoreError::Corrupt(format!("column {column} is not {what}"))
}

fn as_id(cell: &Value) -> Option<Uuid> {
    match cell {
        Value::Id(id) => Some(*id),
        Value::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
        _ => None,
    }
}

fn as_int(cell: &Value) -> Option<i64> {
    match cell {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn as_text(cell: &Value) -> Option<String> {
    match cell {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn as_bytes(cell: &Value) -> Option<Vec<u8>> {
    match cell {
        Value::Bytes(bytes) => Some(bytes.clone()),
        _ => None,
    }
}

fn as_flag(cell: &Value) -> Option<bool> {
    match cell {
        Value::Flag(flag) => Some(*flag),
        Value::Int(0) => Some(false),
        Value::Int(1) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_wrong_type_names_its_column() {
        let row = Row::new(vec![Value::Int(7), Value::Text("seven".into()), Value::Bytes(vec![1, 2])]);
        let error = row.text(0).unwrap_err().to_string();
        assert!(error.starts_with("stored data is damaged: column 0 is not text"), "{error}");
        assert_eq!(row.opt_int(1).unwrap_err(), wrong(1, "a whole number"));
        assert_eq!(row.id(2).unwrap_err(), wrong(2, "an id"));
        assert_eq!(row.flag(0).unwrap_err(), wrong(0, "a flag"));
        assert!(matches!(row.int(9), Err(StoreError::Corrupt(_))));
    }

    #[test]
    fn null_is_none_for_the_optional_getters_and_an_error_for_the_others() {
        let row = Row::new(vec![Value::Null]);
        assert_eq!(row.opt_time(0), Ok(None));
        assert!(row.time(0).is_err());
    }

    #[test]
    fn contents_do_not_show_in_debug_output() {
        let row = Row::new(vec![Value::Text("secret".into()), Value::Bytes(b"secret".to_vec())]);
        assert!(!format!("{row:?}").contains("secret"));
        assert!(!format!("{row:?}").contains("115"));
    }
}
