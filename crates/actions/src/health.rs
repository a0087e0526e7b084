//! Whether this process can do its work: one read and one empty write, each within two seconds. Refuses to say more
//! than which of them failed; the log has the reason.

use std::time::Duration;

use hospes_store::tenants;
use tokio::time::timeout;

use crate::app::App;

/// A load balancer that waits longer gives up by itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// What does not work now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unready {
    /// The database does not answer a read.
    Reads,
    /// The writer takes nothing: its queue is full, or it hangs.
    Writes,
}

/// Tries a read and a write that changes nothing.
///
/// # Errors
/// The first that fails.
pub async fn check(app: &App) -> Result<(), Unready> {
    let read = timeout(PATIENCE, app.read(|tx| Ok(tenants::any(tx)?))).await;
    if !matches!(read, Ok(Ok(_))) {
        return Err(Unready::Reads);
    }
    match timeout(PATIENCE, app.write_quietly(|_| Ok(()))).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Unready::Writes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;

    #[tokio::test]
    async fn an_open_database_is_ready_and_a_closed_one_is_not() {
        let bench = Bench::new().await;
        assert_eq!(check(&bench.app).await, Ok(()));
        bench.app.close().await;
        assert_eq!(check(&bench.app).await, Err(Unready::Reads));
    }
}
