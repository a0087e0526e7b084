//! Sends what waits in the jobs table: leases, renders, hands to the mail server, posts to servers, records the end; sweeps
//! what is over; and turns signing keys. Without a mail server it does all of that but mails, which wait. Refuses to take
//! more than it can finish within a lease, so that no other worker ever sends the same mail beside it (threats K7);
//! a stop lets mails that are on their way arrive, and gives the others back (K15).

mod back_channel;
mod backoff;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use hospes_actions::app::App;
use hospes_actions::jobs::{self, End, Leased, Work};
use hospes_actions::logout::{self, Notice};
use hospes_actions::random::{self, Random};
use hospes_actions::rotation;
use hospes_actions::subscriptions::{self, Post};
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;
use hospes_web::mail::{Letter, render};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::outgoing::{self, Undelivered};
use crate::smtp::{Mailer, OutgoingMail, SendOutcome};

/// Leased and sent at the same time. Each takes at most the mailer's patience, which must stay below the lease.
const AT_ONCE: u32 = 8;
/// A worker that heard nothing looks this often: for retries that came due, and for jobs of another process.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Seconds between two sweeps. What is over is worth nothing anyway; this only keeps the database small.
const SWEEP_EVERY: i64 = 600;

/// How mails go out.
pub struct Outbox {
    /// Where to.
    pub mailer: Mailer,
    /// The address in `From`.
    pub sender: String,
}

/// What a worker needs.
pub struct WorkerOptions {
    /// The application whose jobs it does.
    pub app: App,
    /// Without one mails wait, and everything else is done.
    pub outbox: Option<Outbox>,
    /// Development mode: applications on this machine may be told of sign-outs.
    pub development: bool,
    /// Spreads retries.
    pub random: Arc<dyn Random>,
}

/// The job worker of this process.
pub struct Worker {
    options: WorkerOptions,
    /// The right side of every Message-ID: the host of the public address.
    host: String,
}

impl Worker {
    /// A worker that has not begun.
    pub fn new(options: WorkerOptions) -> Self {
        let public = url::Url::parse(options.app.public_url()).ok();
        let host = public.as_ref().and_then(url::Url::host_str).unwrap_or("localhost").to_owned();
        Self { options, host }
    }

    /// Works until `stop` turns true or its sender is gone.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let worker = Arc::new(self);
        let (mut sweep_at, mut keys_at) = (Time(i64::MIN), Time(i64::MIN));
        while !*stop.borrow() {
            if worker.options.app.now() >= sweep_at {
                sweep_at = worker.sweep().await;
            }
            if worker.options.app.now() >= keys_at {
                keys_at = worker.tend_keys().await;
            }
            match worker.round(&stop).await {
                // More may be due than one lease takes.
                Ok(true) => continue,
                Ok(false) => {}
                Err(refusal) => tracing::warn!(refusal = refusal.name(), "the jobs cannot be read now"),
            }
            tokio::select! {
                () = worker.options.app.work_arrived() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
                stopped = stop.wait_for(|stop| *stop) => {
                    let _ = stopped;
                    break;
                }
            }
        }
    }

    /// Turns signing keys whose time has come, and takes up what other processes have turned; when to look again.
    async fn tend_keys(&self) -> Time {
        let app = &self.options.app;
        if let Err(refusal) = rotation::tend(app).await {
            tracing::warn!(refusal = refusal.name(), "the signing keys cannot be looked at now");
        }
        app.now().plus_seconds(rotation::LOOK_EVERY_SECONDS)
    }

    /// Removes what is over; when to do it again.
    async fn sweep(&self) -> Time {
        let app = &self.options.app;
        if let Err(refusal) = subscriptions::warn(app).await {
            tracing::warn!(refusal = refusal.name(), "receivers cannot be warned now");
        }
        let wait = match jobs::sweep(app).await {
            Ok(true) => 0,
            Ok(false) => SWEEP_EVERY,
            Err(refusal) => {
                tracing::warn!(refusal = refusal.name(), "what is over cannot be removed now");
                SWEEP_EVERY
            }
        };
        app.now().plus_seconds(wait)
    }

    /// What this worker does.
    fn work(&self) -> Work {
        if self.options.outbox.is_some() { Work::All } else { Work::ButMails }
    }

    /// Does what is due now; whether there was anything.
    async fn round(self: &Arc<Self>, stop: &watch::Receiver<bool>) -> Result<bool, Refusal> {
        let app = &self.options.app;
        // What changed becomes jobs first, so that this round sends them.
        while subscriptions::dispatch(app).await? {}
        if !jobs::is_due(app, self.work()).await? {
            return Ok(false);
        }
        let leased = jobs::lease_of(app, self.work(), AT_ONCE).await?;
        let any = !leased.is_empty();
        let mut running = JoinSet::new();
        for job in leased {
            let (worker, stopping) = (Arc::clone(self), *stop.borrow());
            running.spawn(async move {
                let kind = job.kind().to_owned();
                // Given back untouched: nothing was sent, so the next process may do it at once.
                let end = if stopping {
                    End::Again(worker.options.app.now(), "the server stopped".to_owned())
                } else {
                    worker.end_of(&job).await
                };
                worker.record(job, &kind, end).await;
            });
        }
        while let Some(joined) = running.join_next().await {
            if joined.is_err() {
                tracing::error!("a job failed by itself; it is tried again when its lease is over");
            }
        }
        Ok(any)
    }

    async fn end_of(&self, job: &Leased) -> End {
        let app = &self.options.app;
        match logout::notice(app, job).await {
            Ok(Some(notice)) => return self.told(job, &notice).await,
            Ok(None) => {}
            Err(refusal) => {
                return self.again(job, format!("the notice could not be prepared: {}", refusal.name()));
            }
        }
        match subscriptions::post(app, job).await {
            Ok(Some(post)) => return self.posted(job, &post).await,
            Ok(None) => {}
            Err(refusal) => {
                return self.again(job, format!("the post could not be prepared: {}", refusal.name()));
            }
        }
        match jobs::prepare(app, job).await {
            Ok(Some(mail)) => match render(&mail) {
                Ok(letter) => self.mailed(job, &mail, letter).await,
                // Formatting into a string fails for no reason that time would mend.
                Err(_) => End::Abandoned("the mail could not be written".to_owned()),
            },
            Ok(None) => End::Pointless,
            Err(refusal) => self.again(job, format!("the mail could not be prepared: {}", refusal.name())),
        }
    }

    /// Hands a mail to the mail server.
    async fn mailed(&self, job: &Leased, mail: &jobs::Mail, letter: Letter) -> End {
        // Mails are not leased without one.
        let Some(outbox) = &self.options.outbox else {
            return self.again(job, "there is no mail server".to_owned());
        };
        let letter = self.outgoing(outbox, mail, letter);
        match outbox.mailer.send(&letter, self.options.app.now()).await {
            SendOutcome::Sent => End::Done,
            SendOutcome::Retry { reason } => self.again(job, reason),
            SendOutcome::GiveUp { reason } => End::Abandoned(reason),
        }
    }

    /// Tells an application that a session has ended.
    async fn told(&self, job: &Leased, notice: &Notice) -> End {
        match back_channel::deliver(notice, self.options.development).await {
            Ok(()) => End::Done,
            Err(Undelivered::Later(reason)) => self.again(job, reason),
            Err(Undelivered::Never(reason)) => End::Abandoned(reason),
        }
    }

    /// Tells a receiver what changed.
    async fn posted(&self, job: &Leased, post: &Post) -> End {
        let end = match outgoing::tell(post, self.options.development).await {
            Ok(()) => return End::Done,
            Err(Undelivered::Later(reason)) => self.again(job, reason),
            Err(Undelivered::Never(reason)) => End::Abandoned(reason),
        };
        let until = job.created_at().plus_seconds(subscriptions::TOLD_SECONDS);
        let end = match end {
            End::Again(at, reason) if at >= until => End::Abandoned(reason),
            end => end,
        };
        if matches!(end, End::Abandoned(_))
            && let Err(refusal) = subscriptions::missed(&self.options.app, job).await
        {
            tracing::warn!(refusal = refusal.name(), "a receiver cannot be told that it missed something");
        }
        end
    }

    fn again(&self, job: &Leased, reason: String) -> End {
        let roll = u16::from_be_bytes(random::bytes(&*self.options.random));
        let delay = backoff::delay_seconds(job.attempts(), roll);
        End::Again(self.options.app.now().plus_seconds(delay), reason)
    }

    async fn record(&self, job: Leased, kind: &str, end: End) {
        let what = job.what();
        match &end {
            End::Done => tracing::debug!(kind, "job done"),
            End::Pointless => tracing::debug!(kind, "job without a point"),
            End::Again(_, reason) => {
                tracing::warn!(kind, reason, attempts = job.attempts(), "{what} not sent yet");
            }
            End::Abandoned(reason) => tracing::error!(kind, reason, "{what} given up"),
        }
        match jobs::finish(&self.options.app, job, end).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(kind, "a job took longer than its lease"),
            Err(refusal) => {
                tracing::error!(kind, refusal = refusal.name(), "the end of a job was not recorded");
            }
        }
    }

    fn outgoing(&self, outbox: &Outbox, mail: &jobs::Mail, letter: Letter) -> OutgoingMail {
        OutgoingMail {
            from_name: letter.from_name,
            from_address: outbox.sender.clone(),
            reply_to: letter.reply_to,
            to: mail.to.to_string(),
            message_id: format!("{}@{}", mail.message_id, self.host),
            subject: letter.mail.subject,
            text: letter.mail.text,
            html: letter.mail.html,
            auto_submitted: true,
            list_unsubscribe: None,
        }
    }
}
