//! The default build stays small enough to build in minutes and to be read by whoever must trust it.

use crate::repo::Repo;

const LIMIT: usize = 400;

pub fn complaints(repo: &Repo) -> Vec<String> {
    let count = repo.shipped.len();
    match count {
        0 => vec!["cargo tree listed nothing: this check looks in the wrong place".to_owned()],
        1..=LIMIT => Vec::new(),
        _ => {
            vec![format!("{count} crates, the limit is {LIMIT}: see `cargo tree -p hospes` for what came in")]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_than_the_limit_is_too_many() {
        let with = |count| Repo { shipped: vec!["x v1.0.0".to_owned(); count], ..Repo::default() };
        assert_eq!(complaints(&with(400)), Vec::<String>::new());
        assert_eq!(complaints(&with(401)).len(), 1);
        assert_eq!(complaints(&with(0)).len(), 1, "an empty list proves nothing");
    }
}
