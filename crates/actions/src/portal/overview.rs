//! The numbers on the first page of the portal. Refuses whoever may not list users.

use hospes_domain::access::{Actor, may_list};
use hospes_domain::query::{ElementMatch, ElementTest, Filter, Part, UserField, Value};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;

use super::LIST_USERS;
use crate::app::App;
use crate::callers;
use crate::users;

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Users, deleted ones left out.
    pub users: i64,
    /// Guests among them.
    pub guests: i64,
    /// Guests who were invited and have not redeemed.
    pub pending: i64,
    /// Guests whose home account was made anew since they redeemed: they need a reset.
    pub changed: i64,
    /// When that was.
    pub at: Time,
}

/// Users whose identity has changed at home.
pub fn identity_changed() -> Filter<UserField> {
    let tests = vec![ElementTest { part: Part::ChangedAt, matches: ElementMatch::Given }];
    Filter::Any { field: UserField::Identities, tests }
}

/// Counts them at one moment.
pub async fn overview(app: &App, actor: &Actor) -> Result<Overview, Refusal> {
    let (actor, counting) = (actor.clone(), app.clone());
    app.read(move |tx| {
        may_list(&callers::load(tx, &actor)?, LIST_USERS)?;
        let count =
            |filter: Option<Filter<UserField>>| users::total(&counting, tx, actor.tenant, filter.as_ref());
        let word = |field, word: &str| Some(Filter::equal(field, Value::Text(word.to_owned())));
        Ok(Overview {
            users: count(None)?,
            guests: count(word(UserField::UserType, "Guest"))?,
            pending: count(word(UserField::ExternalUserState, "PendingAcceptance"))?,
            changed: count(Some(identity_changed()))?,
            at: tx.now(),
        })
    })
    .await
}
