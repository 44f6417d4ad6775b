//! From blocks to lines on pages. Pure: how wide a letter is, the caller says.

use super::{Block, Paper};

/// Points of an A4 page.
pub(super) const PAGE_WIDTH: f32 = 595.28;
pub(super) const PAGE_HEIGHT: f32 = 841.89;

/// Points around the text: two centimetres.
pub(super) const MARGIN: f32 = 56.7;

/// How far a list stands in.
const INDENT: f32 = 16.0;

/// Lines begin below the last by this part of their size.
const LEADING: f32 = 1.42;

/// The mark before an item of a list.
pub(super) const BULLET: &str = "\u{2022}";

/// Which of the two fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// What a piece of the document is, for its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A heading of this level.
    Heading(u16),
    /// A paragraph.
    Paragraph,
    /// An item of a list; the first one of it begins a new list.
    Item { first: bool },
}

/// Words of one look on one line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    /// From the left edge of the page.
    pub(super) x: f32,
    pub(super) weight: Weight,
    pub(super) size: f32,
    pub(super) text: String,
}

/// One line on one page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// From 0.
    pub(super) page: usize,
    /// The base line, from the top of the page.
    pub(super) y: f32,
    /// The bullet before it, for the first line of an item.
    pub(super) label: Option<Run>,
    pub(super) runs: Vec<Run>,
}

/// A heading, a paragraph or an item, with its lines.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) role: Role,
    /// Its whole text.
    pub(super) text: String,
    pub(super) lines: Vec<Line>,
}

/// How wide a letter is at a size, in points.
pub(super) type Widths<'a> = &'a dyn Fn(char, Weight, f32) -> f32;

/// How a role looks: its weight, its size, the room before it, and the room that must be left below its last line.
const fn look(role: Role) -> (Weight, f32, f32, f32) {
    match role {
        Role::Heading(1) => (Weight::Bold, 20.0, 0.0, 80.0),
        Role::Heading(2) => (Weight::Bold, 15.0, 20.0, 60.0),
        Role::Heading(3) => (Weight::Bold, 12.5, 16.0, 50.0),
        Role::Heading(_) => (Weight::Bold, 10.5, 8.0, 30.0),
        Role::Paragraph => (Weight::Regular, 10.5, 5.0, 0.0),
        Role::Item { .. } => (Weight::Regular, 10.5, 3.0, 0.0),
    }
}

/// A word with its weight; a line is filled with words.
struct Word {
    text: String,
    weight: Weight,
    /// It goes on where the last one was cut, which filled its line.
    glued: bool,
}

struct Setter<'a> {
    widths: Widths<'a>,
    page: usize,
    /// Where the next line may begin, from the top.
    top: f32,
    pieces: Vec<Piece>,
}

/// Puts a document on pages; its title is its first piece.
pub(super) fn lay_out(paper: &Paper, widths: Widths<'_>) -> Vec<Piece> {
    let mut setter = Setter { widths, page: 0, top: MARGIN, pieces: Vec::new() };
    setter.piece(Role::Heading(1), &[(&paper.title, Weight::Bold)]);
    for block in &paper.blocks {
        setter.block(block);
    }
    setter.pieces
}

impl Setter<'_> {
    fn block(&mut self, block: &Block) {
        for (level, heading) in [(2, &block.h2), (3, &block.h3), (4, &block.h4)] {
            if let Some(text) = heading {
                self.piece(Role::Heading(level), &[(text, Weight::Bold)]);
            }
        }
        if let Some(text) = &block.text {
            self.piece(Role::Paragraph, &[(text, Weight::Regular)]);
        }
        for fact in &block.facts {
            let label = format!("{}:", fact.label);
            self.piece(Role::Paragraph, &[(&label, Weight::Bold), (&fact.text, Weight::Regular)]);
        }
        for (number, item) in block.items.iter().enumerate() {
            self.piece(Role::Item { first: number == 0 }, &[(item, Weight::Regular)]);
        }
    }

    fn piece(&mut self, role: Role, parts: &[(&str, Weight)]) {
        let (weight, size, before, keep) = look(role);
        let item = matches!(role, Role::Item { .. });
        let left = if item { MARGIN + INDENT } else { MARGIN };
        let words: Vec<Word> = parts
            .iter()
            .flat_map(|(text, weight)| {
                text.split_whitespace().map(|word| Word { text: word.to_owned(), weight: *weight, glued: false })
            })
            .collect();
        let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return;
        }
        if self.top > MARGIN {
            self.top += before;
        }
        let height = size * LEADING;
        let filled = self.fill(&words, size, left);
        let needed = height * f32::from(u16::try_from(filled.len()).unwrap_or(u16::MAX)).min(2.0) + keep;
        if self.top + needed > bottom() {
            self.next_page();
        }
        let mut lines = Vec::new();
        for (number, runs) in filled.into_iter().enumerate() {
            if self.top + height > bottom() {
                self.next_page();
            }
            let label = (item && number == 0).then(|| Run { x: MARGIN, weight, size, text: BULLET.to_owned() });
            // The base line stands a fifth above the lower edge of its line.
            lines.push(Line { page: self.page, y: self.top + height * 0.8, label, runs });
            self.top += height;
        }
        self.pieces.push(Piece { role, text, lines });
    }

    fn next_page(&mut self) {
        self.page += 1;
        self.top = MARGIN;
    }

    fn width(&self, text: &str, weight: Weight, size: f32) -> f32 {
        text.chars().map(|letter| (self.widths)(letter, weight, size)).sum()
    }

    /// Words to lines. Words of one weight that stand side by side are one run; every line but the last ends in a space,
    /// so that a program that reads it aloud hears where a word ends.
    fn fill(&self, words: &[Word], size: f32, left: f32) -> Vec<Vec<Run>> {
        let room = PAGE_WIDTH - MARGIN - left;
        let mut lines: Vec<Vec<Run>> = Vec::new();
        let mut line: Vec<Run> = Vec::new();
        let mut used = 0.0;
        for word in words.iter().flat_map(|word| self.split(word, size, room)) {
            let space = if line.is_empty() { 0.0 } else { self.width(" ", word.weight, size) };
            let width = self.width(&word.text, word.weight, size);
            if !line.is_empty() && used + space + width > room {
                if let Some(last) = line.last_mut().filter(|_last| !word.glued) {
                    last.text.push(' ');
                }
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            let begins = line.is_empty();
            match line.last_mut() {
                Some(last) if last.weight == word.weight => {
                    last.text.push(' ');
                    last.text.push_str(&word.text);
                }
                Some(last) => {
                    last.text.push(' ');
                    let x = left + used + space;
                    line.push(Run { x, weight: word.weight, size, text: word.text.clone() });
                }
                None => line.push(Run { x: left, weight: word.weight, size, text: word.text.clone() }),
            }
            used += if begins { width } else { space + width };
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// A word as it is, or in pieces when it is longer than a line: an address, a digest.
    fn split(&self, word: &Word, size: f32, room: f32) -> Vec<Word> {
        let mut parts = Vec::new();
        let (mut part, mut used) = (String::new(), 0.0);
        for letter in word.text.chars() {
            let width = (self.widths)(letter, word.weight, size);
            if used + width > room && !part.is_empty() {
                let glued = !parts.is_empty();
                parts.push(Word { text: std::mem::take(&mut part), weight: word.weight, glued });
                used = 0.0;
            }
            part.push(letter);
            used += width;
        }
        let glued = !parts.is_empty();
        parts.push(Word { text: part, weight: word.weight, glued });
        parts
    }
}

/// Where the last line may end: there is room below for the number of the page.
const fn bottom() -> f32 {
    PAGE_HEIGHT - MARGIN - 18.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every letter is half as wide as it is high.
    fn even(_letter: char, _weight: Weight, size: f32) -> f32 {
        size / 2.0
    }

    fn paper(blocks: Vec<Block>) -> Paper {
        Paper { title: "A title".to_owned(), author: String::new(), foot: String::new(), blocks }
    }

    fn width_of(run: &Run) -> f32 {
        run.text.trim_end().chars().map(|letter| even(letter, run.weight, run.size)).sum()
    }

    #[test]
    fn every_word_stands_on_a_page_within_its_margins_and_in_order() {
        let long = "Seven words that are here to stay ".repeat(400);
        let blocks = vec![
            Block::h2("A part"),
            Block::paragraphs(&long).next().expect("a paragraph"),
            Block::facts([("Label", "and what it says")]),
            Block::items(["one".to_owned(), long.clone()]),
        ];
        let pieces = lay_out(&paper(blocks), &even);
        assert_eq!(pieces.len(), 6);
        let pages = pieces.iter().flat_map(|piece| &piece.lines).map(|line| line.page).max().expect("a line");
        assert!(pages >= 3, "{pages}");
        let mut last = (0, 0.0);
        for piece in &pieces {
            let said: String = piece.lines.iter().flat_map(|line| &line.runs).map(|run| run.text.as_str()).collect();
            assert_eq!(said, piece.text, "nothing is lost, and lines end in spaces");
            for line in &piece.lines {
                assert!((line.page, line.y) > last, "from the top down");
                last = (line.page, line.y);
                assert!(line.y > MARGIN && line.y < PAGE_HEIGHT - MARGIN);
                let end = line.runs.last().map(|run| run.x + width_of(run)).expect("a run");
                assert!(end <= PAGE_WIDTH - MARGIN + 0.01, "{end}");
            }
        }
    }

    #[test]
    fn a_heading_is_not_left_alone_at_the_foot_of_a_page() {
        for filler in 20..60 {
            let lines = (0..filler).flat_map(|_n| Block::paragraphs("A line"));
            let blocks = lines.chain([Block::h2("Heading")]).chain(Block::paragraphs("What it heads")).collect();
            let pieces = lay_out(&paper(blocks), &even);
            let [.., heading, text] = pieces.as_slice() else { panic!("two pieces") };
            assert_eq!(heading.lines[0].page, text.lines[0].page, "after {filler} lines");
        }
    }

    #[test]
    fn what_is_longer_than_a_line_is_split_and_a_label_is_bold() {
        let pieces = lay_out(&paper(vec![Block::facts([("SHA-256", "ab".repeat(200))])]), &even);
        let fact = &pieces[1];
        assert!(fact.lines.len() > 2);
        let said: String = fact.lines.iter().flat_map(|line| &line.runs).map(|run| run.text.as_str()).collect();
        assert_eq!(said, fact.text);
        assert_eq!(fact.lines[0].runs[0].weight, Weight::Bold);
        assert_eq!(lay_out(&paper(vec![Block::facts([("", " ")])]), &even)[1].text, ":");
        assert_eq!(lay_out(&paper(Vec::new()), &even).len(), 1);
    }

    #[test]
    fn only_the_first_line_of_an_item_has_a_bullet() {
        let pieces = lay_out(&paper(vec![Block::items(["many words ".repeat(60), "few".to_owned()])]), &even);
        assert_eq!([pieces[1].role, pieces[2].role], [Role::Item { first: true }, Role::Item { first: false }]);
        let bullets = pieces[1].lines.iter().filter(|line| line.label.is_some()).count();
        assert_eq!((bullets, pieces[1].lines[0].label.as_ref().map(|run| run.text.as_str())), (1, Some(BULLET)));
    }
}
