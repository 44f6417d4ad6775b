//! Watchroom: the self-hosted record of duty, wellbeing and incidents.
//!
//! This file is the map; there is no code here. Dependencies point one way only, and
//! `tests/rules/layers.rs` reads the `use crate::` lines to hold them to it:
//!
//! ```text
//! main -> cli -> app -> { http, jobs } -> slices -> floor -> kernel
//! ```
//!
//! where the floor is `authz db crypto limits mail views plugin_host` and `config` is handed down section by section.

// The list of tables that may stand in one query is worked off by a macro one table at a time.
#![recursion_limit = "256"]

pub mod app; // wires everything once from Config; the only module that knows all others
pub mod cli; // one verb of the command line per file
pub mod config; // figment; one section per file
pub mod kernel; // ids, clock, secrets, cursors: no I/O, no framework

pub mod authz; // who asks, and the proof that they may
pub mod crypto; // keys, hashes, the Merkle tree and its signed checkpoints
pub mod db; // the private cluster, the pool, transactions opened for a caller, migrations
pub mod http; // the edge: routes as data, problems, sessions, CSRF, headers, TLS
pub mod jobs; // background work on Postgres
pub mod limits; // how often somebody may ask, counted by all nodes together
pub mod mail; // the way out by e-mail: messages, their templates, SMTP
pub mod plugin_host; // wasmtime, and only here
pub mod views; // handlebars, components, charts, documents

pub mod absences; // slice: leave and sickness, as whole days
pub mod applications; // slice: vacancies, what people from outside send for them, and what becomes of it
pub mod audit; // slice: what happened, who did it, and the proof that nobody changed it since
pub mod claims; // slice: what is claimed beside the hours, and what payroll takes
pub mod competence; // slice: certificates, who needs which, what runs out
pub mod cpd; // slice: what people learned, its evidence, the profile made of it
pub mod details; // slice: people's own details: what they propose and what HR decides
pub mod duties; // slice: the activity log
pub mod exposures; // slice: what people were exposed to, and which work proposes it
pub mod extensions; // slice: plugins in the console, their grants and their runs
pub mod home; // slice: the first page: cards, made of what the other slices say
pub mod identity; // slice: sign-in, sessions, people, roles
pub mod imports; // slice: files that become duties or people
pub mod network; // slice: from which networks people may come
pub mod notices; // slice: what people are told by e-mail: the outbox, its job, its page
pub mod organisation; // slice: the organisation, its units and its words for work
pub mod oversight; // slice: the security overview, for assurance returns
pub mod rota; // slice: duty patterns, expected duties, on-call availability, calendars
pub mod scim; // slice: people and groups from a directory
pub mod signals; // slice: signals of workload, which people switch on for themselves
pub mod sso; // slice: signing in with an OpenID provider
pub mod timesheets; // slice: hours submitted, approved, locked; who stands in for whom
pub mod tokens; // slice: how programs are let in to the API
pub mod trim; // slice: support by peers after an event: offers, cases, counts
pub mod vault; // slice: a key pair of somebody's own, and who has it open at the moment
pub mod wellbeing; // slice: what people write of their wellbeing, that nobody else reads
pub mod working_time; // slice: limits, rests and breaks of the Working Time Regulations, from what people worked
