//! The lines of a log: who did what, when, on what and about whom.

use serde::Serialize;
use uuid::Uuid;

use super::typed::Typed;
use crate::audit::deeds::{Kind, kind_of, words};
use crate::audit::log::Log;
use crate::audit::shown::{self, Change};
use crate::audit::trail_store::TrailRow;
use crate::views::format;

/// One line.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    pub(super) href: String,
    pub(super) machine: String,
    pub(super) when: String,
    pub(super) who: String,
    pub(super) who_href: Option<String>,
    pub(super) role: String,
    pub(super) action: String,
    /// The chapter, in the security log.
    pub(super) kind: Option<&'static str>,
    /// Before and after by field, in the security log.
    pub(super) changes: Vec<Change>,
    pub(super) object: String,
    pub(super) object_href: Option<String>,
    pub(super) about: Option<String>,
    pub(super) about_href: Option<String>,
    pub(super) address: String,
}

impl Row {
    /// The line of `row`, in the list that `typed` asks for.
    pub(super) fn of(typed: &Typed, row: &TrailRow, names: &[(Uuid, String)]) -> Self {
        let at = row.at.to_jiff();
        let about = row.subject_id.filter(|subject| row.actor_id != Some(*subject));
        let by =
            |id: Uuid, part: &str| typed.href(|typed| (typed.person, typed.part) = (id.to_string(), part.to_owned()));
        let (kind, changes) = match typed.log {
            Log::Trail => (None, Vec::new()),
            Log::Security => (
                kind_of(&row.action).map(Kind::title),
                shown::changes(&row.detail).into_iter().map(Change::briefly).collect(),
            ),
        };
        Self {
            href: format!("{}/entries/{}", typed.log.home(), row.id),
            machine: format::machine_time(at),
            when: format::short_time(at),
            who: actor(row, names),
            who_href: row.actor_id.map(|id| by(id, "did")),
            role: row.actor_label.clone(),
            action: words(&row.action).to_owned(),
            kind,
            changes,
            object: object(row),
            object_href: row.object_id.as_ref().map(|id| typed.href(|typed| typed.object.clone_from(id))),
            about: name_of(about, names),
            about_href: about.map(|id| by(id, "about")),
            address: row.masked_address.clone().unwrap_or_default(),
        }
    }

    /// Lines that fill every cell, and that leave what can be empty.
    pub(super) fn samples(log: Log) -> Vec<Self> {
        let home = log.home();
        let change = |left_out| Change {
            field: "Role".to_owned(),
            before: "nothing".to_owned(),
            after: "hr <north>".to_owned(),
            left_out,
        };
        let row = Self {
            href: format!("{home}/entries/7"),
            machine: "2026-11-22T07:00:00Z".to_owned(),
            when: "22 Nov 2026, 07:00".to_owned(),
            who: "Jo Marsh".to_owned(),
            who_href: Some(format!("{home}?person=Jo+Marsh")),
            role: "member".to_owned(),
            action: words("role.grant").to_owned(),
            kind: (log == Log::Security).then_some("Roles and grants"),
            changes: if log == Log::Security { vec![change(false), change(true)] } else { Vec::new() },
            object: "person 89abcdef".to_owned(),
            object_href: Some(format!("{home}?object=0192f0c1-7a52-7c3e-9a55-0123456789ab")),
            about: Some("Sam Reed".to_owned()),
            about_href: Some(format!("{home}?person=Sam+Reed&part=about")),
            address: "192.0.2.0".to_owned(),
        };
        let system = Self {
            who: "Watchroom itself".to_owned(),
            who_href: None,
            object_href: None,
            about: None,
            about_href: None,
            changes: Vec::new(),
            ..row.clone()
        };
        vec![row, system]
    }
}

/// The person's name, or what did it when it was no person.
pub(super) fn actor(row: &TrailRow, names: &[(Uuid, String)]) -> String {
    name_of(row.actor_id, names).unwrap_or_else(|| match row.actor_kind.as_str() {
        "anonymous" => "Somebody not signed in".to_owned(),
        _ => "Watchroom itself".to_owned(),
    })
}

/// A name, or the id of somebody whose name is no longer known.
pub(super) fn name_of(id: Option<Uuid>, names: &[(Uuid, String)]) -> Option<String> {
    let id = id?;
    Some(names.iter().find(|(known, _)| *known == id).map_or_else(|| id.to_string(), |(_, name)| name.clone()))
}

/// What the deed was done to: its kind, and the end of its id.
pub(super) fn object(row: &TrailRow) -> String {
    let id = row.object_id.as_deref().unwrap_or_default();
    let tail: String = id.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
    if tail.is_empty() { row.object_kind.clone() } else { format!("{} {tail}", row.object_kind) }
}
