//! The text of a message, made right before it leaves: of a template, ids, and an address or a link that no row holds.

use jiff::Timestamp;

use super::desk::Desk;
use super::error::NoticeError;
use super::job::Postman;
use super::model::{NoticeKind, reference};
use super::policy::SendMessages;
use super::store::{self, Claimed, Ended};
use super::{choices, inbox_store};
use crate::authz::Granted;
use crate::db::Tx;
use crate::kernel::ids::PersonId;
use crate::mail::{Letter, Words};
use crate::views::format;

const UNKNOWN_KIND: &str = "this version of Watchroom does not know this kind of message";

/// A message to somebody without an account and their address, or what becomes of it and why.
pub(super) type Outside = Result<(Letter, Option<String>), (Ended, String)>;

impl Postman {
    /// The message's text, made now: of a template, ids, and a link whose secret is stored nowhere.
    pub(super) fn compose<'tx>(
        &self,
        tx: &mut Tx<'tx>,
        may: &Granted<'tx, SendMessages>,
        claimed: &Claimed,
        (person, recipient): (PersonId, &str),
        now: Timestamp,
    ) -> Result<Result<Letter, (Ended, String)>, NoticeError> {
        let Some(kind) = NoticeKind::of(&claimed.kind) else {
            return Ok(Err((Ended::Dead, UNKNOWN_KIND.to_owned())));
        };
        // Whoever wrote it may not have been able to see what its person chose, or they chose since.
        if kind.is_optional() && !choices::wants_mail(tx, person, kind)? {
            return Ok(Err((Ended::Discarded, "its person does not want this kind by e-mail".to_owned())));
        }
        let count = match claimed.about.filter(|_about| kind == NoticeKind::WeeklyDigest) {
            Some(digest) => inbox_store::counted(tx, may, digest)?,
            None => None,
        };
        let (path, until) = match kind.landing() {
            Some(path) => (path.to_owned(), None),
            None => {
                let found = match claimed.about {
                    Some(about) => (self.desk.find_link)(tx, &self.keys, kind, about, now)?,
                    None => None,
                };
                match found {
                    Some(link) => (link.path, Some(format::long_time(link.until))),
                    None => {
                        let why = "its link was used, withdrawn or too old before the message left";
                        return Ok(Err((Ended::Discarded, why.to_owned())));
                    }
                }
            }
        };
        let words = Words {
            organisation: store::organisation_name(tx)?,
            link: format!("{}{path}", self.desk.public_url),
            at: format::long_time(claimed.created_at),
            until,
            count: count.map(|count| format::count(count.into(), "notice", "notices")),
            reference: reference(claimed.id),
        };
        Ok(self.desk.letter(kind.code(), &words, recipient, &claimed.id.to_string(), claimed.created_at))
    }

    /// The same for somebody without an account, with the address that no row here holds.
    pub(super) fn compose_outside(&self, tx: &mut Tx<'_>, claimed: &Claimed) -> Result<Outside, NoticeError> {
        let Some(kind) = NoticeKind::of(&claimed.kind) else {
            return Ok(Err((Ended::Dead, UNKNOWN_KIND.to_owned())));
        };
        let found = match claimed.about {
            Some(about) => (self.desk.find_outsider)(tx, kind, about)?,
            None => None,
        };
        let Some(outsider) = found else {
            return Ok(Err((Ended::Discarded, "what it is about was removed before the message left".to_owned())));
        };
        let words = Words {
            organisation: store::organisation_name(tx)?,
            link: format!("{}{}", self.desk.public_url, outsider.path),
            at: format::long_time(outsider.written_at),
            until: None,
            count: None,
            reference: outsider.reference,
        };
        let (to, id) = (outsider.recipient, claimed.id.to_string());
        Ok(match self.desk.letter(kind.code(), &words, &to, &id, claimed.created_at) {
            Ok(letter) => Ok((letter, Some(to))),
            Err((ended, why)) => Err((ended, veiled(&why, Some(&to)))),
        })
    }
}

/// What a server said, without the address that it may repeat: neither whole nor what stands before its at-sign.
pub(super) fn veiled(answer: &str, hidden: Option<&str>) -> String {
    let Some(hidden) = hidden else { return answer.to_owned() };
    let local = hidden.split_once('@').map_or(hidden, |(local, _domain)| local);
    let words = [hidden, local].into_iter().filter(|word| word.len() > 2);
    words.fold(answer.to_owned(), |said, word| without(&said, &word.to_ascii_lowercase()))
}

fn without(said: &str, wanted: &str) -> String {
    let (mut rest, mut kept) = (said, String::new());
    while let Some((before, after)) =
        rest.to_ascii_lowercase().find(wanted).and_then(|at| Some((rest.get(..at)?, rest.get(at + wanted.len()..)?)))
    {
        kept.push_str(before);
        kept.push_str("[…]");
        rest = after;
    }
    kept.push_str(rest);
    kept
}

impl Desk {
    /// A message of these words; or why there is none, and what becomes of it.
    pub(super) fn letter(
        &self,
        notice: &str,
        words: &Words,
        to: &str,
        id: &str,
        at: Timestamp,
    ) -> Result<Letter, (Ended, String)> {
        let from = self.settings.from.as_deref().unwrap_or_default();
        let dead = |why: &dyn std::fmt::Display| (Ended::Dead, why.to_string());
        let written = self.templates.write(notice, words).map_err(|error| dead(&error))?;
        Letter::new(from, self.settings.reply_to.as_deref(), to, id, written, at).map_err(|error| dead(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_answer_does_not_give_an_applicants_address_away() {
        let said =
            "naming the recipient: permanent error (550): 5.1.1 <Kit.Vane@example.org>: no mailbox kit.vane here";
        let veiled = veiled(said, Some("kit.vane@Example.org"));
        assert_eq!(veiled, "naming the recipient: permanent error (550): 5.1.1 <[…]>: no mailbox […] here");
        assert_eq!(super::veiled(said, None), said);
    }

    #[test]
    fn an_address_that_looks_like_what_it_is_replaced_by_is_replaced_once() {
        assert_eq!(veiled("<[…]@x.example> is unknown", Some("[…]@x.example")), "<[…]> is unknown");
    }
}
