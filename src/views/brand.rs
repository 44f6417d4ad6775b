//! An organisation's own colours: a style sheet of custom properties over ours. Where it is kept and served is not here.
//!
//! Only the header wears them, so no choice can make a form or a table hard to read.

/// A colour that text can stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// Why a colour cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ColourError {
    /// Not `#` and six hexadecimal digits.
    #[error("Enter a colour as # and six digits or letters a to f, like #12303f")]
    Unreadable,
}

const BLACK: Colour = Colour([0; 3]);
const WHITE: Colour = Colour([0xff, 0xff, 0xff]);

impl Colour {
    /// Reads `#12303f`.
    ///
    /// # Errors
    /// [`ColourError::Unreadable`] for anything else, so that nothing but a colour reaches a style sheet.
    pub fn parse(text: &str) -> Result<Self, ColourError> {
        let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(ColourError::Unreadable)?;
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok().ok_or(ColourError::Unreadable)?;
        <[u8; 3]>::try_from(bytes).ok().map(Self).ok_or(ColourError::Unreadable)
    }

    /// The relative luminance of WCAG 2.2, 0 to 1.
    fn luminance(self) -> f64 {
        let Self(channels) = self;
        let [red, green, blue] = channels.map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// The contrast ratio of WCAG 2.2, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn css(self) -> String {
        let Self([red, green, blue]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The style sheet for a header in `header` with a line in `line` beneath it. Its text is white or black, whichever reads
/// better; one of them always has a contrast of 4.5 or more.
pub fn style_sheet(header: Colour, line: Colour) -> String {
    let text = if header.contrast(WHITE) >= header.contrast(BLACK) { WHITE } else { BLACK };
    let (header, text, line) = (header.css(), text.css(), line.css());
    format!(":root{{--wr-brand:{header};--wr-brand-text:{text};--wr-lamp:{line}}}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_colours_are_read() {
        assert_eq!(Colour::parse(" #12303F "), Ok(Colour([0x12, 0x30, 0x3f])));
        for text in ["", "#12303", "12303f", "#12303g", "#fff", "red", "#12303f;}body{}"] {
            assert_eq!(Colour::parse(text), Err(ColourError::Unreadable), "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert!((WHITE.contrast(BLACK) - 21.0).abs() < 0.01);
        assert!((WHITE.contrast(Colour([0x76, 0x76, 0x76])) - 4.54).abs() < 0.01);
    }

    proptest! {
        #[test]
        fn text_on_any_brand_can_be_read(red: u8, green: u8, blue: u8) {
            let header = Colour([red, green, blue]);
            prop_assert!(header.contrast(WHITE).max(header.contrast(BLACK)) >= 4.5);
            let sheet = style_sheet(header, BLACK);
            prop_assert!(sheet.starts_with(":root\x7b--wr-brand:#"), "{}", sheet);
        }
    }
}
