//! The page of a directory's first day (threats E10): who has the code of the console names the organisation and its
//! first administrator. Refuses everybody else, and everybody once there is a tenant: then there is no such page, and
//! the verb decides that again where it saves.

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::setup::{self, FirstDay, SetUp, set_up};
use hospes_actions::tokens::issuer;
use hospes_domain::refusal::{Invalid, Refusal};
use http::StatusCode;
use zeroize::Zeroizing;

use super::csrf::PostedForm;
use super::error::refuse;
use super::my_apps;
use super::sign_in::Reply;
use super::view::{Setup, SetupClient, SetupDone, TextField};
use super::visit::Visit;
use crate::Web;
use crate::http::{Access, Noise, Route};

/// Path of the page.
pub const PATH: &str = "/setup";

/// The page and what it posts.
pub const ROUTES: &[Route] = &[
    Route { method: "GET", path: PATH, access: Access::Browser, handler: || get(show) },
    Route { method: "POST", path: PATH, access: Access::Browser, handler: || post(begin) },
];

const WRONG_CODE: &str = "This is not the code that the server printed when it started. \
                          Copy it from there; a restart prints a new one.";

async fn show(State(web): State<Web>, visit: Visit) -> Reply {
    must_be_open(&web, &visit).await?;
    Ok(visit.page(StatusCode::OK, &page(&visit, None, &Invalid::default())))
}

async fn begin(State(web): State<Web>, visit: Visit, form: PostedForm) -> Reply {
    must_be_open(&web, &visit).await?;
    visit.may(Noise::SetupTried).map_err(|refusal| refuse(&visit, &refusal, None))?;
    let again =
        |problem: &Invalid| visit.page(StatusCode::UNPROCESSABLE_ENTITY, &page(&visit, Some(&form), problem));
    if !web.options.door.opens_to(form.get("code")) {
        visit.note(Noise::SetupTried);
        return Ok(again(&Invalid {
            field: "code".to_owned(),
            cause: WRONG_CODE.to_owned(),
            ..Invalid::default()
        }));
    }
    match set_up(&web.app, wishes(&form)).await {
        Ok(done) => {
            web.options.door.shut();
            tracing::info!(tenant = %done.tenant.id, "the directory was set up");
            Ok(visit.page(StatusCode::OK, &done_page(&web, &visit, done)))
        }
        Err(Refusal::Invalid(problem)) => Ok(again(&problem)),
        Err(Refusal::AlreadyExists { .. }) => {
            web.options.door.shut();
            Err(gone(&visit))
        }
        Err(refusal) => Err(refuse(&visit, &refusal, None)),
    }
}

/// Whether this is still the first day; somebody may have begun it by the command line.
async fn must_be_open(web: &Web, visit: &Visit) -> Result<(), Response> {
    let door: &setup::Door = &web.options.door;
    if !door.is_open() {
        return Err(gone(visit));
    }
    if web.app.is_empty().await.map_err(|refusal| refuse(visit, &refusal, None))? {
        return Ok(());
    }
    door.shut();
    Err(gone(visit))
}

fn gone(visit: &Visit) -> Response {
    refuse(visit, &Refusal::not_found(PATH), None)
}

fn wishes(form: &PostedForm) -> FirstDay {
    FirstDay {
        organisation: form.get("organisation").to_owned(),
        domain: form.get("domain").to_owned(),
        name: form.get("name").to_owned(),
        user: form.get("user").to_owned(),
        password: Zeroizing::new(form.get("password").to_owned()),
        automation: !form.get("automation").is_empty(),
    }
}

/// The page with what was typed, and what is wrong with one of its fields.
fn page(visit: &Visit, form: Option<&PostedForm>, problem: &Invalid) -> Setup {
    let error = |name: &str| {
        (problem.field == name).then(|| format!("{} {}", problem.cause, problem.remedy).trim_end().to_owned())
    };
    let field = |name: &str| TextField {
        value: form.map_or_else(String::new, |form| form.get(name).to_owned()),
        error: error(name),
    };
    Setup {
        frame: visit.frame(),
        code: field("code"),
        organisation: field("organisation"),
        domain: field("domain"),
        name: field("name"),
        user: field("user"),
        password_error: error("password"),
        automation: form.is_some_and(|form| !form.get("automation").is_empty()),
        form: visit.form(PATH),
    }
}

fn done_page(web: &Web, visit: &Visit, done: SetUp) -> SetupDone {
    let base_url = web.app.public_url();
    let secret = |client: setup::Registered| {
        Some(SetupClient { id: client.client_id.to_string(), secret: client.secret? })
    };
    SetupDone {
        frame: visit.frame(),
        base_url: base_url.to_owned(),
        tenant_id: done.tenant.id.to_string(),
        issuer: issuer(base_url, done.tenant.id),
        sign_in: format!("{base_url}{}", my_apps::path_of(done.tenant.id)),
        organisation: done.tenant.display_name,
        administrator: done.administrator,
        client: done.automation.and_then(secret),
    }
}
