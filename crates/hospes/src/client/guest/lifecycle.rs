//! `guest block`, `unblock`, `delete` and `restore`. Refuses to block and to delete without a yes; deleting for good is left
//! to `hospes api`.

use clap::Args;
use serde_json::json;

use super::super::failure::Outcome;
use super::super::graph::query;
use super::super::prompt;
use super::super::screen::note;
use super::super::session::Session;
use super::super::value::{id, text};
use super::super::who::{self, PERSON, Person, called};

/// Options of `guest block` and `guest delete`.
#[derive(Clone, Debug, Args)]
pub struct EndingOptions {
    /// Object id, user principal name or e-mail address of the guest
    who: String,
    /// Do it without asking
    #[arg(long, short = 'y')]
    yes: bool,
}

/// Blocks sign-in.
pub async fn block(session: &Session, options: EndingOptions) -> Outcome<()> {
    let guest = who::guest(&session.graph, &options.who).await?;
    let question = format!("Block {}? The guest is signed out everywhere.", guest.called());
    prompt::confirm(options.yes, &question).await?;
    let done = format!("{} is blocked: signed out everywhere, and no sign-in works.", guest.called());
    set_enabled(session, &guest, false, &done).await
}

/// Lets the guest in again.
pub async fn unblock(session: &Session, who: &str) -> Outcome<()> {
    let guest = who::guest(&session.graph, who).await?;
    set_enabled(session, &guest, true, &format!("{} can sign in again.", guest.called())).await
}

async fn set_enabled(session: &Session, guest: &Person, enabled: bool, done: &str) -> Outcome<()> {
    session.graph.patch(&guest.path(), &json!({ "accountEnabled": enabled }), None).await?;
    let user = session.graph.get(&query(&guest.path(), &[("$select", PERSON)])).await?;
    session.screen.done(&user, done);
    Ok(())
}

/// Deletes a guest. Scripts get what can be restored, which says since when the guest is gone.
pub async fn delete(session: &Session, options: EndingOptions) -> Outcome<()> {
    let guest = who::guest(&session.graph, &options.who).await?;
    let question = format!("Delete {}? The guest can be restored for 30 days.", guest.called());
    prompt::confirm(options.yes, &question).await?;
    session.graph.delete(&guest.path()).await?;
    let done =
        format!("Deleted {}. `hospes guest restore {}` undoes it for 30 days.", guest.called(), guest.id());
    let item = query(&format!("/directory/deletedItems/{}", guest.id()), &[("$select", PERSON)]);
    match session.graph.get(&item).await {
        Ok(gone) => session.screen.done(&gone, &done),
        // Deleted all the same: whoever may delete need not see the deleted.
        Err(_) => note(&done),
    }
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
