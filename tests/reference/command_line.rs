//! `docs/reference/command-line.md` from the description that the program reads its words by.

use std::fmt::Write as _;

use clap::{Arg, Command};
use hospes::client::exit::Exit;
use hospes::settings::table::TABLE;

use super::{NOTE, cell};

/// The whole file.
pub fn page() -> String {
    let mut page = format!("# Command line\n\n{NOTE}\n");
    page.push_str(
        "`hospes COMMAND --help` says the same. [The walk](../guide/command-line.md) shows the commands at work;\n\
         a secret is a word of none of them.\n\n## Exit codes\n\n\
         Of the commands that call a server (`login`, `logout`, `context`, `guest`, `group`, `app`, `audit`, `mail`, `api`). A\n\
         number never changes its meaning. All other commands end with 0, with 1 if they could not do it, or with 2 if the\n\
         command line or a setting is wrong.\n\n| Code | Means |\n|---|---|\n",
    );
    for exit in Exit::ALL {
        writeln!(page, "| {} | {} |", exit.code(), exit.meaning()).unwrap();
    }
    let mut program = hospes::cli::description();
    program.build();
    for command in shown(&program) {
        describe(&mut page, command);
    }
    page
}

/// Settings have a page of their own.
fn is_setting(called: &str, argument: &Arg) -> bool {
    let operates = ["hospes serve", "hospes setup", "hospes domain", "hospes keys"]
        .iter()
        .any(|start| called.starts_with(start));
    operates && argument.get_long().is_some_and(|long| TABLE.iter().any(|setting| setting.flag == Some(long)))
}

fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
}

fn describe(page: &mut String, command: &Command) {
    if command.has_subcommands() {
        for verb in shown(command) {
            describe(page, verb);
        }
        return;
    }
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").split_whitespace().collect::<Vec<_>>().join(" ");
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let called = command.get_bin_name().unwrap_or_default();
    let about = about.replace("\n\n", ".\n\n");
    let end = if about.ends_with('.') { "" } else { "." };
    write!(page, "\n## {called}\n\n{about}{end}\n\n```text\n{usage}\n```\n").unwrap();
    let shown = |arg: &&Arg| !arg.is_hide_set() && arg.get_id() != "help" && !is_setting(called, arg);
    let arguments: Vec<&Arg> = command.get_arguments().filter(shown).collect();
    if command.get_arguments().any(|arg| is_setting(called, arg)) {
        page.push_str("\nTakes the flags of the [settings](settings.md), too.\n");
    }
    if arguments.is_empty() {
        return;
    }
    page.push_str("\n| Argument | Meaning |\n|---|---|\n");
    for argument in arguments {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let values: Vec<String> =
            argument.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
        let takes = argument.get_action().takes_values();
        let one_of =
            if takes && !values.is_empty() { format!(": {}", values.join(", ")) } else { String::new() };
        writeln!(page, "| `{argument}` | {}{one_of} |", cell(&help)).unwrap();
    }
}
