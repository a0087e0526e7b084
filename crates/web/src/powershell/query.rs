//! What a package manager asks a feed. Each package has one version, so most of a filter says nothing here; what would
//! rule that version out is heeded. Refuses functions that a feed does not have.

use url::form_urlencoded;

use super::package::{Package, VERSION};

/// Most packages in one answer.
const PAGE: usize = 100;

/// A question about packages.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query {
    one: bool,
    id: Option<String>,
    versions: Vec<String>,
    tags: Vec<String>,
    words: Vec<String>,
    /// What a name has in it, begins with and ends with, in small letters.
    within: Vec<String>,
    starts: Vec<String>,
    ends: Vec<String>,
    skip: usize,
    top: Option<usize>,
}

impl Query {
    /// Reads the last segment of the path and the query behind it; `None` if there is no such function.
    pub fn read(call: &str, query: &str) -> Option<Self> {
        let mut asked = Self::default();
        let (name, rest) = call.split_once('(').unwrap_or((call, ")"));
        let key = rest.strip_suffix(')')?;
        match name {
            "Packages" | "FindPackagesById" | "Search" if key.is_empty() => {}
            "Packages" => {
                asked.one = true;
                asked.id = Some(named(key, "Id=")?);
                asked.versions.push(named(key, "Version=")?);
            }
            _ => return None,
        }
        for (option, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*option {
                "id" | "Id" if name == "FindPackagesById" => asked.id = Some(unquoted(&value).to_owned()),
                "searchTerm" if name == "Search" => asked.search(unquoted(&value)),
                "$filter" => asked.filter(&value),
                "$skip" => asked.skip = value.parse().unwrap_or(usize::MAX),
                "$top" => asked.top = value.parse().ok(),
                _ => {}
            }
        }
        (name != "FindPackagesById" || asked.id.is_some()).then_some(asked)
    }

    /// Words, and `tag:…` for tags.
    fn search(&mut self, text: &str) {
        for word in text.split_whitespace() {
            match word.split_once(':') {
                Some((kind, tag)) if kind.eq_ignore_ascii_case("tag") => {
                    self.tags.push(unquoted(tag).to_owned());
                }
                _ => self.words.push(word.trim_matches('*').to_lowercase()),
            }
        }
    }

    /// The comparisons that PSResourceGet sends: a name or a part of it, an exact version, a tag.
    fn filter(&mut self, text: &str) {
        let values = |before: &str| {
            let found = text.match_indices(before).filter_map(|(at, _)| {
                let rest = &text[at + before.len()..];
                Some(rest.split_once('\'')?.0.to_owned())
            });
            found.collect::<Vec<_>>()
        };
        self.versions.extend(values("Version eq '"));
        for (at, before) in text.match_indices("substringof('") {
            let Some((value, of)) = text[at + before.len()..].split_once('\'') else { continue };
            if of.trim_start_matches([',', ' ']).starts_with("Id") {
                self.within.push(value.to_lowercase());
            } else {
                self.tags.push(value.to_owned());
            }
        }
        self.starts.extend(values("startswith(Id, '").iter().map(|name| name.to_lowercase()));
        self.ends.extend(values("endswith(Id, '").iter().map(|name| name.to_lowercase()));
        if let Some(id) = values("Id eq '").pop() {
            self.id = Some(id);
        }
    }

    /// Whether one package is asked for by its key, and not a list.
    pub fn is_one(&self) -> bool {
        self.one
    }

    /// The packages that are meant.
    pub fn pick(&self, packages: &'static [&'static Package]) -> Vec<&'static Package> {
        packages.iter().copied().filter(|package| self.fits(package)).collect()
    }

    /// Those of them that are shown: a client asks for the next page until one is empty.
    pub fn page<'a>(&self, found: &'a [&'static Package]) -> &'a [&'static Package] {
        let rest = found.get(self.skip..).unwrap_or_default();
        &rest[..rest.len().min(self.top.unwrap_or(PAGE))]
    }

    fn fits(&self, package: &Package) -> bool {
        let tags = package.tags();
        let has = |tag: &String| tags.split(' ').any(|one| one.eq_ignore_ascii_case(tag));
        let id = package.id.to_lowercase();
        let text = format!("{} {} {tags}", package.id, package.description).to_lowercase();
        self.id.as_ref().is_none_or(|id| package.id.eq_ignore_ascii_case(id))
            && self.versions.iter().all(|version| version == VERSION)
            && self.tags.iter().all(has)
            && self.words.iter().all(|word| text.contains(word.as_str()))
            && self.within.iter().all(|part| id.contains(part.as_str()))
            && self.starts.iter().all(|part| id.starts_with(part.as_str()))
            && self.ends.iter().all(|part| id.ends_with(part.as_str()))
    }
}

/// The value of `Id=` or `Version=` in the key of a package.
fn named(key: &str, name: &str) -> Option<String> {
    let rest = key.split(',').find_map(|part| part.trim().strip_prefix(name))?;
    Some(unquoted(rest).to_owned())
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::super::package::WITH_FAMILIAR_NAMES;
    use super::*;

    fn ids(call: &str, query: &str) -> Vec<&'static str> {
        let query = Query::read(call, query).unwrap();
        let found = query.pick(WITH_FAMILIAR_NAMES);
        query.page(&found).iter().map(|package| package.id).collect()
    }

    #[test]
    fn package_managers_find_what_they_ask_for_and_no_more() {
        for (call, query, expected) in [
            ("FindPackagesById()", "id='Hospes'&$skip=0&$top=40", &["Hospes"][..]),
            ("FindPackagesById()", "id=%27hospes%27&semVerLevel=2.0.0", &["Hospes"]),
            ("FindPackagesById()", "id='Hospes'&$skip=40&$top=40", &[]),
            ("FindPackagesById()", "id='Hospe'", &[]),
            ("FindPackagesById()", "Id='Hospes'", &["Hospes"]),
            ("Search()", "$filter=substringof('zure', Id) and IsLatestVersion", &["AzureADPreview"]),
            ("Search()", "$filter=IsLatestVersion and startswith(Id, 'Micro')", &["Microsoft.Graph"]),
            ("Search()", "$filter=startswith(Id, 'A') and endswith(Id, 'graph')", &[]),
            (
                "FindPackagesById()",
                "$filter=IsLatestVersion eq true and Id eq 'Microsoft.Graph' and substringof('PSModule', Tags) eq true&id='Microsoft.Graph'&$inlinecount=allpages",
                &["Microsoft.Graph"],
            ),
            (
                "FindPackagesById()",
                "id='Hospes'&$filter=NormalizedVersion eq '9.9.9' and Id eq 'Hospes'",
                &[],
            ),
            ("FindPackagesById()", "id='Hospes'&$filter=substringof('PSScript', Tags) eq true", &[]),
            (
                "Search()",
                "$filter=IsLatestVersion&searchTerm='AzureADPreview tag:PSModule'",
                &["AzureADPreview"],
            ),
            ("Search()", "searchTerm=''&$top=2", &["Hospes", "AzureADPreview"]),
            ("Search()", "searchTerm='nothing'", &[]),
            ("Packages()", "", &["Hospes", "AzureADPreview", "Microsoft.Graph"]),
            ("Packages", "", &["Hospes", "AzureADPreview", "Microsoft.Graph"]),
            ("Packages()", "$skip=x", &[]),
        ] {
            assert_eq!(ids(call, query), expected, "{call}?{query}");
        }
        let key = format!("Packages(Id='Hospes',Version='{VERSION}')");
        assert!(Query::read(&key, "").unwrap().is_one());
        assert_eq!(ids(&key, ""), ["Hospes"]);
    }

    #[test]
    fn other_functions_are_none() {
        for call in ["GetUpdates()", "FindPackagesById", "Packages(1", "Packages(Id='x')", "Search('x')", ""]
        {
            assert_eq!(Query::read(call, ""), None, "{call}");
        }
    }
}
