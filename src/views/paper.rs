//! Papers: documents that leave as PDF and are looked at as a page before. One list of blocks makes both, so that what
//! somebody checked on the screen is what they hand in.
//!
//! The PDF is tagged (PDF/UA-1): headings, paragraphs and lists are told apart by programs that read aloud, the reading
//! order is that of the blocks, language and title are set. Owns layout and fonts; knows no slice.

mod faces;
mod layout;
mod pdf;

use std::collections::BTreeSet;

use serde::Serialize;

pub use pdf::{PaperError, pdf};

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// What it is; its first heading as well.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// What stands at the foot of each page, beside its number.
    pub foot: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A label and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The label.
    pub label: String,
    /// What it says.
    pub text: String,
}

/// One part of a document: exactly one of its fields is filled. A struct and not an enum, so that a template can ask for
/// each by its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Block {
    /// A heading of the second level.
    pub h2: Option<String>,
    /// A heading of the third level.
    pub h3: Option<String>,
    /// A heading of the fourth level.
    pub h4: Option<String>,
    /// A paragraph.
    pub text: Option<String>,
    /// Labels, each with what it says.
    pub facts: Vec<Fact>,
    /// The items of a list.
    pub items: Vec<String>,
}

impl Paper {
    fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.title.as_str()).chain(self.blocks.iter().flat_map(Block::texts))
    }
}

/// The letters of a paper that its PDF shows by the mark for a letter without a glyph (U+FFFD), each once.
pub fn not_shown(paper: &Paper) -> Vec<char> {
    let Some(faces) = faces::FACES.as_ref() else { return Vec::new() };
    let all: BTreeSet<char> = paper.texts().flat_map(|text| faces.lacking(text)).collect();
    all.into_iter().collect()
}

impl Block {
    fn texts(&self) -> impl Iterator<Item = &str> {
        let one = [&self.h2, &self.h3, &self.h4, &self.text].into_iter().flatten();
        let facts = self.facts.iter().flat_map(|fact| [&fact.label, &fact.text]);
        one.chain(facts).chain(&self.items).map(String::as_str)
    }

    /// A heading of the second level.
    pub fn h2(text: impl Into<String>) -> Self {
        Self { h2: Some(text.into()), ..Self::default() }
    }

    /// A heading of the third level.
    pub fn h3(text: impl Into<String>) -> Self {
        Self { h3: Some(text.into()), ..Self::default() }
    }

    /// A heading of the fourth level.
    pub fn h4(text: impl Into<String>) -> Self {
        Self { h4: Some(text.into()), ..Self::default() }
    }

    /// What somebody wrote, each of its paragraphs a block.
    pub fn paragraphs(text: &str) -> impl Iterator<Item = Self> {
        let parts = text.split('\n').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| Self { text: Some(part.to_owned()), ..Self::default() })
    }

    /// Labels with what they say.
    pub fn facts<L: Into<String>, T: Into<String>>(facts: impl IntoIterator<Item = (L, T)>) -> Self {
        let facts = facts.into_iter().map(|(label, text)| Fact { label: label.into(), text: text.into() }).collect();
        Self { facts, ..Self::default() }
    }

    /// A list.
    pub fn items(items: impl IntoIterator<Item = String>) -> Self {
        Self { items: items.into_iter().collect(), ..Self::default() }
    }
}
