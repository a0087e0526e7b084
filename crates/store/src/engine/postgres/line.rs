//! A thread's own connection to the server, made when it is first needed and made again when it is lost. Refuses to
//! wait for ever: callers are told after ten seconds.

use std::rc::Rc;
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::super::StoreError;
use super::connect::Server;
use super::session::Session;

/// How often work is run again that a neighbour or a lost connection was in the way of (design section 3).
pub(super) const RUN_AGAIN: u32 = 3;

pub(super) struct Line {
    server: Arc<Server>,
    runtime: Rc<Runtime>,
    session: Option<Session>,
    writes: bool,
}

impl Line {
    pub(super) fn new(server: Arc<Server>, runtime: Runtime, writes: bool) -> Self {
        Self { server, runtime: Rc::new(runtime), session: None, writes }
    }

    /// The connection, which may turn out to be gone when it is used.
    pub(super) fn session(&mut self) -> Result<&Session, StoreError> {
        if self.session.as_ref().is_some_and(Session::is_closed) {
            self.session = None;
        }
        if self.session.is_none() {
            let mut session = Session::open(&self.server, &self.runtime)?;
            if self.writes {
                session.enlist()?;
            }
            self.session = Some(session);
        }
        self.session.as_ref().ok_or(StoreError::Closed)
    }

    /// Lets a connection go of which nobody knows what state it is in.
    pub(super) fn hang_up(&mut self) {
        self.session = None;
    }

    /// Ends a transaction that only read, if the connection is still there.
    pub(super) fn end_reading(&mut self) {
        let kept = self.session.take_if(|session| session.is_closed() || session.roll_back().is_err());
        drop(kept);
    }

    /// Gives neighbours room before work is run again: a little longer each time.
    pub(super) fn step_back(&self, run: u32) {
        let pause = std::time::Duration::from_millis(2) * run;
        self.runtime.block_on(async { tokio::time::sleep(pause).await });
    }
}

/// Whether running again may mend it.
pub(super) fn may_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::Busy { .. } | StoreError::Conflict | StoreError::Unreachable(_))
}
