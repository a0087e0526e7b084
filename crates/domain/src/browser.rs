//! The `User-Agent` of a browser, bounded and in words. Refuses to be more than a hint: a browser says what it likes, so
//! nothing is ever decided on it, and every page escapes it (threats H4).

/// Characters kept of what a browser says about itself.
const KEPT: usize = 200;
/// Characters of a name that is none of the known ones.
const SHOWN: usize = 40;

/// What is kept of a `User-Agent`: one line, bounded, without control or direction characters (threats I2, J2).
pub fn bounded(user_agent: &str) -> Option<String> {
    let odd = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let text: String = user_agent.chars().filter(|c| !odd(*c)).take(KEPT).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Names in the order in which they exclude each other: Edge also says Chrome, and Chrome also says Safari.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

/// `Firefox on Windows`; the first word of what is none of the browsers people know.
pub fn described(user_agent: &str) -> Option<String> {
    let text = bounded(user_agent)?;
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name)
    };
    Some(match (named(BROWSERS), named(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => {
            let word = text.split([' ', '/', '(']).next().unwrap_or_default();
            word.chars().take(SHOWN).collect()
        }
    })
    .filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        for (says, words) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            ("curl/8.9.1", "curl"),
            ("python-requests/2.32", "python-requests"),
        ] {
            assert_eq!(described(says).as_deref(), Some(words));
        }
        assert_eq!((described(""), described(" \r\n "), described("(x)")), (None, None, None));
    }

    #[test]
    fn h4_i2_what_a_browser_says_is_one_bounded_line() {
        let kept = bounded(&format!("a\r\nb\u{202e}c{}", "x".repeat(5000)));
        assert_eq!(kept.as_deref().map(|text| (text.chars().count(), &text[..4])), Some((200, "abcx")));
    }
}
