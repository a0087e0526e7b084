//! Every identity a guest ever had here. Refuses guests, also about themselves: after a hand-over the history
//! names another person.

use hospes_domain::access::{Actor, may_read_bindings};
use hospes_domain::guest::Binding;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_store::bindings as rows;

use super::find;
use crate::app::App;
use crate::callers;

/// A binding with how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBinding {
    /// The identity.
    pub binding: Binding,
    /// When it ended; `None` while it holds.
    pub ended_at: Option<Time>,
    /// Why: `reset`, `purged`.
    pub ended: Option<String>,
    /// Who ended it.
    pub ended_by: Option<ObjectId>,
    /// When another account first came with its address: the guest needs a reset (threats B5).
    pub changed_at: Option<Time>,
}

impl From<rows::PastBinding> for KnownBinding {
    fn from(past: rows::PastBinding) -> Self {
        Self {
            binding: past.binding,
            ended_at: past.ended_at,
            ended: past.ended,
            ended_by: past.ended_by,
            changed_at: past.changed_at,
        }
    }
}

/// The bindings of a user, newest first. By its object id even of one who was deleted, for good or not: that is when
/// somebody asks who it was.
///
/// # Errors
/// [`Refusal::NotAllowed`] for callers without the rank, [`Refusal::NotFound`] for users the tenant does not have.
pub async fn bindings(app: &App, actor: &Actor, key: String) -> Result<Vec<KnownBinding>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_bindings(&callers::load(tx, &actor)?)?;
        let found = find(tx, actor.tenant, &key)?.map(|user| user.id());
        let id = found.or_else(|| ObjectId::parse(&key)).ok_or_else(|| Refusal::not_found(&key))?;
        let past = rows::history(tx, actor.tenant, id)?;
        if found.is_none() && past.is_empty() {
            return Err(Refusal::not_found(&key).into());
        }
        Ok(past.into_iter().map(KnownBinding::from).collect())
    })
    .await
}
