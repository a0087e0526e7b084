//! The PowerShell module as packages that `Install-Module` and `Install-PSResource` fetch: NuGet version 2, as much of it
//! as these two ask for. Refuses every write, and to hand out the packages that carry foreign names by accident: they stand
//! in a feed of their own, which somebody has to register on purpose.

mod feed;
mod package;
mod query;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

pub use package::VERSION;

use crate::Web;
use crate::http::{Access, Route, table};
use package::{HOSPES, Package, WITH_FAMILIAR_NAMES};
use query::Query;

/// One of the feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its path, as it is registered: without a slash at the end, which tells PSResourceGet that it is version 2.
    pub path: &'static str,
    packages: &'static [&'static Package],
}

/// The module itself.
pub const FEED: Feed = Feed { path: "/powershell/api/v2", packages: HOSPES };
/// The module, and packages that give its commands the names of `Microsoft.Graph` and `AzureADPreview`.
pub const FAMILIAR: Feed = Feed { path: "/powershell/familiar/api/v2", packages: WITH_FAMILIAR_NAMES };

const fn public(path: &'static str, handler: fn() -> axum::routing::MethodRouter<Web>) -> Route {
    Route { method: "GET", path, access: Access::Public, handler }
}

/// Both feeds, and the module as a folder.
pub const ROUTES: &[Route] = &[
    public("/powershell/hospes.zip", || get(folder)),
    public("/powershell/api/v2", || get(|web| async move { service(web, FEED) })),
    public("/powershell/api/v2/", || get(|web| async move { service(web, FEED) })),
    public("/powershell/api/v2/$metadata", || get(metadata)),
    public("/powershell/api/v2/{call}", || {
        get(|web, call, query| async move { list(web, call, query, FEED) })
    }),
    public("/powershell/api/v2/package/{id}", || get(|id| async move { latest(id, FEED) })),
    public("/powershell/api/v2/package/{id}/{version}", || get(|id| async move { download(id, FEED) })),
    public("/powershell/familiar/api/v2", || get(|web| async move { service(web, FAMILIAR) })),
    public("/powershell/familiar/api/v2/", || get(|web| async move { service(web, FAMILIAR) })),
    public("/powershell/familiar/api/v2/$metadata", || get(metadata)),
    public("/powershell/familiar/api/v2/{call}", || {
        get(|web, call, query| async move { list(web, call, query, FAMILIAR) })
    }),
    public("/powershell/familiar/api/v2/package/{id}", || get(|id| async move { latest(id, FAMILIAR) })),
    public("/powershell/familiar/api/v2/package/{id}/{version}", || {
        get(|id| async move { download(id, FAMILIAR) })
    }),
];

/// The routes of this surface.
pub fn routes() -> Router<Web> {
    table(ROUTES)
}

fn service(State(web): State<Web>, feed: Feed) -> Response {
    xml("application/xml; charset=utf-8", feed::service(&address(&web, feed)))
}

async fn metadata() -> Response {
    xml("application/xml; charset=utf-8", feed::METADATA.to_owned())
}

/// `FindPackagesById()`, `Search()`, `Packages()` and `Packages(Id='…',Version='…')`.
fn list(State(web): State<Web>, Path(call): Path<String>, RawQuery(query): RawQuery, feed: Feed) -> Response {
    let base = address(&web, feed);
    let Some(query) = Query::read(&call, query.as_deref().unwrap_or_default()) else { return missing() };
    let found = query.pick(feed.packages);
    if !query.is_one() {
        return xml("application/atom+xml; charset=utf-8", feed::list(&base, &found, query.page(&found)));
    }
    match found.first() {
        Some(package) => xml("application/atom+xml; charset=utf-8", feed::entry(&base, package)),
        None => missing(),
    }
}

fn latest(Path(id): Path<String>, feed: Feed) -> Response {
    packed(feed, &id, VERSION)
}

fn download(Path((id, version)): Path<(String, String)>, feed: Feed) -> Response {
    packed(feed, &id, &version)
}

async fn folder() -> Response {
    file("hospes.zip", package::folder())
}

fn packed(feed: Feed, id: &str, version: &str) -> Response {
    let package = feed.packages.iter().find(|package| package.id.eq_ignore_ascii_case(id));
    match package {
        Some(package) if version == VERSION => {
            let name = format!("{}.{VERSION}.nupkg", package.id);
            file(&name, package.packed().bytes.clone())
        }
        _ => missing(),
    }
}

fn file(name: &str, bytes: bytes::Bytes) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

fn xml(kind: &'static str, text: String) -> Response {
    ([(CONTENT_TYPE, kind)], text).into_response()
}

fn missing() -> Response {
    let text = format!("No such package. This server has version {VERSION}.\n");
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

fn address(web: &Web, feed: Feed) -> String {
    format!("{}{}", web.app.public_url(), feed.path)
}
