//! Declared queries for one row, pipelined: many callers share few connections and none waits for another's answer.
//! Refuses everything that needs a transaction.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

use super::super::{Row, StoreError, Value, placeholders};
use super::connect::{PATIENCE, Server};
use super::error::from_driver;
use super::line::{RUN_AGAIN, may_pass};
use super::prepared::Prepared;
use super::value::{self, Param};

/// Connections that are shared. One is enough to keep a core of the server busy.
pub(super) const LINES: usize = 2;
/// Longer than anything that is looked up takes.
const ANSWER: Duration = Duration::from_secs(20);
/// How long a lost connection's maker rests between two tries.
const REST: Duration = Duration::from_millis(100);

/// A connection others may use at any time.
pub(super) struct Shared {
    client: Client,
    prepared: Mutex<Prepared>,
}

type Slot = watch::Receiver<Option<Arc<Shared>>>;

/// The shared connections, each kept by a task of its own on [`keep`]'s thread.
pub(in super::super) struct Lookup {
    slots: Vec<Slot>,
    next: AtomicUsize,
}

impl Lookup {
    /// The handle, and the other ends for [`keep`].
    pub(super) fn new() -> (Self, Vec<watch::Sender<Option<Arc<Shared>>>>) {
        let (senders, slots) = (0..LINES).map(|_| watch::channel(None)).unzip();
        (Self { slots, next: AtomicUsize::new(0) }, senders)
    }

    /// Runs `sql` and gives its only row.
    pub(in super::super) async fn get(
        &self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        let mut again = 0;
        loop {
            let answer = tokio::time::timeout(ANSWER, self.once(sql, params)).await;
            let silent = || Err(StoreError::Unreachable(format!("no answer in {} s", ANSWER.as_secs())));
            match answer.unwrap_or_else(|_| silent()) {
                Err(error) if may_pass(&error) && again < RUN_AGAIN => again += 1,
                settled => return settled,
            }
        }
    }

    async fn once(&self, sql: &'static str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        if cfg!(debug_assertions) {
            placeholders::check(sql, params.len())?;
        }
        let shared = self.shared().await?;
        let statement = shared.statement(sql).await?;
        let params: Vec<Param> = params.iter().map(Param).collect();
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        let rows = shared.client.query(&statement, &params).await.map_err(|error| from_driver(&error))?;
        match rows.as_slice() {
            [] => Ok(None),
            [row] => value::row(row).map(Some),
            _ => Err(StoreError::Statement("one row was expected, several came".into())),
        }
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
    async fn statement(&self, sql: &'static str) -> Result<Statement, StoreError> {
        let prepared = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statement) = prepared().get(sql) {
            return Ok(statement);
        }
        let statement = self.client.prepare(sql).await.map_err(|error| from_driver(&error))?;
        prepared().keep(sql, statement.clone());
        Ok(statement)
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
                match server.settle(&client).await {
                    Ok(()) => {
                        let shared = Shared { client, prepared: Mutex::default() };
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
