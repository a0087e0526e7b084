//! The situations of the founding article, each from the invitation to the day after the reset, with every promise
//! that can be seen from outside. (Its second situation, an account that was created again, needs an identity
//! provider that can do so.)

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::browser::Browser;
use super::failure::{Failure, Outcome};
use super::graph::{Answer, Graph};
use super::html;
use super::mailbox::{self, is_code, is_invitation};
use super::narrator::Narrator;
use super::oidc;
use super::stage::{Before, Guest, Stage};
use super::views::DirectoryView;
use super::walk::{Ended, Person};

/// A change of identity as it is about to happen.
struct Move<'a> {
    guest: &'a Guest,
    before: &'a Before,
    /// The address from now on.
    to: &'a str,
    /// The newest mail before the change.
    mark: u64,
}

/// Situation 1: the same person, another e-mail address.
pub async fn another_address(stage: &mut Stage) -> Outcome<()> {
    stage.narrator.title("Situation 1: Jonas gets another e-mail address");
    let (old, new) =
        (stage.address("jonas", "contoso.test"), stage.address("jonas.lindqvist", "contoso.test"));
    Narrator::tell(&format!(
        "Fabrikam invites {old} and gives him a group, an app role, a group of his own and a directory role."
    ));
    let guest = stage.welcome("Jonas Lindqvist", &old).await?;
    let own_group = stage.entrust(&guest).await?;
    let before = stage.look(&guest).await?;
    first_look(stage, &guest, &before)?;
    only_the_right_people(stage, &guest, &new).await?;

    Narrator::tell(&format!(
        "An administrator sets the address to {new}; the helpdesk resets the redemption."
    ));
    let admin = stage.graph(&stage.admin);
    admin.done(Method::PATCH, &format!("/users/{}", guest.id), Some(json!({ "mail": new }))).await?;
    let mark = mailbox::newest(&stage.server).await?;
    let answer = stage.graph(&stage.helpdesk).reset(&guest.id, &new).await?;
    let change = Move { guest: &guest, before: &before, to: &new, mark };
    reset_answer(stage, &change, &answer)?;
    everything_old_is_dead(stage, &change).await?;
    notices(stage, &change).await?;
    let link = link_to(stage, &change).await?;
    day_after(stage, &change, &link).await?;
    let owners = stage.graph(&stage.automation).all(&format!("/groups/{own_group}/owners")).await?;
    let owner = owners.iter().any(|owner| owner["id"].as_str() == Some(&guest.id));
    stage.narrator.holds("he still owns his group", owner, || format!("{} owners", owners.len()))
}

/// Situation 3: the same person at another company; the reset is a script's, and is sent twice.
pub async fn another_company(stage: &mut Stage) -> Outcome<()> {
    stage.narrator.title("Situation 3: Amara moves to another company and keeps her access");
    let (old, new) = (stage.address("amara", "adatum.test"), stage.address("amara.okafor", "proseware.test"));
    Narrator::tell(&format!("Fabrikam invites {old}."));
    let guest = stage.welcome("Amara Okafor", &old).await?;
    let before = stage.look(&guest).await?;

    Narrator::tell(&format!(
        "A script sets the address to {new} and resets the redemption, on its own behalf."
    ));
    let script = stage.graph(&stage.automation);
    script.done(Method::PATCH, &format!("/users/{}", guest.id), Some(json!({ "mail": new }))).await?;
    let mark = mailbox::newest(&stage.server).await?;
    let answer = script.reset(&guest.id, &new).await?;
    let change = Move { guest: &guest, before: &before, to: &new, mark };
    reset_answer(stage, &change, &answer)?;
    let first = link_to(stage, &change).await?;

    Narrator::tell("It runs again before Amara has read her mail.");
    let mark = mailbox::newest(&stage.server).await?;
    let again = stage.graph(&stage.automation).reset(&guest.id, &new).await?;
    let change = Move { mark, ..change };
    reset_answer(stage, &change, &again)?;
    let second = link_to(stage, &change).await?;
    link_is_closed(stage, &first, "the first of the two links leads to the page that says so").await?;
    everything_old_is_dead(stage, &change).await?;
    day_after(stage, &change, &second).await
}

/// Situation 4: the place is handed over to another person.
pub async fn another_person(stage: &mut Stage) -> Outcome<()> {
    stage.narrator.title("Situation 4: Lena hands her place over to her successor Marek");
    let (old, new) = (stage.address("lena", "proseware.test"), stage.address("marek", "proseware.test"));
    Narrator::tell(&format!("Fabrikam invites {old}."));
    let guest = stage.welcome("Lena Vogel", &old).await?;
    let before = stage.look(&guest).await?;

    Narrator::tell(&format!(
        "An administrator writes down Marek's name and {new}, and resets the redemption."
    ));
    let admin = stage.graph(&stage.admin);
    // The predecessor stays on file, as people do; that must not open a way back.
    let body = json!({ "displayName": "Marek Nowak", "mail": new, "otherMails": [old] });
    admin.done(Method::PATCH, &format!("/users/{}", guest.id), Some(body)).await?;
    let mark = mailbox::newest(&stage.server).await?;
    let answer = admin.reset(&guest.id, &new).await?;
    let change = Move { guest: &guest, before: &before, to: &new, mark };
    reset_answer(stage, &change, &answer)?;
    everything_old_is_dead(stage, &change).await?;
    notices(stage, &change).await?;
    let link = link_to(stage, &change).await?;
    predecessor_cannot_take_the_link(stage, &change, &link).await?;
    day_after(stage, &change, &link).await
}

/// What the guest has to begin with.
fn first_look(stage: &mut Stage, guest: &Guest, before: &Before) -> Outcome<()> {
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
    let oid = before.tokens.id.get("oid").and_then(Value::as_str).unwrap_or_default().to_owned();
    narrator.same("another program sees the same object id", &guest.id, &oid)
}

/// Who may not reset, and what may not be reset to.
async fn only_the_right_people(stage: &mut Stage, guest: &Guest, new: &str) -> Outcome<()> {
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
fn reset_answer(stage: &mut Stage, change: &Move<'_>, answer: &Answer) -> Outcome<()> {
    if answer.status != StatusCode::CREATED {
        return Err(Failure::new(format!("the reset was answered with {}", answer.shown())));
    }
    let id = answer.body["invitedUser"]["id"].as_str().unwrap_or_default().to_owned();
    let narrator = &mut stage.narrator;
    narrator.same("the reset answers with the same object id", &change.guest.id, &id)?;
    narrator.same("and waits for the new proof", &"PendingAcceptance".to_owned(), &answer.text("status"))
}

/// Sessions, tokens and links from before the reset.
async fn everything_old_is_dead(stage: &mut Stage, change: &Move<'_>) -> Outcome<()> {
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
    narrator.same("it has kept the user principal name", &before.directory.upn, &now.upn)?;
    narrator.same("it has kept the groups and directory roles", &before.directory.groups, &now.groups)?;
    narrator.same("it has kept the app roles", &before.directory.app_roles, &now.app_roles)
}

/// A link that must not work any more, in a window that knows nothing.
async fn link_is_closed(stage: &mut Stage, link: &str, promise: &str) -> Outcome<()> {
    let page = Browser::new(&stage.server)?.open(link).await?.page()?;
    let state = ["already accepted", "newer invitation", "no longer", "run out"];
    let heading = page.heading();
    let said = state.iter().any(|words| heading.contains(words));
    let offered = html::forms(&page.html).iter().any(|form| form.button == "Accept invitation");
    stage.narrator.holds(promise, said && !offered, || page.shown())
}

/// Who is told what.
async fn notices(stage: &mut Stage, change: &Move<'_>) -> Outcome<()> {
    let old = &change.guest.person.address;
    let mail = mailbox::wait(&stage.server, old, change.mark, |subject| {
        !is_code(subject) && !is_invitation(subject)
    })
    .await?;
    let named = mail.text.contains(change.to) || mail.subject.contains(change.to);
    stage.narrator.holds("the old address is told, and not told the new one", !named, || mail.subject.clone())
}

/// The link in the invitation to the new address.
async fn link_to(stage: &Stage, change: &Move<'_>) -> Outcome<String> {
    let mail = mailbox::wait(&stage.server, change.to, change.mark, is_invitation).await?;
    mail.link(stage.server.base_url())
}

/// The predecessor has the link, and a mailbox that is on file, and gets no further than the code.
async fn predecessor_cannot_take_the_link(stage: &mut Stage, change: &Move<'_>, link: &str) -> Outcome<()> {
    let browser = Browser::new(&stage.server)?;
    let mark = mailbox::newest(&stage.server).await?;
    let landed = browser.open(link).await?;
    let walk = super::walk::Walk {
        server: &stage.server,
        browser: &browser,
        person: &change.guest.person,
        reads_mail: false,
    };
    let ended = walk.on(landed).await?;
    let sent = mailbox::wait(&stage.server, change.to, mark, is_code).await.is_ok();
    stage.narrator.holds(
        "whoever holds the link without the new mailbox gets no further than the code, which goes to the new address",
        sent && matches!(ended, Ended::CodeWanted),
        || ended.shown(),
    )
}

/// The new identity redeems; everything is as before but the way of signing in.
async fn day_after(stage: &mut Stage, change: &Move<'_>, link: &str) -> Outcome<()> {
    let Move { guest, before, to, .. } = change;
    Narrator::tell(&format!("{to} opens the link and proves the mailbox with a code."));
    let (person, browser) = (Person::with_mailbox(to), Browser::new(&stage.server)?);
    stage.redeem(&browser, &person, link).await?;
    let app = stage.open_app(&browser, &person).await?;
    let now = directory(stage, guest).await?;
    let narrator = &mut stage.narrator;
    narrator.same("the app sees the same object id", &before.app.oid, &app.oid)?;
    narrator.same("the app sees the same subject", &before.app.sub, &app.sub)?;
    narrator.same("the app sees the same roles", &before.app.roles, &app.roles)?;
    narrator.same("the app sees the same groups", &before.app.groups, &app.groups)?;
    narrator.same("the app sees the new sign-in name", &(*to).to_owned(), &app.preferred_username)?;
    narrator.same("the directory says that it was accepted", &"Accepted".to_owned(), &now.state)?;
    narrator.same("the user principal name is the same", &before.directory.upn, &now.upn)?;
    narrator.same("the groups and directory roles are the same", &before.directory.groups, &now.groups)?;
    narrator.same("the app roles are the same", &before.directory.app_roles, &now.app_roles)?;
    narrator.same("the sponsors are the same", &before.directory.sponsors, &now.sponsors)?;
    let history: Vec<(&str, &str)> =
        now.history.iter().map(|b| (b.sign_in_name.as_str(), b.ended.as_str())).collect();
    let expected = vec![(*to, ""), (guest.person.address.as_str(), "reset")];
    narrator.same(
        "the history names both identities, and that the first one ended by a reset",
        &expected,
        &history,
    )?;
    old_address_is_out(stage, guest, &person).await?;
    link_is_closed(stage, link, "the new link works once").await
}

/// The old address asks for a sign-in and gets no code; the new one asks after it and gets one.
async fn old_address_is_out(stage: &mut Stage, guest: &Guest, new: &Person) -> Outcome<()> {
    let mark = mailbox::newest(&stage.server).await?;
    let ended = stage.try_app(&Browser::new(&stage.server)?, &guest.person, false).await?;
    stage.narrator.holds(
        "the old address does not reach the app",
        !matches!(ended, Ended::App(_)),
        || ended.shown(),
    )?;
    let view = stage.open_app(&Browser::new(&stage.server)?, new).await?;
    stage.narrator.same("the new address does, in a window that knows nothing", &guest.id, &view.oid)?;
    // Mails leave in the order of their causes: the code for the new address came, so one for the old would have.
    let sent = mailbox::subjects(&stage.server, &guest.person.address, mark).await?;
    stage.narrator.holds(
        "no code went to the old address",
        !sent.iter().any(|subject| is_code(subject)),
        || sent.join(", "),
    )
}

async fn directory(stage: &Stage, guest: &Guest) -> Outcome<DirectoryView> {
    DirectoryView::read(&stage.graph(&stage.automation), &guest.id).await
}
