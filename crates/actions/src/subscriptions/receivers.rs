//! Whether an address wants to be told: it has to answer a post with the token in it (the original's handshake). Refuses to
//! know how to post: that is the program's, which knows the network.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// An answer on its way; an error says why there is none, in a sentence for whoever made the subscription.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// How addresses are asked.
pub trait Receive: fmt::Debug + Send + Sync {
    /// Posts `validationToken` to the address and waits, ten seconds at most, for an answer that is the token.
    fn answers<'a>(&'a self, url: &'a str, token: &'a str) -> Answering<'a>;
}

/// The way of this server to ask addresses.
#[derive(Clone, Debug)]
pub struct Receivers(Arc<dyn Receive>);

impl Receivers {
    /// That way.
    pub fn by(way: impl Receive + 'static) -> Self {
        Self(Arc::new(way))
    }

    pub(super) async fn answer(&self, url: &str, token: &str) -> Result<(), String> {
        self.0.answers(url, token).await
    }
}

impl Default for Receivers {
    /// Nobody is asked, so nobody answers.
    fn default() -> Self {
        Self::by(Nobody)
    }
}

#[derive(Debug)]
struct Nobody;

impl Receive for Nobody {
    fn answers<'a>(&'a self, _: &'a str, _: &'a str) -> Answering<'a> {
        Box::pin(async { Err("This server posts to nobody.".to_owned()) })
    }
}
