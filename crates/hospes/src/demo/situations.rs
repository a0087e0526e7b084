//! The four situations of the founding article, each from the invitation to the day after the reset
//! (reference/reset-redemption.md section 7), with the promises that belong to one of them only; the others are in
//! `checks`. Refuses shortcuts: whatever happens, happens through the surfaces.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::browser::Browser;
use super::checks::{self, Move};
use super::failure::Outcome;
use super::mailbox;
use super::narrator::Narrator;
use super::partner;
use super::stage::{Guest, Stage};
use super::walk::{Ended, Person};

/// Situation 1: the same person with another address and another identity provider, and back again.
pub async fn another_account(stage: &mut Stage) -> Outcome<()> {
    stage.narrator.title("Situation 1: Jonas gets an account at Contoso, and gives it up again");
    let mailbox = Person::with_mailbox(&stage.address("jonas", "adatum.test"));
    Narrator::tell(&format!(
        "Fabrikam invites {} and gives him a group, an app role, a group of his own and a directory role.",
        mailbox.address
    ));
    let guest = stage.welcome("Jonas Lindqvist", &mailbox).await?;
    let own_group = stage.entrust(&guest).await?;
    let before = stage.look(&guest).await?;
    checks::first_look(stage, &guest, &before)?;
    let new = stage.partner_address("jonas.lindqvist")?;
    checks::only_the_right_people(stage, &guest, &new).await?;

    Narrator::tell(&format!(
        "Contoso, another organisation on this server, makes the account {new} for him."
    ));
    let account = partner::make_account(stage, "Jonas Lindqvist", &new).await?;
    let guest = moved(stage, guest, &account.person).await?;
    Narrator::tell("He leaves Contoso and goes back to his old mailbox.");
    let guest = moved(stage, guest, &mailbox).await?;
    let owners = stage.graph(&stage.automation).all(&format!("/groups/{own_group}/owners")).await?;
    let owner = owners.iter().any(|owner| owner["id"].as_str() == Some(&guest.id));
    stage.narrator.holds("he still owns his group", owner, || format!("{} owners", owners.len()))
}

/// An administrator sets the address, the helpdesk resets, the person redeems.
async fn moved(stage: &mut Stage, guest: Guest, to: &Person) -> Outcome<Guest> {
    let before = stage.look(&guest).await?;
    let address = &to.address;
    Narrator::tell(&format!(
        "An administrator sets the address to {address}; the helpdesk resets the redemption."
    ));
    let body = json!({ "mail": address });
    stage.graph(&stage.admin).done(Method::PATCH, &format!("/users/{}", guest.id), Some(body)).await?;
    let mark = mailbox::newest(&stage.server).await?;
    let answer = stage.graph(&stage.helpdesk).reset(&guest.id, address).await?;
    let change = Move { guest: &guest, before: &before, to, mark };
    checks::reset_answer(stage, &change, &answer)?;
    checks::everything_old_is_dead(stage, &change).await?;
    checks::notices(stage, &change).await?;
    let link = checks::link_to(stage, &change).await?;
    let moved = checks::day_after(stage, &change, &link).await?;
    checks::old_address_is_out(stage, &change).await?;
    Ok(moved)
}

/// Situation 2: the account at home is deleted and made anew, with the same address.
pub async fn account_made_anew(stage: &mut Stage) -> Outcome<()> {
    stage.narrator.title("Situation 2: Contoso deletes Mara's account and makes a new one");
    let address = stage.partner_address("mara")?;
    Narrator::tell(&format!("Fabrikam invites {address}, who has an account at Contoso."));
    let old = partner::make_account(stage, "Mara Costa", &address).await?;
    let guest = stage.welcome("Mara Costa", &old.person).await?;
    let before = stage.look(&guest).await?;
    checks::first_look(stage, &guest, &before)?;

    Narrator::tell("Contoso deletes the account and makes another one with the same address.");
    let held = partner::hold_answer(stage, &old.person).await?;
    partner::delete_account(stage, &old).await?;
    let new = partner::make_account(stage, "Mara Costa", &address).await?;
    checks::new_account_is_refused(stage, &guest, &before, &new.person).await?;

    Narrator::tell("The helpdesk resets the redemption; the address stays.");
    let refused = stage.graph(&stage.partner).reset(&guest.id, &address).await?;
    stage.narrator.holds(
        "Contoso cannot do that itself: it does not even find the guest",
        refused.status == StatusCode::NOT_FOUND,
        || refused.shown(),
    )?;
    let mark = mailbox::newest(&stage.server).await?;
    let answer = stage.graph(&stage.helpdesk).reset(&guest.id, &address).await?;
    let change = Move { guest: &guest, before: &before, to: &new.person, mark };
    checks::reset_answer(stage, &change, &answer)?;
    checks::everything_old_is_dead(stage, &change).await?;
    let link = checks::link_to(stage, &change).await?;
    checks::day_after(stage, &change, &link).await?;
    old_account_is_out(stage, &change, held).await
}

/// Whatever is left of the old account: its key, an answer it gave at home, its password.
async fn old_account_is_out(stage: &mut Stage, change: &Move<'_>, held: partner::Held) -> Outcome<()> {
    let Move { guest, .. } = change;
    let history = checks::directory(stage, guest).await?.history;
    let keys: Vec<&str> = history.iter().map(|bound| bound.subject.as_str()).collect();
    stage.narrator.holds(
        "the guest is bound to the key of the new account, not to that of the old one",
        keys.len() == 2 && keys[0] != keys[1],
        || keys.join(", "),
    )?;
    let ended = partner::bring_back(stage, held, &guest.person).await?;
    stage.narrator.holds(
        "an answer that the old account gave at home before is not accepted",
        ended.says("did not sign you in"),
        || ended.shown(),
    )?;
    let ended = stage.try_app(&Browser::new(&stage.server)?, &guest.person, false).await?;
    let asked_again = matches!(&ended, Ended::Page(page) if page.form_with("password").is_some());
    stage.narrator.holds("the old password is not taken at home", asked_again, || ended.shown())
}

/// Situation 3: the same person at another company; the reset is a script's, and is sent twice.
pub async fn another_company(stage: &mut Stage) -> Outcome<()> {
    stage.narrator.title("Situation 3: Amara moves to another company and keeps her access");
    let old = Person::with_mailbox(&stage.address("amara", "adatum.test"));
    let new = Person::with_mailbox(&stage.address("amara.okafor", "proseware.test"));
    Narrator::tell(&format!("Fabrikam invites {}.", old.address));
    let guest = stage.welcome("Amara Okafor", &old).await?;
    let before = stage.look(&guest).await?;

    Narrator::tell(&format!(
        "A script sets the address to {} and resets the redemption, on its own behalf.",
        new.address
    ));
    let script = stage.graph(&stage.automation);
    let body = json!({ "mail": new.address });
    script.done(Method::PATCH, &format!("/users/{}", guest.id), Some(body)).await?;
    let mark = mailbox::newest(&stage.server).await?;
    let answer = script.reset(&guest.id, &new.address).await?;
    let change = Move { guest: &guest, before: &before, to: &new, mark };
    checks::reset_answer(stage, &change, &answer)?;
    let first = checks::link_to(stage, &change).await?;

    Narrator::tell("It runs again before Amara has read her mail.");
    let mark = mailbox::newest(&stage.server).await?;
    let again = stage.graph(&stage.automation).reset(&guest.id, &new.address).await?;
    let change = Move { mark, ..change };
    checks::reset_answer(stage, &change, &again)?;
    let second = checks::link_to(stage, &change).await?;
    checks::link_is_closed(stage, &first, "the first of the two links leads to the page that says so")
        .await?;
    checks::everything_old_is_dead(stage, &change).await?;
    checks::day_after(stage, &change, &second).await?;
    checks::old_address_is_out(stage, &change).await
}

/// Situation 4: the place is handed over to another person.
pub async fn another_person(stage: &mut Stage) -> Outcome<()> {
    stage.narrator.title("Situation 4: Lena hands her place over to her successor Marek");
    let old = Person::with_mailbox(&stage.address("lena", "proseware.test"));
    let new = Person::with_mailbox(&stage.address("marek", "proseware.test"));
    Narrator::tell(&format!("Fabrikam invites {}.", old.address));
    let guest = stage.welcome("Lena Vogel", &old).await?;
    let before = stage.look(&guest).await?;

    Narrator::tell(&format!(
        "An administrator writes down Marek's name and {}, and resets the redemption.",
        new.address
    ));
    let admin = stage.graph(&stage.admin);
    // The predecessor stays on file, as people do; that must not open a way back.
    let body = json!({ "displayName": "Marek Nowak", "mail": new.address, "otherMails": [old.address] });
    admin.done(Method::PATCH, &format!("/users/{}", guest.id), Some(body)).await?;
    let mark = mailbox::newest(&stage.server).await?;
    let answer = admin.reset(&guest.id, &new.address).await?;
    let change = Move { guest: &guest, before: &before, to: &new, mark };
    checks::reset_answer(stage, &change, &answer)?;
    checks::everything_old_is_dead(stage, &change).await?;
    checks::notices(stage, &change).await?;
    let link = checks::link_to(stage, &change).await?;
    checks::predecessor_cannot_take_the_link(stage, &change, &link).await?;
    checks::day_after(stage, &change, &link).await?;
    checks::old_address_is_out(stage, &change).await
}
