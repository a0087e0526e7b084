//! Names as words, so that people are found by any of them (`$search`). A text is parted at white space, between kinds of
//! characters and where a capital follows a small letter; what stands without white space between is kept together, too
//! (learn.microsoft.com/graph/search-query-parameter, "Using $search on directory object collections"). Refuses to know
//! which properties are kept so, and languages: letters of all scripts are alike.

use std::collections::BTreeSet;

/// The words that a text is found by: parts, and each run without white space as a whole. Every asked word has to begin
/// one of them.
pub fn kept(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for run in text.split_whitespace() {
        let parts = parts(run);
        let letters: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !is_symbol(part)).collect();
        if letters.len() > 1 {
            words.insert(letters.concat());
        }
        words.extend(parts);
    }
    words
}

/// The words that somebody asks for: the parts alone, each once, in their order.
pub fn asked(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace().flat_map(parts) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Whether a word is a symbol: those say little, as many names have them.
pub fn is_symbol(word: &str) -> bool {
    word.chars().next().is_some_and(|first| kind(first) == Kind::Symbol)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Symbol,
}

fn kind(c: char) -> Kind {
    if c.is_numeric() {
        Kind::Digit
    } else if c.is_alphabetic() || is_mark(c) {
        Kind::Letter
    } else {
        Kind::Symbol
    }
}

/// What belongs to the letter before it without being one by itself: accents that are characters of their own, signs of
/// Hebrew, Arabic, Indic and Thai letters, and joiners (Unicode's general category Mn, as far as names have them).
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6ed}' | '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}'
        | '\u{a3c}' | '\u{a4d}' | '\u{abc}' | '\u{acd}' | '\u{b3c}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}'
        | '\u{cbc}' | '\u{ccd}' | '\u{d4d}' | '\u{dca}' | '\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eba}' | '\u{ec8}'..='\u{ecd}' | '\u{f39}' | '\u{f84}' | '\u{1037}'..='\u{103a}' | '\u{17d2}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200c}' | '\u{200d}'
        | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// The parts of a run without white space, folded. A symbol is a part of its own.
fn parts(run: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut begin = 0;
    let mut before: Option<(char, Kind)> = None;
    for (at, c) in run.char_indices() {
        let mark = is_mark(c);
        let kind = match before {
            // A mark goes with whatever it stands on.
            Some((_, kind)) if mark => kind,
            _ => kind(c),
        };
        let new = match before {
            None => false,
            Some(_) if mark => false,
            Some((_, old)) if old != kind || kind == Kind::Symbol => true,
            Some((last, _)) => last.is_lowercase() && c.is_uppercase(),
        };
        if new {
            parts.push(fold(&run[begin..at]));
            begin = at;
        }
        before = Some((if mark { before.map_or(c, |(last, _)| last) } else { c }, kind));
    }
    if begin < run.len() {
        parts.push(fold(&run[begin..]));
    }
    parts
}

/// Letter case does not matter. In Greek the final sigma depends on where a word ends, so a beginning of a word could have
/// another one than the word; and accents are not written on capitals, so that `ΟΔΥΣΣΕΥΣ` is how `Οδυσσεύς` is spelled there.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut greek = false;
    for c in text.to_lowercase().chars() {
        // Tonos and dialytika, where they are characters of their own.
        if greek && matches!(c, '\u{301}' | '\u{308}') {
            continue;
        }
        let bare = without_tonos(c);
        greek = matches!(bare, 'α'..='ω');
        folded.push(bare);
    }
    folded
}

/// A small Greek letter without its accents, and sigma as it is inside of words.
fn without_tonos(c: char) -> char {
    match c {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        kept(text).into_iter().collect()
    }

    #[test]
    fn a_text_is_parted_as_published() {
        for (text, expected) in [
            ("hello world", &["hello", "world"][..]),
            ("HelloWorld", &["hello", "helloworld", "world"]),
            ("helloWORLD", &["hello", "helloworld", "world"]),
            ("HELLOworld", &["helloworld"]),
            ("HelloWORld", &["hello", "helloworld", "world"]),
            ("hello.world", &[".", "hello", "helloworld", "world"]),
            ("hello123world", &["123", "hello", "hello123world", "world"]),
            ("李四(David Li)", &["(", ")", "david", "li", "李四", "李四david"]),
            ("O'Brien", &["'", "brien", "o", "obrien"]),
            ("Anna-Maria Müller", &["-", "anna", "annamaria", "maria", "müller"]),
            ("नमस्ते", &["नमस्ते"]),
            ("e\u{301}te\u{301}", &["e\u{301}te\u{301}"]),
            ("", &[]),
            (" \t ", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_asked_is_parted_the_same_way() {
        assert_eq!(asked("OneVideo one"), ["one", "video"]);
        assert_eq!(asked("David)"), ["david", ")"]);
        assert_eq!(asked("Li 李"), ["li", "李"]);
        assert_eq!(asked("  "), [""; 0]);
        assert!(is_symbol(")") && !is_symbol("1") && !is_symbol("ß"));
    }

    #[test]
    fn the_beginning_of_a_greek_word_finds_it() {
        let found =
            |name: &str, typed: &str| kept(name).iter().any(|word| word.starts_with(&asked(typed)[0]));
        assert!(found("Οδυσσέας", "ΟΔΥΣ"));
        let name = "Οδυσσεύς";
        let apart = "Οδυσσευ\u{301}ς";
        for typed in ["Οδυσσευ", "Οδυσσεύ", "Οδυσσεύς", "ΟΔΥΣΣΕΥΣ", "οδυσσευσ", "Οδυσς", apart]
        {
            assert!(
                found(name, typed) && found(&name.to_uppercase(), typed) && found(apart, typed),
                "{typed}"
            );
        }
        assert!(found("Μαΐου", "ΜΑΙΟΥ") && found("Μαΐου", "μαϊου") && !found(name, "Οδυσσεα"));
        assert_eq!(kept("Οδυσσεύς"), kept("ΟΔΥΣΣΕΥΣ"));
        // Accents of other scripts are letters of their own.
        assert!(!found("Zoë", "zoe"));
    }

    /// Whoever types a name from its beginning finds it at every letter.
    #[test]
    fn every_beginning_of_every_word_is_found() {
        for name in ["Zoë O'Neill-Çelik", "IstanbulİLI 2nd", "ΑΣΤΕΡΙΟΣ", "字 Team_42/x", "ﬁn Ǆ ŉ", "\u{301}x"]
        {
            let kept = kept(name);
            for word in name.split_whitespace() {
                let letters: Vec<char> = word.chars().collect();
                for end in 1..=letters.len() {
                    let typed: String = letters[..end].iter().collect();
                    for part in asked(&typed) {
                        assert!(kept.iter().any(|word| word.starts_with(&part)), "{name}: {typed}: {part}");
                    }
                }
            }
        }
    }
}
