//! Why a message was given up, in plain words: from what the server said last. Pure.
//!
//! Servers answer with a three-digit code (RFC 5321) and mostly with an enhanced one (RFC 3463), whose last two numbers say
//! what it is about. Both are looked for; the server's own words stand beside ours, for whoever runs it.

/// What to tell an administrator, with what to do. `None` when the answer says nothing that we know.
pub(super) fn plain(answer: &str) -> Option<&'static str> {
    let enhanced = answer.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(subject_and_detail);
    let by_code = enhanced.and_then(by_enhanced_code);
    by_code.or_else(|| by_basic_code(answer)).or_else(|| by_our_words(answer))
}

/// The two numbers of an enhanced code: `5.1.1` is about the address, and says that there is no such mailbox.
fn subject_and_detail(word: &str) -> Option<(u16, u16)> {
    let mut parts = word.trim_end_matches('.').split('.');
    let class: u16 = parts.next()?.parse().ok()?;
    let (subject, detail) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (matches!(class, 2 | 4 | 5) && parts.next().is_none()).then_some((subject, detail))
}

fn by_enhanced_code((subject, detail): (u16, u16)) -> Option<&'static str> {
    Some(match (subject, detail) {
        (1, 1 | 6) => "There is no such mailbox. Check the address on the person\u{2019}s record.",
        (1, 2) => "The part of the address after the @ is not known. Check it for a slip.",
        (1, 3) => "The address is not written as an address is. Check it on the person\u{2019}s record.",
        (1, 7 | 8) => "The server does not take messages from our sender. Check mail.from.",
        (2, 1) => "The mailbox is switched off. Ask whoever runs mail, or the person.",
        (2, 2) => "The mailbox is full. The person has to make room.",
        (2, 3) | (3, 4) => "The server found the message too long, which is most likely its own trouble.",
        (4, 4 | 6 | 7) => "The server could not pass the message on in time. Send again later.",
        (7, 8 | 0) => {
            "The server does not accept our login, or not for this. Check mail.username and mail.password_file."
        }
        (7, 1..=27) => {
            "The server\u{2019}s rules forbid it, or it takes the message for unwanted mail. Whoever runs it can say which \
             rule, and let this machine send."
        }
        _ => return None,
    })
}

fn by_basic_code(answer: &str) -> Option<&'static str> {
    let codes = answer.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 3);
    codes.into_iter().find_map(|code| {
        Some(match code {
            "421" | "450" | "451" => {
                "The server was busy, or asked to try again later, until our patience ended. Send again."
            }
            "452" | "552" => "The mailbox or the server has no room left.",
            "530" | "534" | "535" | "538" => {
                "The server does not accept our login. Check mail.username and mail.password_file."
            }
            "550" | "551" | "553" => "The server does not take messages for this address. Check it for a slip.",
            "554" => "The server refused the message, most likely as unwanted mail. Whoever runs it can say why.",
            _ => return None,
        })
    })
}

/// What this program writes down itself when there is no server's answer.
fn by_our_words(answer: &str) -> Option<&'static str> {
    let known = [
        (
            "handed over three times",
            "The server may have it or not: it never said. Ask the person before you send again.",
        ),
        ("does not know this kind", "An older or newer version of Watchroom wrote it. Discard it."),
        ("reaching the server", "The server could not be reached until our patience ended. Send again once it runs."),
        ("protecting", "No protected connection to the server came about. Check mail.tls and mail.ca_file."),
        ("logging in", "The server does not accept our login. Check mail.username and mail.password_file."),
    ];
    known.into_iter().find(|(words, _plain)| answer.contains(words)).map(|(_words, plain)| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_answers_have_plain_words_that_say_what_to_do() {
        let cases = [
            ("naming the recipient: permanent error (550): 5.1.1 No such user here", "no such mailbox"),
            ("naming the recipient: permanent error (550): 5.7.1 Relaying denied", "rules forbid"),
            (
                "naming the recipient: permanent error (550): no such user here",
                "does not take messages for this address",
            ),
            ("naming the recipient: transient error (452): 4.2.2 Mailbox full", "full"),
            ("naming the recipient: transient error (450): greylisted", "busy"),
            ("handing the message over: permanent error (554): spam", "unwanted mail"),
            ("logging in: permanent error (535): 5.7.8 Authentication credentials invalid", "login"),
            ("reaching the server: connection refused", "could not be reached"),
            ("handed over three times, and the server never said that it has it", "never said"),
        ];
        for (answer, words) in cases {
            let plain = plain(answer).unwrap_or_default();
            assert!(plain.contains(words), "{answer}: {plain}");
        }
    }

    #[test]
    fn what_is_no_code_is_not_taken_for_one() {
        for answer in ["", "something else", "at 10.0.0.1 port 25", "version 1.2.3", "4.5", "1999"] {
            assert_eq!(plain(answer), None, "{answer}");
        }
    }
}
