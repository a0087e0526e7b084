//! What `--check` prints: every setting with its value and where it comes from. Refuses to show a secret, or where one
//! lies; those are only "set".

use std::fmt::Write as _;

use super::Master;
use super::layers::Layers;
use super::problem::Origin;
use super::table::{Kind, Setting, TABLE};

/// One line for each setting, the file's first, and one for each variable that is none.
pub(super) fn lines(layers: &Layers, database: &str, master: &Master) -> Vec<String> {
    let file = layers.file.as_ref().map_or_else(|| "none".to_owned(), |file| file.display().to_string());
    let mut lines = vec![format!("settings file: {}", printable(&file))];
    lines.extend(TABLE.iter().map(|setting| line(setting, layers, database, master)));
    let strangers = layers.strangers.iter().map(|name| printable(name));
    lines.extend(strangers.map(|name| format!("{name} in the environment is no setting; passed over")));
    lines
}

fn line(setting: &Setting, layers: &Layers, database: &str, master: &Master) -> String {
    let value = layers.get(setting.key);
    let shown = match (setting.kind, value) {
        (_, None) if setting.key == "master_key_file" && master.key.is_none() => {
            format!("{}; made at the first start", setting.default)
        }
        (_, None) => setting.default.replace('`', ""),
        (Kind::Secret | Kind::SecretFile, Some(_))
            if setting.key == "master_key_file" && master.key.is_none() =>
        {
            "set; made at the first start".to_owned()
        }
        (Kind::Secret | Kind::SecretFile, Some(_)) => "set".to_owned(),
        (_, Some(_)) if setting.key == "database" => printable(database),
        (Kind::Path, Some(value)) => printable(&layers.path(value).display().to_string()),
        (_, Some(value)) => printable(&value.text),
    };
    let from = value.map_or(Origin::Default, |value| value.origin).words(setting);
    format!("{:<24}{shown}  ({from})", setting.key)
}

/// Without what a terminal would obey (threats H9).
fn printable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            // Writing to a String cannot fail.
            let _ = write!(plain, "{}", letter.escape_default());
        } else {
            plain.push(letter);
        }
    }
    plain
}
