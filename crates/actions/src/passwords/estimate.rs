//! How hard a password is to guess, by the ranked lists of zxcvbn: leaked passwords, words, names, keyboards, dates.
//! Refuses to decide what is good enough: that is [`hospes_domain::password`]. Here and not there because the estimate
//! knows which year it is.

use hospes_domain::password::{Findings, Names};
use zxcvbn::feedback::{Feedback, Warning};
use zxcvbn::zxcvbn;

/// What patterns and lists say. Takes milliseconds: never inside a closure.
pub(super) fn estimate(password: &str, names: &Names) -> Findings {
    let names: Vec<&str> = names.all().collect();
    let entropy = zxcvbn(password, &names);
    let because = entropy.feedback().and_then(Feedback::warning).map(sentence);
    Findings { score: u8::from(entropy.score()), because, leaked: false }
}

/// The estimator's warnings in our words.
fn sentence(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            "It follows the keys of a keyboard."
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            "It repeats itself."
        }
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => "Many people use it, or one much like it.",
        Warning::SequencesLikeAbcAreEasyToGuess => "It counts up or down.",
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => {
            "Dates and years are tried first."
        }
        Warning::AWordByItselfIsEasyToGuess => "It is one word.",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => "Names are tried first.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hospes_domain::password::strength;

    #[test]
    fn what_people_choose_too_often_is_refused_and_a_few_words_are_taken() {
        let names = Names::in_texts(["Greta Holm", "Fabrikam"]);
        for weak in [
            "password",
            "Passw0rd!",
            "qwertyuiop",
            "12345678",
            "aaaaaaaaaaaa",
            "Summer2026!",
            "letmein1",
            "iloveyou",
        ] {
            assert!(strength(estimate(weak, &names)).is_err(), "{weak}");
        }
        for good in ["correct horse battery", "a long enough password", "tiny purple trains", "wq8$Tz!pLk3v"]
        {
            assert_eq!(strength(estimate(good, &names)), Ok(()), "{good}");
        }
    }
}
