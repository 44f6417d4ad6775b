//! The lists, each with what it comes to, the form to add a rule, and the check of one address.

use std::borrow::Cow;
use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::http::{Ask, Failure, FlashKind, Posted, QueryOf};
use crate::kernel::cidr::Cidr;
use crate::kernel::ids::NetworkRuleId;
use crate::kernel::network::{Judgement, NetworkRule, Verdict};
use crate::network::NetworkError;
use crate::network::model::{Place, RoleName, Rule, in_words, title};
use crate::network::service::{self, Book, Wanted};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

/// Characters of a note at most.
const LONGEST_NOTE: usize = 200;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    place: String,
    verdict: String,
    network: String,
    note: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    address: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    network: String,
    allows: bool,
    on: bool,
    note: String,
    added: String,
}

#[derive(Debug, Serialize)]
struct List {
    title: String,
    meaning: String,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Finding {
    list: String,
    lets_in: bool,
    why: String,
}

#[derive(Debug, Serialize)]
struct Checked {
    address: String,
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
pub(super) struct ListPage {
    tab: &'static str,
    here: Option<String>,
    lists: Vec<List>,
    place: Field,
    verdict: Field,
    network: Field,
    note: Field,
    address: Field,
    checked: Option<Checked>,
    #[serde(skip)]
    errors: FormErrors,
}

/// What a place is called in a form: a role by its id.
fn value_of(place: Place) -> String {
    place.role().map_or_else(|| place.as_str().to_owned(), |role| role.to_string())
}

fn place_of(text: &str) -> Option<Place> {
    match text {
        "everyone" => Some(Place::Everyone),
        "console" => Some(Place::Console),
        role => role.parse().ok().map(Place::Role),
    }
}

fn finding(list: String, judgement: Judgement) -> Finding {
    let why = match judgement {
        Judgement::Open => "Nobody is shut out but those that a rule keeps out.".to_owned(),
        Judgement::Allowed(network) => format!("It lies in {network}, which is let in."),
        Judgement::Denied(network) => format!("It lies in {network}, which is kept out."),
        Judgement::NotListed => "It lies in none of the networks that are let in.".to_owned(),
    };
    Finding { list, lets_in: judgement.lets_in(), why }
}

impl ListPage {
    fn new(book: &Book, here: Option<IpAddr>, typed: &Typed, asked: &Asked, mut errors: FormErrors) -> Self {
        let asked_for = asked.address.as_deref().map(str::trim).unwrap_or_default();
        let checked = if asked_for.is_empty() {
            None
        } else if let Ok(address) = asked_for.parse::<IpAddr>() {
            Some(Self::check(book, address))
        } else {
            errors.add("address", "Enter one address, such as 192.0.2.10 or 2001:db8::10.");
            None
        };
        let places = [Place::Everyone, Place::Console].into_iter();
        let places = places.chain(book.roles.iter().map(|role| Place::Role(role.id)));
        let choices = places.map(|place| Choice::new(value_of(place), title(place, &book.roles)));
        let chosen =
            |text: &str, default: &'static str| if text.is_empty() { default.to_owned() } else { text.to_owned() };
        let verdicts = [
            Choice::new("allow", "Let it in").hint("And shut out everybody whom no rule of the list lets in."),
            Choice::new("deny", "Keep it out").hint("Whatever else lets it in."),
        ];
        Self {
            tab: "network",
            here: here.map(|here| here.to_canonical().to_string()),
            lists: Self::lists(book),
            place: Field::new("place", "Whom is it for?")
                .choices(choices)
                .choose([chosen(&typed.place, "everyone")])
                .errors(&errors),
            verdict: Field::new("verdict", "What does it do?")
                .choices(verdicts)
                .choose([chosen(&typed.verdict, "allow")])
                .errors(&errors),
            network: Field::new("network", "Network")
                .hint("An address, or a network such as 10.20.0.0/16 or 2001:db8::/32.")
                .value(&typed.network)
                .errors(&errors),
            note: Field::new("note", "Note (optional)")
                .hint("What is there: “Headquarters”, “Remote access”.")
                .value(&typed.note)
                .errors(&errors),
            address: Field::new("address", "Address").value(asked_for).errors(&errors),
            checked,
            errors,
        }
    }

    /// The lists that have rules; the one for everyone always.
    fn lists(book: &Book) -> Vec<List> {
        let mut places: Vec<Place> = book.rules.iter().map(|rule| rule.place).collect();
        places.push(Place::Everyone);
        places.sort_unstable();
        places.dedup();
        let list = |place: Place| {
            let rules: Vec<&Rule> = book.rules.iter().filter(|rule| rule.place == place).collect();
            let on: Vec<NetworkRule> =
                rules.iter().filter(|rule| rule.off_since.is_none()).map(|rule| rule.rule).collect();
            List {
                title: title(place, &book.roles),
                meaning: in_words(place, &on),
                rows: rules.into_iter().map(row).collect(),
            }
        };
        places.into_iter().map(list).collect()
    }

    fn check(book: &Book, address: IpAddr) -> Checked {
        let lists = book.lists();
        let mut places: Vec<Place> = vec![Place::Everyone, Place::Console];
        places.extend(lists.places().filter(|place| place.role().is_some()));
        let findings =
            places.into_iter().map(|place| finding(lists.title(place), lists.judge(place, Some(address)))).collect();
        Checked { address: address.to_canonical().to_string(), findings }
    }
}

fn row(rule: &Rule) -> Row {
    Row {
        id: rule.id.to_string(),
        network: rule.rule.network.to_string(),
        allows: rule.rule.verdict == Verdict::Allow,
        on: rule.off_since.is_none(),
        note: rule.note.clone(),
        added: format::short_time(rule.created_at),
    }
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "network/list";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Networks".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Organisation", "/organisation")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let asked = Asked { address: Some("203.0.113.9".to_owned()) };
        Self::new(&samples::book(), "192.0.2.77".parse().ok(), &Typed::default(), &asked, FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let empty = Book { rules: Vec::new(), roles: Vec::new() };
        let mut errors = FormErrors::new();
        errors.add("network", "Enter a network, such as 10.20.0.0/16.");
        let wrong = Asked { address: Some("somewhere".to_owned()) };
        vec![
            Self::sample(),
            Self::new(&empty, None, &Typed::default(), &Asked::default(), FormErrors::new()),
            Self::new(&samples::book(), None, &Typed::default(), &wrong, errors),
        ]
    }
}

/// A book for the samples of the pages.
pub(super) mod samples {
    use super::*;
    use crate::kernel::ids::RoleId;

    fn rule(place: Place, verdict: Verdict, network: &str, note: &str, on: bool) -> Option<Rule> {
        Some(Rule {
            id: NetworkRuleId::NIL,
            place,
            rule: NetworkRule { verdict, network: network.parse().ok()? },
            note: note.to_owned(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            off_since: (!on).then_some(jiff::Timestamp::UNIX_EPOCH),
        })
    }

    pub(in crate::network::pages) fn book() -> Book {
        let hr = RoleName { id: RoleId::NIL, code: "hr".to_owned(), name: "HR".to_owned() };
        let rules = [
            rule(Place::Everyone, Verdict::Deny, "203.0.113.0/24", "A source of attacks", true),
            rule(Place::Console, Verdict::Allow, "10.20.0.0/16", "Headquarters", true),
            rule(Place::Console, Verdict::Allow, "2001:db8:1234:5678::/64", "Remote access", false),
            rule(Place::Role(hr.id), Verdict::Allow, "10.20.30.0/24", "", true),
        ];
        Book { rules: rules.into_iter().flatten().collect(), roles: vec![hr] }
    }
}

/// Shows the lists, and what they say of an address that was asked for.
pub(super) async fn show(ask: Ask, QueryOf(asked): QueryOf<Asked>) -> Result<HttpResponse, Failure> {
    let book = service::read(&ask.site().db, ask.caller()).await?;
    let page = ListPage::new(&book, ask.address(), &Typed::default(), &asked, FormErrors::new());
    if page.errors.is_empty() { ask.page(&page) } else { ask.page_again(&page) }
}

/// Adds a rule.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let (wanted, note, mut errors) = read(&typed);
    if let (Some(wanted), true) = (wanted, errors.is_empty()) {
        let (site, now) = (ask.site(), ask.clock().now());
        match service::add(&site.db, ask.caller(), wanted, note, ask.address(), now).await {
            Ok(()) => {
                forget(&ask);
                let text = format!("The rule for {} is added, and counts now.", wanted.rule.network);
                return Ok(ask.redirect_with("/network", FlashKind::Success, &text));
            }
            Err(error @ NetworkError::NoSuchRole) => errors.add("place", error.advice()),
            Err(error @ (NetworkError::LocksOut(_) | NetworkError::Twice | NetworkError::TooMany)) => {
                errors.add("network", error.advice());
            }
            Err(error) => return Err(error.into()),
        }
    }
    let book = service::read(&ask.site().db, ask.caller()).await?;
    ask.page_again(&ListPage::new(&book, ask.address(), &typed, &Asked::default(), errors))
}

fn read(typed: &Typed) -> (Option<Wanted>, String, FormErrors) {
    let mut errors = FormErrors::new();
    let place = place_of(&typed.place);
    if place.is_none() {
        errors.add("place", "Choose whom the rule is for.");
    }
    let verdict = Verdict::parse(&typed.verdict);
    if verdict.is_none() {
        errors.add("verdict", "Choose what the rule does.");
    }
    let network = typed.network.parse::<Cidr>().ok();
    match (network, verdict) {
        (None, _) => errors.add("network", "Enter a network, such as 10.20.0.0/16, or one address."),
        (Some(all), Some(Verdict::Deny)) if all.is_everything() => {
            errors.add("network", "This would keep everybody out. Enter a smaller network.");
        }
        _ => {}
    }
    let note = typed.note.trim().to_owned();
    if note.chars().count() > LONGEST_NOTE {
        errors.add("note", format!("Use at most {LONGEST_NOTE} characters."));
    }
    let wanted = place.zip(verdict.zip(network));
    let wanted = wanted.map(|(place, (verdict, network))| Wanted { place, rule: NetworkRule { verdict, network } });
    (wanted, note, errors)
}

/// Switches a rule on again.
pub(super) async fn switch_on(
    ask: Ask,
    id: Path<NetworkRuleId>,
    Posted(_typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    switch(&ask, *id, true).await
}

/// Switches a rule off.
pub(super) async fn switch_off(
    ask: Ask,
    id: Path<NetworkRuleId>,
    Posted(_typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    switch(&ask, *id, false).await
}

async fn switch(ask: &Ask, id: NetworkRuleId, on: bool) -> Result<HttpResponse, Failure> {
    match service::switch(&ask.site().db, ask.caller(), id, on, ask.address(), ask.clock().now()).await {
        Ok(rule) => {
            forget(ask);
            let state = if on { "on again" } else { "off: it is kept, and counts for nobody" };
            let text = format!("The rule for {} is {state}.", rule.rule.network);
            Ok(ask.redirect_with("/network", FlashKind::Success, &text))
        }
        Err(error @ NetworkError::LocksOut(_)) => Ok(ask.redirect_with("/network", FlashKind::Notice, &error.advice())),
        Err(error) => Err(error.into()),
    }
}

/// A change counts on this node at once.
pub(super) fn forget(ask: &Ask) {
    ask.site().gate.forget(ask.caller().organisation());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands() {
        crate::views::testing::check::<ListPage>();
    }

    #[test]
    fn a_check_says_of_each_list_what_it_says_and_why() {
        let checked = ListPage::check(&samples::book(), "203.0.113.9".parse().expect("an address"));
        let said: Vec<(&str, bool)> =
            checked.findings.iter().map(|finding| (finding.list.as_str(), finding.lets_in)).collect();
        assert_eq!(said, [("Everyone", false), ("The console", false), ("Role: HR", false)]);
        let checked = ListPage::check(&samples::book(), "::ffff:10.20.30.40".parse().expect("an address"));
        assert_eq!(checked.address, "10.20.30.40");
        assert!(checked.findings.iter().all(|finding| finding.lets_in));
    }

    #[test]
    fn what_is_typed_is_read_strictly() {
        let typed = |place: &str, verdict: &str, network: &str| Typed {
            place: place.to_owned(),
            verdict: verdict.to_owned(),
            network: network.to_owned(),
            note: String::new(),
        };
        assert!(read(&typed("everyone", "allow", " 10.1.2.3/8 ")).2.is_empty());
        assert!(read(&typed("everyone", "allow", "0.0.0.0/0")).2.is_empty());
        for wrong in [
            typed("", "allow", "10.0.0.0/8"),
            typed("role", "allow", "10.0.0.0/8"),
            typed("everyone", "", "10.0.0.0/8"),
            typed("everyone", "allow", "headquarters"),
            typed("everyone", "deny", "::/0"),
        ] {
            assert!(!read(&wrong).2.is_empty(), "{wrong:?}");
        }
    }
}
