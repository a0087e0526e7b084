//! `docs/reference/settings.md` from the table that the program reads its settings by.

use std::fmt::Write as _;

use hospes::settings::table::{Kind, Setting, TABLE};

use super::{NOTE, cell};

/// The whole file.
pub fn page() -> String {
    let mut page = format!("# Settings\n\n{NOTE}\n");
    page.push_str(
        "`hospes serve` and `hospes setup` read them. Each can be set in the settings file by its name, in the environment\n\
         by its variable, and on the command line by its flag. A flag wins over the environment, the environment over the\n\
         file, the file over the default. `hospes serve --check` says what holds and where it comes from.\n\n\
         The settings file is TOML without sections: `--config FILE` or `HOSPES_CONFIG` names it, else `hospes.toml` in the\n\
         current folder is read if it is there. Paths in it are relative to it; all others to where the program was started.\n\
         An empty variable is as good as none. What is not a setting is refused, with the line or variable; a variable that\n\
         merely begins with `HOSPES_` is reported and passed over.\n\n\
         A file of a secret must be readable by its owner only. Secrets themselves stand in the environment, never in the\n\
         settings file and never on a command line.\n\n",
    );
    page.push_str("| Name | Variable | Flag | Holds | If it is not set |\n|---|---|---|---|---|\n");
    for setting in TABLE {
        let flag =
            setting.flag.map_or_else(|| "none".to_owned(), |flag| format!("`--{flag} {}`", setting.value));
        writeln!(
            page,
            "| {} | `{}` | {flag} | {} | {} |",
            name(setting),
            setting.variable(),
            cell(&holds(setting)),
            cell(setting.default)
        )
        .unwrap();
    }
    page
}

fn name(setting: &Setting) -> String {
    if setting.kind == Kind::Secret { "not in the file".to_owned() } else { format!("`{}`", setting.key) }
}

fn holds(setting: &Setting) -> String {
    let more = match setting.kind {
        Kind::Text | Kind::Secret => "",
        Kind::Number => " (a number)",
        Kind::List => " (an array in the file, separated by commas elsewhere)",
        Kind::Path => " (a path)",
        Kind::SecretFile => " (the path of a file of a secret)",
    };
    format!("{}{more}", setting.what)
}
