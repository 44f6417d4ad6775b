//! `watchroom network list`.

use clap::Args;

use super::Where;
use crate::cli::{Done, Outcome};
use crate::db::Db;
use crate::network::operator;

/// List the rules on networks, those that are switched off too.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    at: Where,
}

impl List {
    pub(super) fn run(&self, db: &Db) -> Outcome {
        for organisation in self.at.all(db)? {
            println!("{}", organisation.name);
            let rules = operator::rules(db, organisation.id)?;
            if rules.is_empty() {
                println!("  no rules: people are let in from every network");
            }
            for rule in rules {
                let state = if rule.on { "on" } else { "off" };
                println!("  {state:<4} {:<6} {:<44} {:<24} {}", rule.verdict, rule.network, rule.place, rule.note);
            }
        }
        Ok(Done::Well)
    }
}
