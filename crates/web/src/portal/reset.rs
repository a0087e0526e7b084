//! "Reset redemption status": the question with everything it keeps and ends, and the answer. Refuses to change anything
//! before Reset is pressed but the address, which has a button of its own that says so.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::invite::invite;
use hospes_actions::portal::Profile;
use hospes_actions::users::update;
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use serde_json::json;
use url::form_urlencoded;

use super::error::{is_out_of_reach, sentence};
use super::form::Problem;
use super::redemption::must_be_guest;
use super::reset_words::{Wished, ends, keeps, told};
use super::seat::Seat;
use super::tessera::{halves, head};
use super::user::{UserPath, load};
use super::view::{Place, Reset, ResetDone};
use super::{Reply, posted, shown};
use crate::graph::{Fields, invitation, user_edit};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::my_apps;
use crate::pages::words::Moment;

/// The question and the answer.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}/reset", || get(ask)),
    posted("/portal/{tenant}/users/{user}/reset", || post(answered)),
];

/// What was filled in.
#[derive(Clone, Default)]
struct Typed {
    familiar: bool,
    address: String,
    new_address: String,
    redirect_url: String,
    send: bool,
    message: String,
    once: String,
    /// Of the user when the page was opened.
    revision: i64,
}

impl Typed {
    fn of(form: &PostedForm) -> Self {
        Self {
            familiar: form.get("asked") == "status",
            address: form.get("address").to_owned(),
            new_address: form.get("newAddress").trim().to_owned(),
            redirect_url: form.get("inviteRedirectUrl").trim().to_owned(),
            send: form.get("sendInvitationMessage") == "true",
            message: form.get("customizedMessageBody").to_owned(),
            once: form.get("once").to_owned(),
            revision: form.get("revision").parse().unwrap_or(0),
        }
    }

    /// What is filled in before anybody types: the present e-mail, and where the last invitation led.
    fn first(seat: &Seat, profile: &Profile, query: &str) -> Self {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        let asked =
            |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref());
        let addresses = addresses(profile);
        let wanted = asked("to").filter(|to| addresses.iter().any(|known| known == to));
        let before = profile.invitation.as_ref().map(|newest| newest.redirect_url.clone());
        Self {
            familiar: asked("asked") == Some("status"),
            address: wanted.or(addresses.first().map(String::as_str)).unwrap_or_default().to_owned(),
            redirect_url: before.unwrap_or_else(|| {
                format!("{}{}", seat.web.app.public_url(), my_apps::path_of(seat.desk.tenant.id))
            }),
            send: true,
            once: seat.web.app.request_id().to_string(),
            revision: profile.user.revision,
            ..Self::default()
        }
    }
}

/// Addresses that may be invited: `mail` first.
fn addresses(profile: &Profile) -> Vec<String> {
    profile.user.mail.iter().chain(&profile.user.other_mails).map(ToString::to_string).collect()
}

async fn ask(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let profile = load(&seat, &user).await?;
    must_be_guest(&seat, &profile)?;
    if let Err(refusal) = &profile.may.reset {
        return Err(seat.no(refusal));
    }
    let typed = Typed::first(&seat, &profile, &query.unwrap_or_default());
    Ok(seat.page(&page(&seat, &profile, &typed, &Problem::default())))
}

async fn answered(seat: Seat, Path((_, user)): UserPath, form: PostedForm) -> Reply {
    let profile = load(&seat, &user).await?;
    must_be_guest(&seat, &profile)?;
    let typed = Typed::of(&form);
    if let (Err(refusal), "add-address" | "preview") = (&profile.may.reset, form.get("do")) {
        return Err(seat.no(refusal));
    }
    match form.get("do") {
        "add-address" => add_address(&seat, &profile, typed).await,
        "preview" => Ok(seat.page(&page(&seat, &profile, &typed, &Problem::default()))),
        _ => reset(&seat, &profile, &typed).await,
    }
}

/// Makes the new address the user's e-mail, or one of the others where the role does not reach Email.
async fn add_address(seat: &Seat, profile: &Profile, typed: Typed) -> Reply {
    let again = |refusal: &Refusal| {
        let problem = Problem { field: "newAddress".to_owned(), ..Problem::of(refusal) };
        seat.page_again(&page(seat, profile, &typed, &problem))
    };
    let known = addresses(profile).iter().any(|known| known.eq_ignore_ascii_case(&typed.new_address));
    if known {
        let typed = Typed { address: typed.new_address.clone(), new_address: String::new(), ..typed };
        return Ok(seat.page(&page(seat, profile, &typed, &Problem::default())));
    }
    let body = if profile.may.mail.is_ok() {
        json!({ "mail": typed.new_address })
    } else {
        let others = profile.user.other_mails.iter().map(ToString::to_string);
        json!({ "otherMails": others.chain([typed.new_address.clone()]).collect::<Vec<_>>() })
    };
    let serde_json::Value::Object(body) = body else { return Err(seat.no(&Refusal::Internal)) };
    if typed.new_address.is_empty() {
        let cause = "No address was typed.";
        return Ok(again(&Refusal::invalid("newAddress", cause, "Give one such as ana@contoso.example.")));
    }
    let edit = match user_edit(Fields::of(body)) {
        Ok(edit) => edit,
        Err(refusal) => return Ok(again(&refusal)),
    };
    let only_if = Precondition::OneOf(vec![profile.user.revision]);
    if let Err(refusal) =
        update(&seat.web.app, &seat.actor(), profile.user.id().to_string(), edit, only_if).await
    {
        return Ok(again(&refusal));
    }
    let asked = if typed.familiar { "&asked=status" } else { "" };
    let to: String = form_urlencoded::byte_serialize(typed.new_address.as_bytes()).collect();
    Ok(seat.visit.go(&format!("{}/reset?to={to}{asked}", head(seat, profile).url)))
}

async fn reset(seat: &Seat, profile: &Profile, typed: &Typed) -> Reply {
    let again = |refusal: &Refusal| -> Response {
        let mut problem = Problem::of(refusal);
        let field = match problem.field.rsplit('.').next().unwrap_or_default() {
            "invitedUserEmailAddress" => "address",
            "inviteRedirectUrl" => "inviteRedirectUrl",
            "customizedMessageBody" => "customizedMessageBody",
            _ => "",
        };
        field.clone_into(&mut problem.field);
        seat.page_again(&page(seat, profile, typed, &problem))
    };
    if !typed.new_address.is_empty() && profile.may.reset.is_ok() {
        // Whoever types an address here does not mean the one that is still chosen above.
        let cause = "This address is not the user's yet, and nothing was reset.";
        let problem = Problem::of(&Refusal::invalid(
            "newAddress",
            cause,
            "Select Add address first, or empty the field.",
        ));
        return Ok(seat.page_again(&page(seat, profile, typed, &problem)));
    }
    let body = json!({
        "invitedUserEmailAddress": typed.address,
        "inviteRedirectUrl": typed.redirect_url,
        "sendInvitationMessage": typed.send,
        "invitedUserMessageInfo": { "customizedMessageBody": typed.message },
        "invitedUser": { "id": profile.user.id().to_string() },
        "resetRedemption": true,
    });
    let serde_json::Value::Object(body) = body else { return Err(seat.no(&Refusal::Internal)) };
    let mut command = match invitation(Fields::of(body)) {
        Ok(command) => command,
        Err(refusal) => {
            let out_of_reach = profile.may.reset.as_ref().err();
            return Ok(out_of_reach.map_or_else(|| again(&refusal), |no| seat.no(no)));
        }
    };
    command.only_if = Precondition::OneOf(vec![typed.revision]);
    command.client_request_id = (!typed.once.is_empty()).then(|| typed.once.chars().take(64).collect());
    let done = match invite(&seat.web.app, &seat.actor(), command).await {
        Ok(done) => done,
        Err(refusal) if is_out_of_reach(&refusal) => return Err(seat.no(&refusal)),
        // Whatever else was refused may come of the change.
        Err(refusal) if refusal == Refusal::Stale || profile.user.revision != typed.revision => {
            return changed_meanwhile(seat, profile, typed).await;
        }
        Err(refusal) => return Ok(again(&refusal)),
    };
    let after = load(seat, &profile.user.id().to_string()).await?;
    let Some(tessera) = halves(seat, &after) else { return Err(seat.no(&Refusal::Internal)) };
    let page = ResetDone {
        frame: seat.frame(Place::Users),
        user: head(seat, &after),
        tessera,
        address: typed.address.clone(),
        sent: typed.send,
        link: (!typed.send).then(|| done.redeem_url.clone()),
        until: Moment(after.invitation.as_ref().map_or(after.at, |waiting| waiting.expires_at)),
        keeps: keeps(&after),
        ends: ends(profile),
    };
    Ok(seat.page(&page))
}

/// Somebody else changed the user while the page was open: what it is now, and the decision anew.
async fn changed_meanwhile(seat: &Seat, before: &Profile, typed: &Typed) -> Reply {
    let now = load(seat, &before.user.id().to_string()).await?;
    let record = now.user.guest.record();
    let address = now.user.mail.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    let cause = format!(
        "This user was changed while the page was open, and nothing was reset. Email is {address} now, the external user state \
         {}{}.",
        record.state.name().unwrap_or("empty"),
        if record.enabled { "" } else { ", and sign-in is blocked" },
    );
    let problem =
        Problem::of(&Refusal::invalid("", cause, "Look at it, and select Reset again if you mean it."));
    let typed = Typed { revision: now.user.revision, ..typed.clone() };
    Ok(seat.page_again(&page(seat, &now, &typed, &problem)))
}

fn page(seat: &Seat, profile: &Profile, typed: &Typed, problem: &Problem) -> Reset {
    let addresses = addresses(profile);
    let wished = Wished {
        id: profile.user.id(),
        address: &typed.address,
        redirect: &typed.redirect_url,
        message: &typed.message,
        send: typed.send,
    };
    let may_add = profile.may.mail.as_ref().or(profile.may.other_mails.as_ref());
    Reset {
        frame: seat.frame(Place::Users),
        user: head(seat, profile),
        familiar: typed.familiar,
        chosen: typed.address.clone(),
        addresses,
        new_address: typed.new_address.clone(),
        becomes: if profile.may.mail.is_ok() { "as the user’s Email" } else { "among Other emails" },
        new_address_refused: may_add.err().map(sentence),
        address_problem: problem.at("address").or_else(|| problem.at("newAddress")),
        redirect_url: typed.redirect_url.clone(),
        redirect_problem: problem.at("inviteRedirectUrl"),
        send: typed.send,
        message: typed.message.clone(),
        message_problem: problem.at("customizedMessageBody"),
        problem: problem.at(""),
        keeps: keeps(profile),
        ends: ends(profile),
        told: told(profile, &typed.address, typed.send),
        as_graph: wished.as_graph(seat.web.app.public_url()),
        as_powershell: wished.as_powershell(),
        as_command: wished.as_command(),
        once: typed.once.clone(),
        revision: typed.revision,
        form: seat.form(&format!("/users/{}/reset", profile.user.id())),
    }
}
