//! What a reset keeps and ends, who is told, and the same as a command. Refuses to promise more than the reset saves
//! (`crates/domain/src/reset.rs`).

use hospes_actions::portal::Profile;
use hospes_domain::ids::ObjectId;

use super::tessera::{number, way};
use super::view::Fact;

pub(super) fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into(), exact: false }
}

/// What stays (I4).
pub(super) fn keeps(profile: &Profile) -> Vec<Fact> {
    let mut kept = vec![
        fact("Object id and user principal name", ""),
        fact("Groups", number(profile.groups.len(), "group")),
        fact("Applications", number(profile.apps.len(), "assignment")),
    ];
    if !profile.sponsors.is_empty() {
        kept.push(fact("Sponsors", profile.sponsors.join(", ")));
    }
    kept.push(fact("History of earlier sign-ins", ""));
    kept
}

/// What ends at once (I3).
pub(super) fn ends(profile: &Profile) -> Vec<Fact> {
    let mut ended = Vec::new();
    if let Some(binding) = profile.user.guest.binding() {
        ended.push(fact(way(&binding.issuer), binding.sign_in_name.to_string()));
    }
    ended.push(fact("Open sessions, tokens and codes", "all"));
    ended.push(fact("App consents and remembered devices", "all"));
    ended.push(fact("Older invitation links", "all"));
    ended
}

/// Who gets which mail.
pub(super) fn told(profile: &Profile, address: &str, send: bool) -> Vec<(String, String)> {
    let mut told = Vec::new();
    if send {
        told.push((address.to_owned(), "Invitation with a link that works for 30 days".to_owned()));
    } else {
        told.push((address.to_owned(), "Nothing. You get the link once, to hand over yourself".to_owned()));
    }
    if let Some(binding) = profile.user.guest.binding() {
        let old = binding.sign_in_name.to_string();
        if !old.eq_ignore_ascii_case(address) {
            told.push((old, "Notice that the sign-in ended. It does not name the new address".to_owned()));
        }
    }
    told
}

/// As a request to the API.
pub(super) fn as_graph(public_url: &str, id: ObjectId, address: &str, redirect: &str, send: bool) -> String {
    let body = serde_json::json!({
        "invitedUserEmailAddress": address,
        "inviteRedirectUrl": redirect,
        "sendInvitationMessage": send,
        "invitedUser": { "id": id.to_string() },
        "resetRedemption": true,
    });
    let body = serde_json::to_string_pretty(&body).unwrap_or_default();
    format!("POST {public_url}/v1.0/invitations\n\n{body}")
}

/// In PowerShell, with quotation marks doubled.
pub(super) fn as_powershell(id: ObjectId, address: &str, redirect: &str, send: bool) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let send = if send { " `\n    -SendInvitationMessage" } else { "" };
    format!(
        "New-MgInvitation `\n    -InvitedUserEmailAddress {} `\n    -InviteRedirectUrl {} `\n    -ResetRedemption{send} `\n    -InvitedUser @{{ Id = '{id}' }}",
        quoted(address),
        quoted(redirect),
    )
}

/// At the command line of a shell.
pub(super) fn as_command(id: ObjectId, address: &str, send: bool) -> String {
    let quoted = address.replace('\'', "'\\''");
    format!("hospes guest reset {id} --email '{quoted}'{}", if send { "" } else { " --no-mail" })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_copied_is_one_word_whatever_the_address() {
        let id = ObjectId(Uuid::from_u128(7));
        let shell = as_command(id, "o'brien@contoso.example", false);
        assert!(shell.ends_with("--email 'o'\\''brien@contoso.example' --no-mail"), "{shell}");
        let powershell = as_powershell(id, "o'brien@contoso.example", "https://x.example/?a='", true);
        assert!(powershell.contains("-InvitedUserEmailAddress 'o''brien@contoso.example'"), "{powershell}");
        assert!(powershell.contains("'https://x.example/?a='''"), "{powershell}");
        let graph = as_graph("https://h.example", id, "a@b.example", "https://x.example", true);
        assert!(graph.starts_with("POST https://h.example/v1.0/invitations\n\n{"), "{graph}");
    }
}
