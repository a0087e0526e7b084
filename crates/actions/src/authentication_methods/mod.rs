//! How a user signs in, for administrators: what there is, and removing one. Refuses to show a secret, to add anything for
//! somebody else, and to touch the account at home of a guest, which only a reset ends.

mod list;
mod remove;

pub(crate) use list::factors_of;
pub use list::{Methods, list};
pub use remove::remove;
