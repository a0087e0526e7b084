//! Declared queries and short reads, pipelined: many callers share few connections and none waits for another's answer.
//! Refuses what takes more than one round trip.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{poll_fn, try_join_all};
use tokio::sync::watch;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

use super::super::ahead::{Ahead, Answers, Question};
use super::super::timeline::Timeline;
use super::super::transaction::Statements;
use super::super::work::catching_panics;
use super::super::{ReadTx, Row, StoreError, Value, placeholders};
use super::connect::{PATIENCE, Server};
use super::error::from_driver;
use super::line::{RUN_AGAIN, may_pass};
use super::prepared::Prepared;
use super::value::{self, Param};

/// Connections that are shared. One is enough to keep a core of the server busy.
pub(super) const LINES: usize = 2;
/// Questions of one short read; more are no short read.
const MOST: usize = 16;
/// Up to thirty futures `try_join_all` polls in their order at once; what goes out together depends on it.
const _: () = assert!(MOST <= 30);
/// Longer than anything that is looked up takes.
const ANSWER: Duration = Duration::from_secs(20);
/// Every transaction on such a connection sees one state and cannot write.
const ONLY_LOOKS: &str =
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
/// How long a lost connection's maker rests between two tries.
const REST: Duration = Duration::from_millis(100);

/// A connection others may use at any time.
pub(super) struct Shared {
    client: Client,
    prepared: Mutex<Prepared>,
    /// Whose messages go out just now.
    turn: Mutex<()>,
}

type Slot = watch::Receiver<Option<Arc<Shared>>>;

/// The shared connections, each kept by a task of its own on [`keep`]'s thread.
pub(in super::super) struct Lookup {
    slots: Vec<Slot>,
    next: AtomicUsize,
    timeline: Arc<Timeline>,
}

impl Lookup {
    /// The handle, and the other ends for [`keep`].
    pub(super) fn new(timeline: Arc<Timeline>) -> (Self, Vec<watch::Sender<Option<Arc<Shared>>>>) {
        let (senders, slots) = (0..LINES).map(|_| watch::channel(None)).unzip();
        (Self { slots, next: AtomicUsize::new(0), timeline }, senders)
    }

    /// Runs `sql` and gives its only row.
    pub(in super::super) async fn get(&self, sql: &str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        let question = Question { sql: sql.to_owned(), params: params.to_vec() };
        let mut rows = self.ask(&[question]).await?.pop().unwrap_or_default();
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            _ => Err(StoreError::Statement("one row was expected, several came".into())),
        }
    }

    /// Runs a closure on the answers to what it asks when it finds nothing, all of one state; `None` when it asks for more.
    pub(in super::super) async fn read<T, F>(&self, f: &mut F) -> Option<Result<T, StoreError>>
    where
        F: FnMut(&mut ReadTx<'_>) -> Result<T, StoreError>,
    {
        let now = self.timeline.now();
        let questions = Ahead::questions(now, |ahead| {
            catching_panics(|| f(&mut ReadTx::new(Statements::Ahead(ahead), now)).map(drop))
        });
        if questions.len() > MOST {
            return None;
        }
        let answers = match self.ask(&questions).await {
            Ok(answers) => Answers::new(questions.into_iter().zip(answers)),
            Err(error) => return Some(Err(error)),
        };
        let mut tx = ReadTx::new(Statements::Answers(&answers), now);
        let answer = catching_panics(|| f(&mut tx));
        let failure = tx.into_failure();
        answers.are_enough().then(|| failure.map_or(answer, Err))
    }

    /// The answers to some questions, all of one state.
    async fn ask(&self, questions: &[Question]) -> Result<Vec<Vec<Row>>, StoreError> {
        let mut again = 0;
        loop {
            let answer = tokio::time::timeout(ANSWER, self.once(questions)).await;
            let silent = || Err(StoreError::Unreachable(format!("no answer in {} s", ANSWER.as_secs())));
            match answer.unwrap_or_else(|_| silent()) {
                Err(error) if may_pass(&error) && again < RUN_AGAIN => again += 1,
                settled => return settled,
            }
        }
    }

    async fn once(&self, questions: &[Question]) -> Result<Vec<Vec<Row>>, StoreError> {
        if cfg!(debug_assertions) {
            questions.iter().try_for_each(|it| placeholders::check(&it.sql, it.params.len()))?;
        }
        if questions.is_empty() {
            return Ok(Vec::new());
        }
        let shared = self.shared().await?;
        let mut ready = Vec::with_capacity(questions.len());
        for question in questions {
            ready.push(shared.statement(&question.sql).await?);
        }
        let answers = shared.ask(questions, &ready).await.map_err(|error| from_driver(&error))?;
        answers.iter().map(|rows| rows.iter().map(value::row).collect()).collect()
    }

    /// A connection that lives, as far as is known; waits for one if need be.
    async fn shared(&self) -> Result<Arc<Shared>, StoreError> {
        let place = self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len();
        let mut slot = self.slots[place].clone();
        if let Some(shared) = slot.borrow().as_ref().filter(|shared| !shared.client.is_closed()) {
            return Ok(Arc::clone(shared));
        }
        let alive = |shared: &Option<Arc<Shared>>| shared.as_ref().is_some_and(|it| !it.client.is_closed());
        let waited = tokio::time::timeout(PATIENCE, slot.wait_for(alive)).await;
        let found = match &waited {
            Ok(Ok(shared)) => shared.as_ref().map(Arc::clone),
            Ok(Err(_)) => return Err(StoreError::Closed),
            Err(_) => None,
        };
        found.ok_or_else(|| StoreError::Unreachable("the server does not answer".to_owned()))
    }
}

impl Shared {
    async fn statement(&self, sql: &str) -> Result<Statement, StoreError> {
        let prepared = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statement) = prepared().get(sql) {
            return Ok(statement);
        }
        let preparing = self.in_turn(self.client.prepare(sql));
        let statement = preparing.await.map_err(|error| from_driver(&error))?;
        prepared().keep(sql, statement.clone());
        Ok(statement)
    }

    /// One statement sees one state by itself, several need a transaction.
    async fn ask(
        &self,
        questions: &[Question],
        ready: &[Statement],
    ) -> Result<Vec<Vec<tokio_postgres::Row>>, tokio_postgres::Error> {
        let asking = try_join_all(questions.iter().zip(ready).map(|(question, statement)| async move {
            let params: Vec<Param> = question.params.iter().map(Param).collect();
            let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
            self.client.query(statement, &params).await
        }));
        if questions.len() == 1 {
            return self.in_turn(asking).await;
        }
        let together = async {
            tokio::join!(biased; self.client.batch_execute("BEGIN"), asking, self.client.batch_execute("COMMIT"))
        };
        let (begun, answers, ended) = self.in_turn(together).await;
        begun.and(answers).and_then(|answers| ended.map(|()| answers))
    }

    /// What this sends when it is first polled goes out together: on a connection that many use, nothing of anybody else
    /// may come into a transaction, which it would see the state of.
    async fn in_turn<T>(&self, sending: impl Future<Output = T>) -> T {
        let (mut sending, mut first) = (pin!(sending), true);
        poll_fn(|context| {
            let _turn =
                std::mem::take(&mut first).then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner));
            sending.as_mut().poll(context)
        })
        .await
    }
}

/// Keeps a connection in each slot until `stop` says so.
pub(super) async fn keep(
    server: Arc<Server>,
    slots: Vec<watch::Sender<Option<Arc<Shared>>>>,
    mut stop: watch::Receiver<bool>,
) {
    for slot in slots {
        tokio::spawn(keep_one(Arc::clone(&server), slot));
    }
    // An error means that nobody is left to say so.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn keep_one(server: Arc<Server>, slot: watch::Sender<Option<Arc<Shared>>>) {
    loop {
        match server.connect().await {
            Ok((client, driver)) => {
                let driving = tokio::spawn(driver);
                let settled = match server.settle(&client).await {
                    Ok(()) => client.batch_execute(ONLY_LOOKS).await.map_err(|error| from_driver(&error)),
                    failed => failed,
                };
                match settled {
                    Ok(()) => {
                        let shared = Shared { client, prepared: Mutex::default(), turn: Mutex::default() };
                        slot.send_replace(Some(Arc::new(shared)));
                        if driving.await.is_err() {
                            tracing::error!("a shared connection of the store had panicked");
                        }
                        slot.send_replace(None);
                    }
                    Err(error) => tracing::warn!(%error, "a connection to PostgreSQL could not be set up"),
                }
            }
            Err(error) => tracing::warn!(%error, "PostgreSQL cannot be reached"),
        }
        tokio::time::sleep(REST).await;
    }
}
