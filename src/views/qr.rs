//! A QR code as SVG, made here: what it says never leaves the appliance.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

use super::Markup;
use super::markup::escape;

/// The light margin that a reader needs, in modules.
const MARGIN: i32 = 4;

/// `text` as a QR code with `label` as its name; `None` when it is too long for one.
pub fn svg(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let side = code.size() + 2 * MARGIN;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                // Writing to a String cannot fail.
                let _written = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
            }
        }
    }
    let label = escape(label);
    // Black on white whatever the page's colours: readers look for dark on light.
    Some(Markup::trusted(format!(
        "<svg class=\"wr-qr\" role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {side} {side}\" width=\"240\" height=\"240\" \
         shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#ffffff\"/>\
         <path d=\"{path}\" fill=\"#000000\"/></svg>"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_picture_with_a_name_and_a_margin() {
        let svg = svg("otpauth://totp/x?secret=ABC", "The \"secret\"").expect("short enough");
        assert!(svg.as_str().starts_with("<svg") && svg.as_str().contains("aria-label=\"The &quot;secret&quot;\""));
        // The first dark module of the finder pattern stands right after the margin.
        assert!(svg.as_str().contains("d=\"M4 4h1v1h-1zM5 4h1v1h-1z"));
        assert!(!svg.as_str().contains("otpauth"));
    }

    #[test]
    fn what_does_not_fit_is_none() {
        assert!(super::svg(&"x".repeat(4_000), "too long").is_none());
    }
}
