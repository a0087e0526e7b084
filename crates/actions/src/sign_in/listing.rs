//! What a page of consent lists, with a digest of it that the page's form brings back together with the person it named:
//! what is granted is what was read (threats E2), and only for who has read it (F13). Refuses to be the source of a grant:
//! the verbs grant what is asked for in their transaction, and only while that has the digest of the page, so that a digest
//! somebody makes up can stop a grant but never widen one.

use aws_lc_rs::digest::{Context, SHA256};
use hospes_domain::ids::ObjectId;
use hospes_domain::jose::base64url;
use hospes_domain::refusal::Refusal;

/// A permission that a page of consent lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFor {
    /// Its name in scopes.
    pub name: String,
    /// What its resource says about it; the directory API's and OpenID Connect's are explained by the page.
    pub meaning: Option<String>,
}

/// What the page of an app lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The permissions.
    pub asked: Vec<AskedFor>,
    /// Digest of the list.
    pub digest: String,
}

/// A digest in the making. Every word goes in with its length, so that no two lists read alike.
pub(super) struct Listed(Context);

impl Listed {
    /// Of the page of one kind.
    pub(super) fn new(page: &str) -> Self {
        let mut listed = Self(Context::new(&SHA256));
        listed.word("hospes listing");
        listed.word(page);
        listed
    }

    /// With something the page shows, or that is granted by it.
    pub(super) fn word(&mut self, word: &str) {
        self.0.update(&(word.len() as u64).to_be_bytes());
        self.0.update(word.as_bytes());
    }

    /// With a permission, after what kind it is.
    pub(super) fn permission(&mut self, kind: &str, asked: &AskedFor) {
        self.word(kind);
        self.word(&asked.name);
        self.word(asked.meaning.as_deref().unwrap_or_default());
    }

    /// The digest.
    pub(super) fn digest(self) -> String {
        base64url::encode(self.0.finish())
    }
}

/// What a page of consent is about: who is asked, and the digest of what it lists. Its form says it again.
pub fn asked_of(person: ObjectId, digest: &str) -> String {
    format!("{person} {digest}")
}

/// The digest of what this person has read on the page that was about `about`; `None` if that was for somebody else.
pub(super) fn read_by(person: ObjectId, about: &str) -> Option<&str> {
    let (asked, read) = about.split_once(' ')?;
    (ObjectId::parse(asked) == Some(person)).then_some(read)
}

/// Whether what is asked for now is what was read.
pub(super) fn unchanged(now: &str, read: &str) -> Result<(), Refusal> {
    if now == read { Ok(()) } else { Err(Refusal::Stale) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> String {
        let mut listed = Listed::new("page");
        for word in words {
            listed.word(word);
        }
        listed.digest()
    }

    #[test]
    fn e2_no_two_lists_have_one_digest() {
        let lists: [&[&str]; 5] =
            [&[], &[""], &["User.Read"], &["User.", "Read"], &["User.Read", "Directory.ReadWrite.All"]];
        for (at, list) in lists.iter().enumerate() {
            for other in &lists[..at] {
                assert_ne!(of(list), of(other), "{list:?} {other:?}");
            }
        }
        assert_eq!(unchanged(&of(&["User.Read"]), &of(&["User.Read"])), Ok(()));
        assert_eq!(unchanged(&of(&[]), ""), Err(Refusal::Stale));
    }

    #[test]
    fn f13_what_was_read_counts_for_who_was_asked() {
        let [ada, bo] = [1, 2].map(|n| ObjectId(uuid::Uuid::from_u128(n)));
        let read = of(&["User.Read"]);
        assert_eq!(read_by(ada, &asked_of(ada, &read)), Some(read.as_str()));
        assert_eq!(read_by(bo, &asked_of(ada, &read)), None);
        for forged in ["", " ", &read, &ada.to_string(), &format!(" {ada} {read}")] {
            assert_eq!(read_by(ada, forged), None, "{forged}");
        }
    }
}
