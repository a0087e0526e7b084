//! Between the first factor and the second. Whoever owes a second one, or a new password, gets no session yet: the first proof waits in the
//! flow, which goes on under a new id (threats F13), and is worth nothing after a reset, a revocation or a block (I3).

use std::fmt;

use hospes_domain::ids::TenantId;
use hospes_domain::second_factor::{Kind, Need};
use hospes_domain::session::{Amr, PASSKEY, PASSWORD};
use hospes_domain::sign_in::{FirstProof, Flow, KnownDevice};
use hospes_domain::time::Time;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::{passwords, sign_in_flows, users};
use uuid::Uuid;

use super::new_password::is_due;
use super::{Known, Scene, lost};
use crate::app::Stop;
use crate::second_factors;
use crate::sessions::{self, NewSession};
use crate::sign_ins::{self, Towards};
use crate::upstream;

/// Somebody has signed in. `Debug` shows no session.
#[derive(Clone, PartialEq, Eq)]
pub struct Entered {
    /// The new session's cookie.
    pub session: String,
    /// The browser as it is known from now on, to those who have a password here.
    pub device: Option<KnownDevice>,
    /// Addresses that applications of whoever was signed in here before want opened in frames, after a redemption.
    pub frames: Vec<String>,
}

impl Entered {
    pub(super) fn unknown(session: String) -> Self {
        Self::known(session, None)
    }

    /// The same with the browser as it is known from now on.
    pub(crate) fn known(session: String, device: Option<KnownDevice>) -> Self {
        Self { session, device, frames: Vec::new() }
    }
}

impl fmt::Debug for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entered")
    }
}

/// What became of somebody who proved who that is. `Debug` shows no session.
#[derive(Clone, PartialEq, Eq)]
pub enum Proven {
    /// Signed in.
    SignedIn(Entered),
    /// The second factor is owed, or a new password: the flow goes on under this id.
    Owing {
        /// The flow that asks for it.
        flow: Uuid,
    },
    /// The mailbox of somebody who was invited and has not redeemed: the redemption flow that now
    /// waits for consent. After it, the sign-in flow goes on.
    PendingRedemption {
        /// The redemption flow, proven already.
        redemption: Uuid,
    },
}

impl fmt::Debug for Proven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedIn(_) => "SignedIn",
            Self::Owing { .. } => "Owing",
            Self::PendingRedemption { .. } => "PendingRedemption",
        })
    }
}

/// The same within the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    SignedIn,
    Owing(Uuid),
    Redemption(Uuid),
}

impl Next {
    pub(super) fn with(self, cookie: String) -> Proven {
        match self {
            Self::SignedIn => Proven::SignedIn(Entered::unknown(cookie)),
            Self::Owing(flow) => Proven::Owing { flow },
            Self::Redemption(redemption) => Proven::PendingRedemption { redemption },
        }
    }
}

/// Begins the session of somebody who owes nothing more, or keeps the first proof in the flow, from now on under the id
/// `next`.
pub(super) fn first_proven(
    tx: &WriteTx<'_>,
    scene: &Scene,
    (flow, towards): (Flow, &Towards),
    user: &User,
    (method, at): (&str, Time),
    session: &NewSession,
    next: Uuid,
) -> Result<Next, Stop> {
    if second_factors::need(tx, user, &Amr::of(method))? != Need::Nothing || is_due(tx, user, method)? {
        let (before, generation) = (flow.id, user.guest.generation());
        let proof = FirstProof { user: user.id(), generation, method: method.to_owned(), at, second: None };
        // Nobody has signed in within it yet.
        let flow = Flow { id: next, first: Some(proof), signed_in_at: None, ..flow };
        // Loaded in this transaction, so it is there.
        sign_in_flows::go_on_as(tx, scene.tenant, before, &flow)?;
        return Ok(Next::Owing(next));
    }
    let session = sessions::in_place_of(tx, scene.session, (user, method), session)?;
    sessions::begin_since(tx, user, method, at, &session)?;
    sign_ins::succeeded(tx, &scene.entry, user, towards, (method, &Amr::of(method)))?;
    sign_in_flows::save(tx, scene.tenant, &Flow { signed_in_at: Some(at), first: None, ..flow })?;
    Ok(Next::SignedIn)
}

/// The browser as it is known from now on under that id, to somebody who signed in here with a password or a passkey.
pub(super) fn device(
    tx: &impl Read,
    user: &User,
    method: &str,
    id: Uuid,
) -> Result<Option<KnownDevice>, StoreError> {
    if ![PASSWORD, PASSKEY].contains(&method) {
        return Ok(None);
    }
    let stored = passwords::stored(tx, user.guest.record().tenant, user.id())?;
    let password_set_at = stored.map(|stored| stored.set_at).unwrap_or_default();
    Ok(Some(KnownDevice { id, user: user.id(), password_set_at }))
}

/// The first proof of a flow with its user, while it counts. A guest whose organisation is shut out may still leave.
pub(super) fn still_good(
    tx: &impl Read,
    tenant: TenantId,
    flow: &Flow,
) -> Result<Option<(FirstProof, User)>, StoreError> {
    let Some(proof) = &flow.first else { return Ok(None) };
    let user = users::by_id(tx, tenant, proof.user)?.filter(|user| proof.is_good(&user.guest));
    match user {
        Some(user) if flow.is_to_leave(tenant) || upstream::shut_out(tx, &user)?.is_none() => {
            Ok(Some((proof.clone(), user)))
        }
        _ => Ok(None),
    }
}

impl Known {
    /// Who owes the second factor: whoever proved the first one in this flow, else whose session lacks it.
    pub(super) fn owing(&self) -> Option<(FirstProof, &User)> {
        if self.need == Need::Nothing {
            return None;
        }
        if let Some((proof, user)) = &self.first {
            return Some((proof.clone(), user));
        }
        let (session, user) = self.session.as_ref()?;
        let proof = FirstProof {
            user: user.id(),
            generation: session.generation,
            method: session.method.clone(),
            at: session.created_at,
            second: None,
        };
        Some((proof, user))
    }

    /// Begins the session of whoever has shown the second factor, too, under a new secret (threats F13); one that only
    /// lacked it ends no later for that. Nobody who has to replace a password has one: then both proofs wait in the flow,
    /// whose id nobody else knows since the first of them.
    pub(super) fn complete(
        &self,
        tx: &WriteTx<'_>,
        scene: &Scene,
        second: Kind,
        new: &NewSession,
    ) -> Result<bool, Stop> {
        let (proof, user) = self.owing().ok_or_else(lost)?;
        if self.new_password {
            let first = Some(FirstProof { second: Some(second), ..proof });
            sign_in_flows::save(tx, scene.tenant, &Flow { first, ..self.flow.clone() })?;
            return Ok(false);
        }
        let amr = proof.amr().with(second);
        if let (None, Some(hash), Some((before, _))) = (&self.first, scene.session, &self.session) {
            sessions::proven_more(tx, (hash, before), user, second, new)?;
        } else {
            let new = sessions::in_place_of(tx, scene.session, (user, &proof.method), new)?;
            sessions::begin_with(tx, user, &proof.method, &amr, proof.at, &new)?;
        }
        sign_ins::succeeded(tx, &scene.entry, user, &self.towards(), (&proof.method, &amr))?;
        let flow = Flow { signed_in_at: Some(proof.at), first: None, ..self.flow.clone() };
        sign_in_flows::save(tx, scene.tenant, &flow)?;
        Ok(true)
    }
}
