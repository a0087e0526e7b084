//! Nothing in the repository tells where or with what somebody worked on it: such a word helps no reader and
//! breaks on the next machine. The words are written in two halves so that this file passes its own check.

use crate::repo::Repo;

/// In lower case; the text is compared without case.
const FORBIDDEN: [&str; 9] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/tm", "p/h/"),
    concat!("shared/", "design.md"),
    concat!("cla", "ude"),
    concat!("anthro", "pic"),
    concat!("chat", "gpt"),
    concat!("language ", "model"),
    concat!("coding ", "agent"),
];

pub fn complaints(repo: &Repo) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in &repo.files {
        for (number, line) in (1..).zip(file.text.lines()) {
            let line = line.to_lowercase();
            for word in FORBIDDEN.iter().filter(|word| line.contains(*word)) {
                complaints
                    .push(format!("{}:{number}: `{word}` does not belong in the repository", file.path));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_path_is_found_in_any_file() {
        let text = format!("fine\ncd {}\n", FORBIDDEN[0].to_uppercase());
        let found = complaints(&Repo::of(&[("clients/run", &text)]));
        assert_eq!(found, [format!("clients/run:2: `{}` does not belong in the repository", FORBIDDEN[0])]);
    }
}
