//! The mail catcher of development mode: a mail server on this machine that keeps what it receives and shows it.
//!
//! It is as strict as the strictest mail server, so that a mail it takes will be taken elsewhere. It refuses to
//! send anything on, to listen anywhere but on loopback, and to keep more than the last 500 mails.

mod caught;
mod routes;
mod session;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hospes_domain::time::Clock;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

pub use caught::CaughtMail;
pub use routes::routes;
pub use session::Behaviour;

/// How many mails are kept.
pub const KEPT_MAILS: usize = 500;
/// Conversations at the same time.
const SESSIONS: usize = 64;

/// A running mail catcher. Copies share the same mails; when the last one goes, it stops listening.
#[derive(Clone)]
pub struct MailSink {
    address: SocketAddr,
    store: Arc<Store>,
    _listening: Arc<Listening>,
}

struct Store {
    mails: Mutex<VecDeque<Arc<CaughtMail>>>,
    /// How many mails ever arrived.
    arrived: watch::Sender<u64>,
    behaviour: Mutex<Behaviour>,
    clock: Arc<dyn Clock>,
}

struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl MailSink {
    /// Starts listening on 127.0.0.1; port 0 picks a free one, see [`MailSink::address`].
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(port: u16, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let store = Arc::new(Store {
            mails: Mutex::new(VecDeque::new()),
            arrived: watch::Sender::new(0),
            behaviour: Mutex::new(Behaviour::Accept),
            clock,
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&store)));
        Ok(Self { address, store, _listening: Arc::new(Listening(listening)) })
    }

    /// Where mails are taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// All mails that are kept, newest first.
    pub fn list(&self) -> Vec<Arc<CaughtMail>> {
        lock(&self.store.mails).iter().rev().map(Arc::clone).collect()
    }

    /// The mail with this id, if it is still kept.
    pub fn get(&self, id: u64) -> Option<Arc<CaughtMail>> {
        lock(&self.store.mails).iter().find(|mail| mail.id == id).map(Arc::clone)
    }

    /// The newest mail that `wanted` accepts, as soon as there is one.
    pub async fn wait_for(&self, wanted: impl Fn(&CaughtMail) -> bool) -> Arc<CaughtMail> {
        let mut arrivals = self.store.arrived.subscribe();
        loop {
            if let Some(mail) = self.list().into_iter().find(|mail| wanted(mail)) {
                return mail;
            }
            // The sender lives in `self`, so this only ever completes because a mail arrived.
            let _ = arrivals.changed().await;
        }
    }

    /// Keeps a mail as if it had been received.
    pub fn put(&self, recipients: Vec<String>, raw: Vec<u8>) {
        self.store.keep(recipients, raw);
    }

    /// How mail servers fail: from the next conversation on this one does so too.
    pub fn behave(&self, behaviour: Behaviour) {
        *lock(&self.store.behaviour) = behaviour;
    }
}

impl Store {
    fn keep(&self, recipients: Vec<String>, raw: Vec<u8>) {
        let mut mails = lock(&self.mails);
        let id = *self.arrived.borrow() + 1;
        mails.push_back(Arc::new(CaughtMail::parse(id, self.clock.now(), recipients, raw)));
        if mails.len() > KEPT_MAILS {
            mails.pop_front();
        }
        self.arrived.send_replace(id);
    }
}

/// A panic while a mail was kept leaves the list whole: take it as it is.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: TcpListener, store: Arc<Store>) {
    let places = Arc::new(Semaphore::new(SESSIONS));
    let mut conversations = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                while conversations.try_join_next().is_some() {}
                let store = Arc::clone(&store);
                conversations.spawn(async move {
                    converse(stream, &store).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the mail catcher cannot accept a connection");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, store: &Store) {
    let behaviour = lock(&store.behaviour).clone();
    let deliver = |recipients, raw| store.keep(recipients, raw);
    if let Err(error) = session::serve(stream, &behaviour, deliver).await {
        tracing::debug!(%error, "a conversation with the mail catcher ended early");
    }
}
