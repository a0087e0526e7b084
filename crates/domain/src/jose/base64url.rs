//! Base64url without padding (RFC 4648 section 5), in its one canonical form.
//!
//! Refuses padding, white space, the other alphabet and non-zero unused bits, so that two different texts never
//! mean the same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The canonical text of these bytes.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends the canonical text of these bytes to `text`.
pub fn encode_onto(bytes: &[u8], text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// The bytes of a canonical text, `None` for any other text.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Like [`decode`] where the length is known.
pub fn decode_exact<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn round_trip() {
        for length in 0..70_usize {
            let bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i * 37 % 251).unwrap()).collect();
            assert_eq!(decode(&encode(&bytes)).unwrap(), bytes);
        }
        let mut text = "a.".to_owned();
        encode_onto(b"\xff\xfe", &mut text);
        assert_eq!(text, "a.__4");
    }

    #[test]
    fn only_the_canonical_text_is_read() {
        assert_eq!(decode("AQ").unwrap(), [1]);
        for text in ["AR", "AQ==", "AQ=", "A", " AQ", "AQ\n", "A+", "A/", "AQ.", "ÀQ", "A\u{0}"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
        assert_eq!(decode_exact::<1>("AQ"), Some([1]));
        assert_eq!(decode_exact::<2>("AQ"), None);
    }
}
