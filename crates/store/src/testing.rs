//! What tests of tables across tenants share: a database with two tenants in it, and somebody to put there. Refuses to be part of the program.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use hospes_domain::access::{InvitePolicy, UserType};
use hospes_domain::guest::Guest;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_domain::time::{Clock, Time};
use hospes_domain::user::{Profile, User};
use uuid::Uuid;

use crate::engine::{Db, ReadTx, Scratch, StoreError, Verdict, WriteTx};
use crate::tenants;

/// The tenant of `here.example`.
pub const HERE: TenantId = TenantId(Uuid::from_u128(1));
/// The tenant of `there.example`.
pub const THERE: TenantId = TenantId(Uuid::from_u128(2));

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time(5_000_000)
    }
}

/// A database with both tenants; it goes when the scratch is dropped.
pub async fn two_tenants(name: &str) -> (Db, Scratch) {
    let scratch = Scratch::new(name).unwrap();
    let db = Db::open(scratch.options(Arc::new(Still))).unwrap();
    for (id, domain) in [(HERE, "here.example"), (THERE, "there.example")] {
        let tenant = Tenant {
            id,
            display_name: domain.to_owned(),
            initial_domain: domain.to_owned(),
            domains: vec![domain.to_owned()],
            guests: hospes_domain::policy::GuestPolicy::default(),
            invites: InvitePolicy::default(),
            privacy_url: None,
            created_at: Time(1),
        };
        assert!(done(&db, move |tx| tenants::insert(tx, &tenant)).await);
    }
    (db, scratch)
}

/// What a writing closure gives.
pub async fn done<T: Send + 'static>(
    db: &Db,
    mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    let verdict: Verdict<T> = db.write(move |tx| f(tx).map(Verdict::Done)).await.unwrap();
    let result: Result<T, Refusal> = verdict.into_result();
    result.unwrap()
}

/// What a reading closure gives.
pub async fn read<T: Send + 'static>(
    db: &Db,
    f: impl FnMut(&mut ReadTx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    db.read(f).await.unwrap()
}

/// A member of that id and name.
pub fn member(tenant: TenantId, id: ObjectId, name: &str) -> User {
    User {
        guest: Guest::internal(tenant, id, Time(1)),
        revision: 1,
        user_type: UserType::Member,
        creation_type: None,
        upn: format!("{name}@fabrikam.example"),
        mail_nickname: name.to_owned(),
        mail: None,
        other_mails: Vec::new(),
        proxy_addresses: Vec::new(),
        profile: Profile { display_name: name.to_owned(), ..Profile::default() },
        show_in_address_list: true,
        invited_by: None,
        created_at: Time(1),
    }
}
