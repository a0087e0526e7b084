//! What stands around the resources of the directory API: the batch, the description, the list of what there is, and the
//! management part that command lines ask before it. Refuses to be part of [`super::ROUTES`]: each answers by rules of its
//! own, and some to everybody, as those of the original do.

use axum::routing::{any, get};
use percent_encoding::percent_decode_str;

use super::dispatch::{Answer, Single, beta, v1};
use super::error::Fault;
use super::{batch, management, metadata};
use crate::Web;
use crate::http::{Access, RequestIds, Route};

/// Every line of it.
pub const ROUTES: &[Route] = &[
    Route { method: "POST", path: "/v1.0/$batch", access: Access::Bearer, handler: || any(v1) },
    Route { method: "POST", path: "/beta/$batch", access: Access::Bearer, handler: || any(beta) },
    Route { method: "GET", path: "/v1.0/$metadata", access: Access::Public, handler: || any(v1) },
    Route { method: "GET", path: "/beta/$metadata", access: Access::Public, handler: || any(beta) },
    Route { method: "GET", path: "/v1.0", access: Access::Public, handler: || any(v1) },
    Route { method: "GET", path: "/v1.0/", access: Access::Public, handler: || any(v1) },
    Route { method: "GET", path: "/beta", access: Access::Public, handler: || any(beta) },
    Route { method: "GET", path: "/beta/", access: Access::Public, handler: || any(beta) },
    Route {
        method: "GET",
        path: management::ENDPOINTS,
        access: Access::Public,
        handler: || get(management::endpoints),
    },
    Route {
        method: "GET",
        path: management::TENANTS,
        access: Access::Bearer,
        handler: || get(management::tenants),
    },
    Route {
        method: "GET",
        path: management::SUBSCRIPTIONS,
        access: Access::Bearer,
        handler: || get(management::subscriptions),
    },
];

/// What stands at a path behind the version beside the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    Batch,
    Metadata,
    ServiceDocument,
}

impl Around {
    /// By any spelling: `%24` for the dollar sign, any letter case, with a slash at the end.
    pub(super) fn of(path: &str) -> Option<Self> {
        let decoded = percent_decode_str(path).decode_utf8().ok()?;
        match decoded.trim_matches('/').to_ascii_lowercase().as_str() {
            "" => Some(Self::ServiceDocument),
            "$batch" => Some(Self::Batch),
            "$metadata" => Some(Self::Metadata),
            _ => None,
        }
    }

    fn method(self) -> &'static str {
        match self {
            Self::Batch => "POST",
            Self::Metadata | Self::ServiceDocument => "GET",
        }
    }

    /// The answer.
    pub(super) async fn answer(self, web: &Web, single: Single, ids: &RequestIds) -> Answer {
        if single.method != self.method() {
            return Err(Fault::method(&[self.method()]));
        }
        match self {
            Self::Batch => batch::answer(web, single, ids).await,
            Self::Metadata => Ok(metadata::description(single.version)),
            Self::ServiceDocument => Ok(metadata::service_document(web, single.version)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_every_spelling_and_nothing_else_is() {
        for (path, found) in [
            ("", Some(Around::ServiceDocument)),
            ("/", Some(Around::ServiceDocument)),
            ("/$batch", Some(Around::Batch)),
            ("/%24Batch/", Some(Around::Batch)),
            ("/$METADATA", Some(Around::Metadata)),
            ("/batch", None),
            ("/$batch/x", None),
            ("/users/$batch", None),
            ("/%ff", None),
        ] {
            assert_eq!(Around::of(path), found, "{path}");
        }
    }
}
