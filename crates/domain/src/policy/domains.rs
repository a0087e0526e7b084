//! Which domains may be invited: an allow list or a block list (reference/roles-and-policies.md section 3), and the
//! JSON text in which the original writes either. Refuses both at once, names that are no domains, wildcards, and what
//! Hospes does not act on.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::address::domain_to_ascii;
use crate::jose::strict_json;
use crate::refusal::Refusal;

/// The longest definition, in characters: "25 KB (25,000 characters)" for the whole policy.
pub const MAX_DEFINITION: usize = 25_000;

const FIELD: &str = "definition";
const POLICY: &str = "B2BManagementPolicy";
const DOMAINS: &str = "InvitationsAllowedAndBlockedDomainsPolicy";
const ALLOWED: &str = "AllowedDomains";
const BLOCKED: &str = "BlockedDomains";

/// Which of the two lists it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListKind {
    /// Only these domains.
    Allow,
    /// Every domain but these; with none of them, every domain.
    #[default]
    Block,
}

impl ListKind {
    /// The spelling in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Block => "block",
        }
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Allow, Self::Block].into_iter().find(|kind| kind.name() == text)
    }
}

/// The domains a tenant lists, as lower-case A-labels, each once, in the order of the alphabet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainList {
    /// What is meant by them.
    pub kind: ListKind,
    /// The domains.
    pub domains: Vec<String>,
}

/// The policy a list stands in, as the original keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainPolicy {
    /// Its id.
    pub id: Uuid,
    /// `displayName`
    pub display_name: String,
    /// `description`
    pub description: Option<String>,
    /// The list.
    pub list: DomainList,
}

/// What is known when one domain is looked up: the kind of the list, if there is one, and whether it names the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DomainLookup {
    /// `None` without a list: every domain may be invited.
    pub kind: Option<ListKind>,
    /// Whether the list names that very domain. A listed domain says nothing about the domains below it: those belong
    /// to others often enough (`contoso.onhosting.example`), so each is named or it is not meant.
    pub listed: bool,
}

impl DomainLookup {
    /// Whether addresses on the domain may be invited and may redeem.
    pub fn permit(self) -> bool {
        match self.kind {
            None => true,
            Some(ListKind::Allow) => self.listed,
            Some(ListKind::Block) => !self.listed,
        }
    }

    /// The same as a refusal that names the domain.
    pub fn check(self, domain: &str) -> Result<(), Refusal> {
        if self.permit() { Ok(()) } else { Err(Refusal::DomainDenied { domain: domain.to_owned() }) }
    }
}

impl DomainList {
    /// Reads the `definition` of a policy: one JSON text (reference/roles-and-policies.md section 3).
    pub fn parse(definition: &[String]) -> Result<Self, Refusal> {
        let [text] = definition else {
            return Err(invalid("The collection must hold one text.", "Give one definition as JSON text."));
        };
        let no_json = || invalid("The text is not a JSON object with unique members.", EXAMPLE);
        let mut outer = strict_json::object(text.as_bytes()).ok_or_else(no_json)?;
        let mut policy = inner(&mut outer, POLICY)?
            .ok_or_else(|| invalid("The definition does not hold 'B2BManagementPolicy'.", EXAMPLE))?;
        let mut lists = inner(&mut policy, DOMAINS)?.unwrap_or_default();
        let (allowed, blocked) = (texts(&mut lists, ALLOWED)?, texts(&mut lists, BLOCKED)?);
        // What the original writes there; a number says nothing.
        take(&mut policy, "Version");
        for left in [&outer, &policy, &lists] {
            nothing_else(left)?;
        }
        match (allowed.is_empty(), blocked.is_empty()) {
            (false, false) => Err(invalid(
                "AllowedDomains and BlockedDomains are both filled.",
                "Fill one of them: either only some domains may be invited, or all but some.",
            )),
            (false, true) => Self::new(ListKind::Allow, &allowed),
            (true, _) => Self::new(ListKind::Block, &blocked),
        }
    }

    /// A list of these domains, however they are spelled.
    pub fn new(kind: ListKind, domains: &[String]) -> Result<Self, Refusal> {
        let mut named = domains.iter().map(|domain| whole_domain(domain)).collect::<Result<Vec<_>, _>>()?;
        named.sort_unstable();
        named.dedup();
        let list = Self { kind, domains: named };
        let long = list.definition().chars().count();
        if long > MAX_DEFINITION {
            return Err(invalid(
                format!("The policy has {long} characters; {MAX_DEFINITION} are the most."),
                "Take domains off the list, or turn it round: allow some instead of blocking many.",
            ));
        }
        Ok(list)
    }

    /// The definition as the original writes it: both lists, of which one is empty.
    pub fn definition(&self) -> String {
        let (allowed, blocked): (&[String], &[String]) = match self.kind {
            ListKind::Allow => (&self.domains, &[]),
            ListKind::Block => (&[], &self.domains),
        };
        json!({ POLICY: { DOMAINS: { ALLOWED: allowed, BLOCKED: blocked } } }).to_string()
    }

    /// What the list says about one domain.
    pub fn lookup(&self, domain: &str) -> DomainLookup {
        let listed = self.domains.binary_search_by(|listed| listed.as_str().cmp(domain)).is_ok();
        DomainLookup { kind: Some(self.kind), listed }
    }
}

const EXAMPLE: &str = "Give {\"B2BManagementPolicy\":{\"InvitationsAllowedAndBlockedDomainsPolicy\":{\"AllowedDomains\":[],\"BlockedDomains\":[\"contoso.com\"]}}}.";

fn invalid(cause: impl Into<String>, remedy: &str) -> Refusal {
    Refusal::invalid(FIELD, cause, remedy)
}

/// The stored form of a domain somebody wrote.
fn whole_domain(text: &str) -> Result<String, Refusal> {
    domain_to_ascii(text).ok_or_else(|| {
        let shown: String = text.chars().filter(|c| c.is_alphanumeric() || c.is_ascii_graphic()).take(80).collect();
        invalid(
            format!("'{shown}' is not a domain name."),
            "Give whole domain names such as contoso.com; there are no wildcards, and a domain below another one is listed by itself.",
        )
    })
}

/// Takes a member out, whatever the letter case of its name.
fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let spelled = object.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    object.remove(&spelled)
}

fn inner(object: &mut Map<String, Value>, name: &str) -> Result<Option<Map<String, Value>>, Refusal> {
    match take(object, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(members)) => Ok(Some(members)),
        Some(_) => Err(invalid(format!("'{name}' is not an object."), EXAMPLE)),
    }
}

fn texts(object: &mut Map<String, Value>, name: &str) -> Result<Vec<String>, Refusal> {
    let no = || invalid(format!("'{name}' is not an array of texts."), EXAMPLE);
    match take(object, name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            items.into_iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(no)).collect()
        }
        Some(_) => Err(no()),
    }
}

/// Refuses members that would ask for something: what is empty asks for nothing, and clients send back what the
/// original keeps there (`AutoRedeemPolicy`, `PreviewPolicy`).
fn nothing_else(object: &Map<String, Value>) -> Result<(), Refusal> {
    let Some((name, _)) = object.iter().find(|(_, value)| !is_empty(value)) else { return Ok(()) };
    let shown: String = name.chars().filter(char::is_ascii_alphanumeric).take(80).collect();
    Err(invalid(
        format!("This directory does not act on '{shown}'."),
        "Leave it out; the lists of domains are all that can be set here.",
    ))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn parse(text: &str) -> Result<DomainList, String> {
        DomainList::parse(&[text.to_owned()]).map_err(|refusal| match refusal {
            Refusal::Invalid(invalid) => invalid.cause,
            other => panic!("{other:?}"),
        })
    }

    fn lists(allowed: &str, blocked: &str) -> String {
        format!(
            r#"{{"B2BManagementPolicy":{{"InvitationsAllowedAndBlockedDomainsPolicy":{{"AllowedDomains":{allowed},"BlockedDomains":{blocked}}}}}}}"#
        )
    }

    #[test]
    fn the_definition_of_the_original_is_read_and_written() {
        let blocked = parse(&lists("[]", r#"["Live.com","bücher.example","live.com"]"#)).unwrap();
        assert_eq!(
            (blocked.kind, blocked.domains.join(" ")),
            (ListKind::Block, "live.com xn--bcher-kva.example".into())
        );
        assert_eq!(blocked.definition(), lists("[]", r#"["live.com","xn--bcher-kva.example"]"#));
        assert_eq!(parse(&blocked.definition()).unwrap(), blocked);
        let allowed = parse(&lists(r#"["contoso.com"]"#, "null")).unwrap();
        assert_eq!(allowed.kind, ListKind::Allow);
        for everything in [
            lists("[]", "[]"),
            r#"{"b2bManagementPolicy":{"Version":1}}"#.to_owned(),
            r#"{"B2BManagementPolicy":{"AutoRedeemPolicy":{"AdminConsentedForUsersIntoTenantIds":[]},"PreviewPolicy":{"Features":[]}}}"#.to_owned(),
        ] {
            assert_eq!(parse(&everything).unwrap(), DomainList::default(), "{everything}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_name() {
        for (text, said) in [
            (lists(r#"["a.example"]"#, r#"["b.example"]"#), "both filled"),
            (lists(r#"["*.contoso.com"]"#, "[]"), "'*.contoso.com' is not a domain name"),
            (lists(r#"["@contoso.com"]"#, "[]"), "'@contoso.com'"),
            (lists(r#"["contoso"]"#, "[]"), "'contoso'"),
            (lists("[1]", "[]"), "'AllowedDomains' is not an array of texts"),
            (lists("[]", r#""live.com""#), "'BlockedDomains' is not an array of texts"),
            ("{}".into(), "does not hold"),
            ("[]".into(), "not a JSON object"),
            (r#"{"B2BManagementPolicy":{},"B2BManagementPolicy":{}}"#.into(), "unique"),
            (
                r#"{"B2BManagementPolicy":{"PreviewPolicy":{"Features":["OneTimePasscode"]}}}"#.into(),
                "'PreviewPolicy'",
            ),
            (r#"{"B2BManagementPolicy":[]}"#.into(), "'B2BManagementPolicy' is not an object"),
        ] {
            let cause = parse(&text).unwrap_err();
            assert!(cause.contains(said), "{text}: {cause}");
        }
        assert!(DomainList::parse(&[]).is_err());
        assert!(DomainList::parse(&[lists("[]", "[]"), lists("[]", "[]")]).is_err());
    }

    #[test]
    fn the_whole_policy_has_25_000_characters_at_most() {
        let frame = DomainList::default().definition().len();
        // Each domain of eleven characters takes two quotation marks, and a comma but for the last.
        let fits = (MAX_DEFINITION - frame + 1) / 14;
        let domains = |n: usize| -> Vec<String> {
            (0..n).map(|i| format!("{i:05}.test")).map(|d| format!("a{d}")).collect()
        };
        assert_eq!(domains(1)[0].len(), 11);
        assert!(DomainList::new(ListKind::Block, &domains(fits)).is_ok());
        assert!(DomainList::new(ListKind::Block, &domains(fits + 1)).is_err());
    }

    #[test]
    fn a_list_means_whole_domains_and_not_those_below() {
        let list = |kind| DomainList::new(kind, &["contoso.com".to_owned()]).unwrap();
        for (domain, allowed, unblocked) in [
            ("contoso.com", true, false),
            ("mail.contoso.com", false, true),
            ("com", false, true),
            ("notcontoso.com", false, true),
            ("fabrikam.com", false, true),
        ] {
            assert_eq!(list(ListKind::Allow).lookup(domain).permit(), allowed, "allow {domain}");
            assert_eq!(list(ListKind::Block).lookup(domain).permit(), unblocked, "block {domain}");
        }
        assert!(DomainList::default().lookup("contoso.com").permit(), "an empty list permits everything");
        let nothing = DomainLookup { kind: None, listed: false };
        assert_eq!(nothing.check("contoso.com"), Ok(()));
        let denied = Refusal::DomainDenied { domain: "contoso.com".into() };
        assert_eq!(list(ListKind::Block).lookup("contoso.com").check("contoso.com"), Err(denied));
    }
}
