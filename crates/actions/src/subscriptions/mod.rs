//! Subscriptions to changes: made, read, renewed and ended by whoever made them, told by the worker (the original's
//! `subscription` resource). Refuses whoever may not read what is to be followed, when it is made and again whenever
//! something is told; a subscription of somebody else is not there.

mod create;
mod delete;
mod dispatch;
mod items;
mod list;
mod receivers;
mod removed;
mod renew;
mod send;

pub use create::{NewSubscription, create};
pub use delete::delete;
pub use dispatch::{dispatch, warn};
pub use hospes_store::subscriptions::Subscription;
pub use list::{get, list};
pub use receivers::{Answering, Receive, Receivers};
pub(crate) use removed::tell_removed;
pub use renew::{Renewal, renew};
pub use send::{Post, missed, post};

use hospes_domain::access::{
    Actor, Caller, ScopeSet, Who, may_follow_user, may_follow_users, may_have_subscriptions, may_list,
    may_read_group, may_read_members,
};
use hospes_domain::application::DIRECTORY_API;
use hospes_domain::changes::Kind;
use hospes_domain::ids::{ClientId, ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::subscription::Resource;
use hospes_domain::time::Time;
use hospes_store::engine::Read;
use hospes_store::{clients, subscriptions};
use uuid::Uuid;

use crate::app::{App, Stop};
use crate::audit::Target;
use crate::callers;
use crate::directory_objects::READ_GROUPS;

/// Seconds for which a post is tried again; whoever cannot be reached for longer is told that something was missed.
pub const TOLD_SECONDS: i64 = 4 * 3600;
/// Seconds for which a post waits for a server that does not run; late is better than never, and a post that just
/// disappeared would be missed by nobody.
const KEPT_SECONDS: i64 = 7 * 24 * 3600;

/// What the record of a change says it is about.
fn target(subscription: &Subscription) -> Target {
    Target {
        kind: "Other",
        id: ObjectId(subscription.id),
        name: subscription.resource.clone(),
        related: None,
    }
}

/// Whether somebody may read what is followed.
fn may_follow(caller: &Caller, followed: Resource) -> Result<(), Refusal> {
    if followed.relation.is_some() {
        return may_read_members(caller, READ_GROUPS).map(drop);
    }
    match (followed.kind, followed.object) {
        (Kind::User, None) => may_follow_users(caller),
        (Kind::User, Some(id)) => may_follow_user(caller, id),
        (Kind::Group, None) => may_list(caller, READ_GROUPS),
        // Not as somebody in it: a restricted guest learns nothing of groups by waiting.
        (Kind::Group, Some(_)) => may_read_group(caller, READ_GROUPS, false).map(drop),
    }
}

/// The application behind a call; a browser session has none and makes no subscriptions.
fn client(actor: &Actor) -> Result<ClientId, Refusal> {
    actor.client.ok_or(Refusal::NotSignedIn { cause: "The token was not issued to an application." })
}

/// The caller, if it may have subscriptions at all.
fn follower(tx: &impl Read, actor: &Actor) -> Result<Caller, Stop> {
    let caller = callers::load(tx, actor)?;
    may_have_subscriptions(&caller, READ_GROUPS)?;
    Ok(caller)
}

/// The caller's own subscription; that of anybody else is not there.
fn own(tx: &impl Read, actor: &Actor, id: Uuid) -> Result<Subscription, Stop> {
    let client = client(actor)?;
    let found = subscriptions::by_id(tx, actor.tenant, id)?
        .filter(|found| found.maker.id() == actor.who.id() && found.client == client)
        .filter(|found| found.expires_at > tx.now());
    found.ok_or_else(|| Refusal::not_found(id).into())
}

/// Whether whoever made a subscription may still read what it follows: with the permissions of then that are still
/// granted, in the state and the roles of now.
fn still_allowed(tx: &impl Read, tenant: TenantId, subscription: &Subscription) -> Result<bool, Stop> {
    let scopes = match subscription.maker {
        Who::User { .. } => subscription.scopes,
        Who::App { id } => {
            let held = clients::holdings(tx, tenant, &[id], DIRECTORY_API)?;
            let roles = held.map(|held| held.roles.join(" ")).unwrap_or_default();
            subscription.scopes.intersection(ScopeSet::parse(&roles))
        }
    };
    let actor = Actor {
        tenant,
        who: subscription.maker,
        scopes,
        client: Some(subscription.client),
        grant: None,
        issued_at: subscription.created_at,
        correlation: None,
        request: None,
    };
    match callers::load(tx, &actor) {
        Ok(caller) => Ok(may_follow(&caller, subscription.followed).is_ok()),
        Err(Stop::Refused(_)) => Ok(false),
        Err(failed) => Err(failed),
    }
}

/// The receiver's secret, opened.
fn client_state(app: &App, tenant: TenantId, id: Uuid, sealed: Option<&str>) -> Option<String> {
    let open = app.open_cookie(tenant, &sealed_as(id), sealed?)?;
    String::from_utf8(open.to_vec()).ok()
}

/// What a secret is sealed for: it opens in its own subscription only.
fn sealed_as(id: Uuid) -> String {
    format!("subscription {id}")
}

/// The end of posts that were caused at that instant.
fn told_until(now: Time) -> Time {
    now.plus_seconds(KEPT_SECONDS)
}
