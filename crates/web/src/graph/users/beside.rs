//! Puts into answers what is kept beside users and not in their rows, wherever users are shown: alone, in lists, among other
//! objects, expanded. Refuses the last sign-ins to whoever may not read the sign-in log, and looks nothing up that was not
//! selected.

use hospes_actions::users;
use hospes_domain::ids::ObjectId;
use serde_json::Value;

use super::wire::{SIGN_IN_ACTIVITY, beside as shown, is_beside};
use crate::graph::error::Fault;
use crate::graph::request::Call;

/// Puts it into the bodies of these users, where it was selected; all of them are looked up at once.
pub async fn beside(
    call: &Call,
    selected: Option<&[&'static str]>,
    bodies: Vec<(ObjectId, &mut Value)>,
) -> Result<(), Fault> {
    let names: Vec<&str> = selected.unwrap_or_default().iter().copied().filter(|n| is_beside(n)).collect();
    if names.is_empty() {
        return Ok(());
    }
    let ids = bodies.iter().map(|(id, _)| *id).collect();
    let times = users::times(call.app(), &call.actor, ids, names.contains(&SIGN_IN_ACTIVITY)).await?;
    for (user, body) in bodies {
        for name in &names {
            body[*name] = times.get(&user).map_or(Value::Null, |times| shown(times, name));
        }
    }
    Ok(())
}
