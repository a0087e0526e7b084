//! The ways in which a user proves who it is, as an administrator sees them: plain data that holds no secret. Refuses the
//! account at home of a guest: that is a binding, and goes by a reset only.

use uuid::Uuid;

use crate::time::Time;

/// The id every password has (Graph: passwordAuthenticationMethod).
pub const PASSWORD_ID: Uuid = uuid::uuid!("28c10230-6103-485e-b985-444c60001490");

/// What kind of method it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MethodKind {
    /// The password of a member.
    Password,
    /// An authenticator app (RFC 6238).
    Authenticator,
    /// A passkey (WebAuthn level 3).
    Passkey,
}

impl MethodKind {
    /// The word in audit records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Authenticator => "authenticator",
            Self::Passkey => "passkey",
        }
    }
}

/// One method of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationMethod {
    /// Its id; [`PASSWORD_ID`] for a password.
    pub id: Uuid,
    /// What it is.
    pub kind: MethodKind,
    /// What its owner calls it; a password has no name.
    pub name: Option<String>,
    /// Since when it works; not known for passwords from before that was written down.
    pub added_at: Option<Time>,
    /// When it was used last, as far as that is kept.
    pub used_at: Option<Time>,
}
