//! What may be claimed and approved: pure rules from what was typed to amounts, or to what is wrong with each field.

use crate::duties::rules::in_miles;
use crate::views::format;

/// Characters of a note or an answer at most; the database holds the same limit.
const LONGEST_TEXT: usize = 500;

/// The most tenths of a mile of one claim; the database holds the same limit.
const MOST_TENTHS: i32 = 100_000;

/// What is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Minutes beyond the contract's or the shift's end.
    Overtime,
    /// A payment for being called out: on-call staff get one for each call.
    Disturbance,
    /// Miles in one's own car.
    Mileage,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Overtime, Self::Disturbance, Self::Mileage];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overtime => "overtime",
            Self::Disturbance => "disturbance",
            Self::Mileage => "mileage",
        }
    }

    /// Reads [`Kind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overtime => "Overtime",
            Self::Disturbance => "Disturbance payment",
            Self::Mileage => "Mileage",
        }
    }

    /// In what its amount is counted, as payroll's file says it.
    pub const fn measure(self) -> &'static str {
        match self {
            Self::Overtime => "minutes",
            Self::Disturbance => "payments",
            Self::Mileage => "miles",
        }
    }

    /// An amount of it in words: `2 h 30 min`, `1 payment`, `12.5 miles`.
    pub fn in_words(self, amount: i32) -> String {
        match self {
            Self::Overtime => format::minutes(amount.into()),
            Self::Disturbance => format::count(amount.into(), "payment", "payments"),
            Self::Mileage => format!("{} miles", in_miles(amount)),
        }
    }

    /// An amount of it as payroll's file has it: minutes, payments, or miles with a decimal.
    pub fn in_file(self, amount: i32) -> String {
        match self {
            Self::Overtime | Self::Disturbance => amount.to_string(),
            Self::Mileage => in_miles(amount),
        }
    }

    /// An amount of it as it is typed into the form.
    pub fn typed(self, amount: i32) -> String {
        self.in_file(amount)
    }
}

/// A claim that keeps all rules which need no look at other records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClaim {
    /// What is claimed.
    pub kind: Kind,
    /// How much: minutes, one payment, or tenths of a mile.
    pub amount: i32,
    /// What its person says of it.
    pub note: Option<String>,
}

/// What is wrong: field and sentence without a full stop.
pub type Wrong = Vec<(&'static str, String)>;

/// Checks what somebody claims for a duty of `worked` minutes: fields `kind`, `amount`, `note`.
///
/// # Errors
/// Everything that is wrong.
pub fn check(kind: &str, amount: &str, note: &str, worked: i32) -> Result<NewClaim, Wrong> {
    let mut wrong = Wrong::new();
    let kind = Kind::parse(kind.trim());
    if kind.is_none() {
        wrong.push(("kind", "Choose what you claim".to_owned()));
    }
    let amount = kind.map(|kind| read(kind, amount).and_then(|amount| bounded(kind, amount, worked)));
    let amount = match amount {
        Some(Err(text)) => {
            wrong.push(("amount", text));
            None
        }
        Some(Ok(amount)) => Some(amount),
        None => None,
    };
    let note = match text_of(note) {
        Ok(note) => note,
        Err(text) => {
            wrong.push(("note", text));
            None
        }
    };
    match (kind, amount) {
        (Some(kind), Some(amount)) if wrong.is_empty() => Ok(NewClaim { kind, amount, note }),
        _ => Err(wrong),
    }
}

/// What was typed as an amount of this kind; a disturbance is one, whatever was typed.
fn read(kind: Kind, text: &str) -> Result<i32, String> {
    let text = text.trim();
    match kind {
        Kind::Disturbance => Ok(1),
        Kind::Overtime => text
            .parse()
            .ok()
            .filter(|minutes| *minutes > 0)
            .ok_or_else(|| "Enter the overtime in whole minutes, like 90".to_owned()),
        Kind::Mileage => tenths(text)
            .filter(|tenths| *tenths > 0)
            .ok_or_else(|| "Enter the miles with one decimal at most, like 12.5".to_owned()),
    }
}

fn tenths(text: &str) -> Option<i32> {
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, longest: usize| {
        !part.is_empty() && part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 5) || !digits(tenth, 1) {
        return None;
    }
    whole.parse::<i32>().ok()?.checked_mul(10)?.checked_add(tenth.parse().ok()?)
}

fn bounded(kind: Kind, amount: i32, worked: i32) -> Result<i32, String> {
    match kind {
        Kind::Overtime if amount > worked => {
            Err(format!("The duty lasted {}: overtime cannot be more", format::minutes(worked.into())))
        }
        Kind::Mileage if amount > MOST_TENTHS => Err("Mileage must be at most 10,000 miles".to_owned()),
        Kind::Overtime | Kind::Mileage | Kind::Disturbance => Ok(amount),
    }
}

/// One line of text, or none.
fn text_of(text: &str) -> Result<Option<String>, String> {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().any(char::is_control) {
        return Err("Write it without control characters".to_owned());
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err("Shorten it to 500 characters".to_owned());
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Checks what HR approves of a claim: fields `amount`, `answer`. Less than was claimed takes a reason.
///
/// # Errors
/// Everything that is wrong.
pub fn check_approval(kind: Kind, claimed: i32, amount: &str, answer: &str) -> Result<(i32, Option<String>), Wrong> {
    let mut wrong = Wrong::new();
    let amount = match read(kind, amount) {
        Ok(amount) if amount <= claimed => Some(amount),
        Ok(_more) => {
            wrong.push(("amount", format!("No more than was claimed, {}", kind.in_words(claimed))));
            None
        }
        Err(text) => {
            wrong.push(("amount", text));
            None
        }
    };
    let answer = match text_of(answer) {
        Ok(None) if amount.is_some_and(|amount| amount < claimed) => {
            wrong.push(("answer", "Say why it is less than was claimed".to_owned()));
            None
        }
        Ok(answer) => answer,
        Err(text) => {
            wrong.push(("answer", text));
            None
        }
    };
    match amount {
        Some(amount) if wrong.is_empty() => Ok((amount, answer)),
        _ => Err(wrong),
    }
}

/// Checks why HR refuses a claim: field `answer`.
///
/// # Errors
/// What is wrong.
pub fn check_refusal(answer: &str) -> Result<String, Wrong> {
    match text_of(answer) {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(vec![("answer", "Say why: the person reads it".to_owned())]),
        Err(text) => Err(vec![("answer", text)]),
    }
}

/// Checks why HR undoes an approval: field `reason`.
///
/// # Errors
/// What is wrong.
pub fn check_reopening(reason: &str) -> Result<String, Wrong> {
    match text_of(reason) {
        Ok(Some(reason)) => Ok(reason),
        Ok(None) => Err(vec![("reason", "Say why: the person reads it".to_owned())]),
        Err(text) => Err(vec![("reason", text)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(wrong: Wrong) -> Vec<&'static str> {
        wrong.into_iter().map(|(field, _text)| field).collect()
    }

    #[test]
    fn each_kind_has_its_amount_and_its_bounds() {
        let right = |kind, amount| check(kind, amount, " a \n note ", 600).map(|claim| (claim.kind, claim.amount));
        assert_eq!(right("overtime", " 600 "), Ok((Kind::Overtime, 600)));
        assert_eq!(right("disturbance", ""), Ok((Kind::Disturbance, 1)));
        assert_eq!(right("mileage", "12.5"), Ok((Kind::Mileage, 125)));
        assert_eq!(right("mileage", "10000"), Ok((Kind::Mileage, 100_000)));
        for (kind, amount) in [("overtime", "601"), ("overtime", "0"), ("overtime", "1.5"), ("overtime", "-5")] {
            assert_eq!(right(kind, amount).map_err(fields), Err(vec!["amount"]), "{kind} {amount}");
        }
        for amount in ["", "0", "10000.1", "1.25", "1,5", "x", "99999999999"] {
            assert_eq!(right("mileage", amount).map_err(fields), Err(vec!["amount"]), "{amount}");
        }
        assert_eq!(fields(check("bonus", "x", &"é".repeat(501), 600).expect_err("wrong")), ["kind", "note"]);
        assert_eq!(check("disturbance", "", " a \n note ", 600).map(|claim| claim.note), Ok(Some("a note".to_owned())));
    }

    #[test]
    fn less_than_was_claimed_takes_a_reason_and_more_is_never_approved() {
        let approve = |amount, answer| check_approval(Kind::Mileage, 125, amount, answer).map_err(fields);
        assert_eq!(approve("12.5", ""), Ok((125, None)));
        assert_eq!(approve("10", "Home is nearer"), Ok((100, Some("Home is nearer".to_owned()))));
        assert_eq!(approve("10", " "), Err(vec!["answer"]));
        assert_eq!(approve("12.6", "x"), Err(vec!["amount"]));
        assert_eq!(approve("", ""), Err(vec!["amount"]));
        assert_eq!(check_approval(Kind::Disturbance, 1, "", ""), Ok((1, None)));
        assert!(check_refusal(" ").is_err() && check_refusal("No call").is_ok());
    }

    #[test]
    fn amounts_read_as_people_and_as_payroll_want_them() {
        assert_eq!(Kind::Overtime.in_words(90), "1 h 30 min");
        assert_eq!(Kind::Disturbance.in_words(1), "1 payment");
        assert_eq!(Kind::Mileage.in_words(125), "12.5 miles");
        assert_eq!(Kind::ALL.map(|kind| kind.in_file(10)), ["10", "10", "1"]);
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
    }
}
