//! `hospes guest`: everything about guests, in the words of the portal. Refuses members: they are not what these verbs
//! are for.

mod history;
mod invite;
mod lifecycle;
mod list;
mod reset;

use clap::{Args, Subcommand};

use super::exit;
use super::failure::Outcome;
use super::session::{Common, Session};

/// Options of `hospes guest`.
#[derive(Clone, Debug, Args)]
#[command(after_help = exit::HELP)]
pub struct GuestOptions {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

/// The one who is meant.
#[derive(Clone, Debug, Args)]
struct Who {
    /// Object id, user principal name or e-mail address of the guest
    who: String,
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// Invite an external user
    Invite(invite::InviteOptions),
    /// List guests
    List(list::ListOptions),
    /// Show a guest, with groups and apps
    Show(Who),
    /// Resend the invitation of a guest who has not accepted yet
    Resend(invite::ResendOptions),
    /// Reset the redemption status: the same guest, another way to sign in
    ///
    /// Object id, user principal name, groups, app roles and directory roles stay. The old sign-in, its sessions, tokens
    /// and links end at once, and the guest is invited anew.
    Reset(reset::ResetOptions),
    /// Block sign-in
    Block(lifecycle::EndingOptions),
    /// Unblock sign-in
    Unblock(Who),
    /// Delete a guest, who can be restored for 30 days
    Delete(lifecycle::EndingOptions),
    /// Restore a deleted guest
    Restore(Who),
    /// Show what happened to a guest, newest first
    History(Who),
}

/// Does what was asked.
pub async fn run(options: GuestOptions) -> Outcome<()> {
    let session = Session::open(&options.common).await?;
    match options.verb {
        Verb::Invite(options) => invite::invite(&session, options).await,
        Verb::List(options) => list::list(&session, options).await,
        Verb::Show(who) => list::show(&session, &who.who).await,
        Verb::Resend(options) => invite::resend(&session, options).await,
        Verb::Reset(options) => reset::reset(&session, options).await,
        Verb::Block(options) => lifecycle::block(&session, options).await,
        Verb::Unblock(who) => lifecycle::unblock(&session, &who.who).await,
        Verb::Delete(options) => lifecycle::delete(&session, options).await,
        Verb::Restore(who) => lifecycle::restore(&session, &who.who).await,
        Verb::History(who) => history::history(&session, &who.who).await,
    }
}
