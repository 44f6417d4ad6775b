//! A calendar as text: RFC 5545, as far as a feed of duties needs it. Pure.
//!
//! Times are in UTC, so that no zone has to be described; whole days are dates. An event says when and what sort of
//! duty, or that there is something to look at and where; and nothing else.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Octets of a line at most, without its end: RFC 5545, 3.1.
const LONGEST_LINE: usize = 75;

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// From an instant to another.
    Span(Timestamp, Timestamp),
    /// Whole days, the last one included.
    Days(Date, Date),
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Names it for good: the same event has the same one in each answer.
    pub uid: String,
    /// When.
    pub when: When,
    /// What.
    pub summary: String,
    /// Where to look, a whole address.
    pub url: Option<String>,
}

/// The calendar `name` with these events. The same events give the same text: `made_at` is when the feed was made, and
/// not the hour of asking.
pub fn text(name: &str, events: &[Event], made_at: Timestamp) -> String {
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Watchroom//Duties//EN", "CALSCALE:GREGORIAN"] {
        push(&mut out, line);
    }
    push(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for event in events {
        push(&mut out, "BEGIN:VEVENT");
        push(&mut out, &format!("UID:{}", escaped(&event.uid)));
        push(&mut out, &format!("DTSTAMP:{}", utc(made_at)));
        match event.when {
            When::Span(from, to) => {
                push(&mut out, &format!("DTSTART:{}", utc(from)));
                push(&mut out, &format!("DTEND:{}", utc(to)));
            }
            When::Days(first, last) => {
                push(&mut out, &format!("DTSTART;VALUE=DATE:{}", day(first)));
                push(&mut out, &format!("DTEND;VALUE=DATE:{}", day(last.tomorrow().unwrap_or(last))));
                push(&mut out, "TRANSP:TRANSPARENT");
            }
        }
        push(&mut out, &format!("SUMMARY:{}", escaped(&event.summary)));
        if let Some(url) = &event.url {
            // An address is no text, and nothing in it is escaped; what would end the line is left out.
            let url: String = url.chars().filter(|letter| !letter.is_control()).collect();
            push(&mut out, &format!("URL:{url}"));
        }
        push(&mut out, "END:VEVENT");
    }
    push(&mut out, "END:VCALENDAR");
    out
}

fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn day(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

/// Text as a value: RFC 5545, 3.3.11.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// Writes a line, folded where it is too long: never inside a letter.
fn push(out: &mut String, line: &str) {
    let mut length = 0;
    for letter in line.chars() {
        if length + letter.len_utf8() > LONGEST_LINE {
            out.push_str("\r\n ");
            length = 1;
        }
        length += letter.len_utf8();
        // Writing to a text cannot fail.
        let _written = out.write_char(letter);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn event(summary: &str) -> Event {
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let when = When::Span(at("2026-03-28T18:00:00Z"), at("2026-03-29T08:00:00Z"));
        Event { uid: "slot-20260328@watchroom".to_owned(), when, summary: summary.to_owned(), url: None }
    }

    fn calendar(events: &[Event]) -> String {
        text("Duties", events, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn an_event_is_in_utc_and_says_when_and_what() {
        let text = calendar(&[event("Shift")]);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(lines[0..2], ["BEGIN:VCALENDAR", "VERSION:2.0"]);
        let wanted = [
            "BEGIN:VEVENT",
            "UID:slot-20260328@watchroom",
            "DTSTAMP:19700101T000000Z",
            "DTSTART:20260328T180000Z",
            "DTEND:20260329T080000Z",
            "SUMMARY:Shift",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ];
        assert_eq!(lines[5..], wanted);
    }

    #[test]
    fn whole_days_end_on_the_day_after_the_last() {
        let days = Event { when: When::Days(date(2026, 12, 24), date(2026, 12, 31)), ..event("Away") };
        let text = calendar(&[days]);
        assert!(text.contains("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20270101\r\n"), "{text}");
    }

    #[test]
    fn an_address_stands_as_it_is_and_ends_no_line() {
        let linked = Event { url: Some("https://x.example/a;b,c?d=1\r\nEND:VCALENDAR".to_owned()), ..event("Look") };
        let text = calendar(&[linked]);
        assert!(text.contains("SUMMARY:Look\r\nURL:https://x.example/a;b,c?d=1END:VCALENDAR\r\n"), "{text}");
        assert!(!calendar(&[event("Shift")]).contains("URL:"));
    }

    #[test]
    fn what_means_something_else_is_escaped_and_nothing_ends_a_line_early() {
        let text = calendar(&[event("A, b; c\\d\nEND:VCALENDAR\r")]);
        assert!(text.contains("SUMMARY:A\\, b\\; c\\\\d\\nEND:VCALENDAR\r\n"), "{text}");
        assert_eq!(text.matches("\r\nEND:VCALENDAR\r\n").count(), 1);
    }

    #[test]
    fn long_lines_are_folded_between_letters_and_read_the_same_unfolded() {
        for summary in ["x".repeat(300), "é".repeat(200), "€🚒".repeat(60)] {
            let text = calendar(&[event(&summary)]);
            assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE), "{text}");
            assert!(text.replace("\r\n ", "").contains(&format!("SUMMARY:{summary}\r\n")));
        }
    }
}
