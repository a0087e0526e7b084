//! Statements on one connection, prepared once and kept. Refuses parameters that do not match the
//! placeholders, and values outside the portable subset.

use rusqlite::types::{Null, ValueRef};
use rusqlite::{CachedStatement, Connection};

use super::super::{Row, StoreError, Value, placeholders};
use super::error::from_driver;

/// What a transaction runs its statements on.
pub(in super::super) struct Statements<'c> {
    connection: &'c Connection,
}

impl<'c> Statements<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection }
    }

    pub(in super::super) fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, StoreError> {
        self.prepare(sql, params)?.raw_execute().map_err(from_driver)
    }

    pub(in super::super) fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.prepare(sql, params)?;
        let columns = statement.column_count();
        let mut answer = statement.raw_query();
        let mut rows = Vec::new();
        while let Some(row) = answer.next().map_err(from_driver)? {
            let cells = (0..columns).map(|column| cell(column, row.get_ref(column).map_err(from_driver)?));
            rows.push(Row::new(cells.collect::<Result<_, _>>()?));
        }
        Ok(rows)
    }

    fn prepare(&self, sql: &str, params: &[Value]) -> Result<CachedStatement<'c>, StoreError> {
        if cfg!(debug_assertions) {
            placeholders::check(sql, params.len())?;
        }
        let mut statement = self.connection.prepare_cached(sql).map_err(from_driver)?;
        // SQLite would take a missing parameter for NULL.
        if statement.parameter_count() != params.len() {
            return Err(StoreError::Statement("placeholders and parameters differ in number".into()));
        }
        for (place, value) in (1..).zip(params) {
            if matches!(value, Value::Text(text) if text.contains('\0')) {
                // PostgreSQL cannot hold it, so neither engine takes it.
                return Err(StoreError::Statement("text with a zero byte cannot be stored".into()));
            }
            bind(&mut statement, place, value).map_err(from_driver)?;
        }
        Ok(statement)
    }
}

fn bind(statement: &mut CachedStatement<'_>, place: usize, value: &Value) -> Result<(), rusqlite::Error> {
    match value {
        Value::Null => statement.raw_bind_parameter(place, Null),
        Value::Int(number) => statement.raw_bind_parameter(place, number),
        Value::Text(text) => statement.raw_bind_parameter(place, text.as_str()),
        Value::Bytes(bytes) => statement.raw_bind_parameter(place, bytes.as_slice()),
        Value::Id(id) => statement.raw_bind_parameter(place, id.as_bytes().as_slice()),
        Value::Flag(flag) => statement.raw_bind_parameter(place, i64::from(*flag)),
    }
}

fn cell(column: usize, value: ValueRef<'_>) -> Result<Value, StoreError> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .map(|text| Value::Text(text.to_owned()))
            .map_err(|_| StoreError::Corrupt(format!("column {column} is not UTF-8"))),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
        ValueRef::Real(_) => Err(StoreError::Corrupt(format!("column {column} is a fraction"))),
    }
}

/// Runs transaction control and other fixed text without parameters.
pub(super) fn control(connection: &Connection, sql: &'static str) -> Result<(), StoreError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.raw_execute())
        .map(drop)
        .map_err(from_driver)
}
