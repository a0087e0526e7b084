//! How much an answer says about itself: `odata.metadata` in `Accept` (OData JSON Format 4.01 section 3.1). Refuses to leave
//! out what a client goes on from, such as the address of the next page.

use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::reply::Reply;

/// How much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Annotations {
    /// Nothing but counts, links to go on from, and references.
    None,
    /// As every answer is written.
    Minimal,
    /// With the type and the address of every object.
    Full,
}

/// What stays when nothing is asked for; `@odata.id` is what a reference consists of.
const KEPT: &[&str] = &["@odata.count", "@odata.deltaLink", "@odata.id", "@odata.nextLink"];

/// Sets of which the objects have addresses, and their types.
const SETS: &[(&str, &str)] = &[
    ("applications", "application"),
    ("directoryObjects", "directoryObject"),
    ("directoryRoles", "directoryRole"),
    ("groups", "group"),
    ("servicePrincipals", "servicePrincipal"),
    ("users", "user"),
];

impl Annotations {
    /// What a request wants; the last wish counts, and `$format` more than the header (OData 4.01 part 1, section 11.2.12).
    /// `optional` is the dollar sign.
    pub(super) fn wanted(headers: &HeaderMap, query: &str, optional: bool) -> Self {
        let given = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let accepted = given.fold(Self::Minimal, Self::wish);
        query
            .split('&')
            .filter_map(|pair| format_of(pair, optional))
            .fold(accepted, |wanted, format| wanted.wish(&format))
    }

    fn wish(self, media: &str) -> Self {
        let wishes = media.split([',', ';']).map(|wish| wish.trim().to_ascii_lowercase());
        wishes.fold(self, |wanted, wish| match wish.as_str() {
            "odata.metadata=none" => Self::None,
            "odata.metadata=minimal" => Self::Minimal,
            "odata.metadata=full" => Self::Full,
            _ => wanted,
        })
    }

    /// The answer with as much of it; `root` ends in the version.
    pub(super) fn onto(self, root: &str, reply: Reply) -> Reply {
        if self == Self::Minimal || reply.is_failure() || reply.json().is_none() {
            return reply;
        }
        let (name, reply) = match self {
            Self::Full => ("full", reply.map_json(|body| full(body, root))),
            _ => ("none", reply.map_json(bare)),
        };
        reply.with(
            "Content-Type",
            format!("application/json;odata.metadata={name};odata.streaming=true;IEEE754Compatible=false;charset=utf-8"),
        )
    }
}

/// The value of a pair of the query, if that is `$format`; what stands in it is judged with the other options.
fn format_of(pair: &str, optional: bool) -> Option<String> {
    let (name, value) = pair.split_once('=')?;
    let name = percent_decode_str(name).decode_utf8_lossy();
    let name = name.trim().strip_prefix('$').or(optional.then_some(name.trim()))?;
    let value = value.replace('+', " ");
    name.eq_ignore_ascii_case("format").then(|| percent_decode_str(&value).decode_utf8_lossy().into_owned())
}

fn bare(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(bare).collect(),
        Value::Object(members) => {
            let stays = |name: &str| {
                let annotation = name.find("@odata.").map(|at| &name[at..]);
                annotation.is_none_or(|annotation| KEPT.contains(&annotation))
            };
            let left = members.into_iter().filter(|(name, _)| stays(name));
            Value::Object(left.map(|(name, value)| (name, bare(value))).collect())
        }
        other => other,
    }
}

fn full(mut body: Value, root: &str) -> Value {
    let context = body["@odata.context"].as_str().unwrap_or_default().to_owned();
    let Some((_, fragment)) = context.split_once('#') else { return body };
    let set = fragment.split(['(', '/']).next().unwrap_or_default();
    let Some((set, kind)) = SETS.iter().find(|(known, _)| *known == set) else { return body };
    if fragment.ends_with("/$entity") {
        if let Value::Object(members) = &mut body {
            annotate(members, (set, kind), root);
        }
        return body;
    }
    for object in body["value"].as_array_mut().into_iter().flatten() {
        if let Value::Object(members) = object {
            annotate(members, (set, kind), root);
        }
    }
    body
}

/// Type and address of an object, as far as they follow from what it shows.
fn annotate(members: &mut Map<String, Value>, (set, kind): (&str, &str), root: &str) {
    let own = members.get("@odata.type").and_then(Value::as_str).map(str::to_owned);
    let own = own.unwrap_or_else(|| format!("#microsoft.graph.{kind}"));
    let name = own.trim_start_matches("#microsoft.graph.");
    let set = SETS.iter().find(|(_, known)| *known == name).map_or(set, |(set, _)| *set);
    if let Some(id) = members.get("id").and_then(Value::as_str) {
        let link = format!("{set}('{id}')");
        members.insert("@odata.id".to_owned(), format!("{root}/{link}").into());
        members.insert("@odata.editLink".to_owned(), link.into());
    }
    members.insert("@odata.type".to_owned(), own.into());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wanted(accept: &[&str]) -> Annotations {
        let mut headers = HeaderMap::new();
        for line in accept {
            headers.extend(line.parse().ok().map(|value| (header::ACCEPT, value)));
        }
        Annotations::wanted(&headers, "$format=json", true)
    }

    #[test]
    fn the_wish_is_found_among_others() {
        for (accept, expected) in [
            (&[][..], Annotations::Minimal),
            (&["application/json"], Annotations::Minimal),
            (&["application/json;odata.metadata=none"], Annotations::None),
            (&["text/html", "application/json; OData.Metadata=Full; q=0.5"], Annotations::Full),
            (&["application/json;odata.metadata=minimal"], Annotations::Minimal),
        ] {
            assert_eq!(wanted(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn what_a_client_goes_on_from_stays() {
        let list = json!({ "@odata.context": "c", "@odata.nextLink": "n", "value": [
            { "@odata.type": "#t", "id": "1", "members@odata.count": 1, "members@delta": [], "@removed": {} }] });
        let left = json!({ "@odata.nextLink": "n", "value": [
            { "id": "1", "members@odata.count": 1, "members@delta": [], "@removed": {} }] });
        assert_eq!(bare(list), left);
    }
}
