//! `guest block`, `unblock`, `delete` and `restore`. Refuses to delete without a yes; deleting for good is left to
//! `hospes api`.

use clap::Args;
use serde_json::json;

use super::super::failure::Outcome;
use super::super::graph::query;
use super::super::prompt;
use super::super::session::Session;
use super::super::value::{id, text};
use super::super::who::{self, PERSON, called};

/// Options of `guest delete`.
#[derive(Clone, Debug, Args)]
pub struct DeleteOptions {
    /// Object id, user principal name or e-mail address of the guest
    who: String,
    /// Do it without asking
    #[arg(long, short = 'y')]
    yes: bool,
}

/// Blocks sign-in, or lets the guest in again.
pub async fn set_enabled(session: &Session, who: &str, enabled: bool) -> Outcome<()> {
    let guest = who::guest(&session.graph, who).await?;
    session.graph.patch(&guest.path(), &json!({ "accountEnabled": enabled }), None).await?;
    let user = session.graph.get(&query(&guest.path(), &[("$select", PERSON)])).await?;
    let done = if enabled {
        format!("{} can sign in again.", guest.called())
    } else {
        format!("{} is blocked: signed out everywhere, and no sign-in works.", guest.called())
    };
    session.screen.done(&user, &done);
    Ok(())
}

/// Deletes a guest.
pub async fn delete(session: &Session, options: DeleteOptions) -> Outcome<()> {
    let guest = who::guest(&session.graph, &options.who).await?;
    let question = format!("Delete {}? The guest can be restored for 30 days.", guest.called());
    prompt::confirm(options.yes, &question).await?;
    session.graph.delete(&guest.path()).await?;
    let done =
        format!("Deleted {}. `hospes guest restore {}` undoes it for 30 days.", guest.called(), guest.id());
    session.screen.done(&guest.user, &done);
    Ok(())
}

/// Restores a deleted guest.
pub async fn restore(session: &Session, who: &str) -> Outcome<()> {
    let gone = who::deleted(&session.graph, who).await?;
    session.graph.act(&format!("/directory/deletedItems/{}/restore", id(&gone))).await?;
    let user = session.graph.get(&query(&format!("/users/{}", id(&gone)), &[("$select", PERSON)])).await?;
    let called = called(&user);
    let done = if text(&user, "externalUserState") == "Accepted" {
        format!("Restored {called}, who signs in as before.")
    } else {
        format!(
            "Restored {called}. Links sent before do not work any more: `hospes guest resend` sends a new one."
        )
    };
    session.screen.done(&user, &done);
    Ok(())
}
