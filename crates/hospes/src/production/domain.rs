//! `hospes domain`: the operator vouches for domains of the organisations on this server, takes them away and lists them,
//! by the verbs that the other surfaces' rules stand behind. Refuses a server that was never set up.

use hospes_actions::app::App;
use hospes_actions::domains::by_operator::{list_for_operator, removed_by_operator, verified_by_operator};
use hospes_domain::domains::{Domain, VerifiedBy};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;

use super::ProductionError;
use super::open::opened;
use super::options::{DomainCommand, DomainOptions};
use crate::terminal::say;

/// Does what the operator asks about domains.
///
/// # Errors
/// Whatever keeps it from doing so; each says what to do.
pub async fn domain(options: DomainOptions) -> Result<(), ProductionError> {
    let opened = opened(options.command.common()).await?;
    let done = carry_out(&opened.app, &options.command).await;
    opened.app.close().await;
    done.map_err(ProductionError::Refused)?.into_iter().for_each(say);
    Ok(())
}

/// The lines to print.
async fn carry_out(app: &App, command: &DomainCommand) -> Result<Vec<String>, Refusal> {
    let tenant = tenant_of(app, &command.common().tenant).await?;
    match command {
        DomainCommand::Add { domain, .. } => {
            verified_by_operator(app, tenant.id, domain).await?;
            Ok(vec![format!("{domain} belongs to {} now.", tenant.display_name)])
        }
        DomainCommand::Remove { domain, .. } => {
            removed_by_operator(app, tenant.id, domain).await.map_err(|refusal| match refusal {
                Refusal::NotFound { id } => Refusal::invalid(
                    "--domain",
                    format!("{} has no domain '{id}'.", tenant.display_name),
                    "`hospes domain list` names its domains.",
                ),
                other => other,
            })?;
            Ok(vec![format!("{domain} belongs to {} no more.", tenant.display_name)])
        }
        DomainCommand::List(_) => {
            let domains = list_for_operator(app, tenant.id).await?;
            Ok(domains.iter().map(|domain| line(domain, &tenant.initial_domain)).collect())
        }
    }
}

/// The organisation that a command names.
pub(super) async fn tenant_of(app: &App, named: &str) -> Result<Tenant, Refusal> {
    app.tenant_named(named).await.map_err(|refusal| match refusal {
        Refusal::NotFound { id } => Refusal::invalid(
            "--tenant",
            format!("There is no organisation '{id}' on this server."),
            "Give its id or one of its verified domains.",
        ),
        other => other,
    })
}

/// The name first, so that a script can cut it off.
fn line(domain: &Domain, initial_domain: &str) -> String {
    let state = match domain.verified_by {
        None => "claimed, not verified",
        Some(VerifiedBy::Dns) => "verified by DNS",
        Some(VerifiedBy::Operator) => "verified by the operator",
    };
    let initial = if domain.name == initial_domain { ", the initial domain" } else { "" };
    format!("{}  {state}{initial}", domain.name)
}
