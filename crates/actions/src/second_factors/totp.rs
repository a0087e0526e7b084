//! Authenticator apps (RFC 6238): six digits, SHA-1, thirty seconds, one step of skew, which is what every app
//! understands. Refuses to keep a secret that nobody has shown to hold: until the first code it travels sealed in the form,
//! good for one person in one place for an hour.

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::{Factor, Kind, MOST_NAME, is_unused, read_totp};
use hospes_domain::time::Time;
use hospes_store::second_factors::StoredFactor;
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::app::App;
use crate::keys::TenantKeys;
use crate::random;

/// What the sealed secret of a form is sealed for.
const DRAFT: &str = "authenticator";
/// How long a secret waits for its first code, in seconds.
const DRAFT_SECONDS: i64 = 3600;
const SECRET_BYTES: usize = 20;

fn app_of(secret: &[u8], issuer: &str, account: &str) -> Result<Totp, Refusal> {
    // A colon parts the two in the address that apps read.
    let [issuer, account] = [issuer, account].map(|text| text.replace(':', " "));
    Builder::new()
        .with_secret(Secret::from(secret))
        .with_issuer(Some(issuer))
        .with_account_name(account)
        .build()
        .map_err(|error| {
            tracing::error!(%error, "the secret of an authenticator cannot be used");
            Refusal::Internal
        })
}

/// The time step of a code that is right now or one step aside; `None` for a wrong one.
fn step_of(secret: &[u8], typed: &str, now: Time) -> Option<i64> {
    let digits = read_totp(typed)?;
    let seconds = u64::try_from(now.seconds()).ok()?;
    let step = app_of(secret, "Hospes", "Hospes").ok()?.check(&digits, seconds)?;
    i64::try_from(step).ok()
}

/// The step of a typed code, if it is right for that factor and newer than the one used last.
pub(crate) fn is_right(
    keys: &TenantKeys,
    stored: &StoredFactor,
    typed: &str,
    now: Time,
) -> Result<Option<i64>, Refusal> {
    let secret = keys.open_factor(stored.factor.id, &stored.secret).map_err(|error| {
        tracing::error!(%error, factor = %stored.factor.id, "the secret of a second factor cannot be opened");
        Refusal::Internal
    })?;
    Ok(step_of(&secret, typed, now).filter(|step| is_unused(*step, stored.last_step)))
}

/// What somebody needs to set an authenticator app up. No `Debug`: it holds the secret.
#[derive(Clone)]
pub struct Enrolment {
    /// The address a QR code shows (`otpauth:`).
    pub url: Zeroizing<String>,
    /// The secret to type, in groups of four.
    pub secret: Zeroizing<String>,
    /// The sealed secret, for the form.
    pub sealed: String,
}

/// A secret that waits for its first code. No `Debug`: it holds the secret.
#[derive(Clone)]
pub(crate) struct Draft {
    secret: Zeroizing<Vec<u8>>,
    user: ObjectId,
    place: Uuid,
    until: Time,
}

impl Draft {
    /// A new secret for that person; `place` is the sign-in or session it is good in.
    pub(crate) fn draw(app: &App, user: ObjectId, place: Uuid) -> Self {
        let secret = Zeroizing::new(random::bytes::<SECRET_BYTES>(app.random()).to_vec());
        Self { secret, user, place, until: app.now().plus_seconds(DRAFT_SECONDS) }
    }

    /// The secret of a form.
    pub(crate) fn open(app: &App, tenant: TenantId, sealed: &str) -> Option<Self> {
        let bytes = app.keys(tenant)?.open_cookie(DRAFT, sealed)?;
        let (secret, rest) = bytes.split_at_checked(SECRET_BYTES)?;
        let (user, rest) = rest.split_at_checked(16)?;
        let (place, until) = rest.split_at_checked(16)?;
        Some(Self {
            secret: Zeroizing::new(secret.to_vec()),
            user: ObjectId(Uuid::from_slice(user).ok()?),
            place: Uuid::from_slice(place).ok()?,
            until: Time(i64::from_be_bytes(until.try_into().ok()?)),
        })
    }

    /// What the page shows; `host` and `account` are what the app will show.
    pub(crate) fn shown(
        &self,
        app: &App,
        tenant: TenantId,
        host: &str,
        account: &str,
    ) -> Result<Enrolment, Refusal> {
        let totp = app_of(&self.secret, host, account)?;
        let bytes = Zeroizing::new(
            [
                self.secret.as_slice(),
                self.user.0.as_bytes(),
                self.place.as_bytes(),
                &self.until.0.to_be_bytes(),
            ]
            .concat(),
        );
        let plain = Zeroizing::new(totp.secret().to_base32());
        let groups: Vec<&str> = (0..plain.len()).step_by(4).filter_map(|at| plain.get(at..at + 4)).collect();
        Ok(Enrolment {
            url: Zeroizing::new(totp.to_url().map_err(|_| Refusal::Internal)?),
            secret: Zeroizing::new(groups.join(" ")),
            sealed: app.tenant_keys(tenant)?.seal_cookie(DRAFT, &bytes, app.random()),
        })
    }

    /// For whom it was drawn.
    pub(crate) fn user(&self) -> ObjectId {
        self.user
    }

    /// Whether it was drawn for that person in that place, and is not too old.
    pub(crate) fn is_for(&self, user: ObjectId, place: Uuid, now: Time) -> bool {
        self.user == user && self.place == place && now < self.until
    }

    /// The factor it becomes, if the code is right. Its code counts as used.
    pub(crate) fn confirmed(&self, new: &Naming, typed: &str, now: Time) -> Result<StoredFactor, Refusal> {
        let step = step_of(&self.secret, typed, now).ok_or_else(|| {
            let remedy = "Type the six digits that the app shows now. If they do not fit, check the clock of your phone.";
            Refusal::invalid("code", "The code is not the one this secret makes now.", remedy)
        })?;
        let factor = Factor {
            id: new.id,
            kind: Kind::Totp,
            name: new.name.clone(),
            added_at: now,
            used_at: Some(now),
        };
        Ok(StoredFactor { factor, secret: new.sealed.clone(), last_step: Some(step) })
    }

    /// Names the factor to be, and seals the secret for it.
    pub(crate) fn named(&self, app: &App, tenant: TenantId, name: &str) -> Result<Naming, Refusal> {
        let name = name.trim();
        if name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
            let remedy = format!("Give at most {MOST_NAME} characters in one line.");
            return Err(Refusal::invalid("name", "The name cannot be used.", remedy));
        }
        let (id, name) = (app.new_id(), if name.is_empty() { "Authenticator app" } else { name });
        let sealed = app.tenant_keys(tenant)?.seal_factor(id, &self.secret, app.random());
        Ok(Naming { id, name: name.to_owned(), sealed })
    }
}

/// What a factor to be is called and how its secret is stored. No `Debug`: nothing to show.
#[derive(Clone)]
pub(crate) struct Naming {
    id: Uuid,
    name: String,
    sealed: Vec<u8>,
}

/// The code an app with that secret shows at that instant, for tests and the demo.
pub fn code_at(secret_as_typed: &str, now: Time) -> Option<String> {
    let plain: String = secret_as_typed.chars().filter(|c| !c.is_whitespace()).collect();
    let totp = Builder::new().with_secret(Secret::try_from_base32(plain).ok()?).build().ok()?;
    Some(totp.generate(u64::try_from(now.seconds()).ok()?).to_string())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const STEP_SECONDS: i64 = 30;
    /// RFC 6238 appendix B, the last six of the eight digits.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (2_000_000_000, "279037")]
        {
            let now = Time(seconds * 1_000_000);
            assert_eq!(step_of(SECRET, code, now), Some(seconds / STEP_SECONDS), "{code}");
            for (aside, fits) in [(30, true), (-30, true), (60, false), (-60, false)] {
                let there = step_of(SECRET, code, now.plus_seconds(aside)).is_some();
                assert_eq!(there, fits, "{code} {aside} seconds aside");
            }
        }
        assert_eq!(step_of(SECRET, "287083", Time(59_000_000)), None);
        assert_eq!(step_of(SECRET, "94287082", Time(59_000_000)), None, "eight digits are another kind");
    }

    #[test]
    fn an_app_reads_host_and_account_from_the_address() {
        let url = app_of(SECRET, "Fabrikam: Host", "ana@contoso.example").unwrap().to_url().unwrap();
        assert!(url.starts_with("otpauth://totp/Fabrikam"), "{url}");
        assert!(url.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{url}");
        assert!(!url.to_lowercase().contains("digits") || url.contains("digits=6"), "{url}");
    }
}
