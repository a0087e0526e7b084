//! After a redemption in a browser in which somebody else was signed in: the apps of that person hear that the session is
//! over. Refuses to say who that was.

use askama::Template;

use super::Frame;

/// Somebody took over a browser in which somebody else was signed in. Leads on by itself when the apps of that person had
/// time to hear of it.
#[derive(Clone, Template)]
#[template(path = "pages/taken_over.html")]
pub struct TakenOver {
    /// Page frame.
    pub frame: Frame,
    /// A path on this server.
    pub to: String,
    /// Addresses of apps that hear of the sign-out in a frame.
    pub frames: Vec<String>,
}

#[cfg(test)]
pub(super) fn samples() -> Vec<(&'static str, String)> {
    use super::samples::{FRAME, shown};
    let frames = vec!["https://portal.example/out?sid=1".to_owned()];
    let page = TakenOver { frame: FRAME, to: "/fabrikam.example/redeem/done".to_owned(), frames };
    vec![("taken-over", shown(&page))]
}
