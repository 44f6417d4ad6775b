//! Crews for the public records of the London Fire Brigade, so that they can be imported at once: each of its call
//! signs (a letter and two digits for the station, a digit for the pump) is ridden by one of Northmoor's people.

use anyhow::Context;

use super::people::Crew;
use crate::authz::Caller;
use crate::http::Site;
use crate::imports::crews::{self, Typed};

/// The first letters of London's stations, one for each of its old commands.
const COMMANDS: &[char] = &['A', 'E', 'F', 'G', 'H'];

/// Since when: the public records begin in 2009.
const FROM: &str = "2009-01-01";

/// Puts the crews on the call signs, as an administrator would in the console.
pub(super) async fn assign_all(site: &Site, administrator: &Caller, crews: &[Crew]) -> anyhow::Result<()> {
    let stations = COMMANDS.iter().flat_map(|command| (20..50).map(move |number| format!("{command}{number}")));
    let call_signs = stations.flat_map(|station| ["1", "2"].map(|pump| format!("{station}{pump}")));
    for (call_sign, crew) in call_signs.zip(crews.iter().cycle()) {
        let typed = Typed {
            call_sign,
            person: crew.employee_number.clone(),
            job_role: "Firefighter".to_owned(),
            from: FROM.to_owned(),
            to: String::new(),
        };
        crews::add(&site.db, administrator, typed, site.clock.now())
            .await
            .context("a crew of the demonstration was refused")?;
    }
    Ok(())
}
