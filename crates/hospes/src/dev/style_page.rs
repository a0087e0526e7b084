//! The style page: what every part of a page looks like. Refuses to be anywhere but in development mode.

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hospes_web::pages::CSP;
use hospes_web::portal::view::Style;
use http::{HeaderValue, StatusCode, header};

/// Its path.
pub const STYLE_PATH: &str = "/dev/style";

/// The route.
pub fn routes() -> Router {
    Router::new().route(STYLE_PATH, get(style))
}

async fn style() -> Response {
    match Style::default().render() {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
                (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (headers, text).into_response()
        }
        // Rendering into a string does not fail; the type cannot say so.
        Err(error) => {
            tracing::error!(%error, "the style page was not rendered");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn the_style_page_obeys_the_policy_of_every_page() {
        let request = Request::get(STYLE_PATH).body(Body::empty()).unwrap();
        let answer = routes().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_SECURITY_POLICY], CSP);
    }
}
