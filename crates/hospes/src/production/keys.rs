//! `hospes keys`: the operator looks at the signing keys of an organisation, turns them early, or replaces them when one
//! has got into wrong hands. Refuses to print more of a key than its name and its times.

use hospes_actions::app::App;
use hospes_actions::rotation::{KnownKey, known_keys, replace_keys, turn_keys};
use hospes_domain::key_rotation::{KeyState, TURN_SECONDS};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use jiff::Timestamp;

use super::ProductionError;
use super::domain::tenant_of;
use super::open::opened;
use super::options::{KeysCommand, KeysOptions};
use crate::terminal::say;

/// Does what the operator asks about signing keys.
///
/// # Errors
/// Whatever keeps it from doing so; each says what to do.
pub async fn keys(options: KeysOptions) -> Result<(), ProductionError> {
    let common = options.command.common();
    let opened = opened(common).await?;
    let done = carry_out(&opened.app, &options.command).await;
    opened.app.close().await;
    done.map_err(ProductionError::Refused)?.into_iter().for_each(say);
    Ok(())
}

/// The lines to print.
async fn carry_out(app: &App, command: &KeysCommand) -> Result<Vec<String>, Refusal> {
    let tenant = tenant_of(app, &command.common().tenant).await?;
    let mut lines = match command {
        KeysCommand::List(_) => Vec::new(),
        KeysCommand::Rotate { now: true, .. } => {
            replace_keys(app, tenant.id).await?;
            vec![
                format!("New keys of {} sign from now on; every other one is refused for good.", tenant.display_name),
                "People and programs get new tokens with what they have. Apps that keep our key set for long may refuse those \
                 until they fetch it again."
                    .to_owned(),
            ]
        }
        KeysCommand::Rotate { .. } => {
            let said = match turn_keys(app, tenant.id).await? {
                0 => "The next keys are published already; nothing was changed.",
                _ => "The next keys are published and begin to sign when everybody can know them.",
            };
            vec![said.to_owned()]
        }
    };
    lines.extend(known_keys(app, tenant.id).await?.iter().map(line));
    Ok(lines)
}

/// The name first, so that a script can cut it off.
fn line(key: &KnownKey) -> String {
    let state = match key.state {
        KeyState::Next => format!("published, signs from {}", at(key.signs_from)),
        KeyState::Current => {
            format!(
                "signs since {}, until about {}",
                at(key.signs_from),
                at(key.signs_from.plus_seconds(TURN_SECONDS))
            )
        }
        KeyState::Before(end) => format!("verifies until {}", at(end)),
    };
    format!("{}  {}  {state}", key.kid, key.algorithm)
}

/// To the second; what is outside the calendar is a dash.
fn at(time: Time) -> String {
    Timestamp::from_second(time.seconds()).map_or_else(|_| "–".to_owned(), |stamp| stamp.to_string())
}
