//! From lines on pages to a tagged PDF: PDF/A-2a for those who keep it, PDF/UA-1 for those who have it read aloud. What
//! of either the library can check, it checks while it writes; a paper that would not conform is an error of ours.

use std::num::NonZeroU16;
use std::ops::Range;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder, Validator};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use unicode_normalization::UnicodeNormalization;

use super::layout::{self, Line, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Piece, Role, Run, Weight};
use super::{Block, Fact, Paper};

static REGULAR: &[u8] = include_bytes!("../../../templates/fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../../../templates/fonts/DejaVuSans-Bold.ttf");

/// The size of what stands at the foot.
const FOOT: f32 = 8.5;

/// Why there is no PDF: a defect of ours.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// A font that is built in cannot be read.
    #[error("a font that is built in cannot be read")]
    Font,
    /// The library refused what it was given.
    #[error("the PDF could not be written: {0}")]
    Refused(String),
}

fn refused(error: impl std::fmt::Debug) -> PaperError {
    PaperError::Refused(format!("{error:?}"))
}

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

struct Faces {
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

    fn width(&self, letter: char, weight: Weight, size: f32) -> f32 {
        self.of(weight).advance(letter) * size
    }

    fn draw(&self, surface: &mut Surface<'_>, run: &Run, y: f32) {
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
    fn shown(&self, text: &str) -> String {
        let can = |letter: char| self.regular.has(letter) && self.bold.has(letter) && !is_private(letter);
        text.nfc()
            .filter(|letter| !is_format(*letter))
            .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
            .map(|letter| if can(letter) { letter } else { char::REPLACEMENT_CHARACTER })
            .collect()
    }

    fn shown_paper(&self, paper: &Paper) -> Paper {
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

static FACES: LazyLock<Option<Faces>> =
    LazyLock::new(|| Some(Faces { regular: Face::read(REGULAR)?, bold: Face::read(BOLD)? }));

/// Makes the PDF of a paper. `made` is the date that it bears. Takes time: not for a thread that serves requests.
///
/// # Errors
/// [`PaperError`], which is a defect of ours.
pub fn pdf(paper: &Paper, made: Timestamp) -> Result<Vec<u8>, PaperError> {
    let faces = FACES.as_ref().ok_or(PaperError::Font)?;
    let paper = faces.shown_paper(paper);
    let pieces = layout::lay_out(&paper, &|letter, weight, size| faces.width(letter, weight, size));
    let settings = SerializeSettings {
        enable_tagging: true,
        configuration: ConfigurationBuilder::new()
            .set_validator(Validator::Archival(Archival::A2_A))
            .set_validator(Validator::Accessibility(Accessibility::UA1))
            .finish()
            .map_err(refused)?,
        ..SerializeSettings::default()
    };
    let mut document = Document::new_with(settings);
    let tags = draw(&mut document, faces, &paper, &pieces)?;
    document.set_tag_tree(tree(&pieces, tags)?);
    document.set_outline(outline(&pieces));
    document.set_metadata(
        Metadata::new()
            .title(paper.title)
            .authors(vec![paper.author])
            .creator("Watchroom".to_owned())
            .language("en-GB".to_owned())
            .creation_date(date_time(made)),
    );
    document.finish().map_err(refused)
}

/// What marks the content of a piece: its bullet and its lines.
#[derive(Default)]
struct Marks {
    label: Vec<Identifier>,
    body: Vec<Identifier>,
}

/// Draws all pages; what marks each piece.
fn draw(document: &mut Document, faces: &Faces, paper: &Paper, pieces: &[Piece]) -> Result<Vec<Marks>, PaperError> {
    let mut marks: Vec<Marks> = pieces.iter().map(|_piece| Marks::default()).collect();
    let lines = || pieces.iter().enumerate().flat_map(|(number, piece)| piece.lines.iter().map(move |line| (number, line)));
    let pages = lines().map(|(_number, line)| line.page + 1).max().unwrap_or(1);
    let mut rest = lines().peekable();
    for number in 0..pages {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or_else(|| refused("the size of the page"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        while let Some((piece, line)) = rest.next_if(|(_piece, line)| line.page == number) {
            if let Some(marks) = marks.get_mut(piece) {
                draw_line(&mut surface, faces, line, marks);
            }
        }
        draw_foot(&mut surface, faces, &paper.foot, number + 1, pages);
        surface.finish();
        page.finish();
    }
    Ok(marks)
}

fn draw_line(surface: &mut Surface<'_>, faces: &Faces, line: &Line, marks: &mut Marks) {
    if let Some(label) = &line.label {
        marks.label.push(surface.start_tagged(ContentTag::Span(SpanTag::empty())));
        faces.draw(surface, label, line.y);
        surface.end_tagged();
    }
    marks.body.push(surface.start_tagged(ContentTag::Span(SpanTag::empty())));
    for run in &line.runs {
        faces.draw(surface, run, line.y);
    }
    surface.end_tagged();
}

/// What stands at the foot is no part of what is read aloud.
fn draw_foot(surface: &mut Surface<'_>, faces: &Faces, text: &str, number: usize, pages: usize) {
    let width = |text: &str| -> f32 { text.chars().map(|letter| faces.width(letter, Weight::Regular, FOOT)).sum() };
    let count = format!("Page {number} of {pages}");
    let room = PAGE_WIDTH - 2.0 * MARGIN - width(&count) - 12.0;
    let mut left = text.to_owned();
    while width(&left) > room && left.pop().is_some() {}
    let run = |x: f32, text: String| Run { x, weight: Weight::Regular, size: FOOT, text };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    let y = PAGE_HEIGHT - MARGIN;
    let x = PAGE_WIDTH - MARGIN - width(&count);
    faces.draw(surface, &run(MARGIN, left), y);
    faces.draw(surface, &run(x, count), y);
    surface.end_tagged();
}

/// What the document is, for programs that read it aloud.
fn tree(pieces: &[Piece], marks: Vec<Marks>) -> Result<TagTree, PaperError> {
    let mut tree = TagTree::new();
    let mut list: Option<TagGroup> = None;
    for (piece, marks) in pieces.iter().zip(marks) {
        if !matches!(piece.role, Role::Item { first: false })
            && let Some(ended) = list.take()
        {
            tree.push(ended);
        }
        match piece.role {
            Role::Heading(level) => {
                let level = NonZeroU16::new(level).ok_or_else(|| refused("a heading of no level"))?;
                tree.push(group(TagGroup::new(Tag::Hn(level, Some(piece.text.clone()))), marks.body));
            }
            Role::Paragraph => tree.push(group(TagGroup::new(Tag::P), marks.body)),
            Role::Item { .. } => {
                let mut item = TagGroup::new(Tag::LI);
                item.push(group(TagGroup::new(Tag::Lbl), marks.label));
                item.push(group(TagGroup::new(Tag::LBody), marks.body));
                list.get_or_insert_with(|| TagGroup::new(Tag::L(ListNumbering::Disc))).push(item);
            }
        }
    }
    if let Some(ended) = list {
        tree.push(ended);
    }
    Ok(tree)
}

fn group(mut group: TagGroup, marks: Vec<Identifier>) -> TagGroup {
    for mark in marks {
        group.push(mark);
    }
    group
}

/// The parts, to go to from the side of a reader.
fn outline(pieces: &[Piece]) -> Outline {
    let mut outline = Outline::new();
    let mut part: Option<OutlineNode> = None;
    for piece in pieces {
        let (Role::Heading(level @ 1..=3), Some(line)) = (piece.role, piece.lines.first()) else { continue };
        let to = XyzDestination::new(line.page, Point::from_xy(0.0, line.y - 24.0));
        let node = OutlineNode::new(piece.text.clone(), to);
        match (&mut part, level) {
            (Some(part), 3) => part.push_child(node),
            _ => {
                if let Some(ended) = part.replace(node) {
                    outline.push_child(ended);
                }
            }
        }
    }
    if let Some(ended) = part {
        outline.push_child(ended);
    }
    outline
}

fn date_time(at: Timestamp) -> DateTime {
    let at = at.to_zoned(TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn paper() -> Paper {
        Paper {
            title: "CPD profile of Si\u{f4}n \u{141}ukasz".to_owned(),
            author: "Si\u{f4}n \u{141}ukasz".to_owned(),
            foot: "CPD profile of Si\u{f4}n \u{141}ukasz, made on 22 Nov 2026".to_owned(),
            blocks: vec![
                Block::facts([("Name", "Si\u{f4}n"), ("Profession", "Paramedic")]),
                Block::h2("Statement"),
                Block::paragraphs(&"What I did and why it was worth it. ".repeat(300)).next().expect("a paragraph"),
                Block::h3("1. Trauma update"),
                Block::items(["one".to_owned(), "two \u{1f692}\u{200d} \u{e000}".to_owned()]),
                Block::h2("List"),
                Block::items(["three".to_owned()]),
            ],
        }
    }

    fn made() -> Timestamp {
        "2026-11-22T09:00:00Z".parse().expect("a time")
    }

    /// Everything of a PDF that is text, its packed parts unpacked.
    fn opened(pdf: &[u8]) -> String {
        let mut all = String::from_utf8_lossy(pdf).into_owned();
        for (start, _stream) in pdf.windows(7).enumerate().filter(|(_at, window)| *window == b"stream\n") {
            let mut text = Vec::new();
            // What is no packed part does not unpack, and adds nothing.
            if flate2::read::ZlibDecoder::new(&pdf[start + 7..]).read_to_end(&mut text).is_ok() {
                all.push_str(&String::from_utf8_lossy(&text));
            }
        }
        all
    }

    #[test]
    fn a_paper_is_a_tagged_pdf_that_says_what_it_is() {
        let pdf = pdf(&paper(), made()).expect("a PDF that conforms");
        assert!(pdf.starts_with(b"%PDF-1.7"), "{:?}", &pdf[..8]);
        if let Ok(folder) = std::env::var("WATCHROOM_KEEP_PDF") {
            std::fs::write(std::path::Path::new(&folder).join("paper.pdf"), &pdf).expect("kept");
        }
        let text = opened(&pdf);
        for part in [
            "/MarkInfo",
            "/Lang",
            "en-GB",
            "/StructTreeRoot",
            "/Outlines",
            "/DisplayDocTitle true",
            "pdfuaid",
            "pdfaid",
            "/H1",
            "/H2",
            "/H3",
            "/LBody",
            "/Artifact",
            "/ToUnicode",
        ] {
            assert!(text.contains(part), "{part}");
        }
        let pages = text.matches("/Type /Page\n").count() + text.matches("/Type /Page ").count() + text.matches("/Type/Page/").count();
        assert!(pages >= 2, "{pages} pages");
    }

    #[test]
    fn the_same_paper_is_the_same_pdf() {
        assert_eq!(pdf(&paper(), made()).expect("a PDF"), pdf(&paper(), made()).expect("a PDF"));
    }

    #[test]
    fn what_the_fonts_lack_is_marked_and_what_shows_nothing_is_left_out() {
        let faces = FACES.as_ref().expect("fonts");
        for (text, shown) in [
            ("e\u{301}\u{feff}\u{200b}", "\u{e9}"),
            ("\u{141}\u{f3}d\u{17a} \u{175}", "\u{141}\u{f3}d\u{17a} \u{175}"),
            ("a\tb\u{a0}c\u{7}", "a b c"),
            ("\u{1f692}", "\u{fffd}"),
            ("\u{e000}\u{5b57}", "\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(faces.shown(text), shown, "{text:?}");
        }
        assert!(faces.width('m', Weight::Regular, 10.0) > faces.width('i', Weight::Regular, 10.0));
    }

    #[test]
    fn a_paper_of_anything_is_a_pdf() {
        for title in ["", " ", "\u{feff}", "\u{1f692}", &"word ".repeat(500)] {
            let paper = Paper { title: title.to_owned(), author: String::new(), foot: title.to_owned(), blocks: Vec::new() };
            // A document without a title conforms to nothing: that it has one is for whoever asks for it to see to.
            let made = pdf(&paper, made());
            assert_eq!(made.is_ok(), !title.trim().is_empty() && title != "\u{feff}", "{title:?}: {made:?}");
        }
    }
}
