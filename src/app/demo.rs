//! The demonstration organisation: made-up people of a made-up fire and rescue service, with eight weeks of duties,
//! crews for the public records of London, and a report plugin that is ready to run.
//!
//! It is written through the same services and under the same row-level security as everything else; on a database
//! that has an organisation already it writes nothing.

mod crews;
mod duties;
mod people;
mod plugin;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use super::wiring::Parts;
use crate::authz::{Caller, SystemName};
use crate::identity::setup::{self, Founding};
use crate::identity::{IdentityError, sessions};
use crate::kernel::ids::OrganisationId;
use crate::kernel::secret::Secret;
use crate::organisation::Service;

/// Everybody's password in the demonstration.
pub const PASSWORD: &str = "three calm grey herons";

/// Whom to sign in as, and what for.
pub const SIGN_INS: &[(&str, &str)] = &[
    ("member@northmoor.example", "logs duties"),
    ("manager@northmoor.example", "sees the team of a station"),
    ("hr@northmoor.example", "sees hours and HR fields"),
    ("auditor@northmoor.example", "reads the audit trail"),
    ("admin@northmoor.example", "configures, imports, installs plugins"),
];

/// Fills an empty database, with `plugin` installed if the file is there; leaves any other database as it is.
///
/// # Errors
/// When the database refuses, which is a defect; when the file is no plugin.
pub fn fill(parts: &Parts, plugin: Option<&Path>) -> anyhow::Result<()> {
    let site = &parts.site;
    if !setup::is_first_start(&site.db)? {
        return Ok(());
    }
    let now = site.clock.now();
    let organisation = OrganisationId::new(now);
    let password = parts.passwords.hash_blocking(&Secret::new(PASSWORD.to_owned()))?;
    let founding = Founding {
        organisation: "Northmoor Fire and Rescue Service".to_owned(),
        service: Service::Fire,
        given_name: "Alex".to_owned(),
        family_name: "Archer".to_owned(),
        email: "admin@northmoor.example".to_owned(),
    };
    let set_up = Caller::system(SystemName::SetUp, organisation);
    let (founded, crews) = site
        .db
        .write_blocking(&set_up, |tx| {
            let key = site.keys.mac("sign-in.directory", founding.email.as_bytes());
            let founded = setup::found(tx, &founding, &password, &key, now)?;
            let crews = people::join_all(tx, &site.keys, &founded, &password, now)?;
            Ok::<_, IdentityError>((founded, crews))
        })
        .context("the demonstration's people could not be written")?;
    let administrator = Caller::Person(Arc::new(sessions::unknown(organisation, founded.administrator, None, None)));
    tracing::info!("writing eight weeks of the demonstration's duties");
    actix_web::rt::System::new().block_on(async {
        crews::assign_all(site, &administrator, &crews).await?;
        if let Some(file) = plugin {
            plugin::install(parts, &administrator, file).await?;
        }
        duties::log_all(site, organisation, &crews).await
    })
}
