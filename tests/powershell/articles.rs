//! The scripts of both articles stand in the repository as they were printed, and are scripts once their placeholders are
//! filled. That they run is for `Test-Hospes.ps1` to show.

use super::grammar::complaints;
use super::text;
use crate::compatibility::seed;

#[test]
fn the_scripts_are_those_of_the_articles() {
    for (script, article) in [
        ("articles/preview.txt", "000_614dffd302dabbeb.txt"),
        ("articles/ga.txt", "001_6ff7c6bd63361e34.txt"),
    ] {
        let Some(article) = seed(article) else { continue };
        assert!(article.contains(text(script).trim_end_matches('\n')), "{script}");
    }
}

#[test]
fn the_scripts_follow_the_grammar() {
    let preview = text("articles/preview.txt").replace("<<external email>>", "ana@contoso.example");
    assert_eq!(complaints(&preview), Vec::<String>::new());
    assert_eq!(complaints(&text("articles/ga.txt")), Vec::<String>::new());
}

#[test]
fn what_the_scripts_call_is_what_the_module_has() {
    let names = text("Hospes/FamiliarNames.ps1");
    let scripts = text("articles/preview.txt") + &text("articles/ga.txt");
    let verbs = ["Connect-", "Get-", "New-AzureAD", "New-Mg", "Select-"];
    let called = scripts.split_whitespace().filter(|word| verbs.iter().any(|verb| word.starts_with(verb)));
    let called: Vec<_> = called.collect();
    assert_eq!(called.len(), 7, "{called:?}");
    for command in called {
        assert!(names.contains(&format!("'{command}'")), "{command}");
    }
    let types = text("Hospes/Types.ps1");
    assert!(
        types.contains("namespace Microsoft.Open.MSGraph.Model") && types.contains("public User(string id)")
    );
}
