//! `guest reset`: the main job, as the article does it. An address that is not the guest's yet is set as `mail` first,
//! in a request of its own. Refuses to go on without a yes, and to set the address of a guest that has changed since.

use clap::Args;
use serde_json::json;

use super::super::exit::Exit;
use super::super::failure::Outcome;
use super::super::prompt;
use super::super::screen::note;
use super::super::session::Session;
use super::super::who::{self, Person};
use super::invite::{MessageOptions, body, show};

/// Options of `guest reset`.
#[derive(Clone, Debug, Args)]
pub struct ResetOptions {
    /// Object id, user principal name or e-mail address of the guest
    who: String,
    /// The address to invite from now on; the guest's own if not given. One that the guest does not have yet becomes
    /// the guest's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Do it without asking
    #[arg(long, short = 'y')]
    yes: bool,
    #[command(flatten)]
    message: MessageOptions,
}

/// Resets the redemption status.
pub async fn reset(session: &Session, options: ResetOptions) -> Outcome<()> {
    let guest = who::guest(&session.graph, &options.who).await?;
    let address = match &options.email {
        Some(address) => address.clone(),
        None => guest.mail()?,
    };
    let is_new = !guest.has_address(&address);
    if !options.yes && prompt::somebody_is_there() {
        explain(session, &guest, &address, is_new).await;
    }
    prompt::confirm(options.yes, "Reset redemption status?").await?;
    if is_new {
        session.graph.patch(&guest.path(), &json!({ "mail": address }), guest.tag.as_deref()).await?;
    }
    let mut body = body(session, &address, &options.message);
    body["invitedUser"] = json!({ "id": guest.id() });
    body["resetRedemption"] = true.into();
    let invitation = match session.graph.post("/invitations", &body).await {
        Ok(invitation) => invitation,
        // Said plainly: the first of the two steps was done and stays done.
        Err(failure) if is_new => {
            return Err(failure.after(&format!(
                "The e-mail address was set to {address}, but the redemption status was not reset:"
            )));
        }
        Err(failure) => return Err(failure),
    };
    let set = if is_new { format!(" The e-mail address is {address} now.") } else { String::new() };
    let done = format!("Redemption status of {} reset: the same guest, invited anew.{set}", guest.called());
    show(session, &invitation, &done);
    Ok(())
}

/// What is kept and what ends, before the question.
async fn explain(session: &Session, guest: &Person, address: &str, is_new: bool) {
    note(&format!("{}, {}", guest.called(), guest.id()));
    if is_new {
        note(&format!("  First   the e-mail address becomes {address}, which the guest does not have yet"));
    }
    let groups = counted(session, guest, "memberOf", "group or role", "groups and roles").await;
    let apps = counted(session, guest, "appRoleAssignments", "app role", "app roles").await;
    note(&format!("  Kept    object id, user principal name, {groups}, {apps}, names, addresses"));
    note("  Ends    the present way to sign in, every session and token, older links, consent");
    note(&format!("  Then    an invitation to {address}; only a code sent there accepts it"));
}

/// How many there are, where the caller may know.
async fn counted(session: &Session, guest: &Person, list: &str, one: &str, many: &str) -> String {
    match session.graph.all(&format!("{}/{list}", guest.path())).await {
        Ok(all) if all.is_empty() => format!("no {many}"),
        Ok(all) if all.len() == 1 => format!("1 {one}"),
        Ok(all) => format!("{} {many}", all.len()),
        Err(failure) if failure.exit() == Exit::Forbidden => many.to_owned(),
        // The command itself will say what is wrong.
        Err(_) => many.to_owned(),
    }
}
