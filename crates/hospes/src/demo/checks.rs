//! The promises of a reset, each as it can be seen from outside: by the app, by other programs, in the directory, in
//! the mailboxes. Refuses to arrange anything: the situations do, and these look at what came of it.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::browser::Browser;
use super::failure::{Failure, Outcome};
use super::graph::{Answer, Graph};
use super::html;
use super::mailbox::{self, is_code, is_invitation};
use super::narrator::Narrator;
use super::oidc;
use super::stage::{Before, Guest, Stage};
use super::views::{Bound, DirectoryView};
use super::walk::{Ended, Person};

/// A change of identity as it is about to happen.
pub struct Move<'a> {
    /// As the guest signs in so far.
    pub guest: &'a Guest,
    /// What was known then.
    pub before: &'a Before,
    /// Who signs in from now on.
    pub to: &'a Person,
    /// The newest mail before the change.
    pub mark: u64,
}

/// What the guest has to begin with.
pub fn first_look(stage: &mut Stage, guest: &Guest, before: &Before) -> Outcome<()> {
    let (app, directory) = (&before.app, &before.directory);
    let narrator = &mut stage.narrator;
    narrator.same("the app sees the object id of the directory", &guest.id, &app.oid)?;
    narrator.same(
        "the app sees the address that was proven as the sign-in name",
        &guest.person.address,
        &app.preferred_username,
    )?;
    narrator.holds(
        "the app sees the app role and the group",
        app.roles.contains("Supplier.Read") && app.groups.len() > 30,
        || format!("roles {}, groups {}", app.roles, app.groups),
    )?;
    narrator.same(
        "the directory says that the invitation was accepted",
        &"Accepted".to_owned(),
        &directory.state,
    )?;
    narrator.same(provider_promise(&guest.person), &guest.person.provider(), &directory.provider)?;
    let oid = before.tokens.id.get("oid").and_then(Value::as_str).unwrap_or_default().to_owned();
    narrator.same("another program sees the same object id", &guest.id, &oid)
}

/// Who may not reset, and what may not be reset to.
pub async fn only_the_right_people(stage: &mut Stage, guest: &Guest, new: &str) -> Outcome<()> {
    let refused = stage.graph(&stage.inviter).reset(&guest.id, &guest.person.address).await?;
    stage.narrator.holds(
        "somebody who may only invite is not allowed to reset",
        refused.status == StatusCode::FORBIDDEN,
        || refused.shown(),
    )?;
    let refused = stage.graph(&stage.automation).reset(&guest.id, &guest.person.address).await?;
    stage.narrator.holds(
        "no app is allowed to reset somebody who holds a directory role",
        refused.status == StatusCode::FORBIDDEN,
        || refused.shown(),
    )?;
    let refused = stage.graph(&stage.helpdesk).reset(&guest.id, new).await?;
    stage.narrator.holds(
        "nobody is reset to an address that is not on file",
        refused.status == StatusCode::BAD_REQUEST,
        || refused.shown(),
    )
}

/// The answer to a reset.
pub fn reset_answer(stage: &mut Stage, change: &Move<'_>, answer: &Answer) -> Outcome<()> {
    if answer.status != StatusCode::CREATED {
        return Err(Failure::new(format!("the reset was answered with {}", answer.shown())));
    }
    let id = answer.body["invitedUser"]["id"].as_str().unwrap_or_default().to_owned();
    let narrator = &mut stage.narrator;
    narrator.same("the reset answers with the same object id", &change.guest.id, &id)?;
    narrator.same("and waits for the new proof", &"PendingAcceptance".to_owned(), &answer.text("status"))
}

/// Sessions, tokens and links from before the reset.
pub async fn everything_old_is_dead(stage: &mut Stage, change: &Move<'_>) -> Outcome<()> {
    let Move { guest, before, .. } = change;
    let page = stage.first_page(&guest.browser).await?;
    let alive = stage.is_app(&page)?;
    stage.narrator.holds("the old session is over: the app asks who is there", !alive, || page.shown())?;
    let refreshed = oidc::refresh(&stage.server, &before.tokens.refresh).await?;
    stage.narrator.holds(
        "the old refresh token gives invalid_grant",
        refreshed.as_ref().err().is_some_and(|error| error == "invalid_grant"),
        || refreshed.as_ref().map_or_else(Clone::clone, |_| "new tokens".to_owned()),
    )?;
    let (request, answer) = &before.waiting;
    let exchanged = oidc::finish(&stage.server, request, answer).await;
    stage.narrator.holds(
        "a code that was not exchanged yet gives invalid_grant",
        exchanged.as_ref().err().is_some_and(|error| error.to_string().contains("invalid_grant")),
        || exchanged.as_ref().map_or_else(ToString::to_string, |_| "new tokens".to_owned()),
    )?;
    let me = Graph::new(&stage.server, &before.tokens.access).call(Method::GET, "/me", None).await?;
    stage.narrator.holds(
        "the old access token opens nothing",
        me.status == StatusCode::UNAUTHORIZED,
        || me.shown(),
    )?;
    link_is_closed(stage, &guest.link, "the old link leads to the page that says so").await?;
    let now = directory(stage, guest).await?;
    let narrator = &mut stage.narrator;
    narrator.same("the directory says that it waits", &"PendingAcceptance".to_owned(), &now.state)?;
    narrator.same("its identities name no provider any more", &String::new(), &now.provider)?;
    narrator.same("it has kept the user principal name", &before.directory.upn, &now.upn)?;
    narrator.same("it has kept the groups and directory roles", &before.directory.groups, &now.groups)?;
    narrator.same("it has kept the app roles", &before.directory.app_roles, &now.app_roles)
}

/// A link that must not work any more, in a window that knows nothing.
pub async fn link_is_closed(stage: &mut Stage, link: &str, promise: &str) -> Outcome<()> {
    let page = Browser::new(&stage.server)?.open(link).await?.page()?;
    let state = ["already accepted", "newer invitation", "no longer", "run out"];
    let heading = page.heading();
    let said = state.iter().any(|words| heading.contains(words));
    let offered = html::forms(&page.html).iter().any(|form| form.button == "Accept invitation");
    stage.narrator.holds(promise, said && !offered, || page.shown())
}

/// Who is told what.
pub async fn notices(stage: &mut Stage, change: &Move<'_>) -> Outcome<()> {
    let old = &change.guest.person.address;
    let mail = mailbox::wait(&stage.server, old, change.mark, |subject| {
        !is_code(subject) && !is_invitation(subject)
    })
    .await?;
    let named = mail.text.contains(&change.to.address) || mail.subject.contains(&change.to.address);
    stage.narrator.holds("the old address is told, and not told the new one", !named, || mail.subject.clone())
}

/// The link in the invitation to the new address.
pub async fn link_to(stage: &Stage, change: &Move<'_>) -> Outcome<String> {
    let mail = mailbox::wait(&stage.server, &change.to.address, change.mark, is_invitation).await?;
    mail.link(stage.server.base_url())
}

/// The predecessor has the link, and a mailbox that is on file, and gets no further than the code.
pub async fn predecessor_cannot_take_the_link(
    stage: &mut Stage,
    change: &Move<'_>,
    link: &str,
) -> Outcome<()> {
    let browser = Browser::new(&stage.server)?;
    let mark = mailbox::newest(&stage.server).await?;
    let landed = browser.open(link).await?;
    let ended = stage.walk(&browser, &change.guest.person, false).on(landed).await?;
    let sent = mailbox::wait(&stage.server, &change.to.address, mark, is_code).await.is_ok();
    stage.narrator.holds(
        "whoever holds the link without the new mailbox gets no further than the code, which goes to the new address",
        sent && matches!(ended, Ended::CodeWanted),
        || ended.shown(),
    )
}

/// The new identity redeems; everything is as before but the way of signing in. Gives the guest as it is now.
pub async fn day_after(stage: &mut Stage, change: &Move<'_>, link: &str) -> Outcome<Guest> {
    let Move { guest, before, to, .. } = change;
    Narrator::tell(&format!("{} opens the link and {}.", to.address, to.proof()));
    let browser = Browser::new(&stage.server)?;
    stage.redeem(&browser, to, link).await?;
    let app = stage.open_app(&browser, to).await?;
    let now = directory(stage, guest).await?;
    let narrator = &mut stage.narrator;
    narrator.same("the app sees the same object id", &before.app.oid, &app.oid)?;
    narrator.same("the app sees the same subject", &before.app.sub, &app.sub)?;
    narrator.same("the app sees the same roles", &before.app.roles, &app.roles)?;
    narrator.same("the app sees the same groups", &before.app.groups, &app.groups)?;
    let promise = if to.address == guest.person.address {
        "the app sees the same sign-in name"
    } else {
        "the app sees the new sign-in name"
    };
    narrator.same(promise, &to.address, &app.preferred_username)?;
    narrator.same("the directory says that it was accepted", &"Accepted".to_owned(), &now.state)?;
    narrator.same(provider_promise(to), &to.provider(), &now.provider)?;
    narrator.same("the user principal name is the same", &before.directory.upn, &now.upn)?;
    narrator.same("the groups and directory roles are the same", &before.directory.groups, &now.groups)?;
    narrator.same("the app roles are the same", &before.directory.app_roles, &now.app_roles)?;
    narrator.same("the sponsors are the same", &before.directory.sponsors, &now.sponsors)?;
    let mut history = before.directory.history.clone();
    if let Some(last) = history.first_mut() {
        "reset".clone_into(&mut last.ended);
    }
    let names = |bound: &[Bound]| -> Vec<(String, String)> {
        bound.iter().map(|bound| (bound.sign_in_name.clone(), bound.ended.clone())).collect()
    };
    let mut expected = vec![(to.address.clone(), String::new())];
    expected.extend(names(&history));
    narrator.same(
        "the history names every identity, and that the one before ended by a reset",
        &expected,
        &names(&now.history),
    )?;
    link_is_closed(stage, link, "the new link works once").await?;
    Ok(Guest { id: guest.id.clone(), person: (*to).clone(), browser, link: link.to_owned() })
}

fn provider_promise(person: &Person) -> &'static str {
    if person.password.is_some() {
        "its identities name the account of another organisation (ExternalAzureAD)"
    } else {
        "its identities name the mailbox"
    }
}

/// The old address asks for a sign-in and gets no code; the new one asks after it and gets in.
pub async fn old_address_is_out(stage: &mut Stage, change: &Move<'_>) -> Outcome<()> {
    let Move { guest, to, .. } = change;
    let mark = mailbox::newest(&stage.server).await?;
    let ended = stage.try_app(&Browser::new(&stage.server)?, &guest.person, false).await?;
    stage.narrator.holds(
        "the old address does not reach the app",
        !matches!(ended, Ended::App(_)),
        || ended.shown(),
    )?;
    let view = stage.open_app(&Browser::new(&stage.server)?, to).await?;
    stage.narrator.same("the new address does, in a window that knows nothing", &guest.id, &view.oid)?;
    // Mails leave in the order of their causes: one whose cause is later came, so a code for the old address would
    // have. Whoever signs in at home has caused none.
    if to.password.is_some() {
        stage.witness().await?;
    }
    no_code(stage, &guest.person.address, mark, "no code went to the old address").await?;
    if to.password.is_some() {
        let promise = "nor to the new one: its organisation vouches for it";
        no_code(stage, &to.address, change.mark, promise).await?;
    }
    Ok(())
}

async fn no_code(stage: &mut Stage, to: &str, after: u64, promise: &str) -> Outcome<()> {
    let sent = mailbox::subjects(&stage.server, to, after).await?;
    stage.narrator.holds(promise, !sent.iter().any(|subject| is_code(subject)), || sent.join(", "))
}

/// An account that was made anew has the guest's address, and nothing else of the guest.
pub async fn new_account_is_refused(
    stage: &mut Stage,
    guest: &Guest,
    before: &Before,
    account: &Person,
) -> Outcome<()> {
    let ended = stage.try_app(&Browser::new(&stage.server)?, account, false).await?;
    stage.narrator.holds(
        "the new account does not reach the app: it is not the one that the guest proved to be",
        ended.says("not the one we know"),
        || ended.shown(),
    )?;
    let now = directory(stage, guest).await?;
    let changed = |view: &DirectoryView| view.history.first().is_some_and(|bound| !bound.changed.is_empty());
    let narrator = &mut stage.narrator;
    narrator.holds(
        "the history tells administrators that another account came with that address",
        changed(&now) && !changed(&before.directory),
        String::new,
    )?;
    narrator.same("the guest is still accepted", &"Accepted".to_owned(), &now.state)?;
    narrator.same("its groups and directory roles are the same", &before.directory.groups, &now.groups)?;
    narrator.same("its app roles are the same", &before.directory.app_roles, &now.app_roles)
}

/// What the directory says about a guest.
pub async fn directory(stage: &Stage, guest: &Guest) -> Outcome<DirectoryView> {
    DirectoryView::read(&stage.graph(&stage.automation), &guest.id).await
}
