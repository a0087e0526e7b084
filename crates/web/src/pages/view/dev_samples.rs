//! The development pages filled with sample values, as in `samples`.

use super::samples::{AT, DEVELOPMENT, form, shown, typed};
use super::*;

fn mails(mark: &str) -> Vec<MailLine> {
    [
        ("Priya Raman invited you to collaborate with fabrikam.test", "marek@proseware.test", true),
        ("Your code: 4821 0537", "amara@adatum.test", false),
        ("Your sign-in at Fabrikam has ended", "jonas@adatum.test", false),
    ]
    .map(|(subject, to, invites)| MailLine {
        subject: typed(subject, mark),
        to: typed(to, mark),
        at: AT,
        url: "/dev/inbox/1".to_owned(),
        accept: invites.then(|| "https://localhost:8443/redeem?rd=x".to_owned()),
    })
    .to_vec()
}

fn facts(rows: &[(&str, &str)], mark: &str) -> Vec<Fact> {
    rows.iter().map(|(name, value)| Fact { name: typed(name, mark), value: typed(value, mark) }).collect()
}

fn command(label: &str, text: &str) -> PastedCommand {
    PastedCommand { label: label.to_owned(), text: text.to_owned() }
}

fn organisation(name: &str, people: &[(&str, &str, &str)], mark: &str) -> SeededOrganisation {
    let person = |(name, role, address): &(&str, &str, &str)| Person {
        name: typed(name, mark),
        role: typed(role, mark),
        address: typed(address, mark),
        sign_in: "/sample/sign-in?as=x".to_owned(),
    };
    let settings = [
        ("Tenant id", "6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413"),
        ("Client id", "0b0ccfd8-44dc-4b34-8d0d-5f7b0f3cf8d1"),
    ];
    SeededOrganisation {
        name: typed(name, mark),
        people: people.iter().map(person).collect(),
        settings: facts(&settings, mark),
    }
}

impl DevStart {
    pub(crate) fn sample(mark: &str) -> Self {
        let host = [
            ("Priya Raman", "User Administrator", "priya@fabrikam.test"),
            ("Hugo Blanc", "Helpdesk Administrator", "hugo@fabrikam.test"),
        ];
        let partner = [("Nadia Petrova", "Global Administrator", "nadia@contoso.test")];
        let links = [
            ("My Apps", "/myapps"),
            ("Sample app", "/sample"),
            ("Graph API", "/v1.0"),
            ("OpenID Connect", "/fabrikam.test/v2.0/.well-known/openid-configuration"),
        ];
        Self {
            frame: DEVELOPMENT,
            base_url: "https://localhost:8443".to_owned(),
            data_dir: "./hospes-dev".to_owned(),
            host: organisation("Fabrikam", &host, mark),
            partner: organisation("Contoso", &partner, mark),
            password: "hospes".to_owned(),
            mails: mails(mark),
            mail_count: 3,
            inbox: "/dev/inbox".to_owned(),
            commands: vec![
                command(
                    "curl",
                    "TOKEN=$(hospes dev token priya)\ncurl https://localhost:8443/v1.0/invitations \\\n  -H \"Authorization: Bearer $TOKEN\" \\\n  -H \"Content-Type: application/json\" \\\n  -d '{\"invitedUserEmailAddress\": \"you@northwind.test\",\n       \"inviteRedirectUrl\": \"https://localhost:8443/sample\",\n       \"sendInvitationMessage\": true}'",
                ),
                command("PowerShell", "New-MgInvitation"),
                command("Python", "requests.post(...)"),
            ],
            links: links.map(|(label, url)| Link { label: label.to_owned(), url: url.to_owned() }).to_vec(),
            ca_file: "./hospes-dev/ca.pem".to_owned(),
            trust: vec![
                command("curl", "export CURL_CA_BUNDLE=./hospes-dev/ca.pem"),
                command("Node", "export NODE_EXTRA_CA_CERTS=./hospes-dev/ca.pem"),
            ],
        }
    }
}

pub(super) fn dev_pages(mark: &str) -> Vec<(&'static str, String)> {
    let inbox = Inbox {
        frame: DEVELOPMENT,
        mails: mails(mark),
        json: "/dev/inbox.json".to_owned(),
        start: "/".to_owned(),
    };
    let no_mail = Inbox { mails: vec![], ..inbox.clone() };
    let mail = InboxMail {
        frame: DEVELOPMENT,
        subject: typed("Priya Raman invited you to collaborate with fabrikam.test", mark),
        at: AT,
        headers: facts(
            &[("From", "Fabrikam via Hospes <hospes@fabrikam.test>"), ("To", "marek@proseware.test")],
            mark,
        ),
        text: typed("Priya Raman invites you to Fabrikam (fabrikam.test).\n\n> Hello\n", mark),
        html: Some(typed("<h1>Priya</h1>", mark)),
        html_view: Some("/dev/inbox/1/html".to_owned()),
        accept: Some("https://localhost:8443/redeem?rd=x".to_owned()),
        inbox: "/dev/inbox".to_owned(),
    };
    let claims = [
        ("oid", "6f0d3b52-9a41-4c7e-8d1a-2f6b7e90c413"),
        ("sub", "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ"),
        ("preferred_username", "jonas@adatum.test"),
        ("roles", "[\"Supplier\"]"),
    ];
    let sample_app = SampleApp {
        frame: DEVELOPMENT,
        signed_in: Some(typed("Jonas Lindqvist", mark)),
        sign_in: "/sample/sign-in".to_owned(),
        sign_out: Some(form("/sample/sign-out")),
        id_claims: facts(&claims, mark),
        access_claims: facts(&claims, mark),
        start: "/".to_owned(),
    };
    let stranger = SampleApp { signed_in: None, sign_out: None, ..sample_app.clone() };
    vec![
        ("dev-start", shown(&DevStart::sample(mark))),
        ("inbox", shown(&inbox)),
        ("inbox-empty", shown(&no_mail)),
        ("inbox-mail", shown(&mail)),
        ("sample-app", shown(&sample_app)),
        ("sample-app-stranger", shown(&stranger)),
    ]
}
