//! The rules, as an administrator tunes them. They learn nothing of who uses them.

use jiff::Timestamp;

use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller};
use crate::db::Db;
use crate::signals::error::SignalError;
use crate::signals::model::{Kind, Rule};
use crate::signals::policy::ManageRules;
use crate::signals::store;
use crate::signals::typed::{TypedRule, check_rule};

const OFFERED: Field = Field::shown("offered");
const THRESHOLD: Field = Field::shown("threshold");
const WINDOW: Field = Field::shown("window_days");
const REST: Field = Field::shown("rest_hours");

/// All rules in their order, each with whether it was tuned.
///
/// # Errors
/// [`SignalError::Authz`].
pub async fn rules(db: &Db, caller: &Caller) -> Result<Vec<(Rule, bool)>, SignalError> {
    db.read(caller, |tx| {
        let _may = authz::may::<ManageRules>(tx, ())?;
        Ok(store::rules(tx)?)
    })
    .await
}

/// The rule of one kind, and whether it was tuned.
///
/// # Errors
/// [`SignalError::Authz`].
pub async fn rule(db: &Db, caller: &Caller, kind: Kind) -> Result<(Rule, bool), SignalError> {
    let found = rules(db, caller).await?.into_iter().find(|(rule, _tuned)| rule.kind == kind);
    Ok(found.unwrap_or((kind.shipped(), false)))
}

/// Tunes a rule; what it then is.
///
/// # Errors
/// [`SignalError::Invalid`].
pub async fn tune(db: &Db, caller: &Caller, kind: Kind, typed: TypedRule, now: Timestamp) -> Result<Rule, SignalError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageRules>(tx, ())?;
        let rule = check_rule(kind, &typed)?;
        let before = store::rules(tx)?.into_iter().map(|(rule, _tuned)| rule).find(|rule| rule.kind == kind);
        let before = before.unwrap_or(kind.shipped());
        store::tune(tx, &may, &rule, now)?;
        let entry = Entry::new("signal.tune").on("signal rule", kind.as_str());
        audit::record(tx, now, entry.changed(changes(&before, &rule)))?;
        Ok(rule)
    })
    .await
}

/// Sets a rule back to the shipped numbers. Nothing happens when it was not tuned.
///
/// # Errors
/// [`SignalError::Authz`].
pub async fn reset(db: &Db, caller: &Caller, kind: Kind, now: Timestamp) -> Result<(), SignalError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageRules>(tx, ())?;
        if store::reset(tx, &may, kind)? {
            audit::record(tx, now, Entry::new("signal.reset").on("signal rule", kind.as_str()))?;
        }
        Ok(())
    })
    .await
}

fn changes(before: &Rule, after: &Rule) -> Vec<Option<audit::Change>> {
    let text = |number: Option<i16>| number.map(|number| number.to_string());
    let yes = |offered: bool| if offered { "yes" } else { "no" };
    vec![
        OFFERED.change(yes(before.offered), yes(after.offered)),
        THRESHOLD.change(before.threshold.to_string(), after.threshold.to_string()),
        WINDOW.change(text(before.window_days), text(after.window_days)),
        REST.change(text(before.rest_hours), text(after.rest_hours)),
    ]
}
