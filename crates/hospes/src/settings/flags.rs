//! Settings on the command line: one flag for each row of the table that has one. Refuses secrets by having no flag
//! for them.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use super::table::{Setting, TABLE};

/// The flags that were given, with their values.
#[derive(Clone, Debug, Default)]
pub struct Flags(pub(super) Vec<(&'static Setting, String)>);

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = |setting: &'static Setting| {
            let flag = setting.flag?;
            matches.get_one::<String>(flag).map(|value| (setting, value.clone()))
        };
        Ok(Self(TABLE.iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let flags = TABLE.iter().filter_map(|setting| {
            let flag = setting.flag?;
            let help = format!("{} [default: {}]", setting.what, setting.default.replace('`', ""));
            Some(Arg::new(flag).long(flag).value_name(setting.value).help(help).help_heading("Settings"))
        });
        command.args(flags)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
