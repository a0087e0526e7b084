//! The operator's list of leaked passwords: a file of lines `SHA1:count`, sorted by the hash, as the public collections
//! give it out. Looked up by halving the file, tens of gigabytes as they are: refuses to load it, and to ask anybody on
//! the network.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// Hexadecimal digits of a SHA-1.
const DIGITS: usize = 40;
/// The longest line: a hash, a colon, a count and an end.
const LONGEST_LINE: u64 = 128;

/// The list of a file.
#[derive(Clone, Debug)]
pub struct LeakedPasswords {
    path: PathBuf,
}

/// Why a file is no such list. Names no line: somebody may have named the wrong file.
#[derive(Debug, thiserror::Error)]
pub enum LeakedError {
    /// It cannot be read.
    #[error("the file cannot be read: {}.", .0.kind())]
    Io(#[from] io::Error),
    /// A line is not what it should be.
    #[error(
        "the file is no list of leaked passwords. It needs lines of a SHA-1 in hexadecimal, a colon and a count."
    )]
    Format,
    /// The first or the last lines are not in order.
    #[error("the file is not sorted by the hashes. Sort it, in the order of bytes (LC_ALL=C sort).")]
    Order,
}

impl LeakedPasswords {
    /// The list of that file, if it looks like one at both ends.
    ///
    /// # Errors
    /// [`LeakedError`]
    pub fn open(path: &Path) -> Result<Self, LeakedError> {
        let list = Self { path: path.to_owned() };
        let mut lines = Lines::open(path)?;
        let first = lines.at_or_after(0)?.ok_or(LeakedError::Format)?;
        let second = lines.at_or_after(first.end)?;
        // Far enough from the end for two whole lines, or the beginning of a small file.
        let near_end = lines.length.saturating_sub(3 * LONGEST_LINE);
        let mut last = vec![first.hash.clone()];
        last.extend(second.map(|line| line.hash));
        let mut at = near_end;
        while let Some(line) = lines.at_or_after(at)? {
            at = line.end;
            last.push(line.hash);
        }
        // In a small file both ends are the same lines.
        let tail = if near_end == 0 { &last[last.len().min(2)..] } else { &last[..] };
        if tail.is_sorted() { Ok(list) } else { Err(LeakedError::Order) }
    }

    /// Whether the password stands in the list.
    ///
    /// # Errors
    /// [`LeakedError`], when the file has changed since the start.
    pub fn holds(&self, password: &str) -> Result<bool, LeakedError> {
        let wanted = hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()).as_ref());
        let mut lines = Lines::open(&self.path)?;
        // Lines that begin before `low` are smaller, those that begin at `high` or later are not.
        let (mut low, mut high) = (0, lines.length);
        while low < high {
            let middle = low + (high - low) / 2;
            match lines.at_or_after(middle)? {
                Some(line) if line.hash < wanted => low = line.end,
                Some(line) if line.hash == wanted => return Ok(true),
                _ => high = middle,
            }
        }
        Ok(false)
    }
}

struct Line {
    hash: String,
    /// Where the next one begins.
    end: u64,
}

struct Lines {
    file: BufReader<File>,
    length: u64,
}

impl Lines {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        // Two lines are read at a time; a larger buffer would be read for nothing.
        Ok(Self { file: BufReader::with_capacity(256, file), length })
    }

    /// The first line that begins at this offset or later.
    fn at_or_after(&mut self, offset: u64) -> Result<Option<Line>, LeakedError> {
        let mut at = offset;
        if offset > 0 {
            // The end of the line before: the offset may be the beginning of one.
            self.file.seek(SeekFrom::Start(offset - 1))?;
            at = offset - 1 + self.read_line()?.1;
        } else {
            self.file.seek(SeekFrom::Start(0))?;
        }
        let (text, length) = self.read_line()?;
        if length == 0 {
            return Ok(None);
        }
        let (hash, count) = text.trim_end().split_once(':').ok_or(LeakedError::Format)?;
        let right = hash.len() == DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if !right || count.is_empty() || !count.bytes().all(|b| b.is_ascii_digit()) {
            return Err(LeakedError::Format);
        }
        Ok(Some(Line { hash: hash.to_ascii_uppercase(), end: at + length }))
    }

    fn read_line(&mut self) -> Result<(String, u64), LeakedError> {
        let mut bytes = Vec::new();
        let length = io::Read::take(&mut self.file, LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        let text = String::from_utf8(bytes).map_err(|_| LeakedError::Format)?;
        if length as u64 == LONGEST_LINE && !text.ends_with('\n') {
            return Err(LeakedError::Format);
        }
        Ok((text, length as u64))
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(DIGITS), |mut text, byte| {
        let _infallible = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    struct Listed(PathBuf);

    impl Listed {
        fn new(name: &str, text: &str) -> Self {
            let path = std::env::temp_dir().join(format!("hospes-leaked-{name}-{}", std::process::id()));
            std::fs::write(&path, text).unwrap();
            Self(path)
        }
    }

    impl Drop for Listed {
        fn drop(&mut self) {
            let _gone = std::fs::remove_file(&self.0);
        }
    }

    fn lines(passwords: &[String], end: &str) -> String {
        let mut lines: Vec<String> = passwords
            .iter()
            .enumerate()
            .map(|(n, p)| {
                format!("{}:{n}{end}", hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, p.as_bytes()).as_ref()))
            })
            .collect();
        lines.sort();
        lines.concat()
    }

    #[test]
    fn every_password_of_a_list_is_found_and_no_other() {
        for (name, end, most) in
            [("lf", "\n", 300), ("crlf", "\r\n", 300), ("one", "\n", 1), ("two", "\n", 2)]
        {
            let passwords: Vec<String> = (0..most).map(|n| format!("password {n}")).collect();
            let file = Listed::new(name, &lines(&passwords, end));
            let list = LeakedPasswords::open(&file.0).unwrap();
            for password in &passwords {
                assert!(list.holds(password).unwrap(), "{name}: {password}");
            }
            for other in 0..300 {
                assert!(!list.holds(&format!("another {other}")).unwrap(), "{name}");
            }
        }
        // The published hash of "password", and letters in the other case.
        let file = Listed::new("case", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8:9545824\n");
        assert!(LeakedPasswords::open(&file.0).unwrap().holds("password").unwrap());
    }

    #[test]
    fn k16_what_is_no_sorted_list_is_refused_at_the_start() {
        let good = lines(&(0..50).map(|n| n.to_string()).collect::<Vec<_>>(), "\n");
        let mut backwards: Vec<&str> = good.lines().collect();
        backwards.reverse();
        for (name, text, said) in [
            ("empty", String::new(), "no list"),
            ("words", "password\nhunter2\n".to_owned(), "no list"),
            ("binary", "\0".repeat(4096), "no list"),
            ("uncounted", good.replace(':', ";"), "no list"),
            ("backwards", backwards.join("\n"), "not sorted"),
            ("two-backwards", backwards[..2].join("\n"), "not sorted"),
            ("end", format!("{good}{}", good.lines().next().unwrap()), "not sorted"),
        ] {
            let file = Listed::new(name, &text);
            let error = LeakedPasswords::open(&file.0).unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("hunter2"), "{name}: {error}");
        }
        assert!(
            LeakedPasswords::open(Path::new("/nowhere/list"))
                .unwrap_err()
                .to_string()
                .contains("cannot be read")
        );
    }
}
