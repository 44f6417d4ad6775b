//! How the appliance does, as far as the running program knows: for the first page of those who look after it, and the
//! page behind it. What only the doctor finds out (backups, certificates) is the doctor's.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;

use super::health::Readiness;
use crate::audit::verify::Verified;
use crate::authz::Caller;
use crate::authz::permission::{ORGANISATION_CONFIGURE, SECURITY_READ};
use crate::db::{DbError, Tx};
use crate::http::{Ask, Failure, Site};
use crate::jobs::{self, GivenUp};
use crate::notices::Desk;
use crate::views::{Crumb, PageContext, format};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Check {
    what: &'static str,
    good: bool,
    /// Whether anything is known of it; what is not known is no trouble.
    known: bool,
    said: String,
}

impl Check {
    fn new(what: &'static str, good: bool, said: impl Into<String>) -> Self {
        Self { what, good, known: true, said: said.into() }
    }
}

/// When the audit log was verified last, and what came of it.
fn verified(last: std::io::Result<Option<Verified>>) -> Check {
    const WHAT: &str = "Audit log, verified";
    let unknown = |said: &str| Check { known: false, ..Check::new(WHAT, true, said) };
    match last {
        Ok(None) => unknown("It was not verified here yet: run watchroom audit verify on the server."),
        Err(error) => {
            tracing::warn!(%error, "the note of the last verification could not be read");
            unknown("The note of the last verification could not be read.")
        }
        Ok(Some(last)) => {
            let entries = i64::try_from(last.entries).unwrap_or(i64::MAX);
            let when = format!("On {} by {}", format::long_time(last.at), last.by);
            let said = match (last.findings, last.parts_at) {
                (0, _) => format!("{when}: {}, all as signed.", format::count(entries, "entry", "entries")),
                (_, Some(index)) => format!("{when}: it is NOT as it was signed, from entry {index} on."),
                (_, None) => format!("{when}: it is NOT as it was signed."),
            };
            Check::new(WHAT, last.findings == 0, said)
        }
    }
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Machine {
    checks: Vec<Check>,
    audit: Option<bool>,
}

impl Machine {
    /// Looks, for those whom it concerns.
    pub(super) async fn look(ask: &Ask, readiness: &Readiness, mail: &Desk) -> Option<Self> {
        let concerned = [ORGANISATION_CONFIGURE, SECURITY_READ].iter().any(|code| ask.caller().holds_for_all(code));
        if concerned { Some(Self::looked(ask.site(), readiness, mail).await) } else { None }
    }

    async fn looked(site: &Site, readiness: &Readiness, mail: &Desk) -> Self {
        let (dir, least) = (site.config.state.dir.clone(), site.config.state.min_free());
        let looked = tokio::task::spawn_blocking(move || {
            let stat = nix::sys::statvfs::statvfs(&dir).ok();
            let free = stat.map(|stat| stat.blocks_available().saturating_mul(stat.fragment_size()));
            (free, Verified::last(&dir))
        });
        let (free, last) = looked.await.unwrap_or_else(|error| (None, Err(std::io::Error::other(error))));
        let said = match free {
            Some(free) => format!("{} free; {least} are the least that it should be.", format::size(free)),
            None => "The free space could not be read.".to_owned(),
        };
        let mut checks = vec![Check::new("Disk", free.is_some_and(|free| free >= least.0), said)];
        let runs = readiness.plugins.load(std::sync::atomic::Ordering::Relaxed);
        let said = if runs { "Plugins can run." } else { "The plugin runtime did not start, so no report can run." };
        checks.push(Check::new("Plugin runtime", runs, said));
        let audit = readiness.audit.get().map(|health| health.borrow().is_good());
        if let Some(good) = audit {
            let said =
                if good { "Entries are signed as they come." } else { "Entries are kept, and are not being signed." };
            checks.push(Check::new("Audit log", good, said));
        }
        checks.push(verified(last));
        let trouble = mail.health.trouble();
        let said = match (&mail.mailer, &trouble) {
            (None, _) => "No mail server is configured: nobody is told anything by e-mail.".to_owned(),
            (Some(_), None) => "The mail server can be used, as far as is known.".to_owned(),
            (Some(_), Some(trouble)) => {
                format!("Messages have not got out since {}.", format::long_time(trouble.since))
            }
        };
        checks.push(Check::new("E-mail", trouble.is_none(), said));
        Self { checks, audit }
    }

    /// How many are not in order.
    pub(super) fn troubles(&self) -> usize {
        self.checks.iter().filter(|check| !check.good).count()
    }

    /// What is said of the first that is not.
    pub(super) fn first_trouble(&self) -> Option<&str> {
        self.checks.iter().find(|check| !check.good).map(|check| check.said.as_str())
    }

    /// Whether the audit log is being signed; `None` where nothing signs it.
    pub(super) const fn audit_is_good(&self) -> Option<bool> {
        self.audit
    }
}

/// Whether somebody looks after the appliance.
pub(super) fn looks_after_it(caller: &Caller) -> bool {
    caller.holds_for_all(ORGANISATION_CONFIGURE)
}

#[derive(Debug, Clone, Serialize)]
struct Work {
    kind: String,
    when: String,
    machine: String,
    attempts: String,
}

#[derive(Debug, Clone, Serialize)]
struct AppliancePage {
    version: &'static str,
    checks: Vec<Check>,
    given_up: Vec<Work>,
}

impl AppliancePage {
    fn new(machine: Machine, given_up: &[GivenUp]) -> Self {
        let work = |job: &GivenUp| Work {
            kind: job.kind.clone(),
            when: format::short_time(job.at),
            machine: format::machine_time(job.at),
            attempts: format::number(job.attempts.into()),
        };
        Self {
            version: env!("CARGO_PKG_VERSION"),
            checks: machine.checks,
            given_up: given_up.iter().map(work).collect(),
        }
    }
}

impl PageContext for AppliancePage {
    const TEMPLATE: &'static str = "home/appliance";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "State of the appliance".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Home", "/")]
    }

    fn sample() -> Self {
        let machine = Machine {
            checks: vec![
                Check::new("Disk", true, "20.0 GiB free."),
                Check::new("E-mail", false, "Messages have not got out."),
                verified(Ok(None)),
            ],
            audit: Some(true),
        };
        let job = GivenUp { kind: "mail.send".to_owned(), attempts: 12, at: jiff::Timestamp::UNIX_EPOCH };
        Self::new(machine, &[job])
    }

    fn samples() -> Vec<Self> {
        let calm = Self { given_up: Vec::new(), ..Self::sample() };
        vec![Self::sample(), calm]
    }
}

/// Shows it.
pub(super) async fn show(ask: Ask, readiness: Data<Readiness>, mail: Data<Desk>) -> Result<HttpResponse, Failure> {
    let machine = Machine::looked(ask.site(), &readiness, &mail).await;
    let given_up = ask.site().db.read(ask.caller(), jobs::given_up).await?;
    ask.page(&AppliancePage::new(machine, &given_up))
}

/// Background work that was given up, for those who look after the appliance.
pub(super) fn given_up(tx: &mut Tx<'_>) -> Result<Vec<GivenUp>, DbError> {
    if looks_after_it(tx.caller()) { jobs::given_up(tx) } else { Ok(Vec::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_with_and_without_work_that_was_given_up() {
        crate::views::testing::check::<AppliancePage>();
    }

    #[test]
    fn what_is_not_in_order_is_counted_and_the_first_of_it_said() {
        let check = |good, said: &str| Check::new("Disk", good, said);
        let machine = Machine { checks: vec![check(true, "a"), check(false, "b"), check(false, "c")], audit: None };
        assert_eq!((machine.troubles(), machine.first_trouble()), (2, Some("b")));
    }

    #[test]
    fn what_the_last_verification_said_is_said_and_that_there_was_none_is_no_trouble() {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let good = Verified { at, by: "root".to_owned(), entries: 1_234, findings: 0, parts_at: None };
        let bad = Verified { findings: 3, parts_at: Some(17), ..good.clone() };
        let said = |last: Option<Verified>| {
            let check = verified(Ok(last));
            (check.known, check.good, check.said)
        };
        let (known, fine, words) = said(Some(good));
        assert!(known && fine && words.contains("by root: 1,234 entries, all as signed"), "{words}");
        let (known, fine, words) = said(Some(bad));
        assert!(known && !fine && words.contains("NOT as it was signed, from entry 17 on"), "{words}");
        let (known, fine, words) = said(None);
        assert!(!known && fine && words.contains("not verified here yet"), "{words}");
    }
}
