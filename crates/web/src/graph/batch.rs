//! `POST /$batch` (reference/graph-conventions.md section 5, threats J5): up to 20 requests in one. Each is what it would be
//! alone: checked with the outer token at its turn, limited, audited and answered by itself, under a request id of its own.
//! What waits for nobody runs beside the others, a few at a time. Refuses the whole batch where it is malformed, before
//! anything of it runs; who runs as somebody else than the batch, there is none: an inner `Authorization` is not read.

mod address;
mod read;

use axum::body::Body;
use bytes::Bytes;
use hospes_actions::origin::{self, Origin};
use hospes_actions::tokens;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::dispatch::{Answer, Single, read as whole, respond};
use super::error::Fault;
use super::odata::quote;
use super::reply::Reply;
use super::request::{Version, bearer_token};
use crate::Web;
use crate::http::{HttpRefusal, MAX_TARGET, RequestIds, caught};

/// How many parts run at a time: one batch must not crowd out everybody else.
const AT_A_TIME: usize = 4;

/// One request of a batch.
#[derive(Clone, Debug)]
struct Part {
    id: String,
    version: Version,
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
    /// Places of those it waits for.
    after: Vec<usize>,
}

/// The answer to a batch: 200, whatever became of its parts.
pub(super) async fn answer(web: &Web, single: Single, ids: &RequestIds) -> Answer {
    let token = bearer_token(&single.headers)?;
    tokens::bearer(&web.app, token).await?;
    let authorization = single.headers.get(header::AUTHORIZATION).cloned();
    let version = single.version;
    let body = whole(single.body).await?;
    let parts = read::parts(&body, version, web.app.public_url())?;
    let runner = Runner { web: web.clone(), authorization, outer: ids.clone(), origin: Origin::current() };
    let responses = runner.run(parts).await;
    Ok(Reply::ok(json!({ "responses": responses })))
}

struct Runner {
    web: Web,
    authorization: Option<HeaderValue>,
    outer: RequestIds,
    origin: Origin,
}

/// Where a part stands.
enum Stand {
    Waits(Box<Part>),
    Runs,
    /// Its answer, and whether that is a failure.
    Done(Value, bool),
}

impl Runner {
    /// The answers, in the order of the parts.
    async fn run(&self, parts: Vec<Part>) -> Vec<Value> {
        let mut stands: Vec<Stand> = parts.into_iter().map(|part| Stand::Waits(Box::new(part))).collect();
        let mut running = JoinSet::new();
        loop {
            while running.len() < AT_A_TIME
                && let Some(place) = stands.iter().position(|stand| is_ready(stand, &stands))
            {
                let Some(Stand::Waits(part)) =
                    stands.get_mut(place).map(|s| std::mem::replace(s, Stand::Runs))
                else {
                    break;
                };
                let ids = self.ids(&part);
                if let Some(failed) = part.after.iter().find(|needed| has_failed(&stands, **needed)) {
                    let reply = self.dependent(*failed, &ids);
                    put(&mut stands, place, &part.id, &ids, reply);
                    continue;
                }
                running.spawn(self.one(place, *part, ids));
            }
            let Some(finished) = running.join_next().await else { break };
            // Nobody aborts a part and a panic is caught, so each comes to an end.
            if let Ok((place, id, ids, reply)) = finished {
                put(&mut stands, place, &id, &ids, reply.unwrap_or_else(|| self.broken(&ids)));
            }
        }
        let done = stands.into_iter().filter_map(|stand| match stand {
            Stand::Done(answer, _) => Some(answer),
            Stand::Waits(_) | Stand::Runs => None,
        });
        done.collect()
    }

    /// A request id of its own; the caller's is the batch's where the part says none, so that a batch that is sent again
    /// is known again (threats J11).
    fn ids(&self, part: &Part) -> RequestIds {
        let own = RequestIds::read(&part.headers, self.web.app.request_id());
        let client_request_id = own.client_request_id.or_else(|| self.outer.client_request_id.clone());
        RequestIds { client_request_id, ..own }
    }

    /// Runs one part as it would run alone.
    fn one(
        &self,
        place: usize,
        part: Part,
        ids: RequestIds,
    ) -> impl Future<Output = (usize, String, RequestIds, Option<Reply>)> + Send + use<> {
        let origin = Origin {
            request: ids.request_id,
            correlation: ids.client_request_id.clone(),
            ..self.origin.clone()
        };
        let refused = refused_unread(&part);
        let mut headers = part.headers;
        if let Some(authorization) = &self.authorization {
            headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        if let Some(id) = ids.client_request_id.as_deref().and_then(|id| HeaderValue::from_str(id).ok()) {
            headers.insert("client-request-id", id);
        }
        let single = Single {
            version: part.version,
            method: part.method,
            path: part.path,
            query: part.query,
            headers,
            body: Body::from(part.body),
        };
        let web = self.web.clone();
        async move {
            let reply = match refused {
                Some(fault) => Some(fault.reply(&ids, web.app.now(), web.app.public_url())),
                None => caught(origin::within(origin, respond(web, single, &ids))).await,
            };
            (place, part.id, ids, reply)
        }
    }

    fn dependent(&self, needed: usize, ids: &RequestIds) -> Reply {
        let message = format!(
            "The request was not sent: it depends on request {} of the batch, which failed.",
            needed + 1
        );
        Fault::failed_dependency(message).reply(ids, self.web.app.now(), self.web.app.public_url())
    }

    fn broken(&self, ids: &RequestIds) -> Reply {
        Fault::http(HttpRefusal::Broken).reply(ids, self.web.app.now(), self.web.app.public_url())
    }
}

/// What a part may be (OData JSON Format 4.01 section 19.1): an answer in a batch is never its head alone.
const METHODS: [&str; 5] = ["GET", "POST", "PATCH", "PUT", "DELETE"];

/// What is refused of a request alone before any route sees it (threats J2, J6), and methods that no part has.
fn refused_unread(part: &Part) -> Option<Fault> {
    if !METHODS.contains(&part.method.as_str()) {
        let message = format!(
            "method: A request of a batch cannot be {}. Send GET, POST, PATCH, PUT or DELETE.",
            quote(&part.method)
        );
        return Some(Fault::bad("BadRequest", message));
    }
    let plain = |encoding: &HeaderValue| encoding.as_bytes().eq_ignore_ascii_case(b"identity");
    if !part.headers.get_all(header::CONTENT_ENCODING).iter().all(plain) {
        return Some(Fault::http(HttpRefusal::Compressed));
    }
    let long = part.path.len() + part.query.len() > MAX_TARGET;
    long.then(|| Fault::http(HttpRefusal::TargetTooLong))
}

fn is_ready(stand: &Stand, stands: &[Stand]) -> bool {
    let done = |place: &usize| matches!(stands.get(*place), Some(Stand::Done(..)));
    matches!(stand, Stand::Waits(part) if part.after.iter().all(done))
}

fn has_failed(stands: &[Stand], place: usize) -> bool {
    matches!(stands.get(place), Some(Stand::Done(_, true)))
}

fn put(stands: &mut [Stand], place: usize, id: &str, ids: &RequestIds, reply: Reply) {
    let failed = reply.is_failure();
    if let Some(stand) = stands.get_mut(place) {
        *stand = Stand::Done(reply.into_part(id, ids), failed);
    }
}
