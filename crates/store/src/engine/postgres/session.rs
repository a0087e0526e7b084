//! One connection on one thread: statements prepared once, transactions begun together with their first statement,
//! commits whose outcome can be found out later. Refuses to be used by two threads.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

use super::super::ahead::{Foreseen, Question};
use super::super::{Note, Row, StoreError, Value, placeholders};
use super::connect::Server;
use super::error::from_driver;
use super::noting::{self, Columns};
use super::prepared::Prepared;
use super::value::{self, Param};

/// Longer than the server takes to give a statement up by itself.
const PATIENCE: Duration = Duration::from_secs(70);
const MARK: &str = "INSERT INTO writers (writer, last, at) VALUES ($1, $2, $3) \
    ON CONFLICT (writer) DO UPDATE SET last = excluded.last, at = excluded.at";

/// A connection with the runtime that drives it while this thread waits.
pub(in super::super) struct Session {
    client: Client,
    runtime: Rc<Runtime>,
    prepared: RefCell<Prepared>,
    foreseen: Foreseen,
    /// Sent along with the next statement: a round trip less for every transaction.
    before_next: Cell<Option<Opening>>,
    /// The lock that is held until the transaction ends.
    held: Cell<Option<Lane>>,
    wrote: Cell<bool>,
    savepoint: Cell<Savepoint>,
    patience: Cell<Duration>,
    /// The server owes an answer; whatever it says next would be taken for another one.
    lost: Cell<bool>,
    /// The row of `writers` that belongs to this connection.
    writer: i64,
    /// The number of the lanes' lock.
    lanes: i64,
    /// The number of the lock that whoever gives out positions of changes holds until its commit.
    positions: i64,
    /// The number of its last transaction.
    last: Cell<i64>,
}

/// How a transaction runs beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Together with everybody else. The server lets it fail where one after the other would have come out differently.
    Shared,
    /// Alone: whoever failed in company cannot fail again.
    Alone,
}

/// What begins a transaction.
#[derive(Clone, Copy)]
enum Opening {
    Read,
    Write(Lane),
}

/// The one savepoint of a transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    None,
    Set,
    /// Set with the next statement: the first one, or a new one where it was.
    Due {
        instead: bool,
    },
}

/// A transaction by the connection that ran it and its number there. The connection's row in `writers` is written with
/// every commit, so whether a commit whose answer was lost took place can be read from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    writer: i64,
    number: i64,
}

impl Session {
    /// Connects, patiently, and sets the connection up.
    pub(super) fn open(server: &Server, runtime: &Rc<Runtime>) -> Result<Self, StoreError> {
        let client = runtime.block_on(async {
            let (client, driver) = server.connect_patiently().await?;
            tokio::spawn(driver);
            server.settle(&client).await?;
            Ok::<_, StoreError>(client)
        })?;
        Ok(Self {
            client,
            runtime: Rc::clone(runtime),
            prepared: RefCell::default(),
            foreseen: Foreseen::default(),
            before_next: Cell::new(None),
            held: Cell::new(None),
            wrote: Cell::new(false),
            savepoint: Cell::new(Savepoint::None),
            patience: Cell::new(PATIENCE),
            lost: Cell::new(false),
            writer: 0,
            lanes: 0,
            positions: 0,
            last: Cell::new(0),
        })
    }

    /// Refuses a server that no later connection could work with.
    pub(super) fn examine(&self, server: &Server) -> Result<(), StoreError> {
        self.runtime.block_on(server.examine(&self.client))
    }

    /// Makes this a connection that may write.
    pub(super) fn enlist(&mut self) -> Result<(), StoreError> {
        let sql = "SELECT nextval('writer_numbers'), hashtextextended(current_schema() || ' lanes', 0), \
                   hashtextextended(current_schema() || ' positions', 0)";
        let rows = self.rows(sql, &[])?;
        let row = rows.first().ok_or_else(|| StoreError::Corrupt("a sequence has no next number".into()))?;
        (self.writer, self.lanes, self.positions) = (row.int(0)?, row.int(1)?, row.int(2)?);
        Ok(())
    }

    /// Whether the connection is known to be gone.
    pub(super) fn is_closed(&self) -> bool {
        self.lost.get() || self.client.is_closed()
    }

    /// Waits as long as it takes from now on.
    pub(super) fn be_patient(&self) {
        self.patience.set(Duration::MAX);
    }

    /// The next statement begins a transaction that sees one state and cannot write.
    pub(super) fn begin_reading(&self) {
        self.foreseen.forget();
        self.before_next.set(Some(Opening::Read));
    }

    /// The next statement begins a transaction that may write.
    pub(super) fn begin_writing(&self, lane: Lane) {
        self.foreseen.forget();
        self.before_next.set(Some(Opening::Write(lane)));
        self.wrote.set(false);
        self.savepoint.set(Savepoint::None);
    }

    /// What happened so far stays when [`Session::roll_back_to_savepoint`] undoes what comes next.
    pub(super) fn set_savepoint(&self) {
        self.foreseen.forget();
        self.savepoint.set(match self.savepoint.get() {
            Savepoint::None => Savepoint::Due { instead: false },
            Savepoint::Set => Savepoint::Due { instead: true },
            due @ Savepoint::Due { .. } => due,
        });
    }

    /// Undoes what happened since the savepoint.
    pub(super) fn roll_back_to_savepoint(&self) -> Result<(), StoreError> {
        if self.savepoint.get() == Savepoint::Set {
            self.control("ROLLBACK TO SAVEPOINT closure")
        } else {
            Ok(()) // No statement since then.
        }
    }

    /// Counts the connection as lost.
    pub(super) fn give_up(&self) {
        self.lost.set(true);
    }

    /// Runs statements of our own that need no parameters and give no rows.
    pub(super) fn control(&self, sql: &str) -> Result<(), StoreError> {
        self.send(self.client.batch_execute(sql))
    }

    /// Ends the transaction and keeps what it did. On [`StoreError::Unreachable`] nobody knows yet whether it did:
    /// ask [`Session::took_place`] on another connection with the mark of [`Session::mark`].
    pub(super) fn commit(&self, now: i64, notes: &[Note]) -> Result<(), StoreError> {
        if self.before_next.take().is_some() {
            return Ok(()); // No statement, no transaction.
        }
        let unlock = self.unlocking();
        if !self.wrote.get() {
            return self.end("COMMIT", &unlock);
        }
        // Counted first: should even this fail, the mark must not be that of the commit before.
        self.last.set(self.last.get() + 1);
        let mark = self.statement(MARK)?;
        let noted = match Columns::of(notes) {
            Some(columns) => Some((self.statement(noting::INSERT)?, columns)),
            None => None,
        };
        let lock = noted.as_ref().map_or_else(String::new, |_| noting::lock(self.positions));
        self.wait(async {
            let last = self.last.get();
            let params: [&(dyn ToSql + Sync); 3] = [&self.writer, &last, &now];
            // All in one go. What is not unlocked now is when the connection ends; a lost one says so in the commit.
            let (locked, noted, marked, committed, _) = tokio::join!(
                biased;
                self.if_any(&lock),
                noting::write(&self.client, noted.as_ref(), &now),
                self.client.execute(&mark, &params),
                self.client.batch_execute("COMMIT"),
                self.if_any(&unlock),
            );
            locked.and(noted).and(marked.map(drop)).and(committed)
        })
    }

    /// Which transaction [`Session::commit`] committed, or tried to.
    pub(super) fn mark(&self) -> Mark {
        Mark { writer: self.writer, number: self.last.get() }
    }

    /// Whether a transaction of another connection was committed. Waits while that is still being decided, since the
    /// row is locked until then.
    pub(super) fn took_place(&self, mark: Mark) -> Result<bool, StoreError> {
        let sql = "SELECT last FROM writers WHERE writer = $1 FOR UPDATE";
        let rows = self.rows(sql, &[mark.writer.into()])?;
        // No row: a server that took over never heard of that connection.
        Ok(rows.first().map(|row| row.int(0)).transpose()? == Some(mark.number))
    }

    /// Ends the transaction and undoes what it did.
    pub(super) fn roll_back(&self) -> Result<(), StoreError> {
        if self.before_next.take().is_some() {
            return Ok(());
        }
        let unlock = self.unlocking();
        self.end("ROLLBACK", &unlock)
    }

    fn end(&self, how: &str, unlock: &str) -> Result<(), StoreError> {
        self.wait(async {
            let (ended, unlocked) = tokio::join!(biased; self.client.batch_execute(how), self.if_any(unlock));
            ended.and(unlocked)
        })
    }

    async fn if_any(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        if sql.is_empty() { Ok(()) } else { self.client.batch_execute(sql).await }
    }

    /// Gives the lane up; nothing where none is held.
    fn unlocking(&self) -> String {
        match self.held.take() {
            Some(Lane::Shared) => format!("SELECT pg_advisory_unlock_shared({})", self.lanes),
            Some(Lane::Alone) => format!("SELECT pg_advisory_unlock({})", self.lanes),
            None => String::new(),
        }
    }

    pub(in super::super) fn execute(&self, sql: &str, params: &[Value]) -> Result<usize, StoreError> {
        self.writes();
        let statement = self.ready(sql, params)?;
        let params: Vec<Param> = params.iter().map(Param).collect();
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        let changed = self.send(self.client.execute(&statement, &params))?;
        usize::try_from(changed).map_err(|_| StoreError::Corrupt("an impossible number of rows".into()))
    }

    pub(in super::super) fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        if let Some(rows) = self.foreseen.take(sql, params) {
            return Ok(rows);
        }
        if !sql.starts_with("SELECT") {
            self.writes();
        }
        let statement = self.ready(sql, params)?;
        let params: Vec<Param> = params.iter().map(Param).collect();
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        let rows = self.send(self.client.query(&statement, &params))?;
        rows.iter().map(value::row).collect()
    }

    /// Runs statements one after the other in one round trip; how many rows each changed.
    pub(in super::super) fn execute_all(&self, statements: &[Question]) -> Result<Vec<usize>, StoreError> {
        self.writes();
        let ready = self.all_ready(statements)?;
        let work = try_join_all(statements.iter().zip(&ready).map(|(statement, ready)| async move {
            let params: Vec<Param> = statement.params.iter().map(Param).collect();
            let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
            self.client.execute(ready, &params).await
        }));
        let impossible = |_| StoreError::Corrupt("an impossible number of rows".into());
        self.send(work)?.into_iter().map(|changed| usize::try_from(changed).map_err(impossible)).collect()
    }

    /// Asks in one round trip what [`Session::rows`] will be asked.
    pub(in super::super) fn ask_ahead(&self, questions: Vec<Question>) -> Result<(), StoreError> {
        if questions.is_empty() {
            return Ok(());
        }
        let ready = self.all_ready(&questions)?;
        let work = try_join_all(questions.iter().zip(&ready).map(|(question, statement)| async move {
            let params: Vec<Param> = question.params.iter().map(Param).collect();
            let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
            self.client.query(statement, &params).await
        }));
        let answers = self.send(work)?;
        let read = |rows: &Vec<tokio_postgres::Row>| rows.iter().map(value::row).collect();
        let answers: Vec<Vec<Row>> = answers.iter().map(read).collect::<Result<_, _>>()?;
        self.foreseen.keep(questions.into_iter().zip(answers));
        Ok(())
    }

    fn writes(&self) {
        self.wrote.set(true);
        self.foreseen.forget();
    }

    /// Waits for an answer, not for ever: a server or a network that says nothing is as good as gone.
    fn wait<T>(&self, work: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, StoreError> {
        let patience = self.patience.get();
        let outcome = self.runtime.block_on(async { tokio::time::timeout(patience, work).await });
        let Ok(outcome) = outcome else {
            self.lost.set(true);
            return Err(StoreError::Unreachable(format!("no answer in {} s", patience.as_secs())));
        };
        outcome.map_err(|error| from_driver(&error))
    }

    /// Sends a statement, with what is to go before it, and waits for its answer.
    fn send<T>(&self, work: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, StoreError> {
        let (lock, begin) = self.before_next.take().map_or_else(Default::default, |it| self.opening(it));
        let savepoint = self.due_savepoint();
        if begin.is_empty() && savepoint.is_empty() {
            return self.wait(work);
        }
        self.wait(async {
            // In messages of their own: a transaction sees the state of its first statement, and that must not be the
            // one that waits for the lane.
            let (locked, begun, saved, done) = tokio::join!(
                biased;
                self.if_any(&lock),
                self.if_any(begin),
                self.if_any(savepoint),
                work,
            );
            locked.and(begun).and(saved).and(done)
        })
    }

    fn due_savepoint(&self) -> &'static str {
        let Savepoint::Due { instead } = self.savepoint.get() else { return "" };
        self.savepoint.set(Savepoint::Set);
        if instead { "RELEASE SAVEPOINT closure; SAVEPOINT closure" } else { "SAVEPOINT closure" }
    }

    fn opening(&self, opening: Opening) -> (String, &'static str) {
        match opening {
            Opening::Read => (String::new(), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Opening::Write(lane) => {
                self.held.set(Some(lane));
                let lock = match lane {
                    Lane::Shared => "pg_advisory_lock_shared",
                    Lane::Alone => "pg_advisory_lock",
                };
                (format!("SELECT {lock}({})", self.lanes), "BEGIN ISOLATION LEVEL SERIALIZABLE")
            }
        }
    }

    fn all_ready(&self, questions: &[Question]) -> Result<Vec<Statement>, StoreError> {
        questions.iter().map(|question| self.ready(&question.sql, &question.params)).collect()
    }

    fn ready(&self, sql: &str, params: &[Value]) -> Result<Statement, StoreError> {
        if cfg!(debug_assertions) {
            placeholders::check(sql, params.len())?;
        }
        let statement = self.statement(sql)?;
        if statement.params().len() == params.len() {
            Ok(statement)
        } else {
            Err(StoreError::Statement("placeholders and parameters differ in number".into()))
        }
    }

    fn statement(&self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.prepared.borrow_mut().get(sql) {
            return Ok(statement);
        }
        // Behind what is due: should it fail, that undoes it.
        let statement = self.send(self.client.prepare(sql))?;
        self.prepared.borrow_mut().keep(sql, statement.clone());
        Ok(statement)
    }
}
