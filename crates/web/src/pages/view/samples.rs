//! Every page filled with sample values. `mark` is put into each text that somebody could have typed
//! or sent, so that the tests can look for it.

use askama::Template;
use hospes_domain::time::Time;

use super::dev_samples::dev_pages;
use super::*;
use crate::pages::words::{BY_PASSCODE, NEXT_IS_PASSCODE};

pub(crate) const AT: Moment = Moment(Time(1_795_270_925_000_000));
pub(super) const FRAME: Frame = Frame { development: false };
pub(super) const DEVELOPMENT: Frame = Frame { development: true };

/// Name and rendered text of every page in its states.
pub(crate) fn all(mark: &str) -> Vec<(&'static str, String)> {
    let mut pages = redeem_pages(mark);
    pages.extend(refusal_pages(mark));
    pages.extend(sign_in_pages(mark));
    pages.extend(sign_out_pages(mark));
    pages.extend(consent_pages(mark));
    pages.extend(app_pages(mark));
    pages.extend(second_factor::samples(mark));
    pages.extend(setup::samples(mark));
    pages.extend(leave::samples(mark));
    pages.extend(new_password::samples(mark));
    pages.extend(passkeys::samples(mark));
    pages.extend(sessions::samples(mark));
    pages.extend(taken_over::samples());
    pages.extend(device::samples(mark));
    pages.extend(consents::samples(mark));
    pages.extend(need_admin::samples(mark));
    pages.extend(powershell::samples(mark));
    pages.extend(dev_pages(mark));
    pages
}

pub(crate) fn shown(page: &impl Template) -> String {
    page.render().expect("a page of sample values renders")
}

pub(crate) fn typed(text: &str, mark: &str) -> String {
    format!("{text}{mark}")
}

pub(crate) fn form(action: &str) -> Form {
    Form { action: action.to_owned(), token: "d2UgY2FycnkgdGhpcw".to_owned() }
}

fn host(mark: &str) -> Host {
    Host { name: typed("Fabrikam", mark), domain: "fabrikam.example".to_owned(), domain_verified: true }
}

pub(crate) fn trace(mark: &str) -> Trace {
    Trace { reference: "7q4km2xd9f".to_owned(), code: typed("identityChanged", mark), at: AT }
}

impl Welcome {
    pub(crate) fn sample(mark: &str) -> Self {
        Self {
            frame: FRAME,
            host: host(mark),
            inviter: Some(typed("Nadia Kovács", mark)),
            valid_until: AT,
            message: Some(OwnWords {
                text: typed("Jonas, this opens the workspace for the spring audit.", mark),
                author: typed("Nadia Kovács", mark),
            }),
            guest_address: typed("j***@contoso.example", mark),
            sign_in_way: BY_PASSCODE.to_owned(),
            next_step: NEXT_IS_PASSCODE.to_owned(),
            agreed_with: None,
            landing: Landing { name: typed("Supplier Portal", mark), foreign_host: None },
            groups: vec![typed("Spring audit 2027", mark)],
            accept: form("/redeem/accept"),
            another_account: None,
            not_meant_for_me: "/redeem/not-meant-for-me".to_owned(),
            privacy_statement: Some(typed("https://fabrikam.example/privacy?a=", mark)),
        }
    }
}

impl Passcode {
    pub(crate) fn sample(mark: &str) -> Self {
        Self {
            frame: FRAME,
            redeeming: true,
            address: typed("j***@contoso.example", mark),
            works_until: AT,
            error: None,
            new_code_from: None,
            sender: Some("hospes@fabrikam.example".to_owned()),
            check: form("/redeem/passcode"),
            resend: form("/redeem/send-passcode"),
            another_account: Some(form("/redeem/another-account")),
        }
    }
}

fn redeem_pages(mark: &str) -> Vec<(&'static str, String)> {
    let sparse = Welcome {
        inviter: None,
        message: None,
        agreed_with: Some(typed("Contoso", mark)),
        groups: vec![],
        privacy_statement: None,
        another_account: Some(form("/redeem/another-account")),
        landing: Landing {
            name: typed("Supplier Portal", mark),
            foreign_host: Some(typed("portal.contoso.example", mark)),
        },
        frame: DEVELOPMENT,
        ..Welcome::sample(mark)
    };
    let refused = Passcode {
        error: Some(PasscodeError::NotTheCode { tries_left: 3 }),
        new_code_from: Some(AT),
        ..Passcode::sample(mark)
    };
    let send = SendPasscode {
        frame: FRAME,
        redeeming: true,
        asked_by: typed("Fabrikam", mark),
        address: typed("j***@contoso.example", mark),
        paused_until: None,
        send: form("/redeem/send-passcode"),
        another_account: None,
    };
    let paused = SendPasscode { paused_until: Some(AT), redeeming: false, ..send.clone() };
    let consent = Consent {
        frame: FRAME,
        host: host(mark),
        guest_address: typed("jonas.lindqvist@contoso.example", mark),
        account: Some(typed("jonas@adatum.example", mark)),
        privacy_statement: None,
        accept: form("/redeem/consent"),
        cancel: form("/redeem/cancel"),
    };
    let done = Done {
        frame: FRAME,
        host: host(mark),
        guest_address: typed("jonas.lindqvist@contoso.example", mark),
        sign_in_way: BY_PASSCODE.to_owned(),
        next: Link {
            label: typed("Supplier Portal", mark),
            url: "https://portal.contoso.example/".to_owned(),
        },
        foreign_host: Some(typed("portal.contoso.example", mark)),
        my_apps: Some("/myapps".to_owned()),
    };
    let not_meant = NotMeantForMe {
        frame: FRAME,
        host_name: typed("Fabrikam", mark),
        guest_address: typed("j***@contoso.example", mark),
        report: form("/redeem/not-meant-for-me"),
        back: "/redeem/welcome".to_owned(),
    };
    let noted = NotMeantForMeNoted { frame: FRAME, host_name: typed("Fabrikam", mark) };
    vec![
        ("welcome", shown(&Welcome::sample(mark))),
        ("welcome-sparse", shown(&sparse)),
        ("send-passcode", shown(&send)),
        ("send-passcode-paused", shown(&paused)),
        ("passcode", shown(&Passcode::sample(mark))),
        ("passcode-error", shown(&refused)),
        ("consent", shown(&consent)),
        ("done", shown(&done)),
        ("not-meant-for-me", shown(&not_meant)),
        ("not-meant-for-me-noted", shown(&noted)),
    ]
}

fn refusal_pages(mark: &str) -> Vec<(&'static str, String)> {
    let host_name = typed("Fabrikam", mark);
    let wrong = WrongIdentity {
        frame: FRAME,
        host_name: host_name.clone(),
        invited_address: typed("j***@contoso.example", mark),
        signed_in_as: typed("mia@adatum.example", mark),
        another_account: form("/redeem/another-account"),
        prove_mailbox: Some(form("/redeem/send-passcode")),
        trace: trace(mark),
    };
    let other = OtherAccount {
        frame: FRAME,
        host_name: host_name.clone(),
        invited_address: typed("j***@contoso.example", mark),
        address: typed("mia@adatum", mark),
        error: Some(typed("No other organisation on this server signs in people of adatum.", mark)),
        form: form("/redeem/account"),
        back: "/redeem/welcome".to_owned(),
    };
    let used = LinkUsed {
        frame: FRAME,
        host_name: host_name.clone(),
        sign_in: "/myapps".to_owned(),
        trace: trace(mark),
    };
    let expired =
        LinkExpired { frame: FRAME, host_name: host_name.clone(), ran_out: Some(AT), trace: trace(mark) };
    let withdrawn = LinkExpired { ran_out: None, ..expired.clone() };
    let superseded = LinkSuperseded { frame: FRAME, host_name: host_name.clone(), trace: trace(mark) };
    let changed = RefusalPage::identity_changed(
        FRAME,
        &host_name,
        &typed("jonas.lindqvist@contoso.example", mark),
        trace(mark),
    );
    let refusal = RefusalPage {
        title: typed("This app does not know you yet", mark),
        slipped: false,
        button: Some(Link { label: typed("Open My Apps", mark), url: "/myapps".to_owned() }),
        ..changed.clone()
    };
    vec![
        ("link-used", shown(&used)),
        ("link-superseded", shown(&superseded)),
        ("link-expired", shown(&expired)),
        ("link-withdrawn", shown(&withdrawn)),
        ("link-unknown", shown(&LinkUnknown { frame: FRAME })),
        ("wrong-identity", shown(&wrong)),
        ("other-account", shown(&other)),
        ("identity-changed", shown(&changed)),
        ("refusal", shown(&refusal)),
    ]
}

fn sign_in_pages(mark: &str) -> Vec<(&'static str, String)> {
    let sign_in = SignIn {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        app_name: Some(typed("Supplier Portal", mark)),
        account: None,
        address: typed("jonas@contoso.example", mark),
        error: None,
        form: form("/sign-in"),
        passkey: Some(PasskeyButton {
            form: form("/passkey"),
            options: "/passkey/options".to_owned(),
            error: None,
        }),
    };
    let refused = SignIn {
        error: Some(typed("This does not look like an address. Type it as in name@example.com.", mark)),
        passkey: None,
        ..sign_in.clone()
    };
    let chosen = SignIn {
        account: Some(KnownAccount {
            name: typed("Jonas Lindqvist", mark),
            sign_in_name: typed("jonas@contoso.example", mark),
            form: form("/sign-in"),
        }),
        address: String::new(),
        ..sign_in.clone()
    };
    let password = Password {
        frame: DEVELOPMENT,
        tenant_name: typed("Fabrikam", mark),
        app_name: None,
        address: typed("priya@fabrikam.example", mark),
        error: Some(typed("Address and password do not belong together. Type the password again.", mark)),
        form: form("/password"),
        another_account: "/sign-in".to_owned(),
    };
    let onward = Onward { frame: FRAME, name: typed("Fabrikam", mark), to: "/myapps".to_owned() };
    let organisation = Organisation {
        to: None,
        frame: FRAME,
        request: Some(typed("client_id=1&state=2", mark)),
        typed: typed("contoso", mark),
        error: Some(typed("No organisation on this server has that domain.", mark)),
    };
    vec![
        ("organisation", shown(&organisation)),
        ("onward", shown(&onward)),
        ("sign-in", shown(&sign_in)),
        ("sign-in-refused", shown(&refused)),
        ("sign-in-choose", shown(&chosen)),
        ("password", shown(&password)),
    ]
}

fn sign_out_pages(mark: &str) -> Vec<(&'static str, String)> {
    let sign_out = SignOut {
        frame: FRAME,
        tenant_name: typed("Fabrikam", mark),
        signed_in_as: typed("jonas@contoso.example", mark),
        form: form("/sign-out"),
        stay: "/myapps".to_owned(),
    };
    let sign_out_of_all = SignOutOfAll {
        frame: FRAME,
        places: [("Fabrikam", "jonas@contoso.example"), ("Contoso", "jonas@contoso.example")]
            .map(|(name, as_whom)| (typed(name, mark), typed(as_whom, mark)))
            .to_vec(),
        form: form("/sign-out"),
        stay: "/myapps".to_owned(),
    };
    let signed_out = SignedOut {
        frames: vec!["https://portal.example/out?sid=1".to_owned()],
        onward: Some("https://portal.example/bye".to_owned()),
        frame: FRAME,
        tenant_name: Some(typed("Fabrikam", mark)),
        return_to: Some(Link {
            label: typed("Supplier Portal", mark),
            url: "https://portal.example/".to_owned(),
        }),
        sign_in_again: Some("/myapps".to_owned()),
    };
    vec![
        ("sign-out", shown(&sign_out)),
        ("sign-out-of-all", shown(&sign_out_of_all)),
        ("signed-out", shown(&signed_out)),
    ]
}

fn consent_pages(mark: &str) -> Vec<(&'static str, String)> {
    let consent = AppConsent {
        frame: FRAME,
        app_name: typed("Supplier Portal", mark),
        app_host: typed("portal.contoso.example", mark),
        tenant_name: typed("Fabrikam", mark),
        signed_in_as: typed("jonas@contoso.example", mark),
        scopes: vec![
            Scope {
                name: typed("openid profile email", mark),
                meaning: typed("Know who you are: name, address and identifier", mark),
            },
            Scope { name: typed("User.Read", mark), meaning: typed("Read your profile", mark) },
        ],
        changed: false,
        accept: form("/consent"),
        cancel: form("/consent/cancel"),
    };
    vec![
        ("app-consent", shown(&consent)),
        ("app-consent-changed", shown(&AppConsent { changed: true, ..consent.clone() })),
    ]
}

fn app_pages(mark: &str) -> Vec<(&'static str, String)> {
    let form_post = FormPost {
        frame: FRAME,
        app_name: typed("Supplier Portal", mark),
        action: typed("https://portal.example/answer?x=", mark),
        fields: vec![("code".to_owned(), typed("abc\"'", mark)), ("state".to_owned(), typed("s", mark))],
    };
    let my_apps = MyApps {
        frame: FRAME,
        host: host(mark),
        person_name: typed("Jonas Lindqvist", mark),
        guest: true,
        sign_in_name: typed("jonas@northwind.example", mark),
        account: "Code sent to your mailbox".to_owned(),
        apps: [
            ("Supplier Portal", "portal.example"),
            ("Drawing Archive", "From Spring audit 2027"),
            ("Travel desk", "travel.example"),
        ]
        .map(|(name, detail)| AppTile {
            name: typed(name, mark),
            url: "https://portal.example/".to_owned(),
            detail: typed(detail, mark),
        })
        .to_vec(),
        groups: Some(vec![typed("Spring audit 2027", mark), typed("Suppliers", mark)]),
        security: vec![
            Link {
                label: "Where you\u{2019}re signed in".to_owned(),
                url: "/fabrikam.example/sessions".to_owned(),
            },
            Link {
                label: "Security: how you sign in".to_owned(),
                url: "/fabrikam.example/security".to_owned(),
            },
        ],
        leave: Some("/myapps/fabrikam.example/leave".to_owned()),
        sign_out: form("/sign-out"),
    };
    let no_apps = MyApps {
        security: vec![Link { label: "Change password".to_owned(), url: "/security/password".to_owned() }],
        apps: vec![],
        groups: Some(vec![]),
        guest: false,
        leave: None,
        frame: DEVELOPMENT,
        ..my_apps.clone()
    };
    vec![
        ("form-post", shown(&form_post)),
        ("my-apps-empty", shown(&no_apps)),
        ("my-apps-restricted", shown(&MyApps { groups: None, ..my_apps.clone() })),
        ("my-apps", shown(&my_apps)),
    ]
}
