//! `$metadata`: what the directory API has, as CSDL (OData CSDL 4.0), and the service document. Both are made from the route
//! table and the tables of properties, once. Refuses to depend on who asks: they say nothing about a tenant, so that
//! everybody gets them, as of the original.

mod entities;
mod paths;
mod types;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::ROUTES;
use super::reply::Reply;
use super::request::Version;
use crate::Web;

use entities::{Entity, entities, own_entities};
use paths::{Operation, Surface};

/// Types that may carry `extension_…` and properties of ours.
const OPEN: &[&str] = &["directoryObject", "user", "group", "application", "servicePrincipal"];

/// The description of a version.
pub(super) fn description(version: Version) -> Reply {
    static V1: OnceLock<String> = OnceLock::new();
    static BETA: OnceLock<String> = OnceLock::new();
    let text = match version {
        Version::V1 => &V1,
        Version::Beta => &BETA,
    };
    Reply::xml(text.get_or_init(|| csdl(version)).clone())
}

/// The list of what stands at the root.
pub(super) fn service_document(web: &Web, version: Version) -> Reply {
    let surface = surface(version);
    let entry = |kind: &str, name: &str| json!({ "name": name, "kind": kind, "url": name });
    let sets = surface.sets.keys().map(|name| entry("EntitySet", name));
    let value: Vec<Value> =
        sets.chain(surface.singletons.keys().map(|name| entry("Singleton", name))).collect();
    let context = format!("{}{}/$metadata", web.app.public_url(), version.prefix());
    Reply::ok(json!({ "@odata.context": context, "value": value }))
}

fn surface(version: Version) -> Surface {
    let there = ROUTES.iter().filter(|route| version == Version::Beta || !route.beta_only);
    Surface::of(there.map(|route| (route.method, route.path)))
}

fn csdl(version: Version) -> String {
    let surface = &surface(version);
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\n<edmx:DataServices>\n",
    );
    for (namespace, alias, entities) in
        [("microsoft.graph", "graph", entities(version)), ("hospes", "hospes", own_entities())]
    {
        let ours = namespace == "hospes";
        line(
            &mut xml,
            format_args!(
                "<Schema Namespace=\"{namespace}\"{} xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">",
                alias_of(namespace, alias)
            ),
        );
        for entity in entities.iter().filter(|entity| ours || is_there(entity, surface)) {
            entity_type(&mut xml, surface, entity, &entities);
        }
        if !ours {
            for (name, members) in types::COMPLEX {
                complex_type(&mut xml, name, members);
            }
        }
        for of in surface.operations.iter().filter(|of| of.name.starts_with("hospes.") == ours) {
            operation(&mut xml, of);
        }
        if !ours {
            container(&mut xml, surface);
        }
        xml.push_str("</Schema>\n");
    }
    xml.push_str("</edmx:DataServices>\n</edmx:Edmx>\n");
    xml
}

/// Whether a route leads to an entity or to what it is a kind of; what everything else is made of is always there.
fn is_there(entity: &Entity, surface: &Surface) -> bool {
    let made_of = ["entity", "directoryObject"];
    let kind_of = entity.base.filter(|base| !made_of.contains(base)).is_some_and(|base| surface.has(base));
    made_of.contains(&entity.name) || surface.has(entity.name) || kind_of
}

/// A namespace of one word needs no other name.
fn alias_of(namespace: &str, alias: &str) -> String {
    if namespace == alias { String::new() } else { format!(" Alias=\"{alias}\"") }
}

fn line(xml: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String does not fail.
    let _ = writeln!(xml, "{text}");
}

fn entity_type(xml: &mut String, surface: &Surface, entity: &Entity, all: &[Entity]) {
    let base = match entity.base {
        None => String::new(),
        Some(base) if base.contains('.') => format!(" BaseType=\"{base}\""),
        Some(base) => format!(" BaseType=\"graph.{base}\""),
    };
    let abstract_type = if entity.name == "entity" { " Abstract=\"true\"" } else { "" };
    let open = if OPEN.contains(&entity.name) { " OpenType=\"true\"" } else { "" };
    line(xml, format_args!("<EntityType Name=\"{}\"{base}{abstract_type}{open}>", entity.name));
    if let Some(key) = entity.key {
        line(xml, format_args!("<Key><PropertyRef Name=\"{key}\"/></Key>"));
    }
    let inherited = inherited(entity, all);
    // A name with a dot is none in CSDL: those of ours are what open types are open for.
    let own = entity.properties.iter().filter(|name| !inherited.contains(*name) && !name.contains('.'));
    let once = types::TOLD_ONCE.iter().filter(|(of, _)| *of == entity.name).map(|(_, name)| name);
    let linked = |name: &str| types::LINKED.iter().any(|(of, link, _)| (*of, *link) == (entity.name, name));
    for name in own.chain(once).filter(|name| !linked(name)) {
        let nullable = if entity.key == Some(*name) { " Nullable=\"false\"" } else { "" };
        line(
            xml,
            format_args!("<Property Name=\"{name}\" Type=\"{}\"{nullable}/>", type_of(entity.name, name)),
        );
    }
    for (_, name, kind) in types::LINKED.iter().filter(|(of, ..)| *of == entity.name) {
        line(xml, format_args!("<NavigationProperty Name=\"{name}\" Type=\"{kind}\"/>"));
    }
    for (name, target, many) in surface.links.get(entity.name).into_iter().flatten() {
        let kind = if *many { format!("Collection(graph.{target})") } else { format!("graph.{target}") };
        let contained = if surface.is_contained(target) { " ContainsTarget=\"true\"" } else { "" };
        line(xml, format_args!("<NavigationProperty Name=\"{name}\" Type=\"{kind}\"{contained}/>"));
    }
    xml.push_str("</EntityType>\n");
}

fn inherited(entity: &Entity, all: &[Entity]) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    let mut base = entity.base;
    while let Some(name) = base {
        if name == "graph.entity" {
            names.insert("id");
        }
        let found = all.iter().find(|other| other.name == name);
        names.extend(found.into_iter().flat_map(|found| found.properties.iter().copied()));
        base = found.and_then(|found| found.base);
    }
    names
}

fn type_of(entity: &str, property: &str) -> &'static str {
    let exception = types::EXCEPTIONS.iter().find(|(of, name, _)| *of == entity && *name == property);
    let usual =
        types::PROPERTIES.iter().find(|(_, names)| names.split_whitespace().any(|name| name == property));
    exception.map(|(.., kind)| *kind).or_else(|| usual.map(|(kind, _)| *kind)).unwrap_or("Edm.String")
}

fn complex_type(xml: &mut String, name: &str, members: &str) {
    line(xml, format_args!("<ComplexType Name=\"{name}\">"));
    for member in members.split_whitespace() {
        let (member, kind) = member.split_once(':').unwrap_or((member, "Edm.String"));
        line(xml, format_args!("<Property Name=\"{member}\" Type=\"{kind}\"/>"));
    }
    xml.push_str("</ComplexType>\n");
}

fn operation(xml: &mut String, of: &Operation) {
    let element = if of.is_function { "Function" } else { "Action" };
    let name = of.name.strip_prefix("hospes.").unwrap_or(of.name);
    line(xml, format_args!("<{element} Name=\"{name}\" IsBound=\"true\">"));
    line(
        xml,
        format_args!("<Parameter Name=\"bindingParameter\" Type=\"{}\" Nullable=\"false\"/>", of.bound_to),
    );
    for (parameter, kind) in of.parameters() {
        line(xml, format_args!("<Parameter Name=\"{parameter}\" Type=\"{kind}\"/>"));
    }
    let returns = of.returns();
    if !returns.is_empty() {
        line(xml, format_args!("<ReturnType Type=\"{returns}\"/>"));
    }
    line(xml, format_args!("</{element}>"));
}

fn container(xml: &mut String, surface: &Surface) {
    xml.push_str("<EntityContainer Name=\"GraphService\">\n");
    for (name, kind) in &surface.sets {
        line(xml, format_args!("<EntitySet Name=\"{name}\" EntityType=\"microsoft.graph.{kind}\"/>"));
    }
    for (name, kind) in &surface.singletons {
        line(xml, format_args!("<Singleton Name=\"{name}\" Type=\"microsoft.graph.{kind}\"/>"));
    }
    xml.push_str("</EntityContainer>\n");
}

#[cfg(test)]
mod tests;
