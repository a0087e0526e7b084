//! Reading Rust source as text: enough to tell code from comments and strings, so that a check never trips over
//! a word in an explanation. It does not parse: what the compiler or clippy can check belongs to them.

/// The same text with comments, strings and character literals turned to spaces; lines stay where they are.
pub fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = end_of_quiet(&chars, at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// What stands before the tests, which come last in a file or have a file of their own.
pub fn product_code<'a>(path: &str, code: &'a str) -> &'a str {
    if path.contains("/tests/") || path.ends_with("tests.rs") {
        return "";
    }
    code.split("#[cfg(test)]").next().unwrap_or_default()
}

/// The numbers (from 1) of the lines that hold this word, or path such as `std::fs`, as a whole.
pub fn lines_naming(code: &str, word: &str) -> Vec<usize> {
    (1..).zip(code.lines()).filter(|(_, line)| names(line, word)).map(|(number, _)| number).collect()
}

/// Whether the text holds the word with no identifier character on either side.
pub fn names(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_identifier) && !after.is_some_and(is_identifier)
    })
}

fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where the comment or literal that begins at `at` ends; `at` itself when none begins there.
fn end_of_quiet(chars: &[char], at: usize) -> usize {
    match (chars[at], chars.get(at + 1)) {
        ('/', Some('/')) => position(chars, at, |c| c == '\n'),
        ('/', Some('*')) => end_of_block_comment(chars, at),
        ('"', _) => end_of_string(chars, at),
        ('r', Some('"' | '#')) if begins_raw_string(chars, at) => end_of_raw_string(chars, at),
        ('\'', _) => end_of_character(chars, at),
        _ => at,
    }
}

fn position(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    chars[from..].iter().position(|c| wanted(*c)).map_or(chars.len(), |offset| from + offset)
}

fn end_of_block_comment(chars: &[char], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

fn end_of_string(chars: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// `r` begins a raw string unless it ends an identifier; `br` and `cr` are prefixes too. `r#word` is a name.
fn begins_raw_string(chars: &[char], at: usize) -> bool {
    let before = |steps: usize| at.checked_sub(steps).map(|index| chars[index]);
    let prefixed = matches!(before(1), Some('b' | 'c')) && !before(2).is_some_and(is_identifier);
    let free = prefixed || !before(1).is_some_and(is_identifier);
    free && chars.get(position(chars, at + 1, |c| c != '#')) == Some(&'"')
}

fn end_of_raw_string(chars: &[char], from: usize) -> usize {
    let quote = position(chars, from + 1, |c| c != '#');
    let hashes = quote - from - 1;
    let mut at = quote + 1;
    while at < chars.len() {
        let end = at + 1 + hashes;
        if chars[at] == '"' && end <= chars.len() && chars[at + 1..end].iter().all(|c| *c == '#') {
            return end;
        }
        at += 1;
    }
    chars.len()
}

/// A quote begins a character unless it begins a lifetime, which has no closing quote one character later.
fn end_of_character(chars: &[char], from: usize) -> usize {
    match (chars.get(from + 1), chars.get(from + 2)) {
        (Some('\\'), Some(_)) => (position(chars, from + 3, |c| c == '\'') + 1).min(chars.len()),
        (Some(_), Some('\'')) => from + 3,
        _ => from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_disappear_and_code_stays() {
        let cases = [
            ("a // secret\nb", "a b"),
            ("a /* x /* y */ secret */ b", "a b"),
            (r#"f("secret \" secret") + g"#, "f( ) + g"),
            (r##"r#"secret " secret"# + br"secret" + x"##, "+ b + x"),
            (r"let q = '\''; 'a'; x::<'life>(y)", "let q = ; ; x::<'life>(y)"),
            ("r#type + our\"secret\"", "r#type + our"),
        ];
        for (text, words) in cases {
            let code = code_only(text);
            assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), words, "{text}");
            assert_eq!(
                (code.len(), code.lines().count()),
                (text.len(), text.lines().count()),
                "everything keeps its place"
            );
        }
    }

    #[test]
    fn unfinished_literals_do_not_panic() {
        for text in ["\"", "\"\\", "r#\"", "/*", "'", "'\\", "'\\'", "/"] {
            let _ = code_only(text);
        }
    }

    #[test]
    fn tests_are_not_product_code() {
        assert_eq!(product_code("src/a.rs", "a\n#[cfg(test)]\nmod tests {}"), "a\n");
        assert_eq!(product_code("src/a_tests.rs", "a"), "");
        assert_eq!(product_code("src/tests/mod.rs", "a"), "");
    }

    #[test]
    fn only_whole_words_count() {
        assert_eq!(lines_naming("use std::fs;\nmystd::fs\nstd::fsync\nx(std::fs::read)", "std::fs"), [1, 4]);
    }
}
