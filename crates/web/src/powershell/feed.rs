//! What a feed of NuGet version 2 says, as XML: the service, one package, a list of them. The prefixes `m:` and `d:` are
//! fixed, because PSResourceGet looks for them by name. Refuses text that was not escaped.

use std::fmt::Write as _;

use super::package::{AUTHORS, Package, VERSION};

const NAMES: &str = "xmlns=\"http://www.w3.org/2005/Atom\" \
    xmlns:d=\"http://schemas.microsoft.com/ado/2007/08/dataservices\" \
    xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\"";

/// When the packages were published: a year of 1900 would mean unlisted, and the same version is always the same.
const PUBLISHED: &str = "2026-01-01T00:00:00Z";

/// What stands at the root: where the packages are (RFC 5023 section 8).
pub fn service(base: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <service xml:base=\"{}/\" xmlns=\"http://www.w3.org/2007/app\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\
         <workspace><atom:title>Default</atom:title><collection href=\"Packages\">\
         <atom:title>Packages</atom:title></collection></workspace></service>\n",
        escaped(base)
    )
}

/// One package as a document of its own.
pub fn entry(base: &str, package: &Package) -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{}", entry_of(base, package, NAMES))
}

/// Some packages: `found` is their number, `page` those that are shown.
pub fn list(base: &str, found: &[&Package], page: &[&Package]) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xml:base=\"{base}/\" {NAMES}><id>{base}/Packages</id>\
         <title type=\"text\">Packages</title><updated>{PUBLISHED}</updated><m:count>{}</m:count>",
        found.len(),
        base = escaped(base),
    );
    for package in page {
        text.push_str(&entry_of(base, package, ""));
    }
    text.push_str("</feed>\n");
    text
}

fn entry_of(base: &str, package: &Package, names: &str) -> String {
    let base = escaped(base);
    let Package { id, description, .. } = package;
    let description = escaped(description);
    let packed = package.packed();
    let depends = if package.on_hospes { format!("Hospes:{VERSION}:") } else { String::new() };
    let mut text = format!(
        "<entry {names}><id>{base}/Packages(Id='{id}',Version='{VERSION}')</id>\
         <category term=\"NuGetGallery.V2FeedPackage\" scheme=\"http://schemas.microsoft.com/ado/2007/08/dataservices/scheme\" />\
         <title type=\"text\">{id}</title><summary type=\"text\">{description}</summary><updated>{PUBLISHED}</updated>\
         <author><name>{AUTHORS}</name></author>\
         <content type=\"application/zip\" src=\"{base}/package/{id}/{VERSION}\" /><m:properties>"
    );
    let properties = [
        ("Id", "", (*id).to_owned()),
        ("Version", "", VERSION.to_owned()),
        ("NormalizedVersion", "", VERSION.to_owned()),
        ("Authors", "", AUTHORS.to_owned()),
        ("Title", "", (*id).to_owned()),
        ("Description", "", description),
        ("Tags", "", package.tags()),
        ("Dependencies", "", depends),
        ("Created", "Edm.DateTime", PUBLISHED.to_owned()),
        ("Published", "Edm.DateTime", PUBLISHED.to_owned()),
        ("LastUpdated", "Edm.DateTime", PUBLISHED.to_owned()),
        ("IsLatestVersion", "Edm.Boolean", "true".to_owned()),
        ("IsAbsoluteLatestVersion", "Edm.Boolean", "true".to_owned()),
        ("IsPrerelease", "Edm.Boolean", "false".to_owned()),
        ("RequireLicenseAcceptance", "Edm.Boolean", "false".to_owned()),
        ("PackageHash", "", packed.hash.clone()),
        ("PackageHashAlgorithm", "", "SHA512".to_owned()),
        ("PackageSize", "Edm.Int64", packed.bytes.len().to_string()),
    ];
    for (name, kind, value) in properties {
        let kind = if kind.is_empty() { String::new() } else { format!(" m:type=\"{kind}\"") };
        // Writing to a string does not fail.
        let _ = write!(text, "<d:{name}{kind}>{value}</d:{name}>");
    }
    text.push_str("</m:properties></entry>");
    text
}

/// Text as it may stand in an element or between quotation marks.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What `nuget.exe` reads before it asks: which properties there are, and which functions.
pub const METADATA: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
<edmx:DataServices m:DataServiceVersion="2.0" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">
<Schema Namespace="NuGetGallery" xmlns="http://schemas.microsoft.com/ado/2006/04/edm">
<EntityType Name="V2FeedPackage" m:HasStream="true"><Key><PropertyRef Name="Id" /><PropertyRef Name="Version" /></Key>
<Property Name="Id" Type="Edm.String" Nullable="false" /><Property Name="Version" Type="Edm.String" Nullable="false" />
<Property Name="NormalizedVersion" Type="Edm.String" /><Property Name="Authors" Type="Edm.String" />
<Property Name="Title" Type="Edm.String" /><Property Name="Description" Type="Edm.String" />
<Property Name="Tags" Type="Edm.String" /><Property Name="Dependencies" Type="Edm.String" />
<Property Name="Created" Type="Edm.DateTime" Nullable="false" /><Property Name="Published" Type="Edm.DateTime" Nullable="false" />
<Property Name="LastUpdated" Type="Edm.DateTime" /><Property Name="IsLatestVersion" Type="Edm.Boolean" Nullable="false" />
<Property Name="IsAbsoluteLatestVersion" Type="Edm.Boolean" Nullable="false" />
<Property Name="IsPrerelease" Type="Edm.Boolean" Nullable="false" />
<Property Name="RequireLicenseAcceptance" Type="Edm.Boolean" Nullable="false" />
<Property Name="PackageHash" Type="Edm.String" /><Property Name="PackageHashAlgorithm" Type="Edm.String" />
<Property Name="PackageSize" Type="Edm.Int64" Nullable="false" /></EntityType>
<EntityContainer Name="FeedContext" m:IsDefaultEntityContainer="true">
<EntitySet Name="Packages" EntityType="NuGetGallery.V2FeedPackage" />
<FunctionImport Name="Search" ReturnType="Collection(NuGetGallery.V2FeedPackage)" EntitySet="Packages" m:HttpMethod="GET">
<Parameter Name="searchTerm" Type="Edm.String" /><Parameter Name="targetFramework" Type="Edm.String" />
<Parameter Name="includePrerelease" Type="Edm.Boolean" /></FunctionImport>
<FunctionImport Name="FindPackagesById" ReturnType="Collection(NuGetGallery.V2FeedPackage)" EntitySet="Packages" m:HttpMethod="GET">
<Parameter Name="id" Type="Edm.String" /></FunctionImport>
</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>
"#;
