//! What every form of a sign-in comes with: the browser, and the flow it has begun. Refuses a foreign form before it looks
//! for the flow (threats H1), and the flows of other browsers (F13).

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use hospes_actions::sign_in::Place;
use hospes_domain::refusal::Refusal;

use super::csrf::PostedForm;
use super::sign_in::{FlowPath, Problem, Reply, no, path_of, place, render};
use super::visit::Visit;
use crate::Web;

/// A form of a flow that this browser has begun.
pub(super) struct Posted {
    pub(super) web: Web,
    pub(super) visit: Visit,
    pub(super) place: Place,
    pub(super) form: PostedForm,
}

impl FromRequest<Web> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(visit) = Visit::from_request_parts(&mut parts, web).await;
        let path = FlowPath::from_request_parts(&mut parts, web).await;
        let Path((tenant, flow)) = path.map_err(IntoResponse::into_response)?;
        let form = PostedForm::from_request(Request::from_parts(parts, body), web).await?;
        let place = place(web, &visit, (&tenant, &flow))?;
        Ok(Self { web: web.clone(), visit, place, form })
    }
}

impl Posted {
    /// The page of the flow as it stands, with what was wrong.
    pub(super) async fn again(&self, problem: Problem<'_>) -> Reply {
        render(&self.web, &self.visit, &self.place, false, problem).await
    }

    /// On to the page of the flow.
    pub(super) fn onward(&self) -> Response {
        self.visit.go(&path_of(self.place.tenant, self.place.flow))
    }

    /// The page of a refusal.
    pub(super) async fn no(&self, refusal: &Refusal) -> Response {
        no(&self.web, &self.visit, &self.place, refusal).await
    }
}
