//! Times, dates, hours and numbers as people in the United Kingdom read them.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::kernel::civil::local;

/// `Sunday 22 November 2026, 07:00`.
pub fn long_time(at: Timestamp) -> String {
    local(at).strftime("%A %-d %B %Y, %H:%M").to_string()
}

/// `22 Nov 2026, 07:00`, for tables.
pub fn short_time(at: Timestamp) -> String {
    local(at).strftime("%-d %b %Y, %H:%M").to_string()
}

/// `07:00`.
pub fn clock(at: Timestamp) -> String {
    local(at).strftime("%H:%M").to_string()
}

/// `Sunday 22 November 2026`.
pub fn long_date(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

/// `22 Nov 2026`.
pub fn short_date(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// `22 Nov 2026, 07:00 to 19:00`, or with both days when they differ.
pub fn span(start: Timestamp, end: Timestamp) -> String {
    let until = if local(start).date() == local(end).date() { clock(end) } else { short_time(end) };
    format!("{} to {until}", short_time(start))
}

/// What a `<time datetime="">` holds: the instant in UTC, to the second.
pub fn machine_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `7 h 30 min`, `45 min`, `12 h`, `0 min`; negative spans carry a minus sign.
pub fn minutes(minutes: i64) -> String {
    let sign = if minutes < 0 { "\u{2212}" } else { "" };
    let whole = minutes.unsigned_abs();
    match (whole / 60, whole % 60) {
        (0, rest) => format!("{sign}{rest} min"),
        (hours, 0) => format!("{sign}{} h", group(hours)),
        (hours, rest) => format!("{sign}{} h {rest} min", group(hours)),
    }
}

/// `1,234,567`.
pub fn number(value: i64) -> String {
    format!("{}{}", if value < 0 { "\u{2212}" } else { "" }, group(value.unsigned_abs()))
}

/// `1 duty`, `2,000 duties`.
pub fn count(value: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// `1.5 s`, `230 ms`: how long something took.
pub fn took(milliseconds: i64) -> String {
    if milliseconds < 1000 {
        return format!("{milliseconds} ms");
    }
    let tenths = (milliseconds + 50) / 100;
    format!("{}.{} s", number(tenths / 10), tenths % 10)
}

/// `640 B`, `12.4 KiB`, `3.0 MiB`.
pub fn size(bytes: u64) -> String {
    let mut unit = 1_u64;
    for name in ["KiB", "MiB", "GiB"] {
        unit = unit.saturating_mul(1024);
        if bytes >= unit && (bytes < unit.saturating_mul(1024) || name == "GiB") {
            let tenths = bytes.saturating_mul(10) / unit;
            return format!("{}.{} {name}", group(tenths / 10), tenths % 10);
        }
    }
    format!("{bytes} B")
}

fn group(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("time")
    }

    #[test]
    fn times_are_local_to_the_united_kingdom() {
        assert_eq!(long_time(at("2026-11-22T07:00:00Z")), "Sunday 22 November 2026, 07:00");
        assert_eq!(short_time(at("2026-07-01T07:05:00Z")), "1 Jul 2026, 08:05");
        assert_eq!(machine_time(at("2026-07-01T07:05:00Z")), "2026-07-01T07:05:00Z");
        assert_eq!(long_date(date(2026, 3, 1)), "Sunday 1 March 2026");
        assert_eq!(short_date(date(2026, 3, 1)), "1 Mar 2026");
    }

    #[test]
    fn a_span_names_the_second_day_only_when_it_differs() {
        assert_eq!(span(at("2026-11-22T07:00:00Z"), at("2026-11-22T19:00:00Z")), "22 Nov 2026, 07:00 to 19:00");
        assert_eq!(
            span(at("2026-11-22T19:00:00Z"), at("2026-11-23T07:00:00Z")),
            "22 Nov 2026, 19:00 to 23 Nov 2026, 07:00"
        );
    }

    #[test]
    fn hours_are_words_not_fractions() {
        let seen = [0, 45, 60, 450, 72_000, -30].map(minutes);
        assert_eq!(seen, ["0 min", "45 min", "1 h", "7 h 30 min", "1,200 h", "\u{2212}30 min"]);
    }

    #[test]
    fn numbers_have_thousands() {
        assert_eq!([0, 999, 1000, 1_234_567, -4200].map(number), ["0", "999", "1,000", "1,234,567", "\u{2212}4,200"]);
        assert_eq!(count(1, "duty", "duties"), "1 duty");
        assert_eq!(count(2000, "duty", "duties"), "2,000 duties");
        assert_eq!([230, 1500, 1949, 61_000].map(took), ["230 ms", "1.5 s", "1.9 s", "61.0 s"]);
        assert_eq!([640, 12_700, 3_145_728, 5 << 40].map(size), ["640 B", "12.4 KiB", "3.0 MiB", "5,120.0 GiB"]);
    }
}
