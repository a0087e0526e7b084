//! The engine: the only place that knows a SQL driver. It runs closures in transactions and hands
//! values and rows over as our own small enums. Refuses to know tables but its own
//! and the log of changes, and to let a caller hold a
//! connection or a transaction open.
//!
//! Rules for closures (`docs/decisions/0002-transactions-are-closures.md`): synchronous, re-runnable,
//! no I/O besides the transaction; a returned [`StoreError`] rolls back, both [`Verdict`]s commit.

mod ahead;
mod db;
mod ddl;
mod error;
mod migrate;
mod notes;
mod placeholders;
mod postgres;
mod queue;
mod row;
mod scratch;
mod sqlite;
mod timeline;
mod transaction;
mod value;
mod verdict;
mod work;

#[cfg(test)]
mod tests;

pub use ahead::Ahead;
pub use db::{Db, DbOptions, Location, copy, erase};
pub use error::StoreError;
pub use notes::Note;
pub use postgres::PostgresOptions;
pub use row::Row;
pub use scratch::{SERVER_VARIABLE, Scratch};
pub use transaction::{Read, ReadTx, WriteTx};
pub use value::Value;
pub use verdict::Verdict;
