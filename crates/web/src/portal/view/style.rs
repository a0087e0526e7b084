//! The style page of development mode: every token and every part, drawn by the partials of the real pages, so that it
//! cannot fall behind them. Refuses to list a colour by hand: they are read from the style sheet.

use askama::Template;
use hospes_domain::time::Time;

use super::{Fact, Permission, Standing, Tessera};
use crate::pages::view::{Frame, TextField};
use crate::pages::words::Moment;

const TOKENS: &str = include_str!("../../../assets/tokens.css");

/// A colour in both schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Its name in the style sheet, without hyphens before it.
    pub name: &'static str,
    /// In the light scheme.
    pub light: &'static str,
    /// In the dark scheme.
    pub dark: &'static str,
}

/// Names and values of one scheme.
fn scheme(css: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    css.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": ")?;
        Some((name, value))
    })
}

fn colours() -> Vec<Colour> {
    let Some((light, dark)) = TOKENS.split_once("prefers-color-scheme: dark") else { return Vec::new() };
    let dark: Vec<_> = scheme(dark).collect();
    scheme(light)
        .filter(|(_, value)| value.starts_with('#'))
        .filter_map(|(name, light)| {
            let (_, dark) = dark.iter().find(|(known, _)| *known == name)?;
            Some(Colour { name, light, dark })
        })
        .collect()
}

fn spaces() -> Vec<&'static str> {
    let Some((light, _)) = TOKENS.split_once("prefers-color-scheme: dark") else { return Vec::new() };
    scheme(light).filter_map(|(name, _)| name.strip_prefix("space-")).collect()
}

/// The style page.
#[derive(Clone, Template)]
#[template(path = "portal/style.html")]
pub struct Style {
    /// Page frame; always of development mode.
    frame: Frame,
    colours: Vec<Colour>,
    spaces: Vec<&'static str>,
    standings: Vec<(Standing, &'static str)>,
    tesserae: Vec<Tessera>,
    facts: Vec<Fact>,
    refused: Permission,
    plain: TextField,
    wrong: TextField,
    at: Moment,
}

impl Default for Style {
    fn default() -> Self {
        let fact = |label, value: &str, exact| Fact { label, value: value.to_owned(), exact };
        let id = "6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413";
        let tessera = |standing, detail: &str| Tessera {
            host: "Fabrikam".to_owned(),
            name: "Jonas Lindqvist".to_owned(),
            id: id.to_owned(),
            access: "3 groups, 2 applications".to_owned(),
            standing,
            address: "jonas.lindqvist@contoso.example".to_owned(),
            detail: detail.to_owned(),
        };
        let pending = || Standing::Pending("3 days".to_owned());
        Self {
            frame: Frame { development: true },
            colours: colours(),
            spaces: spaces(),
            standings: vec![
                (Standing::Accepted, "Joined. The guest signs in with a proven account."),
                (pending(), "The guest half is an outline: invited, nothing bound yet."),
                (Standing::Changed, "The halves have slipped: right address, other account."),
                (Standing::Blocked, "One outline, struck through: nobody comes in."),
                (Standing::Member, "Belongs to the organisation, so there are no halves."),
            ],
            tesserae: vec![
                tessera(Standing::Accepted, "Account at home, since 3 March 2026"),
                tessera(pending(), "No account bound yet. The invitation waits until 21 December 2026"),
                tessera(Standing::Changed, "Account at home, since 3 March 2026"),
            ],
            facts: vec![
                fact("User principal name", "jonas.lindqvist_contoso.example#EXT#@fabrikam.example", false),
                fact("Object id", id, true),
                fact("Sponsors", "", false),
            ],
            refused: Permission {
                refused: Some(
                    "A reset needs a role that may reset redemptions. It takes one of these roles: User Administrator or \
                     Helpdesk Administrator."
                        .to_owned(),
                ),
            },
            plain: TextField { value: "Fabrikam".to_owned(), error: None },
            wrong: TextField {
                value: "fabrikam".to_owned(),
                error: Some("This is not a domain name. Give one such as fabrikam.example.".to_owned()),
            },
            at: Moment(Time(1_795_270_925_000_000)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn every_colour_of_the_style_sheet_is_on_the_page() {
        let light = TOKENS.split_once("prefers-color-scheme: dark").unwrap().0;
        assert_eq!(colours().len(), light.matches(": #").count());
        let page = Style::default().render().unwrap();
        for colour in colours() {
            assert!(page.contains(&format!("fill=\"var(--{})\"", colour.name)), "{colour:?}");
        }
        assert_eq!(spaces(), ["4", "8", "12", "16", "20", "28", "44", "64"]);
        for forbidden in [" style=", "<script", "<style"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("Development mode") && page.matches("<h1").count() == 1);
    }
}
