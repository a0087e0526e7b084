//! What a closure sees of the database: statements in, rows out. Refuses to go on after a failed
//! statement, because a PostgreSQL transaction could not either: the first error stays the answer.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use hospes_domain::time::Time;

use super::ahead::{Ahead, Answers, Question};
use super::notes::{self, Note};
use super::{Row, StoreError, Value, postgres, sqlite};

/// What a transaction runs its statements on.
pub(super) enum Statements<'c> {
    Sqlite(sqlite::Statements<'c>),
    Postgres(&'c postgres::Session),
    /// On nothing: what a short read asks is only noted.
    Ahead(&'c Ahead),
    /// On what a short read was foreseen to ask.
    Answers(&'c Answers),
}

/// Only transactions that read run on what was foreseen.
fn cannot_write() -> StoreError {
    StoreError::Statement("a short read cannot write".to_owned())
}

impl Statements<'_> {
    fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, StoreError> {
        match self {
            Self::Sqlite(statements) => statements.execute(sql, params),
            Self::Postgres(session) => session.execute(sql, params),
            Self::Ahead(_) | Self::Answers(_) => Err(cannot_write()),
        }
    }

    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(statements) => statements.rows(sql, params),
            Self::Postgres(session) => session.rows(sql, params),
            Self::Ahead(ahead) => ahead.rows(sql, params),
            Self::Answers(answers) => answers.rows(sql, params),
        }
    }

    fn execute_all(&self, all: &[Question]) -> Result<Vec<usize>, StoreError> {
        match self {
            Self::Sqlite(statements) => {
                all.iter().map(|it| statements.execute(&it.sql, &it.params)).collect()
            }
            Self::Postgres(session) => session.execute_all(all),
            Self::Ahead(_) | Self::Answers(_) => Err(cannot_write()),
        }
    }

    fn ahead<E>(&self, now: Time, foresee: impl FnOnce(&Ahead) -> Result<(), E>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(_) | Self::Ahead(_) | Self::Answers(_) => Ok(()),
            Self::Postgres(session) => session.ask_ahead(Ahead::questions(now, foresee)),
        }
    }
}

/// Reading, which both kinds of transaction can do. `sql` is in the portable subset of
/// `docs/decisions/0001-one-sql-text.md`; `params` are bound by position to `$1`, `$2`, ….
pub trait Read {
    /// The transaction's one instant.
    fn now(&self) -> Time;

    /// All rows of the answer.
    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError>;

    /// Says what is going to be asked, so that a database server can be asked all of it in one round trip: the very functions
    /// that ask later, run on something that finds nothing. It changes no answer. What depends on an answer cannot be
    /// foreseen, and what was foreseen is forgotten when something is written.
    fn ahead<E>(&self, foresee: impl FnOnce(&Ahead) -> Result<(), E>) -> Result<(), StoreError>
    where
        Self: Sized,
    {
        let _ = foresee;
        Ok(())
    }

    /// The only row of the answer, if there is one. More than one is [`StoreError::Statement`].
    fn row(&self, sql: &str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        let mut rows = self.rows(sql, params)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            _ => Err(StoreError::Statement("one row was expected, several came".into())),
        }
    }

    /// Keeps what was read, until the closure ends, so that a later save can tell what it changes. A transaction that
    /// only reads keeps nothing and never asks for it.
    fn keep<T: Any>(&self, _id: uuid::Uuid, _read: impl FnOnce() -> T) {}
}

/// A transaction that may write.
pub struct WriteTx<'c> {
    work: Work<'c>,
    /// What was read first of each object.
    kept: RefCell<HashMap<uuid::Uuid, Rc<dyn Any>>>,
    notes: RefCell<Vec<Note>>,
}

/// A transaction that only reads; it sees every write that was answered before it was asked for.
pub struct ReadTx<'c> {
    work: Work<'c>,
}

/// A transaction's statements, its instant, and the first error, which ends it.
struct Work<'c> {
    statements: Statements<'c>,
    now: Time,
    failed: RefCell<Option<StoreError>>,
    /// Tables written to so far, each once.
    written: RefCell<Vec<String>>,
}

impl<'c> WriteTx<'c> {
    pub(super) fn new(statements: Statements<'c>, now: Time) -> Self {
        Self { work: Work::new(statements, now), kept: RefCell::default(), notes: RefCell::default() }
    }

    /// Notes that an object was changed: written with the commit, in its order, and lost with the closure. Costs no
    /// statement of its own.
    pub fn note(&self, note: Note) {
        notes::add(&mut self.notes.borrow_mut(), note);
    }

    /// What [`Read::keep`] kept first under that id in this closure.
    pub fn kept<T: Any>(&self, id: uuid::Uuid) -> Option<Rc<T>> {
        self.kept.borrow().get(&id).cloned()?.downcast().ok()
    }

    /// The instant of this batch: the same for every closure in it, never before an earlier batch.
    pub fn now(&self) -> Time {
        self.work.now
    }

    /// Runs a statement that returns no rows and says how many it inserted, changed or deleted.
    /// A broken constraint is [`StoreError::Constraint`] and rolls the closure back.
    pub fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, StoreError> {
        let changed = self.work.run(|statements| statements.execute(sql, params))?;
        if changed > 0 {
            self.work.note_write(sql);
        }
        Ok(changed)
    }

    /// Runs statements in this order, in one round trip, each of which has to change exactly one row: the closure has
    /// seen that it can. Anything else is [`StoreError::Statement`] and undoes the closure.
    pub fn change_each(&self, statements: Vec<(String, Vec<Value>)>) -> Result<(), StoreError> {
        let all: Vec<Question> =
            statements.into_iter().map(|(sql, params)| Question { sql, params }).collect();
        self.work.run(|statements| {
            let changed = statements.execute_all(&all)?;
            match changed.iter().position(|&rows| rows != 1) {
                None => Ok(()),
                Some(place) => {
                    let verb = all[place].sql.split(' ').next().unwrap_or_default();
                    let rows = changed[place];
                    Err(StoreError::Statement(format!("{verb} was to change one row and changed {rows}")))
                }
            }
        })?;
        for statement in &all {
            self.work.note_write(&statement.sql);
        }
        Ok(())
    }

    /// The tables this closure has written to, so that a caller can insist that a refusal leaves nothing
    /// behind but what it may (docs/decisions/0002-transactions-are-closures.md).
    pub fn written(&self) -> Vec<String> {
        self.work.written.borrow().clone()
    }

    /// What is to be noted; or the error that must end this transaction, even if its closure overlooked it.
    pub(super) fn into_notes(self) -> Result<Vec<Note>, StoreError> {
        self.work.failed.into_inner().map_or_else(|| Ok(self.notes.into_inner()), Err)
    }
}

impl Read for WriteTx<'_> {
    fn now(&self) -> Time {
        self.work.now
    }

    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let rows = self.work.run(|statements| statements.rows(sql, params))?;
        // `INSERT … RETURNING` and its like; what returned no row wrote none.
        let writes = ["INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb));
        if writes && !rows.is_empty() {
            self.work.note_write(sql);
        }
        Ok(rows)
    }

    fn keep<T: Any>(&self, id: uuid::Uuid, read: impl FnOnce() -> T) {
        self.kept.borrow_mut().entry(id).or_insert_with(|| Rc::new(read()));
    }

    fn ahead<E>(&self, foresee: impl FnOnce(&Ahead) -> Result<(), E>) -> Result<(), StoreError> {
        self.work.run(|statements| statements.ahead(self.work.now, foresee))
    }
}

impl<'c> ReadTx<'c> {
    pub(super) fn new(statements: Statements<'c>, now: Time) -> Self {
        Self { work: Work::new(statements, now) }
    }

    /// The instant at which reading began.
    pub fn now(&self) -> Time {
        self.work.now
    }

    /// The error that ended this transaction, even if its closure overlooked it.
    pub(super) fn into_failure(self) -> Option<StoreError> {
        self.work.failed.into_inner()
    }
}

impl Read for ReadTx<'_> {
    fn now(&self) -> Time {
        self.work.now
    }

    fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.work.run(|statements| statements.rows(sql, params))
    }

    fn ahead<E>(&self, foresee: impl FnOnce(&Ahead) -> Result<(), E>) -> Result<(), StoreError> {
        self.work.run(|statements| statements.ahead(self.work.now, foresee))
    }
}

impl<'c> Work<'c> {
    fn new(statements: Statements<'c>, now: Time) -> Self {
        Self { statements, now, failed: RefCell::new(None), written: RefCell::new(Vec::new()) }
    }

    /// Remembers the table of `INSERT INTO t`, `UPDATE t` or `DELETE FROM t`.
    fn note_write(&self, sql: &str) {
        let mut words = sql.split_ascii_whitespace();
        let table = match words.next() {
            Some("UPDATE") => words.next(),
            _ => words.nth(1),
        };
        let (table, mut written) = (table.unwrap_or_default(), self.written.borrow_mut());
        if !written.iter().any(|known| known == table) {
            written.push(table.to_owned());
        }
    }

    fn run<T>(
        &self,
        statement: impl FnOnce(&Statements<'c>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(error) = self.failed.borrow().as_ref() {
            return Err(error.clone());
        }
        statement(&self.statements).inspect_err(|error| *self.failed.borrow_mut() = Some(error.clone()))
    }
}
