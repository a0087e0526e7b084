//! The one stylesheet, the mark as an icon and the two scripts, compiled in. Refuses to serve anything else and to
//! read files at run time.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::Web;

/// The stylesheet: design tokens, components, single pages. `text/css; charset=utf-8`.
pub const STYLESHEET: &[u8] = concat!(
    include_str!("../../assets/tokens.css"),
    include_str!("../../assets/hospes.css"),
    include_str!("../../assets/pages.css"),
    include_str!("../../assets/portal.css"),
)
.as_bytes();

/// The mark on a murex field. `image/svg+xml`.
pub const ICON: &[u8] = include_bytes!("../../assets/mark.svg");

/// Makes and uses passkeys, which takes a script. `text/javascript; charset=utf-8`.
pub const PASSKEYS: &[u8] = include_bytes!("../../assets/passkeys.js");

/// Posts the form of an answer on load. `text/javascript; charset=utf-8`.
pub const FORM_POST: &[u8] = include_bytes!("../../assets/form_post.js");

/// Path of the script for passkeys; it changes with the content, so answers may be cached for ever.
pub static PASSKEYS_PATH: LazyLock<String> = LazyLock::new(|| path(PASSKEYS, "js"));

/// Path of the script that posts an answer; it changes with the content, so answers may be cached for ever.
pub static FORM_POST_PATH: LazyLock<String> = LazyLock::new(|| path(FORM_POST, "js"));

/// Path of the stylesheet; it changes with the content, so answers may be cached for ever.
pub static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| path(STYLESHEET, "css"));

/// Path of the icon; it changes with the content, so answers may be cached for ever.
pub static ICON_PATH: LazyLock<String> = LazyLock::new(|| path(ICON, "svg"));

/// The routes of the files.
pub fn routes() -> Router<Web> {
    let for_ever = "public, max-age=31536000, immutable";
    let file = move |kind: &'static str, content: &'static [u8]| {
        get(move || async move { ([(CONTENT_TYPE, kind), (CACHE_CONTROL, for_ever)], content) })
    };
    Router::new()
        .route(&STYLESHEET_PATH, file("text/css; charset=utf-8", STYLESHEET))
        .route(&ICON_PATH, file("image/svg+xml", ICON))
        .route(&PASSKEYS_PATH, file("text/javascript; charset=utf-8", PASSKEYS))
        .route(&FORM_POST_PATH, file("text/javascript; charset=utf-8", FORM_POST))
}

/// The hash tells versions apart and protects nothing, so the standard library's is enough.
fn path(content: &[u8], extension: &str) -> String {
    let mut hash = DefaultHasher::new();
    content.hash(&mut hash);
    format!("/assets/hospes-{:016x}.{extension}", hash.finish())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const TOKENS: &str = include_str!("../../assets/tokens.css");

    #[test]
    fn paths_name_their_content() {
        assert!(STYLESHEET_PATH.starts_with("/assets/hospes-"));
        assert_ne!(path(b"a", "css"), path(b"b", "css"));
        assert_eq!(path(b"a", "css"), path(b"a", "css"));
    }

    #[test]
    fn the_stylesheet_loads_nothing_and_names_no_side() {
        let css = std::str::from_utf8(STYLESHEET).unwrap();
        for forbidden in [
            "url(",
            "@import",
            "@font-face",
            "-left:",
            "-right:",
            " left:",
            " right:",
            "margin-top",
            "margin-bottom",
            "@keyframes",
        ] {
            assert!(!css.contains(forbidden), "{forbidden}");
        }
        for owed in
            ["prefers-color-scheme: dark", "forced-colors: active", "prefers-reduced-motion", "@media print"]
        {
            assert!(css.contains(owed), "{owed}");
        }
    }

    /// Channels of `--name` in one colour scheme, 0 to 1.
    fn colour(scheme: &str, name: &str) -> [f64; 3] {
        let at = scheme.split_once(&format!("--{name}: #")).unwrap_or_else(|| panic!("no --{name}")).1;
        [0, 2, 4].map(|i| f64::from(u8::from_str_radix(&at[i..i + 2], 16).unwrap()) / 255.0)
    }

    /// Relative luminance, WCAG 2.2 "relative luminance".
    fn luminance(channels: [f64; 3]) -> f64 {
        let [r, g, b] =
            channels.map(|c| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(scheme: &str, over: &str, under: &str) -> f64 {
        let (a, b) = (luminance(colour(scheme, over)), luminance(colour(scheme, under)));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_pair_of_colours_can_be_read() {
        let (light, dark) = TOKENS.split_once("prefers-color-scheme: dark").unwrap();
        let text: &[(&str, &[&str])] = &[
            (
                "ink",
                &[
                    "ground",
                    "surface",
                    "sunken",
                    "murex-wash",
                    "bronze-wash",
                    "ok-wash",
                    "waiting-wash",
                    "danger-wash",
                    "info-wash",
                ],
            ),
            ("ink-soft", &["ground", "surface", "sunken", "murex-wash", "bronze-wash"]),
            ("murex", &["ground", "surface", "sunken", "murex-wash"]),
            ("bronze", &["ground", "surface", "bronze-wash"]),
            ("ok", &["ground", "surface", "ok-wash"]),
            ("waiting", &["ground", "surface", "waiting-wash"]),
            ("danger", &["ground", "surface", "danger-wash"]),
            ("info", &["ground", "surface", "info-wash"]),
            ("on-fill", &["murex-fill", "bronze-fill", "info-fill"]),
            ("surface", &["danger"]),
        ];
        let edges: &[(&str, &[&str])] =
            &[("control", &["ground", "surface"]), ("fill-edge", &["ground", "surface", "sunken"])];
        for (name, scheme) in [("light", light), ("dark", dark)] {
            for (pairs, least) in [(text, 4.5), (edges, 3.0)] {
                for (over, under) in
                    pairs.iter().flat_map(|(over, unders)| unders.iter().map(move |under| (over, under)))
                {
                    let ratio = contrast(scheme, over, under);
                    assert!(ratio >= least, "{name}: {over} on {under} is {ratio:.2}");
                }
            }
        }
        assert!((contrast(light, "ink", "surface") - 16.5).abs() < 0.1, "the figures of the design");
        assert!((contrast(dark, "on-fill", "murex-fill") - 5.1).abs() < 0.1, "the figures of the design");
    }
}
