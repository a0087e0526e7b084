//! The original's published limits, where an operator or developer wants them to hold (reference/graph-conventions.md
//! section 6): which request costs what, and who has used up how much. Off unless asked for; `x-ms-resource-unit` is told
//! all the same. Kept in memory and bounded. Refuses before anything is read or written, and takes nothing from who waits.

mod buckets;
mod price;

use hospes_actions::users::tenant_size;
use hospes_domain::access::Actor;
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::throttling::{Counted, Part, Price, Share, Size};
use hospes_domain::time::Time;
use http::StatusCode;

pub use buckets::Buckets;
pub(super) use price::price;

use super::reply::Reply;
use crate::Web;

/// From this share of a limit on, in hundredths, the answer says how much of it is used.
const TOLD_FROM: u32 = 80;
/// The most it says.
const TOLD_MOST: u32 = 180;

/// What an answer says about limits.
#[derive(Debug, Default)]
pub(super) struct Toll {
    units: Option<u32>,
    used: Option<u32>,
    refused: Option<(String, &'static str)>,
    /// The scope of a limit that always holds: that of invitations is the organisation's, all applications together.
    always: Option<String>,
}

impl Toll {
    /// Takes what a request costs from every bucket it comes under, or nothing.
    pub(super) async fn pay(&mut self, web: &Web, actor: &Actor, price: Price) -> Result<(), Refusal> {
        self.units = Some(price.units);
        self.always =
            (price.part == Part::Invitations).then(|| scope_of(Share::Tenant, Counted::Requests, actor));
        if !web.options.throttling {
            return Ok(());
        }
        let now = web.app.now();
        let size = if let Some(size) = web.buckets.size(actor.tenant, now) {
            size
        } else {
            let size = tenant_size(&web.app, actor.tenant).await?;
            web.buckets.know(actor.tenant, size, now);
            size
        };
        let paid = web.buckets.take(actor, price, size, now);
        self.used = Some(paid.used).filter(|used| *used >= TOLD_FROM);
        let Some((rule, retry_after_seconds)) = paid.refused else { return Ok(()) };
        self.refused = Some((scope_of(rule.share, rule.counted, actor), information(rule.counted)));
        Err(Refusal::TooMany { retry_after_seconds })
    }

    /// The answer with what it cost.
    pub(super) fn onto(self, mut reply: Reply) -> Reply {
        if let Some(units) = self.units {
            reply = reply.with("x-ms-resource-unit", units.to_string());
        }
        if let Some(used) = self.used {
            let used = used.min(TOLD_MOST);
            reply = reply.with("x-ms-throttle-limit-percentage", format!("{}.{:02}", used / 100, used % 100));
        }
        let always = self.always.filter(|_| reply.is(StatusCode::TOO_MANY_REQUESTS));
        let refused = self.refused.or(always.map(|scope| (scope, information(Counted::Requests))));
        if let Some((scope, information)) = refused {
            reply = reply.with("x-ms-throttle-scope", scope).with("x-ms-throttle-information", information);
        }
        reply
    }
}

/// `{whom}/{what}/{application}/{tenant}`
fn scope_of(share: Share, counted: Counted, actor: &Actor) -> String {
    let whom = match share {
        Share::Application => "Application",
        Share::ApplicationInTenant => "Tenant_Application",
        Share::Tenant => "Tenant",
    };
    let what = if counted == Counted::Writes { "Write" } else { "ReadWrite" };
    let client = actor.client.map(|client| client.to_string()).unwrap_or_default();
    format!("{whom}/{what}/{client}/{}", actor.tenant)
}

fn information(counted: Counted) -> &'static str {
    match counted {
        Counted::Writes => "WriteLimitExceeded",
        Counted::Units | Counted::Requests => "ResourceUnitLimitExceeded",
    }
}

/// The size of a tenant counts for so long before it is looked at again.
const SIZE_SECONDS: i64 = 60;

impl Buckets {
    /// How big a tenant was a moment ago.
    fn size(&self, tenant: TenantId, now: Time) -> Option<Size> {
        self.known(tenant).filter(|(_, at)| now.seconds_since(*at) < SIZE_SECONDS).map(|(size, _)| size)
    }
}
