//! Reading by what people may prove who they are. Refuses to make or change a provider: those there are, are built in.

use hospes_domain::access::{Actor, may_read_identity_providers};
use hospes_domain::identity_provider::BuiltIn;
use hospes_domain::refusal::Refusal;

use crate::app::App;
use crate::callers;

/// The providers of the caller's organisation.
///
/// # Errors
/// [`Refusal::NotAllowed`].
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<BuiltIn>, Refusal> {
    let actor = actor.clone();
    app.read(move |tx| {
        may_read_identity_providers(&callers::load(tx, &actor)?)?;
        Ok(BuiltIn::ALL.to_vec())
    })
    .await
}

/// The provider of that id.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: &str) -> Result<BuiltIn, Refusal> {
    let known = list(app, actor).await?;
    let found = BuiltIn::parse(id).filter(|provider| known.contains(provider));
    found.ok_or_else(|| Refusal::not_found(id))
}
