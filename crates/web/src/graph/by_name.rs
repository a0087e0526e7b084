//! Objects that bodies name by something else than their id: `…/users/{user principal name}` and
//! `…/servicePrincipals(appId='…')` in `@odata.id` and `…@odata.bind`, as addresses of them may be written anywhere else.
//! Put into ids before the body is read, so that every handler takes them. Refuses to tell who is there: an unknown name becomes the id
//! of nobody, which is not found after everything else was in order, and is then said as it was written.

use std::borrow::Cow;

use bytes::Bytes;
use hospes_actions::app::App;
use hospes_actions::directory_objects::{Name, ids_of};
use hospes_domain::access::Actor;
use hospes_domain::ids::ObjectId;
use hospes_domain::jose::strict_json;
use hospes_domain::refusal::Refusal;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::Fault;

/// Names looked up for one body; more objects than that are bound by no request.
const MOST: usize = 40;

/// Names that nobody has, each at the place its id of nobody counts.
#[derive(Debug, Default)]
pub(super) struct Unknown(Vec<String>);

impl Unknown {
    /// The id that stands for the n-th of them: none that is drawn is so small.
    fn id(place: usize) -> ObjectId {
        ObjectId(Uuid::from_u128(place as u128 + 1))
    }

    /// The fault with the name instead of that id.
    pub(super) fn said(&self, fault: Fault) -> Fault {
        let Some(id) = fault.not_found() else { return fault };
        let place = (0..self.0.len()).find(|place| Self::id(*place).to_string() == id);
        match place.and_then(|place| self.0.get(place)) {
            Some(name) => Refusal::not_found(name).into(),
            None => fault,
        }
    }
}

/// The body with ids for names, and the names that nobody has.
pub(super) async fn resolved(app: &App, actor: &Actor, body: Bytes) -> Result<(Bytes, Unknown), Fault> {
    // Most bodies bind nothing.
    if !body.windows(b"@odata.".len()).any(|part| part.eq_ignore_ascii_case(b"@odata.")) {
        return Ok((body, Unknown::default()));
    }
    // What cannot be read is refused by whoever reads it.
    let Ok(Value::Object(mut members)) = strict_json::value(&body) else {
        return Ok((body, Unknown::default()));
    };
    let mut names: Vec<Name> = Vec::new();
    for name in texts(&mut members).filter_map(|text| read(text)) {
        if !names.contains(&name) && names.len() < MOST {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Ok((body, Unknown::default()));
    }
    let found = ids_of(app, actor, names.clone()).await?;
    let mut unknown = Unknown::default();
    let mut ids = Vec::with_capacity(names.len());
    for (name, id) in names.iter().zip(found) {
        ids.push(id.unwrap_or_else(|| {
            unknown.0.push(name.to_string());
            Unknown::id(unknown.0.len() - 1)
        }));
    }
    for text in texts(&mut members) {
        if let Some(place) = read(text).and_then(|name| names.iter().position(|known| *known == name)) {
            *text = format!("directoryObjects/{}", ids[place]);
        }
    }
    Ok((Value::Object(members).to_string().into(), unknown))
}

/// The addresses in a body that name objects.
fn texts(members: &mut Map<String, Value>) -> impl Iterator<Item = &mut String> {
    let binds = |name: &str| {
        let name = name.to_ascii_lowercase();
        name == "@odata.id" || name.ends_with("@odata.bind")
    };
    members.iter_mut().filter(move |(name, _)| binds(name)).flat_map(|(_, value)| {
        let many = match value {
            Value::Array(items) => items.iter_mut().collect(),
            one => vec![one],
        };
        many.into_iter().filter_map(|value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    })
}

/// The name that an address ends in, if it is none that ends in an id.
fn read(text: &str) -> Option<Name> {
    let path = text.split('?').next().unwrap_or_default().trim_end_matches('/');
    // A user principal name has no slash, and its `#` is written as it is by who does not know better.
    let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
    let upn = |text: String| text.contains('@').then_some(Name::User(text));
    if let Some((set, key)) = last.split_once('(') {
        let key = key.strip_suffix(')')?;
        let (property, value) = key.split_once('=').unwrap_or(("", key));
        let value = decoded(value)?;
        let value = value.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'");
        return match (set.to_ascii_lowercase().as_str(), property.to_ascii_lowercase().as_str()) {
            ("users", "" | "userprincipalname") => upn(value),
            ("serviceprincipals", "appid") => value.parse().ok().map(Name::ServicePrincipal),
            _ => None,
        };
    }
    let set = before.rsplit('/').next().unwrap_or_default();
    if set.eq_ignore_ascii_case("users") { upn(decoded(last)?) } else { None }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn names_are_read_in_every_spelling_and_ids_are_left_alone() {
        let ana = "ana_x.example#EXT#@h.example";
        for text in [
            "https://h.example/v1.0/users/ana_x.example%23EXT%23%40h.example",
            "https://h.example/v1.0/users/ana_x.example#EXT#@h.example/",
            "/users/ana_x.example%23EXT%23@h.example?x=1",
            "https://h.example/beta/users('ana_x.example%23EXT%23@h.example')",
            "users(userPrincipalName='ana_x.example#EXT#@h.example')",
        ] {
            assert_eq!(read(text), Some(Name::User(ana.to_owned())), "{text}");
        }
        assert_eq!(read("users('o''x@h.example')"), Some(Name::User("o'x@h.example".to_owned())));
        let app = "84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f";
        let principal = Name::ServicePrincipal(app.parse().unwrap());
        for text in [
            format!("https://h.example/v1.0/servicePrincipals(appId='{app}')"),
            format!("serviceprincipals(appid=%27{app}%27)"),
        ] {
            assert_eq!(read(&text), Some(principal.clone()), "{text}");
        }
        for text in [
            "",
            "/",
            app,
            &format!("https://h.example/v1.0/users/{app}"),
            &format!("directoryObjects('{app}')"),
            "https://h.example/v1.0/groups/ana@h.example",
            "servicePrincipals(appId='x')",
            "users('x",
            "users/%ff@x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
