//! Entity tags: `ETag` of what is read, `If-None-Match` of what is known already, `If-Match` of what is to be changed (RFC 9110 sections 8.8.3 and 13.1.1; threats
//! J12). Tags are weak, as the same object has many representations (`$select`), and weak ones count in `If-Match`:
//! OData 4.01 Protocol section 8.3.1 recommends both, although RFC 9110 compares strongly. Refuses a header it cannot
//! read rather than to change something that may not be changed.

use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

/// The tag of an object with this revision.
pub(super) fn tag(revision: i64) -> String {
    format!("W/\"{revision}\"")
}

/// What `If-Match` requires; `*` is met by every object there is.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Precondition, Refusal> {
    let mut revisions = Vec::new();
    let mut given = headers.get_all(header::IF_MATCH).iter().peekable();
    if given.peek().is_none() {
        return Ok(Precondition::None);
    }
    let lines: Vec<&str> =
        given.map(|line| line.to_str().map_err(|_| malformed())).collect::<Result<_, _>>()?;
    if let [line] = lines.as_slice()
        && line.trim() == "*"
    {
        return Ok(Precondition::None);
    }
    for line in lines {
        read(line, &mut revisions)?;
    }
    Ok(Precondition::OneOf(revisions))
}

/// The tags of what whoever reads has already (`If-None-Match`, RFC 9110 section 13.1.2). None counts where an answer can change
/// without its object: with relations, and with when somebody signed in last.
pub(super) fn known(method: &str, headers: &HeaderMap, query: &str) -> Option<Vec<String>> {
    let query = percent_decode_str(query).decode_utf8_lossy().to_ascii_lowercase();
    let more = ["expand", "signinactivity", "*"].iter().any(|part| query.contains(part));
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let tags: Vec<String> = given.flat_map(|line| line.split(',')).map(|tag| weak(tag.trim())).collect();
    (method == "GET" && !more && !tags.is_empty()).then_some(tags)
}

/// The tag as a weak one: the comparison of RFC 9110 section 8.8.3.2.
fn weak(tag: &str) -> String {
    if tag.starts_with('"') { format!("W/{tag}") } else { tag.to_owned() }
}

/// Reads a list of tags. Those that are none of ours are kept out: no object has them.
fn read(line: &str, revisions: &mut Vec<i64>) -> Result<(), Refusal> {
    let mut rest = line.trim();
    loop {
        let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"').ok_or_else(malformed)?;
        let (opaque, behind) = quoted.split_once('"').ok_or_else(malformed)?;
        if opaque.contains(|letter: char| !letter.is_ascii_graphic()) {
            return Err(malformed());
        }
        revisions.extend(opaque.parse::<i64>().ok().filter(|number| number.to_string() == opaque));
        rest = behind.trim();
        if rest.is_empty() {
            return Ok(());
        }
        rest = rest.strip_prefix(',').ok_or_else(malformed)?.trim();
    }
}

fn malformed() -> Refusal {
    Refusal::invalid(
        "If-Match",
        "The header is neither '*' nor a list of entity tags.",
        "Send the ETag of the object as it was read.",
    )
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn required(lines: &[&str]) -> Option<Precondition> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::IF_MATCH, HeaderValue::from_bytes(line.as_bytes()).ok()?);
        }
        if_match(&headers).ok()
    }

    #[test]
    fn j12_a_tag_comes_back_as_its_revision() {
        let one_of = |revisions: &[i64]| Some(Precondition::OneOf(revisions.to_vec()));
        for (lines, expected) in [
            (&[][..], Some(Precondition::None)),
            (&["*"], Some(Precondition::None)),
            (&[" * "], Some(Precondition::None)),
            (&["W/\"7\""], one_of(&[7])),
            (&["\"7\""], one_of(&[7])),
            (&["W/\"7\", \"8\",W/\"x\""], one_of(&[7, 8])),
            (&["W/\"7\"", "W/\"8\""], one_of(&[7, 8])),
            (&["\"\""], one_of(&[])),
            (&["\"+7\""], one_of(&[])),
            (&["\"07\""], one_of(&[])),
        ] {
            assert_eq!(required(lines), expected, "{lines:?}");
        }
        assert_eq!(required(&[&tag(42)]), one_of(&[42]));
    }

    #[test]
    fn j12_what_is_no_tag_is_refused() {
        for lines in [
            &[""][..],
            &["7"],
            &["\"7"],
            &["w/\"7\""],
            &["W/7"],
            &["*, \"7\""],
            &["\"7\" \"8\""],
            &["\"7\","],
            &["\"a b\""],
            &["\"ä\""],
            &["*", "\"7\""],
        ] {
            assert_eq!(required(lines), None, "{lines:?}");
        }
    }
}
