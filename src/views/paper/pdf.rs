//! From lines on pages to a tagged PDF: PDF/A-2a for those who keep it, PDF/UA-1 for those who have it read aloud. What
//! of either the library can check, it checks while it writes; a paper that would not conform is an error of ours.

use std::num::NonZeroU16;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};

use super::Paper;
use super::faces::{FACES, Faces};
use super::layout::{self, Line, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Piece, Role, Run, Weight};

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
            .with_archival_validator(Archival::A2_A)
            .with_accessibility_validator(Accessibility::UA1)
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
    let lines =
        || pieces.iter().enumerate().flat_map(|(number, piece)| piece.lines.iter().map(move |line| (number, line)));
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

    use super::super::Block;
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
        // What a program reads aloud, in its order: a list stands after its items, and those after their parts.
        let elements = text.split("/StructElem/S/").skip(1).filter_map(|rest| rest.split('/').next());
        let item = ["Lbl", "LBody", "LI"];
        let expected = [&["H1", "P", "P", "H2", "P", "H3"][..], &item, &item, &["L", "H2"], &item, &["L", "Document"]];
        assert_eq!(elements.collect::<Vec<_>>(), expected.concat());
        let pages = text.matches("/Type /Page\n").count()
            + text.matches("/Type /Page ").count()
            + text.matches("/Type/Page/").count();
        assert!(pages >= 2, "{pages} pages");
    }

    #[test]
    fn the_same_paper_is_the_same_pdf() {
        assert_eq!(pdf(&paper(), made()).expect("a PDF"), pdf(&paper(), made()).expect("a PDF"));
    }

    #[test]
    fn a_paper_of_anything_is_a_pdf() {
        for title in [" ", "\u{feff}x", "\u{1f692}", &"word ".repeat(500)] {
            let foot = title.to_owned();
            let paper = Paper { title: foot.clone(), author: String::new(), foot, blocks: Vec::new() };
            assert!(pdf(&paper, made()).is_ok(), "{title:?}");
        }
        // Nothing at all conforms to nothing: that there is a title is for whoever asks for the paper to see to.
        let nothing = Paper { title: String::new(), author: String::new(), foot: String::new(), blocks: Vec::new() };
        assert!(pdf(&nothing, made()).is_err());
    }
}
