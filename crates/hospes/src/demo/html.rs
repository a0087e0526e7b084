//! Reads pages as far as a person does who fills in forms: title, heading, forms, links, tables, and where a
//! page leads on by itself. Refuses to be a
//! browser: scripts, styles and broken markup mean nothing here.

/// A tag with its attributes, or the text between two tags.
enum Piece<'a> {
    Open { name: String, attributes: Vec<(String, String)>, end: usize },
    Close { name: &'a str },
    Text(&'a str),
}

/// A form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it goes, as written.
    pub action: String,
    /// Whether it is posted.
    pub post: bool,
    /// What is in it already: hidden fields and filled-in ones.
    pub fields: Vec<(String, String)>,
    /// The label of its button.
    pub button: String,
    /// Whether that is the button the page wants pressed.
    pub primary: bool,
}

impl Form {
    /// Whether it has a field of that name.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }
}

/// A link of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, as written.
    pub href: String,
    /// Its words.
    pub words: String,
    /// Whether it is drawn as the button the page wants pressed.
    pub primary: bool,
}

/// The words of the first element of that name, tags left out and blanks joined.
pub fn words_of(html: &str, element: &str) -> String {
    let mut inside = 0_usize;
    let mut text = String::new();
    for piece in pieces(html) {
        match piece {
            Piece::Open { name, .. } if name == element => inside += 1,
            Piece::Close { name } if name.eq_ignore_ascii_case(element) && inside > 0 => break,
            Piece::Text(words) if inside > 0 => text.push_str(words),
            _ => {}
        }
    }
    tidy(&text)
}

/// Every word a reader sees.
pub fn all_words(html: &str) -> String {
    let text: Vec<&str> = pieces(html)
        .filter_map(|piece| if let Piece::Text(words) = piece { Some(words) } else { None })
        .collect();
    tidy(&text.join(" "))
}

/// The forms, in order.
pub fn forms(html: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    let mut open: Option<Form> = None;
    let mut in_button = false;
    for piece in pieces(html) {
        match piece {
            Piece::Open { name, attributes, .. } if name == "form" => {
                let get = |wanted| attribute(&attributes, wanted);
                open = Some(Form {
                    action: get("action").unwrap_or_default(),
                    post: get("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
                    ..Form::default()
                });
            }
            Piece::Open { name, attributes, .. } => {
                let Some(form) = open.as_mut() else { continue };
                let get = |wanted| attribute(&attributes, wanted);
                if name == "input" {
                    if let Some(field) = get("name") {
                        form.fields.push((field, get("value").unwrap_or_default()));
                    }
                } else if name == "button" {
                    in_button = true;
                    form.primary |= is_primary(&attributes);
                }
            }
            Piece::Text(words) if in_button => {
                if let Some(form) = open.as_mut() {
                    form.button.push_str(words);
                }
            }
            Piece::Close { name: "button" } => in_button = false,
            Piece::Close { name: "form" } => {
                forms.extend(open.take().map(|form| Form { button: tidy(&form.button), ..form }));
            }
            _ => {}
        }
    }
    forms
}

/// Where the page leads on by itself, at once.
pub fn onward(html: &str) -> Option<String> {
    pieces(html).find_map(|piece| {
        let Piece::Open { name, attributes, .. } = piece else { return None };
        let get = |wanted| attribute(&attributes, wanted);
        if name != "meta" || !get("http-equiv")?.eq_ignore_ascii_case("refresh") {
            return None;
        }
        let (seconds, target) =
            get("content")?.split_once(';').map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()))?;
        let (key, url) = target.split_once('=')?;
        (seconds == "0" && key.trim().eq_ignore_ascii_case("url")).then(|| url.trim().to_owned())
    })
}

/// The links, in order.
pub fn links(html: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut open: Option<Link> = None;
    for piece in pieces(html) {
        match piece {
            Piece::Open { name, attributes, .. } if name == "a" => {
                let href = attribute(&attributes, "href").unwrap_or_default();
                open = Some(Link { href, words: String::new(), primary: is_primary(&attributes) });
            }
            Piece::Text(words) => {
                if let Some(link) = open.as_mut() {
                    link.words.push_str(words);
                }
            }
            Piece::Close { name: "a" } => {
                links.extend(open.take().map(|link| Link { words: tidy(&link.words), ..link }));
            }
            _ => {}
        }
    }
    links
}

/// The rows of the table with this caption: the head of each row and its value.
pub fn table(html: &str, caption: &str) -> Vec<(String, String)> {
    let Some(start) = html.find(&format!("<caption>{caption}</caption>")) else { return Vec::new() };
    let body = html[start..].split("</table>").next().unwrap_or_default();
    let rows = body.split("<tr>").skip(1);
    rows.map(|row| (words_of(row, "th"), words_of(row, "td")))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn attribute(attributes: &[(String, String)], name: &str) -> Option<String> {
    attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone())
}

fn is_primary(attributes: &[(String, String)]) -> bool {
    attribute(attributes, "class")
        .is_some_and(|class| class.split_ascii_whitespace().any(|word| word == "primary"))
}

fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let Some(after) = rest.strip_prefix('<') else {
                let (text, next) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
                rest = next;
                return Some(Piece::Text(text));
            };
            if after.starts_with('!') {
                rest = after.split_once('>').map_or("", |(_, next)| next);
                continue;
            }
            if let Some(closing) = after.strip_prefix('/') {
                let (name, next) = closing.split_once('>').unwrap_or((closing, ""));
                rest = next;
                return Some(Piece::Close { name: name.trim() });
            }
            let piece = open_tag(after);
            if let Piece::Open { end, .. } = piece {
                rest = &after[end..];
            }
            return Some(piece);
        }
    })
}

/// Reads from behind `<` to behind `>`; quotation marks protect `>` inside values.
fn open_tag(text: &str) -> Piece<'_> {
    let name_end = text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(text.len());
    let name = text[..name_end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut at = name_end;
    loop {
        at += text[at..].find(|c: char| !c.is_whitespace() && c != '/').unwrap_or(text.len() - at);
        let rest = &text[at..];
        if rest.is_empty() || rest.starts_with('>') {
            return Piece::Open { name, attributes, end: (at + 1).min(text.len()) };
        }
        let key_end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>')).unwrap_or(rest.len());
        let key = rest[..key_end].to_ascii_lowercase();
        at += key_end;
        let mut value = "";
        if let Some(assigned) = text[at..].strip_prefix('=') {
            at += 1;
            if let Some(quote) = assigned.chars().next().filter(|c| matches!(c, '"' | '\'')) {
                value = assigned[1..].split(quote).next().unwrap_or_default();
                at = (at + value.len() + 2).min(text.len());
            } else {
                let end = assigned.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(assigned.len());
                value = &assigned[..end];
                at += end;
            }
        }
        attributes.push((key, decoded(value)));
    }
}

fn tidy(text: &str) -> String {
    decoded(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Resolves the character references that templates write.
pub fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').filter(|(name, _)| name.len() <= 8).and_then(|(name, next)| {
            let letter = match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                "nbsp" => ' ',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            Some((letter, next))
        });
        if let Some((letter, next)) = known {
            out.push(letter);
            rest = next;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html><head><title>Sign in · Hospes</title></head><body>
        <h1>Sign in to <bdi>Fabrikam &#38; Sons</bdi></h1>
        <form class="x" method="post" action="/go?a=1&#38;b=2"><input type="hidden" name="form_token" value="a&quot;b">
        <input id="address" name="address" type="email" required value=""><button class="button primary">Next</button></form>
        <form method="post" action="/other"><button class="button">Cancel</button></form>
        <a class="button primary" href="/next">Open <bdi>App</bdi></a>
        <table><caption>Id token</caption><thead><tr><th>Claim</th><th>Value</th></tr></thead>
        <tbody><tr><th scope="row">oid</th><td class="i">1-2</td></tr></tbody></table></body></html>"#;

    #[test]
    fn a_page_is_read_as_a_person_reads_it() {
        assert_eq!(words_of(PAGE, "h1"), "Sign in to Fabrikam & Sons");
        assert_eq!(words_of(PAGE, "title"), "Sign in · Hospes");
        let forms = forms(PAGE);
        assert_eq!(forms.len(), 2);
        assert_eq!((forms[0].action.as_str(), forms[0].button.as_str()), ("/go?a=1&b=2", "Next"));
        assert!(forms[0].post && forms[0].primary && forms[0].has("address") && !forms[1].primary);
        assert_eq!(forms[0].fields[0], ("form_token".to_owned(), "a\"b".to_owned()));
        assert_eq!(
            links(PAGE),
            [Link { href: "/next".to_owned(), words: "Open App".to_owned(), primary: true }]
        );
        assert_eq!(table(PAGE, "Id token"), [("oid".to_owned(), "1-2".to_owned())]);
    }

    #[test]
    fn only_a_page_that_moves_at_once_leads_on() {
        let page = |content: &str| {
            format!(r#"<head><meta charset="utf-8"><meta http-equiv="refresh" content="{content}">"#)
        };
        assert_eq!(onward(&page("0; url=/sign-in/1?a=1&#38;b=2")).as_deref(), Some("/sign-in/1?a=1&b=2"));
        assert_eq!(onward(&page("0;URL=/x")).as_deref(), Some("/x"));
        for stays in ["5; url=/x", "0", "", "0; x"] {
            assert_eq!(onward(&page(stays)), None, "{stays}");
        }
        assert_eq!(onward(PAGE), None);
    }

    #[test]
    fn broken_pages_end() {
        for broken in [
            "<",
            "<a",
            "<a href",
            "<a href=",
            "<a href=\"",
            "</",
            "&",
            "&#x110000;",
            "<form><input name=a",
            "<!",
        ] {
            let _ = (forms(broken), links(broken), all_words(broken), onward(broken));
        }
        assert_eq!(decoded("&unknown; & &#x41;"), "&unknown; & A");
    }
}
