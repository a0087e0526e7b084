//! The members of a JSON object, taken out one by one with their types. Refuses every value of another type by
//! name, so that nothing is ever guessed (threats B16).

use hospes_domain::edit::Edit;
use hospes_domain::jose::strict_json;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use serde_json::{Map, Value};

use crate::graph::odata::quote;

/// The deepest nesting of a body (threats J6).
const MAX_DEPTH: usize = 64;

/// A JSON object that is being read.
#[derive(Debug)]
pub struct Fields {
    /// Where it stands: empty, or `invitedUser.`.
    place: String,
    members: Map<String, Value>,
}

impl Fields {
    /// Reads a body.
    pub fn read(body: &[u8]) -> Result<Self, Refusal> {
        let no = |cause: &str, remedy: &str| Refusal::invalid("", cause, remedy);
        // RFC 8259 section 8.1: a mark of byte order may be ignored, and editors of other systems write one.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(no("The request body is empty.", "Send a JSON object."));
        }
        if depth(body) > MAX_DEPTH {
            return Err(no("The request body is nested too deeply.", "Nest at most 64 levels."));
        }
        match strict_json::value(body) {
            Ok(Value::Object(members)) => Self::new(String::new(), members),
            Ok(_) => Err(no("The request body is not a JSON object.", "Send a JSON object.")),
            Err(error) => Err(no(
                &format!(
                    "The request body is not JSON with unique members: line {}, column {}.",
                    error.line(),
                    error.column()
                ),
                "Send one JSON object in UTF-8 that names each property once.",
            )),
        }
    }

    /// The members of a form of ours, which names none twice.
    pub fn of(members: Map<String, Value>) -> Self {
        Self { place: String::new(), members }
    }

    fn new(place: String, members: Map<String, Value>) -> Result<Self, Refusal> {
        let mut names: Vec<String> = members.keys().map(|name| name.to_ascii_lowercase()).collect();
        names.sort_unstable();
        if let Some([twice, ..]) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Refusal::invalid(
                format!("{place}{}", quote(twice)),
                "The property is given more than once.",
                "Name each property once; letter case does not tell them apart.",
            ));
        }
        Ok(Self { place, members })
    }

    /// The property's name with the place of this object before it, as errors name it.
    pub fn full_name(&self, name: &str) -> String {
        format!("{}{name}", self.place)
    }

    /// Takes a member out, whatever its type.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let spelled = self.members.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned()?;
        self.members.remove(&spelled)
    }

    /// Makes texts of the numbers in a member, for what is a name to us and a number to who sends it.
    pub fn numbers_as_text(&mut self, name: &str) {
        let text = |value: &mut Value| {
            if let Value::Number(number) = value {
                *value = number.to_string().into();
            }
        };
        for (_, value) in self.members.iter_mut().filter(|(key, _)| key.eq_ignore_ascii_case(name)) {
            match value {
                Value::Array(items) => items.iter_mut().for_each(text),
                value => text(value),
            }
        }
    }

    /// Whether the member is there and is `null`.
    pub fn is_null(&self, name: &str) -> bool {
        self.members.iter().any(|(key, value)| key.eq_ignore_ascii_case(name) && value.is_null())
    }

    /// Names that nobody has taken, without annotations that say something about a value. One that binds objects is a
    /// wish (OData JSON Format 4.0 section 8.5): it stays, unless it binds none.
    pub fn left(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .filter(|(name, value)| !name.contains('@') || (binds(name) && !none(value)))
    }

    fn wrong(&self, name: &str, value: &Value, wanted: &str) -> Refusal {
        let found = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        Refusal::invalid(self.full_name(name), format!("The value is {found}."), format!("Give {wanted}."))
    }

    /// What a partial update says about a text.
    pub fn edit_text(&mut self, name: &str) -> Result<Edit<String>, Refusal> {
        match self.take(name) {
            None => Ok(Edit::Keep),
            Some(Value::Null) => Ok(Edit::Clear),
            Some(Value::String(text)) => Ok(Edit::Set(text)),
            Some(other) => Err(self.wrong(name, &other, "text")),
        }
    }

    /// A text; `null` counts as absent.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        self.edit_text(name).map(Edit::value)
    }

    /// A text that must be there.
    pub fn required_text(&mut self, name: &str) -> Result<String, Refusal> {
        match self.text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(Refusal::invalid(
                self.full_name(name),
                "The value is missing.",
                "The property is required.",
            )),
        }
    }

    /// Refuses a new object that says nothing of what the original demands, in its words (seen in its guide of errors and in
    /// logs of its users).
    pub fn demand(&self, names: &[&str], resource: &str) -> Result<(), Refusal> {
        let says = |name: &str| {
            let mut given = self.members.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
            given.any(|(_, value)| !value.is_null() && value.as_str() != Some(""))
        };
        match names.iter().find(|name| !says(name)) {
            Some(missing) => Err(Refusal::invalid(
                self.full_name(missing),
                format!("A value is required for property '{missing}' of resource '{resource}'."),
                "Send one.",
            )),
            None => Ok(()),
        }
    }

    /// True or false; `null` counts as absent. `"true"` is text and refused (threats D11).
    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.wrong(name, &other, "true or false")),
        }
    }

    /// True or false, where leaving it out and clearing it are not the same and clearing makes no sense.
    pub fn set_flag(&mut self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.wrong(name, &other, "true or false")),
        }
    }

    /// A list of texts.
    pub fn edit_texts(&mut self, name: &str) -> Result<Edit<Vec<String>>, Refusal> {
        let items = match self.take(name) {
            None => return Ok(Edit::Keep),
            Some(Value::Null) => return Ok(Edit::Clear),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(self.wrong(name, &other, "an array of texts")),
        };
        let texts = items.into_iter().map(|item| match item {
            Value::String(text) => Ok(text),
            other => Err(self.wrong(name, &other, "an array of texts")),
        });
        texts.collect::<Result<_, _>>().map(Edit::Set)
    }

    /// A list of texts; `null` and absent are the empty list.
    pub fn texts(&mut self, name: &str) -> Result<Vec<String>, Refusal> {
        self.edit_texts(name).map(|edit| edit.value().unwrap_or_default())
    }

    /// A list of objects, where leaving it out and clearing it are not the same.
    pub fn edit_objects(&mut self, name: &str) -> Result<Edit<Vec<Self>>, Refusal> {
        let given = self.members.keys().any(|key| key.eq_ignore_ascii_case(name));
        let objects = self.objects(name)?;
        Ok(if given { Edit::Set(objects) } else { Edit::Keep })
    }

    /// An id inside a body: a GUID, or a refusal that names it.
    pub fn id(&mut self, name: &str) -> Result<Option<uuid::Uuid>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let id =
            Some(text).filter(|text| text.len() == 36).and_then(|text| uuid::Uuid::try_parse(&text).ok());
        let wrong = || {
            Refusal::invalid(
                self.full_name(name),
                "The value is no GUID.",
                "Give 36 characters with hyphens.",
            )
        };
        id.map(Some).ok_or_else(wrong)
    }

    /// A date and time.
    pub fn time(&mut self, name: &str) -> Result<Option<Time>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let read = text.parse::<jiff::Timestamp>().ok().map(|instant| Time(instant.as_microsecond()));
        let wrong = || {
            let remedy = "Write it like 2027-01-31T12:00:00Z.";
            Refusal::invalid(self.full_name(name), "The value is no date and time with a zone.", remedy)
        };
        read.map(Some).ok_or_else(wrong)
    }

    /// An object inside; `null` counts as absent.
    pub fn object(&mut self, name: &str) -> Result<Option<Self>, Refusal> {
        match self.take(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => Self::new(format!("{}{name}.", self.place), members).map(Some),
            Some(other) => Err(self.wrong(name, &other, "an object")),
        }
    }

    /// A list of objects; `null` entries are left out, as clients send them (reference/invitations.md section 2).
    pub fn objects(&mut self, name: &str) -> Result<Vec<Self>, Refusal> {
        let items = match self.take(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(self.wrong(name, &other, "an array of objects")),
        };
        let mut objects = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Value::Null => {}
                Value::Object(members) => objects.push(Self::new(format!("{}{name}.", self.place), members)?),
                other => return Err(self.wrong(name, &other, "an array of objects")),
            }
        }
        Ok(objects)
    }
}

/// `owners@odata.bind`, `members@delta` and their other spellings.
fn binds(name: &str) -> bool {
    let term = name.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    matches!(term.strip_prefix("odata.").unwrap_or(&term), "bind" | "delta")
}

fn none(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// How deep brackets are nested, found without recursion.
fn depth(body: &[u8]) -> usize {
    let (mut now, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                now += 1;
                most = most.max(now);
            }
            b']' | b'}' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn field_of(refusal: &Refusal) -> &str {
        match refusal {
            Refusal::Invalid(invalid) => &invalid.field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn b16_members_are_unique_and_typed() {
        for twice in [r#"{"a":1,"a":2}"#, r#"{"x":{"a":1,"a":2}}"#] {
            assert!(Fields::read(twice.as_bytes()).is_err(), "{twice}");
        }
        let refusal = Fields::read(br#"{"mail":"a","MAIL":"b"}"#).unwrap_err();
        assert_eq!(field_of(&refusal), "mail");
        let mut body =
            Fields::read(br#"{"invitedUserEmailAddress":["a","b"],"resetRedemption":"true","n":1}"#).unwrap();
        assert_eq!(field_of(&body.text("invitedUserEmailAddress").unwrap_err()), "invitedUserEmailAddress");
        assert_eq!(field_of(&body.flag("resetRedemption").unwrap_err()), "resetRedemption");
        assert!(body.object("n").is_err());
    }

    #[test]
    fn names_match_without_case_and_nulls_are_told_apart() {
        let mut body =
            Fields::read(br#"{"DisplayName":"A","Mail":null,"o":{"ID":"1"},"l":[null,{"x":1}]}"#).unwrap();
        assert_eq!(body.edit_text("displayName"), Ok(Edit::Set("A".into())));
        assert_eq!(body.edit_text("mail"), Ok(Edit::Clear));
        assert_eq!(body.edit_text("surname"), Ok(Edit::Keep));
        let mut inner = body.object("o").unwrap().unwrap();
        assert_eq!((inner.full_name("id"), inner.text("id")), ("o.id".into(), Ok(Some("1".into()))));
        assert_eq!(body.objects("l").unwrap().len(), 1);
        assert_eq!(body.left().count(), 0);
    }

    #[test]
    fn j6_bombs_and_nonsense_are_refused() {
        let deep = |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(Fields::read(deep(63).as_bytes()).is_ok());
        for bad in [
            deep(64),
            deep(100_000),
            "[".repeat(100_000),
            String::new(),
            "  ".into(),
            "[]".into(),
            "{\"a\":1e999}".into(),
            "{\"a\":\"\\ud800\"}".into(),
            "{} {}".into(),
            "{\"a\":1".into(),
        ] {
            assert!(Fields::read(bad.as_bytes()).is_err(), "{}", &bad[..bad.len().min(40)]);
        }
        assert!(Fields::read(b"{\"a\":\"\xff\"}").is_err());
        assert!(Fields::read(b"\xef\xbb\xbf{\"a\":1}").is_ok());
        assert_eq!(depth(br#"{"a":"[[[\"[[","b":[]}"#), 2);
    }

    #[test]
    fn annotations_are_not_properties() {
        let body = br##"{"@odata.type":"#x","invitedUser@odata.context":"y","z":1,"members@odata.bind":[]}"##;
        let body = Fields::read(body).unwrap();
        assert_eq!(body.left().map(|(name, _)| name).collect::<Vec<_>>(), ["z"]);
        for wish in ["a@odata.bind", "a@Bind", "a@delta", "a@odata.delta"] {
            let body = Fields::of([(wish.to_owned(), "y".into())].into_iter().collect());
            assert_eq!(body.left().map(|(name, _)| name).collect::<Vec<_>>(), [wish]);
        }
    }
}
