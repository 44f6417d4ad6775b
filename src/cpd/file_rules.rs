//! Which files may be evidence, told by their bytes; and what they are called when they leave. Pure.
//!
//! A name and a content type are whatever a browser says. What a file is, its first bytes say; what does not look like
//! one of these is not kept. None of them is ever shown by us: they leave as downloads.

/// A kind of file that may be evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// HEIC, as telephones take photographs.
    Heic,
    /// A Word document without macros.
    Word,
    /// A PowerPoint presentation without macros.
    Slides,
    /// Plain text.
    Text,
}

impl FileKind {
    /// What the form says of them.
    pub const IN_WORDS: &'static str = "PDF, JPEG, PNG, HEIC, Word, PowerPoint or plain text";

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Heic => "image/heic",
            Self::Word => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Slides => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Text => "text/plain",
        }
    }

    /// The ending of its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Heic => "heic",
            Self::Word => "docx",
            Self::Slides => "pptx",
            Self::Text => "txt",
        }
    }

    /// What people call it.
    pub fn name_of(media_type: &str) -> &'static str {
        let all = [Self::Pdf, Self::Jpeg, Self::Png, Self::Heic, Self::Word, Self::Slides, Self::Text];
        match all.into_iter().find(|kind| kind.media_type() == media_type) {
            Some(Self::Pdf) => "PDF",
            Some(Self::Jpeg) => "JPEG photograph",
            Some(Self::Png) => "PNG image",
            Some(Self::Heic) => "HEIC photograph",
            Some(Self::Word) => "Word document",
            Some(Self::Slides) => "PowerPoint presentation",
            Some(Self::Text) => "Text",
            None => "File",
        }
    }

    /// What these bytes are; `None` for anything that may not be evidence.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"%PDF-") {
            return Some(Self::Pdf);
        }
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            return Some(Self::Jpeg);
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        if bytes.get(4..8) == Some(b"ftyp") {
            let brand = bytes.get(8..12).unwrap_or_default();
            let known: [&[u8]; 5] = [b"heic", b"heix", b"heim", b"heis", b"mif1"];
            return known.contains(&brand).then_some(Self::Heic);
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return office(bytes);
        }
        is_text(bytes).then_some(Self::Text)
    }
}

/// A document of Word or PowerPoint: an archive with its main part in it, and no program.
fn office(bytes: &[u8]) -> Option<FileKind> {
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if !holds(b"[Content_Types].xml") || holds(b"vbaProject.bin") {
        return None;
    }
    if holds(b"word/document.xml") {
        return Some(FileKind::Word);
    }
    holds(b"ppt/presentation.xml").then_some(FileKind::Slides)
}

/// UTF-8 without control characters but those of lines, and no markup that a browser would take for a page.
fn is_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let begins = text.trim_start().to_ascii_lowercase();
    let markup = ["<!doctype", "<html", "<?xml", "<svg", "<script"].iter().any(|mark| begins.starts_with(mark));
    !text.is_empty() && !markup && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// The longest name that is kept, without its ending, in characters.
const LONGEST: usize = 80;

/// A name that is safe in a header and in every file system: what somebody called the file, without its folders, with
/// plain letters, digits, spaces, dots and dashes, and the ending of what it really is.
pub fn safe_name(given: &str, kind: FileKind) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _ending)| stem);
    let plain = |c: char| match c {
        c if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.') => c,
        _ => '-',
    };
    let stem: String = stem.chars().map(plain).take(LONGEST).collect();
    let stem = stem.trim_matches([' ', '.', '-']);
    format!("{}.{}", if stem.is_empty() { "evidence" } else { stem }, kind.ending())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip_with(names: &[&str]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04....".to_vec();
        for name in names {
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(0);
        }
        bytes
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let word = zip_with(&["[Content_Types].xml", "word/document.xml"]);
        let slides = zip_with(&["[Content_Types].xml", "ppt/presentation.xml"]);
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], FileKind::Pdf),
            (b"\xff\xd8\xff\xe0", FileKind::Jpeg),
            (b"\x89PNG\r\n\x1a\nrest", FileKind::Png),
            (b"\0\0\0\x18ftypheic", FileKind::Heic),
            (&word, FileKind::Word),
            (&slides, FileKind::Slides),
            ("What I read: caf\u{e9}\r\n".as_bytes(), FileKind::Text),
        ] {
            assert_eq!(FileKind::of(bytes), Some(kind));
            assert_ne!(FileKind::name_of(kind.media_type()), "File");
        }
    }

    #[test]
    fn what_runs_or_could_be_taken_for_a_page_is_not_kept() {
        let macros = zip_with(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]);
        let archive = zip_with(&["holiday.jpg"]);
        for bytes in [
            &b"MZ\x90\0\x03"[..],
            b"\x7fELF\x02\x01",
            b"<!DOCTYPE html><p>",
            b" <HTML><script>",
            b"<?xml version='1.0'?>",
            b"\xef\xbb\xbf<svg xmlns=''>",
            b"\0\0\0\x18ftypmp42",
            b"\x00\x01\x02",
            b"\xff\xfe",
            b"",
            &macros,
            &archive,
        ] {
            assert_eq!(FileKind::of(bytes), None, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_name_says_what_the_file_is_and_nothing_that_a_header_or_a_folder_would_take_amiss() {
        for (given, safe) in [
            ("ILS certificate.pdf", "ILS certificate.pdf"),
            ("C:\\Users\\jo\\scan.PDF.exe", "scan.PDF.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("a\"b\r\nc;.pdf", "a-b--c.pdf"),
            ("Z\u{fc}rich.pdf", "Z-rich.pdf"),
            ("", "evidence.pdf"),
            ("...pdf", "evidence.pdf"),
        ] {
            assert_eq!(safe_name(given, FileKind::Pdf), safe, "{given}");
        }
        assert!(safe_name(&"x".repeat(500), FileKind::Jpeg).len() <= 84);
    }
}
