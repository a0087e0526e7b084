//! Puts the names of a directory from before there was `$search` into words, when it is opened. Refuses to do it twice: what
//! is done is noted in the same transaction.

use hospes_domain::refusal::Refusal;
use hospes_store::words;

use crate::app::App;

/// Fills what is left to fill, some objects a transaction.
pub(crate) async fn fill(app: &App) -> Result<(), Refusal> {
    if !app.read(|tx| Ok(words::is_left(tx)?)).await? {
        return Ok(());
    }
    tracing::info!("names are put into words for $search; a large directory takes a minute");
    while app.write_quietly(|tx| Ok(words::fill(tx)?)).await? {}
    Ok(())
}
