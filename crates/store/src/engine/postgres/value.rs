//! Our values in the server's binary forms and back. Refuses types outside the portable subset
//! (docs/decisions/0001-one-sql-text.md), and text that PostgreSQL cannot hold.

use std::error::Error;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::super::{Row, StoreError, Value};
use super::error::from_driver;

type Trouble = Box<dyn Error + Sync + Send>;

/// A parameter on its way out.
#[derive(Debug)]
pub(super) struct Param<'v>(pub(super) &'v Value);

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Trouble> {
        match (self.0, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::INT8) => number.to_sql(ty, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(ty, out),
            (Value::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::NAME) => {
                if text.contains('\0') {
                    return Err("text with a zero byte cannot be stored".into());
                }
                text.as_str().to_sql(ty, out)
            }
            (Value::Bytes(bytes), &Type::BYTEA) => bytes.as_slice().to_sql(ty, out),
            (Value::Id(id), &Type::UUID) => {
                out.extend_from_slice(id.as_bytes());
                Ok(IsNull::No)
            }
            (Value::Flag(flag), &Type::BOOL) => flag.to_sql(ty, out),
            (value, ty) => Err(format!("a parameter of type {ty} was given as {value:?}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A column on its way in.
struct Cell(Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Trouble> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Flag(bool::from_sql(ty, raw)?),
            Type::BYTEA => Value::Bytes(raw.to_vec()),
            Type::UUID => Value::Id(uuid::Uuid::from_slice(raw)?),
            _ => Value::Text(<&str>::from_sql(&Type::TEXT, raw)?.to_owned()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Trouble> {
        Ok(Self(Value::Null))
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::UUID, Type::TEXT, Type::VARCHAR, Type::NAME]
            .contains(ty)
    }
}

/// A row as the rest of the store reads it.
pub(super) fn row(from: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let cell =
        |column| from.try_get::<_, Cell>(column).map(|cell| cell.0).map_err(|error| from_driver(&error));
    Ok(Row::new((0..from.len()).map(cell).collect::<Result<_, _>>()?))
}
