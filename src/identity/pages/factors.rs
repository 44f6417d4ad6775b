//! One's own second factors: what there is, an authenticator app, recovery codes.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Query;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Nothing;
use super::factor::set;
use crate::http::ask::local;
use crate::http::{Ask, Failure, FlashKind, Posted, Problem};
use crate::identity::IdentityError;
use crate::identity::factors::totp::Pending;
use crate::identity::factors::{self, Factors, PasskeyView, recovery, totp};
use crate::identity::own_password;
use crate::identity::sessions::Proof;
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, Markup, PageContext, format, qr};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Where {
    #[serde(default)]
    next: String,
}

#[derive(Debug, Serialize)]
struct PasskeyRow {
    id: String,
    name: String,
    added: String,
    used: String,
}

#[derive(Debug, Serialize)]
pub(super) struct FactorsPage {
    /// Whether nothing else opens until a factor is enrolled.
    confined: bool,
    /// By when a factor is asked for, if none is there.
    due: Option<String>,
    /// Where "later" leads, while there is time.
    later: Option<String>,
    totp: bool,
    totp_since: Option<String>,
    totp_used: Option<String>,
    passkeys: Vec<PasskeyRow>,
    any: bool,
    codes_left: usize,
    few_codes: bool,
}

impl FactorsPage {
    fn new(factors: Factors, due: Option<Timestamp>, next: &str, confined: bool) -> Self {
        let any = factors.any();
        let due = due.filter(|_due| !any);
        Self {
            confined,
            later: (due.is_some() && !confined && !next.is_empty()).then(|| local(next).to_owned()),
            due: due.map(format::long_time),
            totp: factors.totp.is_some(),
            totp_since: factors.totp.map(|totp| format::short_time(totp.confirmed_at)),
            totp_used: factors.totp.and_then(|totp| totp.last_used_at).map(format::short_time),
            any,
            few_codes: any && factors.codes_left < 3,
            codes_left: factors.codes_left,
            passkeys: factors.passkeys.into_iter().map(row).collect(),
        }
    }
}

fn row(passkey: PasskeyView) -> PasskeyRow {
    PasskeyRow {
        id: passkey.id.to_string(),
        name: passkey.name,
        added: format::short_time(passkey.created_at),
        used: passkey.last_used_at.map_or_else(|| "Not yet".to_owned(), format::short_time),
    }
}

impl PageContext for FactorsPage {
    const TEMPLATE: &'static str = "identity/factors";

    fn title(&self) -> Cow<'_, str> {
        "Second factors".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        if self.confined { Vec::new() } else { vec![Crumb::new("Your account", "/account")] }
    }

    fn sample() -> Self {
        let passkey = PasskeyView {
            id: crate::kernel::ids::PasskeyId::NIL,
            name: "Station laptop".to_owned(),
            rp_id: "watchroom.example".to_owned(),
            created_at: Timestamp::UNIX_EPOCH,
            last_used_at: Some(Timestamp::UNIX_EPOCH),
        };
        let totp = factors::TotpView { confirmed_at: Timestamp::UNIX_EPOCH, last_used_at: None };
        Self::new(Factors { totp: Some(totp), passkeys: vec![passkey], codes_left: 2 }, None, "", false)
    }

    fn samples() -> Vec<Self> {
        let none = |due, next, confined| Self::new(Factors::default(), due, next, confined);
        let due = Some(Timestamp::UNIX_EPOCH);
        vec![Self::sample(), none(None, "", false), none(due, "/duties", false), none(due, "", true)]
    }
}

/// Shows what there is.
pub(super) async fn list(ask: Ask, query: Query<Where>) -> Result<HttpResponse, Failure> {
    let (factors, due) = factors::own(&ask.site().db, ask.caller()).await?;
    let confined = ask.session().is_some_and(|session| session.confined);
    ask.page(&FactorsPage::new(factors, due, &query.next, confined))
}

#[derive(Debug, Serialize)]
pub(super) struct TotpPage {
    qr: Option<Markup>,
    secret: String,
    account: String,
    code: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl TotpPage {
    fn new(pending: &Pending, organisation: &str, account: &str, errors: FormErrors) -> Self {
        let address = pending.address(&format!("Watchroom {organisation}"), account);
        Self {
            qr: qr::svg(&address, "QR code with the secret for your authenticator app; the same is written below it"),
            secret: pending.text(),
            account: account.to_owned(),
            code: Field::new("code", "The six digits that the app shows now").errors(&errors),
            errors,
        }
    }
}

impl PageContext for TotpPage {
    const TEMPLATE: &'static str = "identity/totp";

    fn title(&self) -> Cow<'_, str> {
        "Set up an authenticator app".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Second factors", "/account/factors")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("code", NOT_THE_CODE);
        Self {
            qr: qr::svg("otpauth://totp/sample", "QR code"),
            secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
            account: "jo.marsh@example.org".to_owned(),
            code: Field::new("code", "The six digits that the app shows now").errors(&errors),
            errors,
        }
    }
}

const NOT_THE_CODE: &str = "This is not the code. Check the clock of your phone, and type the one that is shown now.";

/// Makes a secret to show.
pub(super) async fn totp_new(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    totp::begin(&site.db, &site.keys, ask.caller(), ask.clock().now()).await?;
    Ok(ask.redirect("/account/factors/totp"))
}

/// Shows the secret that waits for its first code.
pub(super) async fn totp_form(ask: Ask) -> Result<HttpResponse, Failure> {
    match totp_page(&ask, FormErrors::new()).await? {
        Some(page) => ask.page(&page),
        None => Ok(ask.redirect("/account/factors")),
    }
}

async fn totp_page(ask: &Ask, errors: FormErrors) -> Result<Option<TotpPage>, Failure> {
    let site = ask.site();
    let Some(pending) = totp::pending(&site.db, &site.keys, ask.caller(), ask.clock().now()).await? else {
        return Ok(None);
    };
    let account = own_password::email(&site.db, ask.caller()).await?;
    Ok(Some(TotpPage::new(&pending, &ask.person()?.organisation_name, &account, errors)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Code {
    code: String,
}

/// Takes the first code: the app is in use from now on.
pub(super) async fn totp_confirm(ask: Ask, Posted(typed): Posted<Code>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    match totp::confirm(&site.db, &site.keys, ask.caller(), &typed.code, ask.clock().now()).await {
        Ok(codes) => enrolled(&ask, Proof::Totp, codes, "Your authenticator app is set up.").await,
        Err(IdentityError::Refused) => {
            let mut errors = FormErrors::new();
            errors.add("code", NOT_THE_CODE);
            match totp_page(&ask, errors).await? {
                Some(page) => ask.page_again(&page),
                None => {
                    Ok(ask.redirect_with("/account/factors", FlashKind::Notice, "That took too long. Begin again."))
                }
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes the app away.
pub(super) async fn totp_remove(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    removed(
        &ask,
        totp::remove(&ask.site().db, ask.caller(), ask.clock().now()).await,
        "The authenticator app is removed.",
    )
}

pub(super) fn removed(ask: &Ask, outcome: Result<(), IdentityError>, done: &str) -> Result<HttpResponse, Failure> {
    match outcome {
        Ok(()) => Ok(ask.redirect_with("/account/factors", FlashKind::Success, done)),
        Err(error @ IdentityError::LastFactor) => {
            Ok(ask.redirect_with("/account/factors", FlashKind::Notice, &error.advice()))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Serialize)]
pub(super) struct CodesPage {
    codes: Vec<String>,
    done: Option<String>,
}

impl PageContext for CodesPage {
    const TEMPLATE: &'static str = "identity/recovery-codes";

    fn title(&self) -> Cow<'_, str> {
        "Your recovery codes".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Second factors", "/account/factors")]
    }

    fn sample() -> Self {
        let codes = (0..recovery::SET).map(|_| "abcd-efgh-jkmn-pqrs".to_owned()).collect();
        Self { codes, done: Some("Your authenticator app is set up.".to_owned()) }
    }
}

/// What follows an enrolment: the session is a whole one with a new token; recovery codes are shown if there are new.
pub(super) async fn enrolled(
    ask: &Ask,
    proof: Proof,
    codes: Option<Vec<String>>,
    done: &str,
) -> Result<HttpResponse, Failure> {
    let before = ask.session_cookie().ok_or(Problem::SignedOut)?;
    let site = ask.site();
    let after = factors::proven(&site.db, ask.caller(), &before, proof, ask.clock().now()).await?;
    site.sessions.forget(&before.token.digest().0);
    let mut response = match codes {
        Some(codes) => ask.page(&CodesPage { codes, done: Some(done.to_owned()) })?,
        None => ask.redirect_with("/account/factors", FlashKind::Success, done),
    };
    set(&mut response, &after.to_cookie());
    Ok(response)
}

/// Makes a new set of recovery codes and shows it once.
pub(super) async fn new_codes(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let codes = recovery::new_set(&site.db, &site.keys, ask.caller(), ask.clock().now()).await?;
    ask.page(&CodesPage { codes, done: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<FactorsPage>();
        check::<TotpPage>();
        check::<CodesPage>();
    }
}
