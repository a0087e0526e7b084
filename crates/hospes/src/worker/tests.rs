//! The worker against a mail server that takes, defers, refuses and falls silent.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use hospes_actions::app::AppOptions;
use hospes_actions::database::Scratch;
use hospes_actions::invite::{Invite, invite};
use hospes_actions::keys::{MasterKey, PasswordCost};
use hospes_actions::random::SystemRandom;
use hospes_actions::setup::{NewMember, NewTenant, create_member, create_tenant};
use hospes_domain::access::{Actor, Role, Scope, UserType, Who};
use hospes_domain::address::Address;
use hospes_domain::invitation::Message;
use hospes_domain::precondition::Precondition;
use hospes_domain::time::{Clock, Time};

use super::*;
use crate::dev::mail_sink::{Behaviour, MailSink};
use crate::smtp::{Security, SmtpSettings};

/// A clock that stands still until it is moved.
struct Held(AtomicI64);

impl Clock for Held {
    fn now(&self) -> Time {
        Time(self.0.load(SeqCst))
    }
}

struct Scene {
    app: App,
    sink: MailSink,
    clock: Arc<Held>,
    _scratch: Scratch,
}

impl Scene {
    /// A directory in which one person has just been invited.
    async fn with_one_mail(name: &str) -> Self {
        let scratch = Scratch::new(name).unwrap();
        // 2026-11-21 12:00:00 UTC.
        let clock = Arc::new(Held(AtomicI64::new(1_795_262_400_000_000)));
        let app = App::open(AppOptions {
            database: scratch.database(),
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            master: MasterKey::parse(&MasterKey::generate_text(&SystemRandom)).unwrap(),
            public_url: "https://hospes.example".to_owned(),
            password_cost: PasswordCost { memory_kib: 64, passes: 1, lanes: 1 },
            leaked_passwords: None,
        })
        .await
        .unwrap();
        let tenant = NewTenant {
            display_name: "Fabrikam".to_owned(),
            initial_domain: "fabrikam.example".to_owned(),
            ..NewTenant::default()
        };
        let tenant = create_tenant(&app, tenant).await.unwrap().id;
        let upn = "ines@fabrikam.example".to_owned();
        let inviter = NewMember { upn, roles: vec![Role::GuestInviter], ..NewMember::default() };
        let inviter = create_member(&app, tenant, inviter).await.unwrap();
        let actor = Actor {
            tenant,
            who: Who::User { id: inviter, generation: 1 },
            scopes: [Scope::UserInviteAll].into_iter().collect(),
            client: None,
            grant: None,
            issued_at: clock.now(),
            correlation: None,
            request: None,
        };
        invite(&app, &actor, invitation()).await.unwrap();
        let sink = MailSink::start(0, clock.clone()).await.unwrap();
        Self { app, sink, clock, _scratch: scratch }
    }

    fn worker(&self) -> Worker {
        let mailer = Mailer::new(SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: self.sink.address().port(),
            security: Security::PlainLoopback,
            login: None,
            authority: None,
            patience: Duration::from_millis(300),
        });
        Worker::new(WorkerOptions {
            development: true,
            app: self.app.clone(),
            outbox: Some(Outbox {
                mailer: mailer.unwrap(),
                sender: "invitations@fabrikam.example".to_owned(),
            }),
            random: Arc::new(SystemRandom),
        })
    }

    /// Does everything that is due now.
    async fn work(&self) {
        let (_stop, stopped) = watch::channel(false);
        let worker = Arc::new(self.worker());
        while worker.round(&stopped).await.unwrap() {}
    }

    fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000_000, SeqCst);
    }
}

fn invitation() -> Invite {
    Invite {
        address: Address::parse("jonas@contoso.example").unwrap(),
        named: None,
        reset: false,
        as_type: UserType::Guest,
        display_name: None,
        redirect_url: "https://app.example/".to_owned(),
        message: Message { send: true, ..Message::default() },
        sponsors: Vec::new(),
        client_request_id: None,
        only_if: Precondition::default(),
    }
}

#[tokio::test]
async fn k9_a_mail_that_was_perhaps_sent_comes_again_under_the_same_name() {
    let scene = Scene::with_one_mail("same-name").await;
    scene.sink.behave(Behaviour::HangAfterData);
    scene.work().await;
    assert_eq!(scene.sink.list().len(), 1);
    scene.sink.behave(Behaviour::Accept);
    scene.work().await;
    assert_eq!(scene.sink.list().len(), 1, "not before its time");
    scene.pass(30);
    scene.work().await;
    let mails = scene.sink.list();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].message_id, mails[1].message_id);
    assert!(mails[0].message_id.ends_with("@hospes.example"), "{}", mails[0].message_id);
    scene.pass(24 * 3600);
    scene.work().await;
    assert_eq!(scene.sink.list().len(), 2, "sent is sent");
}

#[tokio::test]
async fn a_mail_that_no_server_will_take_is_given_up_visibly() {
    let scene = Scene::with_one_mail("given-up").await;
    scene.sink.behave(Behaviour::Reject);
    scene.work().await;
    assert_eq!(jobs::counts(&scene.app).await.unwrap(), (0, 1));
}

#[tokio::test]
async fn k15_a_stop_gives_mails_back_and_none_is_lost_or_sent_twice() {
    let scene = Scene::with_one_mail("stop").await;
    let (stop, stopped) = watch::channel(true);
    assert!(Arc::new(scene.worker()).round(&stopped).await.unwrap());
    assert!(scene.sink.list().is_empty());
    assert_eq!(jobs::counts(&scene.app).await.unwrap(), (1, 0), "given back");
    scene.worker().run(stopped).await;
    drop(stop);

    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(scene.worker().run(stopped));
    scene.sink.wait_for(|mail| mail.is_to("jonas@contoso.example")).await;
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(jobs::counts(&scene.app).await.unwrap(), (0, 0));
    assert_eq!(scene.sink.list().len(), 1);
}
