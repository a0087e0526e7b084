//! Ready-to-paste commands for this very server. Refuses placeholders: what stands here works as it is.

use std::path::Path;

use hospes_web::pages::view::PastedCommand;

use super::folder::ENV_FILE;
use super::options::DEFAULT_FOLDER;
use super::settings::Whereabouts;

/// Lines that make curl, Python and Node trust the certificate, each for the programs named.
pub fn trust_lines(certificate: &Path) -> Vec<(&'static str, String)> {
    let file = quoted(&certificate.display().to_string());
    vec![
        ("curl", format!("export CURL_CA_BUNDLE={file}")),
        ("Python", format!("export REQUESTS_CA_BUNDLE={file} SSL_CERT_FILE={file}")),
        ("Node", format!("export NODE_EXTRA_CA_CERTS={file}")),
    ]
}

/// The demo against the server of this folder.
pub fn demo(data: &Path) -> String {
    demo_by(&std::env::args().next().unwrap_or_else(|| "hospes".to_owned()), data)
}

/// `program` is how this one was called: what worked once in this shell works again.
fn demo_by(program: &str, data: &Path) -> String {
    let program = quoted(program);
    if data == Path::new(DEFAULT_FOLDER) {
        return format!("{program} demo");
    }
    format!("{program} demo --data {}", quoted(&data.display().to_string()))
}

/// A first invitation in several languages, then the demo.
pub fn first_invitation(at: &Whereabouts<'_>, data: &Path) -> Vec<PastedCommand> {
    let certificate = at.ca_path().display().to_string();
    let fill = |text: &str| {
        text.replace("@BASE@", at.base_url)
            .replace("@DOMAIN@", &at.seed.host.domain)
            .replace("@TENANT@", &at.seed.host.tenant.to_string())
            .replace("@CLIENT@", &at.seed.host.automation.client_id.to_string())
            .replace("@SECRET@", &at.seed.host.automation.secret)
            .replace("@CA@", &certificate)
    };
    let command = |label: &str, text: &str| PastedCommand { label: label.to_owned(), text: fill(text) };
    vec![
        command("curl", CURL),
        command("Python, msgraph-sdk", PYTHON),
        command("Node", NODE),
        command("PowerShell", POWERSHELL),
        PastedCommand { label: "Command line".to_owned(), text: command_line(data) },
        PastedCommand { label: "The demo".to_owned(), text: demo(data) },
    ]
}

/// Signs in to the server of this folder and invites.
fn command_line(data: &Path) -> String {
    let program = quoted(&std::env::args().next().unwrap_or_else(|| "hospes".to_owned()));
    let file = quoted(&data.join(ENV_FILE).display().to_string());
    format!("{program} login --env-file {file}\n{program} guest invite you@northwind.test")
}

/// Quoted for POSIX shells where needed.
fn quoted(text: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '~' | '+' | ':' | '@');
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

const CURL: &str = r#"export CURL_CA_BUNDLE='@CA@'
BASE=@BASE@
TOKEN=$(curl -s $BASE/@DOMAIN@/oauth2/v2.0/token \
  -d grant_type=client_credentials \
  -d client_id=@CLIENT@ \
  -d client_secret=@SECRET@ \
  -d scope=$BASE/.default \
  | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl $BASE/v1.0/invitations \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{"invitedUserEmailAddress": "you@northwind.test",
       "inviteRedirectUrl": "@BASE@/sample",
       "sendInvitationMessage": true}'"#;

const PYTHON: &str = r#"# pip install msgraph-sdk azure-identity
import asyncio, os
os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = "@CA@"
from azure.identity import ClientSecretCredential
from msgraph import GraphServiceClient
from msgraph.generated.models.invitation import Invitation

BASE = "@BASE@"
credential = ClientSecretCredential(
    "@TENANT@",
    "@CLIENT@",
    "@SECRET@",
    authority=BASE, disable_instance_discovery=True)
graph = GraphServiceClient(credential, [BASE + "/.default"])
graph.request_adapter.base_url = BASE + "/v1.0"
invitation = asyncio.run(graph.invitations.post(Invitation(
    invited_user_email_address="you@northwind.test",
    invite_redirect_url=BASE + "/sample",
    send_invitation_message=True)))
print(invitation.invite_redeem_url)"#;

const NODE: &str = r#"// NODE_EXTRA_CA_CERTS='@CA@' node invite.mjs
const base = "@BASE@";
const form = new URLSearchParams({
  grant_type: "client_credentials",
  client_id: "@CLIENT@",
  client_secret: "@SECRET@",
  scope: `${base}/.default` });
const { access_token } = await (await fetch(
  `${base}/@DOMAIN@/oauth2/v2.0/token`, { method: "POST", body: form })).json();
const answer = await fetch(`${base}/v1.0/invitations`, {
  method: "POST",
  headers: { Authorization: `Bearer ${access_token}`, "Content-Type": "application/json" },
  body: JSON.stringify({
    invitedUserEmailAddress: "you@northwind.test",
    inviteRedirectUrl: `${base}/sample`,
    sendInvitationMessage: true }) });
console.log((await answer.json()).inviteRedeemUrl);"#;

const POWERSHELL: &str = r#"# On Linux: export SSL_CERT_FILE='@CA@'
# before pwsh starts. On Windows, import the authority into the current user's
# trusted root certificates first.
$base = '@BASE@'
Add-MgEnvironment -Name HospesDev -AzureADEndpoint $base -GraphEndpoint $base
$token = (Invoke-RestMethod -Method Post "$base/@DOMAIN@/oauth2/v2.0/token" -Body @{
  grant_type = 'client_credentials'
  client_id = '@CLIENT@'
  client_secret = '@SECRET@'
  scope = "$base/.default" }).access_token
Connect-MgGraph -Environment HospesDev `
  -AccessToken (ConvertTo-SecureString $token -AsPlainText)
New-MgInvitation -InvitedUserEmailAddress 'you@northwind.test' `
  -InviteRedirectUrl "$base/sample" -SendInvitationMessage:$true"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_blanks_survive_a_shell() {
        assert_eq!(demo_by("hospes", Path::new("./hospes-dev")), "hospes demo");
        assert_eq!(demo_by("./hospes", Path::new("/a b/it's")), r"./hospes demo --data '/a b/it'\''s'");
        let lines = trust_lines(Path::new("/data/authority.pem"));
        assert_eq!(lines[2].1, "export NODE_EXTRA_CA_CERTS=/data/authority.pem");
    }
}
