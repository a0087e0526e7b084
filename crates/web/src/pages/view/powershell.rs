//! How PowerShell is connected. Refuses placeholders where it knows better: what stands here works as it is.

use askama::Template;

use super::Frame;

/// The two lines, and what else there is to know before them.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/powershell.html")]
pub struct PowerShell {
    /// Page frame.
    pub frame: Frame,
    /// The public address, without a slash at the end.
    pub base_url: String,
    /// Address of the feed with the module.
    pub feed: String,
    /// Address of the feed with the familiar names.
    pub familiar: String,
    /// Name and domain of the organisation, once it is known.
    pub organisation: Option<(String, String)>,
    /// The organisation somebody typed.
    pub typed: String,
    /// Why that is none.
    pub error: Option<String>,
}

#[cfg(test)]
pub(super) fn samples(mark: &str) -> Vec<(&'static str, String)> {
    use super::samples::{DEVELOPMENT, FRAME, shown, typed};
    let base = "https://guests.fabrikam.example";
    let known = PowerShell {
        frame: FRAME,
        base_url: base.to_owned(),
        feed: format!("{base}/powershell/api/v2"),
        familiar: format!("{base}/powershell/familiar/api/v2"),
        organisation: Some((typed("Fabrikam", mark), "fabrikam.example".to_owned())),
        typed: String::new(),
        error: None,
    };
    let asked = PowerShell { organisation: None, frame: DEVELOPMENT, ..known.clone() };
    let refused = PowerShell {
        typed: typed("fabricam.example", mark),
        error: Some(typed("No organisation on this server has that domain.", mark)),
        ..asked.clone()
    };
    vec![
        ("powershell", shown(&known)),
        ("powershell-asked", shown(&asked)),
        ("powershell-refused", shown(&refused)),
    ]
}
