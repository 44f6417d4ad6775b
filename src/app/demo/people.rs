//! Who works at Northmoor. All names are made up.

use jiff::Timestamp;

use crate::crypto::Keyring;
use crate::db::Tx;
use crate::identity::IdentityError;
use crate::identity::roles::{AUDITOR, EXPOSURE_READER, HR, MANAGER, MEMBER, TRIM_PRACTITIONER};
use crate::identity::setup::{self, Founded, Joining};
use crate::kernel::ids::{PersonId, UnitId};
use crate::organisation;

/// Stations: area, code, name.
const STATIONS: &[(&str, &str, &str)] = &[
    ("East", "E28", "Harbour"),
    ("East", "E31", "Millbrook"),
    ("West", "W12", "Castle Hill"),
    ("West", "W17", "Fernley"),
];

/// Given and family names of the crews; every fourth works at the next station.
const CREW: &[(&str, &str)] = &[
    ("Jo", "Marsh"),
    ("Sam", "Okafor"),
    ("Priya", "Nair"),
    ("Rhys", "Bevan"),
    ("Maya", "Lindqvist"),
    ("Tom", "Ashdown"),
    ("Aisha", "Rahman"),
    ("Ewan", "Fraser"),
    ("Lucy", "Hartwell"),
    ("Kofi", "Mensah"),
    ("Nina", "Petrova"),
    ("Owen", "Griffiths"),
    ("Hannah", "Whitlock"),
    ("Dev", "Chandra"),
    ("Grace", "Adeyemi"),
    ("Callum", "Doyle"),
    ("Beth", "Sutcliffe"),
    ("Idris", "Khan"),
    ("Molly", "Prescott"),
    ("Finn", "Gallagher"),
    ("Zara", "Hussain"),
    ("Jack", "Thornbury"),
    ("Ffion", "Pugh"),
    ("Marcus", "Bell"),
];

/// Who of them looks after people who accepted TRiM.
const PRACTITIONER: (&str, &str) = ("Ffion", "Pugh");

/// Who of them reads exposures for a medical professional, at any hour.
const READER: (&str, &str) = ("Idris", "Khan");

/// Somebody of the crews, and where they work.
#[derive(Debug, Clone)]
pub(super) struct Crew {
    pub(super) person: PersonId,
    pub(super) unit: UnitId,
    pub(super) employee_number: String,
}

/// Writes units and people; the caller is the set-up.
pub(super) fn join_all(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    founded: &Founded,
    password: &str,
    now: Timestamp,
) -> Result<Vec<Crew>, IdentityError> {
    let stations = found_stations(tx, founded.unit, now)?;
    let role = |code: &str| founded.role(code).ok_or(IdentityError::LinkInvalid);
    let (member, manager, hr, auditor) = (role(MEMBER)?, role(MANAGER)?, role(HR)?, role(AUDITOR)?);
    let (practitioner, reader) = (role(TRIM_PRACTITIONER)?, role(EXPOSURE_READER)?);
    let first = stations.first().copied().unwrap_or(founded.unit);
    let mut number = 1_u32;
    let mut join = |tx: &mut Tx<'_>, (given_name, family_name): (&str, &str), email: &str, unit, roles: &[_]| {
        let employee_number = format!("N{number:04}");
        number += 1;
        let joining = Joining { given_name, family_name, email, employee_number: &employee_number, unit, roles };
        let key = keys.mac("sign-in.directory", email.as_bytes());
        let person = setup::join(tx, &joining, password, &key, now)?;
        Ok::<_, IdentityError>(Crew { person, unit, employee_number })
    };
    join(tx, ("Helen", "Brook"), "hr@northmoor.example", founded.unit, &[(hr, None), (member, None)])?;
    join(tx, ("Victor", "Amsel"), "auditor@northmoor.example", founded.unit, &[(auditor, None)])?;
    let roles = [(manager, Some(first)), (member, None)];
    let mut crews = vec![join(tx, ("Morag", "Innes"), "manager@northmoor.example", first, &roles)?];
    for (&name, &unit) in CREW.iter().zip(stations.iter().cycle()) {
        let (given, family) = name;
        let email = if crews.len() == 1 {
            "member@northmoor.example".to_owned()
        } else {
            format!("{given}.{family}@northmoor.example").to_lowercase()
        };
        let mut roles = vec![(member, None)];
        roles.extend((name == PRACTITIONER).then_some((practitioner, None)));
        roles.extend((name == READER).then_some((reader, Some(founded.unit))));
        crews.push(join(tx, name, &email, unit, &roles)?);
    }
    Ok(crews)
}

fn found_stations(tx: &mut Tx<'_>, top: UnitId, now: Timestamp) -> Result<Vec<UnitId>, IdentityError> {
    let mut areas: Vec<(&str, UnitId)> = Vec::new();
    let mut stations = Vec::new();
    for (area, code, name) in STATIONS {
        let known = areas.iter().find(|(known, _id)| known == area).map(|(_name, id)| *id);
        let parent = match known {
            Some(id) => id,
            None => {
                let id = organisation::found_unit(tx, top, "area", &format!("{area} area"), None, now)?;
                areas.push((area, id));
                id
            }
        };
        let station = organisation::found_unit(tx, parent, "station", name, Some(code), now)?;
        for watch in ["Red", "Blue"] {
            organisation::found_unit(tx, station, "watch", &format!("{name} {watch} Watch"), None, now)?;
        }
        stations.push(station);
    }
    Ok(stations)
}
