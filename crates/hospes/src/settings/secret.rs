//! Secrets of the operator, and the files they come from. Refuses to print one, and to take one from a file that other
//! users of the machine can read (threats K16): it would be no secret.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

/// Longer files hold something else.
const LONGEST: u64 = 64 * 1024;

/// A secret; printed it is a word.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Of this text.
    pub(super) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("set")
    }
}

/// Why a file of a secret was not taken. Names neither the path, in whose place somebody may have put the secret, nor
/// anything of its content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretFileError {
    /// There is none.
    #[error("the file does not exist.")]
    Missing,
    /// The operating system refuses.
    #[error("the file cannot be read: {0}.")]
    Unreadable(io::ErrorKind),
    /// Something else than a file.
    #[error("this is not a file.")]
    NotAFile,
    /// Not a secret any more.
    #[error(
        "the file can be read by others than its owner (mode {0:04o}). Let nobody else read it, as by `chmod 600`, \
         and think about whether the secret in it is still one."
    )]
    Exposed(u32),
    /// Nothing in it, or too much.
    #[error("the file is empty, or longer than any secret.")]
    Size,
    /// Bytes that are no text.
    #[error("the file does not hold text.")]
    NotText,
}

/// Reads a file that only its owner can read.
///
/// # Errors
/// See [`SecretFileError`]; the check and the reading are of the same opened file.
pub fn read(path: &Path) -> Result<Secret, SecretFileError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => SecretFileError::Missing,
        kind => SecretFileError::Unreadable(kind),
    };
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(SecretFileError::NotAFile);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretFileError::Exposed(mode));
        }
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| SecretFileError::NotText)?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() || bytes.len() as u64 > LONGEST {
        return Err(SecretFileError::Size);
    }
    Ok(Secret::new(Zeroizing::new(text.to_owned())))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn k16_a_secret_is_taken_from_a_private_file_only() {
        let path = std::env::temp_dir().join(format!("hospes-secret-{}", std::process::id()));
        let with = |text: &str| {
            let _ = std::fs::remove_file(&path);
            crate::private_file::write(&path, text).unwrap();
            read(&path)
        };
        assert_eq!(with("hunter2\n").unwrap().reveal(), "hunter2");
        assert_eq!(format!("{:?}", with(" a b \r\n").unwrap()), "set");
        assert_eq!(with("").unwrap_err(), SecretFileError::Size);
        assert_eq!(with("\n").unwrap_err(), SecretFileError::Size);
        assert_eq!(with(&"x".repeat(70_000)).unwrap_err(), SecretFileError::Size);
        assert_eq!(read(&std::env::temp_dir()).unwrap_err(), SecretFileError::NotAFile);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            for mode in [0o640, 0o604, 0o620, 0o601] {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
                assert_eq!(read(&path).unwrap_err(), SecretFileError::Exposed(mode));
            }
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read(&path).unwrap_err(), SecretFileError::Missing);
    }
}
