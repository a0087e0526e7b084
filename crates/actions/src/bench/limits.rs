//! The best the database could do: the rows of an operation without the operation. Runs on the engine of the product,
//! with its settings and its group commit. Refuses to check anything.

use std::sync::Arc;

use hospes_domain::ids::{InvitationId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Clock;
use hospes_store::bare_rows::{self, InvitationRows, RedemptionRows};
use hospes_store::engine::{Db, DbOptions, Verdict, WriteTx};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::app::{OpenError, failed};
use crate::database::Database;
use crate::random::{self, Random};

/// Whose rows are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// An invitation to this address, with the mail or without it.
    Invitation {
        /// The invited address.
        address: String,
        /// Whether a mail is asked for.
        mail: bool,
    },
    /// A redemption of this guest.
    Redemption {
        /// The guest.
        user: ObjectId,
        /// Its open invitation.
        invitation: InvitationId,
        /// Its proven flow.
        flow: Uuid,
        /// Its address.
        address: String,
    },
    /// A reset of this guest.
    Reset {
        /// The guest.
        user: ObjectId,
        /// Its address.
        address: String,
    },
}

/// A database with nothing in front of it. Clones are the same.
#[derive(Clone)]
pub struct Limits {
    db: Db,
    random: Arc<dyn Random>,
    alone: Arc<Mutex<()>>,
}

impl Limits {
    /// Opens a database; its schema is brought up to date.
    ///
    /// # Errors
    /// As opening an application.
    pub fn open(
        database: Database,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, OpenError> {
        let db = Db::open(DbOptions { location: database.location(), clock })?;
        Ok(Self { db, random, alone: Arc::default() })
    }

    /// Writes these rows and answers after the commit, which they share with whatever else was waiting.
    ///
    /// # Errors
    /// The store's.
    pub async fn commit(&self, tenant: TenantId, rows: Rows) -> Result<(), Refusal> {
        let drawn = Drawn::new(&*self.random);
        let verdict = self.db.write(move |tx| drawn.write(tx, tenant, &rows).map(Verdict::Done)).await;
        verdict.map_err(failed)?.into_result()
    }

    /// The same with a commit of its own: one write at a time.
    ///
    /// # Errors
    /// The store's.
    pub async fn commit_alone(&self, tenant: TenantId, rows: Rows) -> Result<(), Refusal> {
        let _alone = self.alone.lock().await;
        self.commit(tenant, rows).await
    }

    /// Reads one user's row, whoever asks; gives back its user principal name.
    ///
    /// # Errors
    /// The store's.
    pub async fn user(&self, tenant: TenantId, id: ObjectId) -> Result<Option<String>, Refusal> {
        let params = vec![tenant.into(), id.into()];
        self.db.get(bare_rows::USER, params, bare_rows::upn).await.map_err(failed)
    }

    /// Finishes what is queued and closes the database.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// Ids, drawn before the transaction as the verbs do.
struct Drawn {
    ids: [Uuid; 4],
    ticket: [u8; 16],
    hash: [u8; 32],
}

impl Drawn {
    fn new(random: &dyn Random) -> Self {
        Self {
            ids: std::array::from_fn(|_| random::uuid_v4(random)),
            ticket: random::bytes(random),
            hash: random::bytes(random),
        }
    }

    fn write(
        &self,
        tx: &WriteTx<'_>,
        tenant: TenantId,
        rows: &Rows,
    ) -> Result<(), hospes_store::engine::StoreError> {
        let [first, second, third, fourth] = self.ids;
        let link = |user: ObjectId, address: &str, mail: Option<Uuid>| InvitationRows {
            tenant,
            user,
            invitation: InvitationId(second),
            ticket: self.ticket,
            audit: third,
            mail,
            address: address.to_owned(),
            inviter: ObjectId(tenant.0),
        };
        match rows {
            Rows::Invitation { address, mail } => {
                bare_rows::invitation(tx, &link(ObjectId(first), address, mail.then_some(fourth)))
            }
            Rows::Redemption { user, invitation, flow, address } => {
                let rows = RedemptionRows {
                    tenant,
                    user: *user,
                    invitation: *invitation,
                    flow: *flow,
                    address: address.clone(),
                    binding: first,
                    session: second,
                    session_hash: self.hash,
                    audit: third,
                };
                bare_rows::redemption(tx, &rows)
            }
            Rows::Reset { user, address } => bare_rows::reset(tx, &link(*user, address, None), fourth),
        }
    }
}
