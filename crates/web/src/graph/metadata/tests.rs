//! The description against the rules of its format and against the routes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use super::*;

/// Every element with its attributes; panics where the text is not well-formed.
fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut found = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").unwrap();
    for piece in body.split('<').skip(1) {
        let (tag, rest) = piece.split_once('>').unwrap();
        assert!(rest.trim().is_empty() && !tag.contains('&'), "no text stands between elements: {rest:?}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut named = BTreeMap::new();
        for attribute in attributes.split_inclusive("\" ").map(str::trim).filter(|text| !text.is_empty()) {
            let (key, value) = attribute.split_once("=\"").unwrap();
            let value = value.strip_suffix('"').unwrap();
            assert!(!value.contains('"'), "{attribute}");
            assert!(named.insert(key.to_owned(), value.to_owned()).is_none(), "{tag}");
        }
        found.push((name.to_owned(), named));
        if !empty {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty());
    found
}

fn named(of: &str) -> Vec<BTreeMap<String, String>> {
    let all = elements(&csdl(Version::Beta));
    all.into_iter().filter(|(name, _)| name == of).map(|(_, attributes)| attributes).collect()
}

#[test]
fn it_is_well_formed_and_every_type_it_names_is_there() {
    let xml = csdl(Version::Beta);
    let all = elements(&xml);
    let mut known = BTreeSet::new();
    let mut namespace = String::new();
    for (name, attributes) in &all {
        match name.as_str() {
            "Schema" => attributes["Namespace"].clone_into(&mut namespace),
            "EntityType" | "ComplexType" => {
                let full = format!("{namespace}.{}", attributes["Name"]);
                assert!(known.insert(full), "{attributes:?} stands twice");
            }
            _ => {}
        }
        if let Some(name) = attributes.get("Name") {
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            assert!(plain, "{name} is no name in CSDL");
        }
    }
    for (name, attributes) in &all {
        for key in ["Type", "BaseType", "EntityType"] {
            let Some(kind) = attributes.get(key) else { continue };
            let kind =
                kind.strip_prefix("Collection(").map_or(kind.as_str(), |kind| kind.trim_end_matches(')'));
            let full =
                kind.strip_prefix("graph.").map_or(kind.to_owned(), |rest| format!("microsoft.graph.{rest}"));
            assert!(
                full.starts_with("Edm.") || known.contains(&full),
                "{name} is of {kind}, which is not there"
            );
        }
    }
}

#[test]
fn no_property_stands_twice_on_a_type() {
    let all = elements(&csdl(Version::Beta));
    let mut names = BTreeSet::new();
    for (name, attributes) in all {
        match name.as_str() {
            "EntityType" | "ComplexType" => names.clear(),
            "Property" | "NavigationProperty" => {
                assert!(names.insert(attributes["Name"].clone()), "{attributes:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn every_route_stands_in_it() {
    // Beyond the original and with a name that the format has no place for at the root.
    let strange: Vec<_> = surface(Version::Beta)
        .strange
        .into_iter()
        .filter(|path| !path.starts_with("/hospes.mails"))
        .collect();
    assert_eq!(strange, [] as [&str; 0], "say in metadata/paths.rs what these are");
    let sets = named("EntitySet");
    for (set, kind) in [("users", "user"), ("groups", "group"), ("servicePrincipals", "servicePrincipal")] {
        let full = format!("microsoft.graph.{kind}");
        assert!(sets.iter().any(|found| found["Name"] == set && found["EntityType"] == full), "{set}");
    }
    assert!(named("Singleton").iter().any(|found| found["Name"] == "me"));
    let links = named("NavigationProperty");
    let leads =
        |name: &str, kind: &str| links.iter().any(|link| link["Name"] == name && link["Type"] == kind);
    assert!(leads("memberOf", "Collection(graph.directoryObject)"));
    assert!(leads("default", "graph.crossTenantAccessPolicyConfigurationDefault"));
    let actions = named("Action");
    assert!(actions.iter().any(|action| action["Name"] == "revokeSignInSessions"));
    assert!(named("Function").iter().any(|function| function["Name"] == "bindings"));
}

#[test]
fn properties_are_those_that_can_be_selected_with_their_published_types() {
    for (entity, property, kind) in [
        ("user", "accountEnabled", "Edm.Boolean"),
        ("user", "identities", "Collection(graph.objectIdentity)"),
        ("user", "displayName", "Edm.String"),
        ("user", "state", "Edm.String"),
        ("domain", "state", "graph.domainState"),
        ("appRoleAssignment", "principalId", "Edm.Guid"),
        ("oAuth2PermissionGrant", "principalId", "Edm.String"),
    ] {
        assert_eq!(type_of(entity, property), kind, "{entity}.{property}");
    }
}
