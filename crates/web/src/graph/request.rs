//! Reads what a request says: the token, the query options, a strict JSON body. Refuses repeated members, deep
//! nesting, wrong types and two spellings of one property (threats B16, J6); letter case of property names does
//! not matter (reference/invitations.md section 2).

mod body;

pub(crate) use body::Fields;

use bytes::Bytes;
use hospes_actions::app::App;
use hospes_actions::apps::Which;
use hospes_domain::access::Actor;
use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::refusal::Refusal;
use http::{HeaderMap, header};

use super::error::Fault;
use super::odata::Mode;
use super::odata::options::{Pages, QueryOptions};
use super::odata::select::{Shape, context};
use crate::Web;

/// Which root was called. Both behave alike, but for what only `/beta` has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    Beta,
}

impl Version {
    /// The path before everything else.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::V1 => "/v1.0",
            Self::Beta => "/beta",
        }
    }

    /// Whether query options may stand without their dollar sign.
    pub(super) fn dollar_is_optional(self) -> bool {
        self == Self::Beta
    }
}

/// What stands for one object in a path, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Its id, or what the collection takes beside it.
    Own(String),
    /// The `appId` of an application or of its service principal.
    App(String),
}

impl Key {
    /// As it stands in the path, decoded.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Own(text) | Self::App(text) => text,
        }
    }
}

/// A request of an authenticated caller, as its handler gets it.
pub(super) struct Call {
    pub(super) web: Web,
    /// Who calls.
    pub(super) actor: Actor,
    pub(super) version: Version,
    /// The raw path behind the version.
    pub(super) path: String,
    /// Keys of the path, from left to right.
    pub(super) keys: Vec<Key>,
    /// Whether the number of what is listed is asked for, and not the list.
    pub(super) counting: bool,
    /// The raw query.
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    /// Empty but for methods that take one.
    pub(super) body: Bytes,
}

impl Call {
    /// The verbs.
    pub(super) fn app(&self) -> &App {
        &self.web.app
    }

    /// `https://…/v1.0`, from the configured public URL.
    pub(super) fn root(&self) -> String {
        format!("{}{}", self.web.app.public_url(), self.version.prefix())
    }

    /// `@odata.context` of an answer.
    pub(super) fn context(&self, set: &str, selected: Option<&[&str]>, shape: Shape) -> String {
        context(&self.root(), set, selected, shape)
    }

    /// The n-th key of the path; the route table says how many there are.
    pub(super) fn key(&self, n: usize) -> &str {
        self.keys.get(n).map_or("", Key::text)
    }

    /// The n-th key as the id of an object of the directory. What cannot be one is refused, so that nobody takes a misspelt
    /// id for an object that is gone.
    pub(super) fn object(&self, n: usize) -> Result<ObjectId, Fault> {
        self.id(n).ok_or_else(|| Fault::no_id(self.key(n)))
    }

    /// The n-th key as the id of something else, such as a line of a log; what is none exists nowhere.
    pub(super) fn record(&self, n: usize) -> Result<ObjectId, Fault> {
        self.id(n).ok_or_else(|| Refusal::not_found(self.key(n)).into())
    }

    fn id(&self, n: usize) -> Option<ObjectId> {
        match self.keys.get(n) {
            Some(Key::Own(text)) => ObjectId::parse(text),
            _ => None,
        }
    }

    /// The application or service principal that the path begins with, by either key.
    pub(super) fn application(&self) -> Result<Which, Fault> {
        if !matches!(self.keys.first(), Some(Key::App(_))) {
            return Ok(Which::Id(self.object(0)?));
        }
        let client: Result<ClientId, _> = self.key(0).parse();
        client.map(Which::Client).map_err(|_| Refusal::not_found(self.key(0)).into())
    }

    /// The system query options.
    pub(super) fn options(&self) -> Result<QueryOptions, Fault> {
        self.options_of(Pages::DIRECTORY)
    }

    /// The same of a list with pages of such sizes.
    pub(super) fn options_of(&self, pages: Pages) -> Result<QueryOptions, Fault> {
        Ok(QueryOptions::read_of(&self.query, self.version.dollar_is_optional(), pages)?)
    }

    /// The `ConsistencyLevel` header.
    pub(super) fn consistency(&self) -> Option<&str> {
        self.headers.get("consistencylevel")?.to_str().ok()
    }

    /// Whether this is an advanced query.
    pub(super) fn mode(&self, options: &QueryOptions) -> Mode {
        options.mode(self.consistency())
    }

    /// The body as a JSON object. Without a `Content-Type` it is read as JSON all the same.
    pub(super) fn json(&self) -> Result<Fields, Fault> {
        calls_itself_json(&self.headers)?;
        Ok(Fields::read(&self.body)?)
    }

    /// The body of a change to the object that the path names by `key`. An `id` that says the same changes nothing: clients
    /// send objects as they have read them.
    pub(super) fn changes(&self, key: &str) -> Result<Fields, Fault> {
        let mut body = self.json()?;
        let same = |(name, value): (&str, &serde_json::Value)| {
            name.eq_ignore_ascii_case("id") && value.as_str().is_some_and(|id| id.eq_ignore_ascii_case(key))
        };
        if body.left().any(same) {
            body.take("id");
        }
        Ok(body)
    }
}

/// Refuses a body that says it is something else.
pub(super) fn calls_itself_json(headers: &HeaderMap) -> Result<(), Fault> {
    let stated = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    if stated.is_some_and(|media| !is_json(media)) { Err(Fault::media_type()) } else { Ok(()) }
}

fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // Who pastes the article's request into curl sends `ContentType`, and curl adds its own form type.
    // Cookies are never read here, so a form from elsewhere can do no harm.
    matches!(media.as_str(), "" | "application/json" | "text/json" | "application/x-www-form-urlencoded")
}

/// The access token of the `Authorization` header.
pub(super) fn bearer_token(headers: &HeaderMap) -> Result<&str, Refusal> {
    let no = |cause| Refusal::NotSignedIn { cause };
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = given.next() else { return Err(no("Access token is empty.")) };
    if given.next().is_some() {
        return Err(no("The request has more than one Authorization header."));
    }
    let text = value.to_str().map_err(|_| no("The Authorization header cannot be read."))?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(no("The Authorization header must be of the form 'Bearer <access token>'."));
    }
    let token = token.trim();
    if token.is_empty() { Err(no("Access token is empty.")) } else { Ok(token) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn token(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", "__Host-hospes-session=x".parse().unwrap());
        for value in values {
            headers.append("authorization", value.parse().unwrap());
        }
        bearer_token(&headers).ok().map(str::to_owned)
    }

    #[test]
    fn only_one_bearer_token_counts() {
        assert_eq!(token(&["Bearer abc"]), Some("abc".into()));
        assert_eq!(token(&["bearer  abc"]), Some("abc".into()));
        for bad in [&[][..], &["Bearer"], &["Bearer "], &["Basic abc"], &["abc"], &["Bearer a", "Bearer b"]] {
            assert_eq!(token(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_body_without_content_type_is_json() {
        for (media, good) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8; IEEE754Compatible=false", true),
            ("", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", true),
            ("multipart/form-data", false),
        ] {
            assert_eq!(is_json(media), good, "{media}");
        }
    }
}
