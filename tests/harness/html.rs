//! Reading the forms of our own pages. Enough for markup we write ourselves, not for the wild.

/// A form: where it is posted and what its hidden fields hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    pub method: String,
    pub fields: Vec<(String, String)>,
}

/// Every form of a page, in order.
pub fn forms(html: &str) -> Vec<Form> {
    html.split("<form").skip(1).map(|rest| form(rest.split("</form>").next().unwrap_or(rest))).collect()
}

fn form(html: &str) -> Form {
    let head = html.split('>').next().unwrap_or_default();
    let mut form = Form {
        action: attribute(head, "action").unwrap_or_default(),
        method: attribute(head, "method").unwrap_or_else(|| "get".into()),
        fields: Vec::new(),
    };
    for input in html.split("<input").skip(1) {
        let tag = input.split('>').next().unwrap_or_default();
        if attribute(tag, "type").as_deref() == Some("hidden") {
            form.fields.push((
                attribute(tag, "name").unwrap_or_default(),
                attribute(tag, "value").unwrap_or_default(),
            ));
        }
    }
    form
}

/// Every form of a page as a browser would post it untouched: what stands in its fields, and what is chosen.
pub fn filled_forms(html: &str) -> Vec<Form> {
    let bodies = html.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or(rest));
    forms(html).into_iter().zip(bodies).map(|(form, body)| Form { fields: filled(body), ..form }).collect()
}

fn filled(body: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for input in body.split("<input").skip(1) {
        let tag = input.split('>').next().unwrap_or_default();
        let kind = attribute(tag, "type").unwrap_or_default();
        let chosen = tag.ends_with(" checked") || tag.contains(" checked ");
        if matches!(kind.as_str(), "radio" | "checkbox") && !chosen {
            continue;
        }
        let value = attribute(tag, "value").unwrap_or_default();
        fields.extend(attribute(tag, "name").map(|name| (name, value)));
    }
    for area in body.split("<textarea").skip(1) {
        let (tag, rest) = area.split_once('>').unwrap_or_default();
        let text = rest.split("</textarea>").next().unwrap_or_default();
        fields.extend(attribute(tag, "name").map(|name| (name, unescape(text))));
    }
    for select in body.split("<select").skip(1) {
        let (tag, rest) = select.split_once('>').unwrap_or_default();
        let options = rest.split("</select>").next().unwrap_or_default();
        let tags = || options.split("<option").skip(1).filter_map(|option| option.split('>').next());
        let chosen = tags().find(|tag| tag.contains(" selected")).or_else(|| tags().next());
        let value = chosen.and_then(|tag| attribute(tag, "value")).unwrap_or_default();
        fields.extend(attribute(tag, "name").map(|name| (name, value)));
    }
    fields
}

/// The value of an attribute, entities decoded.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag[start..].split('"').next()?;
    Some(unescape(value))
}

/// Text of a page with entities decoded.
pub fn unescape(text: &str) -> String {
    let named = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let mut out = String::with_capacity(named.len());
    let mut rest = named.as_str();
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 2..];
        let Some(end) = tail.find(';') else { break };
        let digits = &tail[..end];
        let number =
            digits.strip_prefix('x').map_or_else(|| digits.parse().ok(), |h| u32::from_str_radix(h, 16).ok());
        out.push(number.and_then(char::from_u32).unwrap_or('?'));
        rest = &tail[end + 1..];
    }
    out.push_str(rest);
    out.replace("&amp;", "&")
}
