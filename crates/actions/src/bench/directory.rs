//! Guests by the ten thousand, through the bulk path of the store. Refuses to write a state itself: whoever is to be
//! redeemed proves a mailbox to the domain first.

use hospes_domain::access::UserType;
use hospes_domain::address::Address;
use hospes_domain::guest::Guest;
use hospes_domain::ids::{InvitationId, ObjectId};
use hospes_domain::invitation::{Invitation, InvitationState, Inviter, Kind, LINK_DAYS, Message};
use hospes_domain::proof::{Answer, Counter, Passcode, Purpose, RedemptionFlow, code};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_domain::time::Time;
use hospes_domain::upn;
use hospes_domain::user::{CREATED_BY_INVITATION, Profile, User};
use hospes_store::bulk::{self, Newcomer};
use uuid::Uuid;

use crate::app::App;

/// The directory API with everything the client holds there.
pub const SCOPE: &str = "https://graph.microsoft.com/.default";
/// Guests of one transaction: large enough that the sync no longer weighs, small enough to wait for.
const BATCH: usize = 4000;
/// Any key will do: proof and code are both made here.
const PASSCODE_KEY: &[u8] = b"seeding";

/// How far a seeded guest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuestKind {
    /// Invited, with an open link.
    Pending,
    /// Redeemed, with a binding and a sign-in address.
    Redeemed,
}

/// A guest that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// The object id.
    pub id: ObjectId,
    /// The address it was invited at.
    pub address: Address,
    /// Its invitation.
    pub invitation: InvitationId,
    /// Its sign-in generation.
    pub generation: i64,
}

/// Makes `count` guests of `tenant` with addresses `{name}{number}@{domain}`, numbers filled up with zeros, invited by
/// `inviter`. `kind` says how far each of them is; `told` hears how many there are after each batch.
///
/// # Errors
/// Whatever the store refuses; nothing of that batch is saved.
pub async fn guests(
    app: &App,
    tenant: &Tenant,
    inviter: ObjectId,
    name: &str,
    count: usize,
    kind: fn(usize) -> GuestKind,
    mut told: impl FnMut(usize),
) -> Result<Vec<Seeded>, Refusal> {
    let mut seeded = Vec::new();
    let mut drawn = Drawn::new(app, count);
    let width = count.saturating_sub(1).to_string().len();
    let mut from = 0;
    while from < count {
        let to = count.min(from + BATCH);
        let made = (from..to)
            .map(|number| {
                newcomer(
                    app,
                    tenant,
                    inviter,
                    &format!("{name}{number:0width$}"),
                    (number, kind(number)),
                    drawn.next(),
                )
            })
            .collect::<Result<Vec<_>, _>>()?;
        seeded.extend(made.iter().map(|made| Seeded {
            id: made.user.id(),
            address: made.invitation.address.clone(),
            invitation: made.invitation.id,
            generation: made.user.guest.generation(),
        }));
        let id = tenant.id;
        app.write_quietly(move |tx| Ok(bulk::insert(tx, id, &made)?)).await?;
        from = to;
        told(to);
    }
    Ok(seeded)
}

/// Random ids for all guests, handed out in ascending order: what is read later lies anywhere, as in a directory that
/// grew, but filling one appends to the indexes instead of touching each page of them again and again.
struct Drawn([std::vec::IntoIter<Uuid>; 5]);

impl Drawn {
    fn new(app: &App, count: usize) -> Self {
        Self(std::array::from_fn(|_| {
            let mut ids: Vec<Uuid> = (0..count).map(|_| app.new_id()).collect();
            ids.sort_unstable();
            ids.into_iter()
        }))
    }

    /// User, invitation, ticket, binding and subject of the next guest; there are as many as guests.
    fn next(&mut self) -> [Uuid; 5] {
        self.0.each_mut().map(|ids| ids.next().unwrap_or_default())
    }
}

const FIRST: [&str; 16] = [
    "Ana", "Bruno", "Chiara", "Dario", "Elif", "Farid", "Greta", "Hanna", "Ivo", "Jana", "Karim", "Lena",
    "Milan", "Nadia", "Omar", "Petra",
];
const LAST: [&str; 16] = [
    "Novak", "Rossi", "Silva", "Weber", "Kaya", "Haddad", "Holm", "Berg", "Horvat", "Costa", "Aziz", "Lang",
    "Petrov", "Moreau", "Khan", "Vogel",
];

fn newcomer(
    app: &App,
    tenant: &Tenant,
    inviter: ObjectId,
    local: &str,
    (number, kind): (usize, GuestKind),
    [user, invitation, ticket, binding, subject]: [Uuid; 5],
) -> Result<Newcomer, Refusal> {
    let now = app.now();
    // A few hundred partner organisations, as a directory of guests has them.
    let address =
        Address::parse(&format!("{local}@partner{}.test", number % 400)).map_err(|_| Refusal::Internal)?;
    let (given, last) = (FIRST[number % FIRST.len()], LAST[number / FIRST.len() % LAST.len()]);
    let names = upn::candidate(&address, &tenant.initial_domain, 0);
    let user = User {
        guest: Guest::invite(tenant.id, ObjectId(user), now),
        revision: 1,
        user_type: UserType::Guest,
        creation_type: Some(CREATED_BY_INVITATION.to_owned()),
        upn: names.upn,
        mail_nickname: names.mail_nickname,
        mail: Some(address.clone()),
        other_mails: Vec::new(),
        proxy_addresses: vec![format!("SMTP:{address}")],
        profile: Profile {
            display_name: format!("{given} {last} {number}"),
            given_name: Some(given.to_owned()),
            surname: Some(last.to_owned()),
            company_name: Some(format!("Partner {}", number % 400)),
            ..Profile::default()
        },
        show_in_address_list: false,
        invited_by: Some(inviter),
        created_at: now,
    };
    let invitation = Invitation {
        id: InvitationId(invitation),
        user: user.id(),
        ticket: ticket.into_bytes(),
        link_version: 1,
        kind: Kind::Invite,
        state: InvitationState::Open,
        address,
        redirect_url: "https://myapps.microsoft.com".to_owned(),
        message: Message::default(),
        inviter: Inviter { is_app: true, id: inviter, name: "Automation".to_owned(), mail: None },
        client_request_id: None,
        created_at: now,
        expires_at: now.plus_seconds(LINK_DAYS * 24 * 3600),
    };
    let newcomer = Newcomer { user, invitation };
    if kind == GuestKind::Redeemed { redeemed(app, newcomer, (binding, subject), now) } else { Ok(newcomer) }
}

fn redeemed(
    app: &App,
    mut newcomer: Newcomer,
    (binding, subject): (Uuid, Uuid),
    now: Time,
) -> Result<Newcomer, Refusal> {
    let generation = newcomer.user.guest.generation();
    let mut flow = proven_flow(app, &newcomer.invitation, generation, subject, now)?;
    let identity = flow.finish(&newcomer.invitation.address, generation, now)?;
    newcomer.user.guest.accept(identity, binding, now)?;
    newcomer.user.revision += 1;
    newcomer.invitation.state = InvitationState::Used;
    Ok(newcomer)
}

/// A flow of a guest whose mailbox was proven with a code.
pub(super) fn proven_flow(
    app: &App,
    invitation: &Invitation,
    generation: i64,
    subject: Uuid,
    now: Time,
) -> Result<RedemptionFlow, Refusal> {
    let mut flow = RedemptionFlow::open(app.new_id(), invitation.id, invitation.user, generation, now);
    let (id, address) = (flow.record().id, invitation.address.clone());
    let mut passcode = Passcode::new(app.new_id(), Purpose::Redeem, id, address, now);
    let digits = code(PASSCODE_KEY, passcode.record().id);
    match passcode.try_code(PASSCODE_KEY, &digits, id, Purpose::Redeem, &mut Counter::default(), now) {
        Answer::Right(proof) => flow.prove(proof, subject, now),
        Answer::No(refusal) => return Err(refusal),
    }
    Ok(flow)
}
