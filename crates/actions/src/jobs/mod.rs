//! Work for later, from the worker's side: lease, prepare, finish. Links and codes are derived here,
//! at the last moment. Refuses to prepare what has lost its point: those jobs are dropped.

pub(crate) mod kinds;
mod prepare;

use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::News;
use hospes_domain::time::Time;
use hospes_store::jobs as rows;

use crate::app::App;

pub use kinds::AccountChange;
pub use prepare::prepare;
pub(crate) use prepare::{About, about};

/// How long a worker may take for what it leased, in seconds.
pub const LEASE_SECONDS: i64 = 60;

/// A leased job. What is in it is for [`prepare()`] and [`finish()`] only.
#[derive(Clone, Debug)]
pub struct Leased {
    job: rows::Job,
}

impl Leased {
    /// How often it was tried before.
    pub fn attempts(&self) -> u32 {
        self.job.attempts
    }

    /// The kind, for logs.
    pub fn kind(&self) -> &str {
        &self.job.kind
    }

    /// What is sent, in a word for logs.
    pub fn what(&self) -> &'static str {
        match self.job.kind.as_str() {
            kinds::BACK_CHANNEL_LOGOUT => "logout notice",
            kinds::CHANGE_NOTIFICATION | kinds::LIFECYCLE_NOTIFICATION => "change notification",
            _ => "mail",
        }
    }

    /// The tenant and the data of the kind, for those who prepare it.
    pub(crate) fn of(&self) -> (TenantId, &str) {
        (self.job.tenant, &self.job.data)
    }

    /// When it was enqueued.
    pub fn created_at(&self) -> Time {
        self.job.created_at
    }
}

/// A mail to render and send.
#[derive(Clone)]
pub struct Mail {
    /// Where to: a copy taken when the job was made.
    pub to: Address,
    /// Stable over retries (threats K9): the job's id.
    pub message_id: String,
    /// When the cause happened.
    pub created_at: Time,
    /// The language asked for.
    pub language: Option<String>,
    /// What it says.
    pub content: MailContent,
}

/// The organisation a mail speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Its initial domain.
    pub domain: String,
    /// Its privacy statement.
    pub privacy_url: Option<String>,
}

/// What a mail says. No `Debug`: it may carry a link or a code.
#[derive(Clone)]
pub enum MailContent {
    /// The invitation.
    Invitation {
        /// Who invites.
        host: Host,
        /// The inviting person; `None` for an application.
        inviter: Option<String>,
        /// The person's address, for Reply-To.
        inviter_mail: Option<String>,
        /// The inviter's words (also when an application invites).
        message: Option<String>,
        /// The personal link.
        link: String,
        /// Where it leads, as a host name; `None` for My Apps.
        lands_at: Option<String>,
        /// End of the link's life.
        until: Time,
        /// This follows a reset: the guest has been here before.
        again: bool,
    },
    /// In place of the invitation, where both organisations have agreed that their people are asked nothing
    /// (reference/redemption.md section 1, "Automatic redemption").
    InvitationNotice {
        /// Who invites.
        host: Host,
        /// Name of the organisation where the guest signs in.
        home: String,
        /// The inviting person; `None` for an application.
        inviter: Option<String>,
        /// The person's address, for Reply-To.
        inviter_mail: Option<String>,
        /// The inviter's words.
        message: Option<String>,
        /// The personal link.
        link: String,
        /// Where it leads, as a host name; `None` for My Apps.
        lands_at: Option<String>,
        /// End of the link's life.
        until: Time,
    },
    /// The copy without the link (threats I5).
    InvitationCopy {
        /// Who invites.
        host: Host,
        /// The inviting person; `None` for an application.
        inviter: Option<String>,
        /// The inviter's words.
        message: Option<String>,
        /// The invited address.
        guest: String,
        /// Where it leads, as a host name; `None` for My Apps.
        lands_at: Option<String>,
        /// End of the invitation's life.
        until: Time,
    },
    /// A passcode.
    Passcode {
        /// Who asks.
        host: Host,
        /// The digits.
        code: String,
        /// End of the code's life.
        until: Time,
    },
    /// To an old address: your sign-in at the host has ended. Never names the new one.
    ResetNotice {
        /// Where.
        host: Host,
    },
    /// To a known address: one more address may sign in.
    AddressAdded {
        /// Where.
        host: Host,
        /// The added address, masked.
        added: String,
    },
    /// To a member: something changed about the way the account signs in.
    AccountNotice {
        /// Whose account it is.
        host: Host,
        /// What changed.
        change: AccountChange,
    },
    /// To the owner of a second factor: what became of it.
    SecurityNotice {
        /// Where.
        host: Host,
        /// What.
        news: News,
    },
}

/// How a leased job ended this time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Sent.
    Done,
    /// Not sent: it has lost its point.
    Pointless,
    /// Try again at that instant; the reason names no secret.
    Again(Time, String),
    /// Given up, visibly.
    Abandoned(String),
}

/// What a worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Everything.
    All,
    /// Everything but mails: there is no server to take them, so they wait.
    ButMails,
}

/// Leases up to `most` due jobs.
pub async fn lease(app: &App, most: u32) -> Result<Vec<Leased>, Refusal> {
    lease_of(app, Work::All, most).await
}

/// The same for a worker that does no more than that.
pub async fn lease_of(app: &App, work: Work, most: u32) -> Result<Vec<Leased>, Refusal> {
    let kinds: &[&str] = match work {
        Work::All => &[],
        Work::ButMails => &kinds::NO_MAIL,
    };
    app.write_quietly(move |tx| {
        let leased = rows::lease_of(tx, kinds, most.into(), LEASE_SECONDS)?;
        Ok(leased.into_iter().map(|job| Leased { job }).collect())
    })
    .await
}

/// Whether any such work is due now; cheap, so that an idle worker writes nothing.
pub async fn is_due(app: &App, work: Work) -> Result<bool, Refusal> {
    let now = app.now();
    let (sql, params) = match work {
        Work::All => (rows::DUE, vec![now.into(), now.into(), now.into()]),
        Work::ButMails => {
            let [one, two, three] = kinds::NO_MAIL;
            let params = vec![now.into(), one.into(), two.into(), three.into(), now.into(), now.into()];
            (rows::DUE_OF_KINDS, params)
        }
    };
    Ok(app.get(sql, params, |row| row.id(0)).await?.is_some())
}

/// Records how a job ended; `false` when its lease was lost meanwhile.
pub async fn finish(app: &App, leased: Leased, end: End) -> Result<bool, Refusal> {
    let end = match end {
        End::Done => rows::JobEnd::Done,
        End::Pointless => rows::JobEnd::Dropped("what it is about was used, replaced or is over".to_owned()),
        End::Again(at, why) => rows::JobEnd::Again(at, why),
        End::Abandoned(why) => rows::JobEnd::Abandoned(why),
    };
    app.write_quietly(move |tx| Ok(rows::finish(tx, &leased.job, &end)?)).await
}

/// Rows of a table that one sweep removes at most; a few milliseconds of the writer's time.
const SWEPT_AT_ONCE: usize = 500;

/// Removes rows whose time is over, and what cannot be restored any more; whether there may be more.
pub async fn sweep(app: &App) -> Result<bool, Refusal> {
    let rows = app.write_quietly(|tx| Ok(hospes_store::sweep::sweep(tx, SWEPT_AT_ONCE)?)).await?;
    Ok(crate::deleted_items::purge::purge_due(app).await? || rows)
}

/// How many jobs wait, and how many were given up.
pub async fn counts(app: &App) -> Result<(i64, i64), Refusal> {
    app.read(|tx| Ok((rows::count(tx, "waiting")?, rows::count(tx, "abandoned")?))).await
}
