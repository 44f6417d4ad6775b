//! `watchroom user list`.

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::Where;
use crate::cli::{Done, Failed, Outcome};
use crate::identity::operator::{AccountLine, Operator};
use crate::kernel::clock::{Clock, SystemClock};

/// List the accounts: who, which roles, whether they can sign in. It leaves an entry in the audit trail.
#[derive(Debug, Args)]
#[command(after_help = "Example, who is refused for too many attempts:\n  \
                        watchroom user list --json | jq '.[] | select(.state == \"throttled\").email'")]
pub(super) struct List {
    #[command(flatten)]
    at: Where,
    /// Print JSON: one object per account.
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(&self, operator: &Operator<'_>) -> Outcome {
        let now = SystemClock.now();
        let mut all = Vec::new();
        for organisation in self.at.all(operator)? {
            let accounts = operator.accounts(organisation.id, now)?;
            all.push((organisation, accounts));
        }
        if self.json {
            let rows: Vec<serde_json::Value> = all
                .iter()
                .flat_map(|(organisation, accounts)| accounts.iter().map(move |account| (organisation, account)))
                .map(|(organisation, account)| {
                    json!({ "organisation": organisation.id, "organisation_name": organisation.name,
                        "person": account.person, "email": account.email, "name": account.name,
                        "unit": account.unit, "roles": account.roles, "state": state(account),
                        "throttled_until": account.throttled_until, "last_sign_in_at": account.last_sign_in_at })
                })
                .collect();
            let text = serde_json::to_string_pretty(&rows).context("JSON").map_err(Failed::Work)?;
            println!("{text}");
            return Ok(Done::Well);
        }
        for (organisation, accounts) in &all {
            println!("{}", organisation.name);
            for account in accounts {
                let roles = account.roles.join(", ");
                println!("  {:<12} {:<36} {:<28} {roles}", state(account), account.email, account.name);
            }
        }
        if all.is_empty() {
            println!("No organisation has been set up yet: `watchroom setup-link` prints a link for that.");
        }
        Ok(Done::Well)
    }
}

/// Whether they can sign in, in a word.
fn state(account: &AccountLine) -> &'static str {
    if account.disabled {
        "left"
    } else if account.throttled_until.is_some() {
        "throttled"
    } else if account.has_password {
        "active"
    } else {
        "no-password"
    }
}
