//! Threat E10: whoever finds the set-up page first, or later, or at the same moment as its owner.

use std::sync::Barrier;

use crate::program::{Answer, Browser, Process, Request, Site, ask};

fn fields<'a>(code: &'a str, domain: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("code", code),
        ("organisation", "Fabrikam"),
        ("domain", domain),
        ("name", "Greta Holm"),
        ("user", "greta"),
        ("password", "correct horse battery"),
    ]
}

fn try_it(server: &mut Process, code: &str) -> Answer {
    let (address, mut browser) = (server.address(), Browser::default());
    let form = browser.form(address, "/setup");
    browser.submit(address, &form, &fields(code, "fabrikam.example"))
}

/// Whether there is an organisation of that domain.
fn exists(server: &mut Process, domain: &str) -> bool {
    let discovery = Request::get(&format!("/{domain}/v2.0/.well-known/openid-configuration"));
    ask(server.address(), &discovery).status == 200
}

/// Nobody has set anything up.
fn is_empty(server: &mut Process) -> bool {
    let page = Browser::default().open(server.address(), "/setup");
    page.status == 200 && !exists(server, "fabrikam.example")
}

#[test]
fn e10_without_the_code_of_this_start_nothing_is_set_up() {
    let site = Site::new("");
    let mut first = site.serve();
    let old = first.said("Code");
    first.stop();
    let mut server = site.serve();
    let code = server.said("Code");
    assert_ne!(code, old, "each start has its own");
    for wrong in
        [old.as_str(), "", "0", &code[1..], &code.replace(|letter: char| letter.is_ascii_digit(), "0")]
    {
        if wrong == code {
            continue;
        }
        let answer = try_it(&mut server, wrong);
        assert_eq!(answer.status, 422, "{answer:?}");
        assert!(answer.body.contains("id=\"code-problem\"") && !answer.body.contains(&code));
    }
    assert!(is_empty(&mut server));
    // The code is right, the form is somebody else's.
    let (address, mut browser) = (server.address(), Browser::default());
    let form = browser.form(address, "/setup");
    assert_eq!(Browser::default().submit(address, &form, &fields(&code, "fabrikam.example")).status, 403);
    assert!(is_empty(&mut server));
}

#[test]
fn e10_guessing_is_slowed_down_on_this_machine_too() {
    let site = Site::new("");
    let mut server = site.serve();
    let code = server.said("Code");
    for guess in 0..10 {
        assert_eq!(try_it(&mut server, &guess.to_string()).status, 422, "{guess}");
    }
    for guess in ["10", code.as_str()] {
        let answer = try_it(&mut server, guess);
        assert_eq!(answer.status, 429, "{answer:?}");
        assert!(answer.head.contains("retry-after: "), "{answer:?}");
    }
    assert!(is_empty(&mut server));
}

#[test]
fn e10_of_two_with_the_code_one_gets_the_directory_and_then_there_is_no_such_page() {
    let site = Site::new("");
    let mut server = site.serve();
    let (address, code) = (server.address(), server.said("Code"));
    let mut late = Browser::default();
    let opened_before = late.form(address, "/setup");
    let start = Barrier::new(2);
    let answers = std::thread::scope(|scope| {
        let threads: Vec<_> = ["fabrikam.example", "contoso.example"]
            .map(|domain| {
                let (start, code) = (&start, code.as_str());
                scope.spawn(move || {
                    let mut browser = Browser::default();
                    let form = browser.form(address, "/setup");
                    start.wait();
                    browser.submit(address, &form, &fields(code, domain))
                })
            })
            .into_iter()
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404], "{answers:?}");
    let there = ["fabrikam.example", "contoso.example"].map(|domain| exists(&mut server, domain));
    assert!(there[0] != there[1], "one organisation, whole: {there:?}");

    // With a form that was opened before, the right code and everything else: still nothing there.
    assert_eq!(late.submit(address, &opened_before, &fields(&code, "northwind.example")).status, 404);
    assert_eq!(late.open(address, "/setup").status, 404);
    assert!(!exists(&mut server, "northwind.example"));
    server.stop();
    let mut server = site.serve();
    let address = server.address();
    assert_eq!(Browser::default().open(address, "/setup").status, 404, "for ever");
    let ended = server.stop();
    assert!(!ended.stdout.contains("Code"), "{ended:?}");
}
