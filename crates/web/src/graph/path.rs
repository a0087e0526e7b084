//! Reads the path of a directory API request, behind its version, into segments that the route table
//! matches on: all spellings of one address give the same segments (reference/wire-contract.md 1.12,
//! 1.13). Refuses names the API does not have and malformed paths; knows nothing of methods or rights.

use std::fmt;

use percent_encoding::percent_decode_str;

use super::odata::quote;

/// The longest path, in bytes.
const LENGTH_LIMIT: usize = 4096;
/// The most segments; the longest route has seven.
const SEGMENT_LIMIT: usize = 12;
/// The longest key, in characters: longer than any user principal name.
const KEY_LIMIT: usize = 512;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A collection, property, action or function, spelled as in [`COLLECTIONS`] and [`NAMES`].
    Name(&'static str),
    /// An object of the collection before: `/users/{key}`, `/users('{key}')`; decoded.
    Key(String),
    /// An object by another key than its id: `/applications(appId='…')`.
    NamedKey {
        /// As in [`ALTERNATE_KEYS`].
        name: &'static str,
        /// Decoded.
        value: String,
    },
    /// `$ref`: the link, not the object.
    Ref,
    /// `$count`: the number of objects.
    Count,
    /// `$batch`.
    Batch,
    /// Only objects of this kind: `graph.user`, `microsoft.graph.user`; spelled as in [`CASTS`].
    Cast(&'static str),
}

/// Names after which an object's key follows, with the functions and actions that follow instead.
const COLLECTIONS: &[(&str, &[&str])] = &[
    ("applications", &["delta", "getByIds"]),
    ("appRoleAssignedTo", &[]),
    ("appRoleAssignments", &[]),
    ("b2bManagementPolicies", &[]),
    ("deletedItems", &[]),
    ("directReports", &[]),
    ("directoryAudits", &[]),
    ("directoryObjects", &["delta", "getByIds"]),
    ("directoryRoles", &["delta"]),
    ("directoryRoleTemplates", &[]),
    ("domains", &[]),
    ("fido2Methods", &[]),
    ("groups", &["delta", "getByIds"]),
    ("hospes.mails", &[]),
    ("identityProviders", &[]),
    ("invitations", &[]),
    ("memberOf", &[]),
    ("members", &[]),
    ("methods", &[]),
    ("oauth2PermissionGrants", &[]),
    ("organization", &[]),
    ("ownedObjects", &[]),
    ("owners", &[]),
    ("partners", &[]),
    ("passwordMethods", &[]),
    ("roleAssignments", &[]),
    ("roleDefinitions", &[]),
    ("servicePrincipals", &["delta", "getByIds"]),
    ("signIns", &[]),
    ("softwareOathMethods", &[]),
    ("sponsors", &[]),
    ("subscriptions", &[]),
    ("transitiveMemberOf", &[]),
    ("transitiveMembers", &[]),
    ("transitiveReports", &[]),
    ("users", &["delta", "getByIds"]),
    ("verificationDnsRecords", &[]),
];

/// Names that stand for one thing: singletons, properties, actions and functions.
const NAMES: &[&str] = &[
    "addKey",
    "addPassword",
    "auditLogs",
    "authentication",
    "authorizationPolicy",
    "changePassword",
    "checkMemberGroups",
    "checkMemberObjects",
    "convertExternalToInternalMemberUser",
    "crossTenantAccessPolicy",
    "default",
    "directory",
    "externalIdentitiesPolicy",
    "getMemberGroups",
    "getMemberObjects",
    "hospes.bindings",
    "hospes.history",
    "hospes.invitations",
    "hospes.previewReset",
    "hospes.removeSecondFactors",
    "hospes.resend",
    "hospes.resetRedemption",
    "hospes.revoke",
    "hospes.signInPolicy",
    "hospes.undoReset",
    "hospes.why",
    "identity",
    "invalidateAllRefreshTokens",
    "invitedBy",
    "manager",
    "me",
    "policies",
    "removeKey",
    "reauthorize",
    "removePassword",
    "resetToSystemDefault",
    "restore",
    "retry",
    "revokeSignInSessions",
    "roleManagement",
    "verify",
];

/// The kinds of objects a list can be narrowed to.
pub(super) const CASTS: &[&str] = &[
    "administrativeUnit",
    "application",
    "device",
    "directoryRole",
    "group",
    "orgContact",
    "servicePrincipal",
    "user",
];

/// Other keys than the id that the API takes in parentheses.
const ALTERNATE_KEYS: &[&str] = &["appId", "roleTemplateId", "uniqueName"];

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// Empty, with an empty step, wrongly encoded or too long.
    Malformed,
    /// Nothing of that name stands there; the name is fit for a message.
    Unknown(String),
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("The request path is malformed."),
            Self::Unknown(name) => write!(f, "Resource not found for the segment '{name}'."),
        }
    }
}

impl std::error::Error for PathError {}

/// The segments of a raw (still percent-encoded) path behind `/v1.0` or `/beta`, with or without its
/// leading slash and without its query. One slash at the end is tolerated.
pub fn parse_path(path: &str) -> Result<Vec<Segment>, PathError> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() || path.len() > LENGTH_LIMIT || path.split('/').count() > SEGMENT_LIMIT {
        return Err(PathError::Malformed);
    }
    let mut reader = Reader::default();
    for raw in path.split('/') {
        // Split first and decode once, so that an encoded slash stays part of its key.
        let decoded = percent_decode_str(raw).decode_utf8().map_err(|_| PathError::Malformed)?;
        if decoded.is_empty() || decoded.chars().any(char::is_control) {
            return Err(PathError::Malformed);
        }
        reader.step(&decoded)?;
    }
    Ok(reader.segments)
}

#[derive(Default)]
struct Reader {
    segments: Vec<Segment>,
    /// What may follow in place of a key, while the last step was a collection.
    collection: Option<&'static [&'static str]>,
}

impl Reader {
    fn step(&mut self, text: &str) -> Result<(), PathError> {
        if let Some(system) = text.strip_prefix('$') {
            return self.system(system, text);
        }
        let plain = unqualified(text);
        if !self.segments.is_empty()
            && plain.len() < text.len()
            && let Some(cast) = spelled(CASTS, plain)
        {
            self.segments.push(Segment::Cast(cast));
            return Ok(());
        }
        let Some(functions) = self.collection else { return self.name(plain, text) };
        self.collection = None;
        if self.segments.last() == Some(&Segment::Name("directoryRoles"))
            && let Some(segment) = older_key(text)?
        {
            self.segments.push(segment);
            return Ok(());
        }
        if let Some(function) = spelled(functions, plain.strip_suffix("()").unwrap_or(plain)) {
            self.segments.push(Segment::Name(function));
            return Ok(());
        }
        self.segments.push(Segment::Key(key(text)?));
        Ok(())
    }

    fn system(&mut self, system: &str, text: &str) -> Result<(), PathError> {
        let first = self.segments.is_empty();
        let segment = match system.to_ascii_lowercase().as_str() {
            "ref" if !first => Segment::Ref,
            "count" if self.collection.is_some() => Segment::Count,
            "batch" if first => Segment::Batch,
            _ => return Err(PathError::Unknown(quote(text))),
        };
        self.collection = None;
        self.segments.push(segment);
        Ok(())
    }

    /// A name, with what stands in its parentheses.
    fn name(&mut self, plain: &str, text: &str) -> Result<(), PathError> {
        let unknown = || PathError::Unknown(quote(text));
        if matches!(self.segments.last(), Some(Segment::Ref | Segment::Count | Segment::Batch)) {
            return Err(unknown());
        }
        let (name, inside) = match plain.split_once('(') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(')').ok_or(PathError::Malformed)?)),
            None => (plain, None),
        };
        if let Some(&(name, functions)) =
            COLLECTIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            self.segments.push(Segment::Name(name));
            match inside.map(str::trim).filter(|inside| !inside.is_empty()) {
                Some(inside) => self.segments.push(keyed(name, inside)?),
                None => self.collection = Some(functions),
            }
            return Ok(());
        }
        match spelled(NAMES, name) {
            Some(name) if inside.is_none_or(str::is_empty) => {
                self.segments.push(Segment::Name(name));
                Ok(())
            }
            _ => Err(unknown()),
        }
    }
}

/// `text` without `microsoft.graph.` or `graph.` before it.
fn unqualified(text: &str) -> &str {
    ["microsoft.graph.", "graph."]
        .into_iter()
        .find_map(|namespace| {
            let (head, tail) = text.split_at_checked(namespace.len())?;
            head.eq_ignore_ascii_case(namespace).then_some(tail)
        })
        .unwrap_or(text)
}

fn spelled(known: &[&'static str], name: &str) -> Option<&'static str> {
    known.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

/// `roleTemplateId=…` as a step of its own, as the documentation of roles wrote it before there were parentheses.
fn older_key(text: &str) -> Result<Option<Segment>, PathError> {
    let Some((name, value)) = text.split_once('=') else { return Ok(None) };
    if !name.eq_ignore_ascii_case("roleTemplateId") {
        return Ok(None);
    }
    let value = quoted(value).unwrap_or_else(|| value.to_owned());
    Ok(Some(Segment::NamedKey { name: "roleTemplateId", value: key(&value)? }))
}

/// What stands in the parentheses behind a collection: `'…'`, a bare id, or `name='…'`.
fn keyed(collection: &str, inside: &str) -> Result<Segment, PathError> {
    if let Some(text) = quoted(inside) {
        return Ok(Segment::Key(key(&text)?));
    }
    match inside.split_once('=') {
        Some((name, value)) => {
            let name = name.trim();
            let value = quoted(value.trim()).ok_or(PathError::Malformed)?;
            // Users are found by their names wherever they are found by their ids.
            let by_name = collection == "users" && name.eq_ignore_ascii_case("userPrincipalName");
            if by_name || name.eq_ignore_ascii_case("id") {
                return Ok(Segment::Key(key(&value)?));
            }
            let name = spelled(ALTERNATE_KEYS, name).ok_or_else(|| PathError::Unknown(quote(name)))?;
            Ok(Segment::NamedKey { name, value: key(&value)? })
        }
        None if inside.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') => {
            Ok(Segment::Key(key(inside)?))
        }
        None => Err(PathError::Malformed),
    }
}

/// The text between single quotes; a doubled quote inside stands for one, a single one is an error.
fn quoted(text: &str) -> Option<String> {
    let inside = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let bare = inside.replace("''", "");
    if bare.contains('\'') { None } else { Some(inside.replace("''", "'")) }
}

fn key(text: &str) -> Result<String, PathError> {
    let length = text.chars().count();
    if length == 0 || length > KEY_LIMIT { Err(PathError::Malformed) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests;
