//! `/error?code=…`: where `error_uri` of the token endpoint leads, in the words of [`NUMBERS`]. Refuses to explain what it
//! cannot know: what was wrong in one request stood in the answer itself.

use axum::extract::RawQuery;
use axum::response::Response;
use axum::routing::get;
use hospes_domain::refusal::Refusal;
use http::StatusCode;

use super::error::refuse;
use super::error_numbers::{NUMBERS, Number};
use super::sign_out::pairs;
use super::view::RefusalPage;
use super::visit::Visit;
use crate::http::{Access, Route};

/// The page of an error's number.
pub const ROUTES: &[Route] =
    &[Route { method: "GET", path: "/error", access: Access::Public, handler: || get(explain) }];

async fn explain(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let pairs = pairs(query.unwrap_or_default().as_bytes());
    let number = pairs.iter().find(|(name, _)| name == "code").and_then(|(_, number)| number.parse().ok());
    let Some(number) = number else { return refuse(&visit, &Refusal::not_found("code"), None) };
    let refusal = Refusal::oauth("", number, "");
    let known = NUMBERS.iter().find(|known| known.number == number);
    let (means, remedy) = known.map_or((UNKNOWN, ASK), |Number { means, remedy, .. }| (*means, *remedy));
    let page = RefusalPage {
        frame: visit.frame(),
        title: "A program was refused".to_owned(),
        happened: Some(format!(
            "It asked this server for a sign-in or for access, and the answer was AADSTS{number}. {means}"
        )),
        why_careful: format!(
            "If you run or write the app: {remedy} Its error_description says more about the one request."
        ),
        not_lost: Some("Your account is not touched.".to_owned()),
        what_to_do: "If an app led you here, tell the people who run it the code and the time below."
            .to_owned(),
        button: None,
        slipped: false,
        trace: visit.trace(&refusal),
    };
    visit.page(StatusCode::OK, &page)
}

const UNKNOWN: &str = "This server gives no answer of that number.";
const ASK: &str = "check which server the number came from.";
