//! The demonstration organisation: made-up people of a made-up fire and rescue service, with eight weeks of duties, hours
//! that wait for approval, certificates and CPD, crews for the public records of London, and report plugins that are ready
//! to run.
//!
//! It is written through the same services and under the same row-level security as everything else; on a database
//! that has an organisation already it writes nothing.

mod competences;
mod crews;
mod development;
mod duties;
mod exposures;
mod hours;
mod joining;
mod people;
mod plugin;
mod rota;
mod signals;
mod trim;
mod wellbeing;
mod working_time;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use super::wiring::Parts;
use crate::authz::{Caller, SystemName};
use crate::identity::setup::{self, Founded, Founding};
use crate::identity::{IdentityError, sessions};
use crate::kernel::ids::OrganisationId;
use crate::kernel::secret::Secret;
use crate::organisation::Service;
use people::Crew;

/// Everybody's password in the demonstration.
pub const PASSWORD: &str = "three calm grey herons";

/// What opens the vaults of the demonstration, of whoever has one there.
pub const WELLBEING_PASSPHRASE: &str = "ladder otter velvet crumpet";

/// Whom to sign in as, and what for.
pub const SIGN_INS: &[(&str, &str)] = &[
    ("member@northmoor.example", "logs duties"),
    ("manager@northmoor.example", "approves the hours of a station"),
    ("hr@northmoor.example", "decides on claims, sees hours and HR fields"),
    ("auditor@northmoor.example", "reads the audit trail"),
    ("marcus.bell@northmoor.example", "is occupational health: reads wellbeing notes that are shared with them"),
    ("ffion.pugh@northmoor.example", "is a TRiM practitioner"),
    ("idris.khan@northmoor.example", "reads exposures for a medical professional"),
    ("admin@northmoor.example", "configures, imports, installs plugins"),
];

/// Takes a line, without its end, that says what is being done: somebody waits for it at a terminal.
pub type Tell<'a> = &'a dyn Fn(&str);

/// Fills an empty database, with those of `plugins` installed whose files are there; leaves any other database as it is,
/// and says nothing then.
///
/// # Errors
/// When the database refuses, which is a defect; when the file is no plugin.
pub fn fill(parts: &Parts, plugins: &[PathBuf], tell: Tell<'_>) -> anyhow::Result<()> {
    let site = &parts.site;
    if !setup::is_first_start(&site.db)? {
        return Ok(());
    }
    let organisation = OrganisationId::new(site.clock.now());
    tell("Founding Northmoor Fire and Rescue Service: its stations, watches and people.");
    let (founded, crews) = found(parts, organisation)?;
    let administrator = Caller::Person(Arc::new(sessions::unknown(organisation, founded.administrator, None, None)));
    actix_web::rt::System::new().block_on(async {
        tell("Putting its crews on the call signs of London's public records.");
        crews::assign_all(site, &administrator, &crews).await?;
        for (place, file) in plugins.iter().filter(|file| file.exists()).enumerate() {
            if place == 0 {
                tell("Installing report plugins.");
            }
            plugin::install(parts, &administrator, file).await?;
        }
        tell("Recording certificates, and what people learned.");
        competences::write(site, organisation, &administrator, &crews).await?;
        development::write(site, organisation, &crews).await?;
        tell("Receiving applications to join, and planning who moves.");
        joining::write(site, organisation, &administrator, &crews).await?;
        tell("Setting up a rota: a station on 2-2-4 that gives on-call cover as well.");
        rota::write(site, organisation, &administrator, &crews).await?;
        tell(&format!("Logging eight weeks of duties for {} people.", crews.len()));
        duties::log_all(site, organisation, &crews, tell).await?;
        tell("Working out working time.");
        working_time::write(site, organisation, &administrator, &crews).await?;
        tell("Submitting and approving the hours of one station.");
        hours::submit_all(site, organisation, &administrator, &crews).await?;
        tell("Confirming exposures, and offering TRiM.");
        exposures::write(site, organisation, &crews).await?;
        trim::write(site, organisation, &crews).await?;
        tell("Sealing a member's wellbeing notes.");
        wellbeing::write(parts, organisation, &administrator, &crews).await?;
        tell("Switching a member's signals on.");
        signals::write(site, organisation, &crews).await
    })
}

/// The organisation, its units and everybody in it.
fn found(parts: &Parts, organisation: OrganisationId) -> anyhow::Result<(Founded, Vec<Crew>)> {
    let (site, now) = (&parts.site, parts.site.clock.now());
    let password = parts.passwords.hash_blocking(&Secret::new(PASSWORD.to_owned()))?;
    let founding = Founding {
        organisation: "Northmoor Fire and Rescue Service".to_owned(),
        service: Service::Fire,
        given_name: "Alex".to_owned(),
        family_name: "Archer".to_owned(),
        email: "admin@northmoor.example".to_owned(),
    };
    let set_up = Caller::system(SystemName::SetUp, organisation);
    site.db
        .write_blocking(&set_up, |tx| {
            let key = site.keys.mac("sign-in.directory", founding.email.as_bytes());
            let founded = setup::found(tx, &founding, &password, &key, now)?;
            let crews = people::join_all(tx, &site.keys, &founded, &password, now)?;
            Ok::<_, IdentityError>((founded, crews))
        })
        .context("the demonstration's people could not be written")
}
