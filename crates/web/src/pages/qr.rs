//! A QR code as an image within the page: no file, no script, nothing the policy of pages would have to allow. Refuses what
//! does not fit into one; the text beside it is enough.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The code of that text as an `<svg>` element, dark on light whatever the colours of the page: readers expect it.
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (dark, light) = (svg::Color("#000"), svg::Color("#fff"));
    let image = code.render().min_dimensions(232, 232).dark_color(dark).light_color(light).build();
    image.find("<svg").map(|start| image[start..].to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn the_image_is_one_element_without_style_or_script() {
        let image = svg("otpauth://totp/Fabrikam:ana?secret=GEZDGNBVGY3TQOJQ&issuer=<script>").unwrap();
        assert!(image.starts_with("<svg ") && image.ends_with("</svg>"), "{image}");
        for forbidden in ["style", "script", "<?xml", "otpauth"] {
            assert!(!image.contains(forbidden), "{forbidden}");
        }
        assert!(svg(&"x".repeat(4000)).is_none());
    }
}
