//! `hospes setup`: the first day without a browser, by the same verb as the page. Prints what scripts need as
//! `NAME=value` lines, by the names a development server writes. Refuses a directory that is set up.

use hospes_actions::setup::{self, FirstDay, SetUp};
use hospes_actions::tokens::issuer;

use super::open::open;
use super::{ProductionError, SetupOptions, warn_of_strangers};
use crate::logging;
use crate::settings::{Settings, secret};
use crate::terminal::say;

/// Sets an empty directory up.
///
/// # Errors
/// Whatever keeps it from doing so; each says what to do.
pub async fn set_up(options: SetupOptions) -> Result<(), ProductionError> {
    let mut settings = Settings::read(options.config.as_deref(), &options.flags)?;
    logging::start_with(&settings.log, settings.log_format)?;
    warn_of_strangers(&settings);
    let password = secret::read(&options.password_file).map_err(ProductionError::PasswordFile)?;
    let opened = open(&mut settings).await?;
    let day = FirstDay {
        organisation: options.organisation,
        domain: options.domain,
        name: options.admin_name.unwrap_or_default(),
        user: options.admin,
        password: password.reveal().to_owned().into(),
        automation: options.automation,
    };
    let done = setup::set_up(&opened.app, day).await;
    opened.app.close().await;
    // Before a refusal: the key stays, and no later start says that it is new.
    if opened.key_is_new {
        let path = settings.master.path.display();
        say(format!(
            "# The master key was made now: {path}. Keep a copy elsewhere; nobody can open the database without it."
        ));
    }
    let done = done.map_err(ProductionError::Refused)?;
    lines(&settings.public_url, &done).into_iter().for_each(say);
    Ok(())
}

fn lines(public_url: &str, done: &SetUp) -> Vec<String> {
    let mut lines = vec![
        format!("HOSPES_BASE_URL={public_url}"),
        format!("HOSPES_TENANT_ID={}", done.tenant.id),
        format!("HOSPES_ISSUER={}", issuer(public_url, done.tenant.id)),
        format!("HOSPES_ADMIN_USER={}", done.administrator),
    ];
    if let Some(client) = &done.automation {
        lines.push(format!("HOSPES_CLIENT_ID={}", client.client_id));
        lines.extend(client.secret.as_ref().map(|secret| format!("HOSPES_CLIENT_SECRET={secret}")));
    }
    lines
}
