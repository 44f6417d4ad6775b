//! The fonts of a paper: what they can show, how wide it is, how it is drawn.

use std::ops::Range;
use std::sync::LazyLock;

use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use unicode_normalization::UnicodeNormalization;

use super::layout::{Run, Weight};
use super::{Block, Fact, Paper};

static REGULAR: &[u8] = include_bytes!("../../../templates/fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../../../templates/fonts/DejaVuSans-Bold.ttf");

/// A font as the library embeds it and as we measure it.
struct Face {
    font: Font,
    parsed: FontRef<'static>,
    metrics: GlyphMetrics<'static>,
    units_per_em: f32,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let parsed = FontRef::new(bytes).ok()?;
        let units = parsed.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
        Some(Self {
            font: Font::new(bytes.into(), 0)?,
            metrics: parsed.glyph_metrics(Size::unscaled(), LocationRef::default()),
            units_per_em: f32::from(units),
            parsed,
        })
    }

    fn has(&self, letter: char) -> bool {
        self.parsed.charmap().map(letter).is_some_and(|glyph| glyph.to_u32() != 0)
    }

    /// How wide a letter is at the size of one point.
    fn advance(&self, letter: char) -> f32 {
        let glyph = self.parsed.charmap().map(letter).unwrap_or_default();
        self.metrics.advance_width(glyph).unwrap_or_default() / self.units_per_em
    }

    /// The glyphs of a text, each with where its letter stands in it.
    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| {
            let id = self.parsed.charmap().map(letter).unwrap_or_default();
            let range: Range<usize> = at..at + letter.len_utf8();
            KrillaGlyph::new(GlyphId::new(id.to_u32()), self.advance(letter), 0.0, 0.0, 0.0, range, None)
        };
        text.char_indices().map(glyph).collect()
    }
}

/// The two fonts of a paper.
pub(super) struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    pub(super) fn width(&self, letter: char, weight: Weight, size: f32) -> f32 {
        self.of(weight).advance(letter) * size
    }

    pub(super) fn draw(&self, surface: &mut Surface<'_>, run: &Run, y: f32) {
        let face = self.of(run.weight);
        surface.draw_glyphs(
            Point::from_xy(run.x, y),
            &face.glyphs(&run.text),
            face.font.clone(),
            &run.text,
            run.size,
            false,
        );
    }

    /// A text that both fonts can show and that every reader maps back to letters: letters of accents are one, what has
    /// no glyph is the mark for that (U+FFFD), what is no letter at all is left out.
    pub(super) fn shown(&self, text: &str) -> String {
        letters(text).map(|letter| if self.can(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
    }

    /// The letters of a text that it shows by that mark.
    pub(super) fn lacking(&self, text: &str) -> impl Iterator<Item = char> {
        letters(text).filter(|letter| !self.can(*letter))
    }

    fn can(&self, letter: char) -> bool {
        self.regular.has(letter) && self.bold.has(letter) && !is_private(letter) && !runs_left(letter)
    }

    pub(super) fn shown_paper(&self, paper: &Paper) -> Paper {
        let all = |texts: &[String]| texts.iter().map(|text| self.shown(text)).collect();
        let one = |text: &Option<String>| text.as_deref().map(|text| self.shown(text));
        let block = |block: &Block| Block {
            h2: one(&block.h2),
            h3: one(&block.h3),
            h4: one(&block.h4),
            text: one(&block.text),
            facts: block
                .facts
                .iter()
                .map(|fact| Fact { label: self.shown(&fact.label), text: self.shown(&fact.text) })
                .collect(),
            items: all(&block.items),
        };
        Paper {
            title: self.shown(&paper.title),
            author: paper.author.clone(),
            foot: self.shown(&paper.foot),
            blocks: paper.blocks.iter().map(block).collect(),
        }
    }
}

/// The letters of a text as they are set: those of accents are one, white space is a space, what is no letter is left out.
fn letters(text: &str) -> impl Iterator<Item = char> {
    let set = |letter: char| if letter.is_whitespace() { ' ' } else { letter };
    text.nfc().filter(|letter| !is_format(*letter)).map(set)
}

/// Letters of scripts that run from the right, which the layout does not do: turned round they would be worse than a mark.
const fn runs_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
}

/// Letters that mean something to nobody but whoever made the font; PDF/A forbids them.
const fn is_private(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// What shows nothing: controls, joiners, marks of direction, byte order marks. White space stays.
fn is_format(letter: char) -> bool {
    let invisible = matches!(
        letter,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    );
    invisible || (letter.is_control() && !letter.is_whitespace())
}

/// Read once.
pub(super) static FACES: LazyLock<Option<Faces>> =
    LazyLock::new(|| Some(Faces { regular: Face::read(REGULAR)?, bold: Face::read(BOLD)? }));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_fonts_lack_is_marked_and_what_shows_nothing_is_left_out() {
        let faces = FACES.as_ref().expect("fonts");
        for (text, shown) in [
            ("e\u{301}\u{feff}\u{200b}", "\u{e9}"),
            ("\u{141}\u{f3}d\u{17a} \u{175}", "\u{141}\u{f3}d\u{17a} \u{175}"),
            ("a\tb\u{a0}c\u{7}", "a b c"),
            ("\u{1f692}", "\u{fffd}"),
            ("\u{e000}\u{5b57}", "\u{fffd}\u{fffd}"),
            ("\u{5e9}\u{644}", "\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(faces.shown(text), shown, "{text:?}");
            assert_eq!(faces.lacking(text).count(), shown.matches('\u{fffd}').count(), "{text:?}");
        }
        assert!(faces.width('m', Weight::Regular, 10.0) > faces.width('i', Weight::Regular, 10.0));
    }
}
