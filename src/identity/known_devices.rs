//! Which browsers and networks somebody has signed in from: a sign-in from another one is told to them.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::sessions::Origin;
use super::{IdentityError, known_device_store as store};
use crate::db::Tx;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::notices::{self, NewNotice, NoticeKind};

/// One that was not used for so long is forgotten.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Remembers where a sign-in came from, and writes to its owner when that is new. The very first has nothing to be
/// compared with. `tx` is the door's.
pub(super) fn note(tx: &mut Tx<'_>, person: PersonId, from: &Origin, now: Timestamp) -> Result<(), IdentityError> {
    let key = key(tx.caller().organisation(), person, from);
    store::forget(tx, person, now - REMEMBERED)?;
    let known = store::count(tx, person)?;
    if store::seen(tx, person, &key, now)? || known == 0 {
        return Ok(());
    }
    if let Some(recipient) = store::address(tx, person)? {
        notices::post(tx, now, &NewNotice { kind: NoticeKind::NewDevice, person, recipient, about: None })?;
    }
    Ok(())
}

/// What stands for a browser in a network.
fn key(organisation: OrganisationId, person: PersonId, from: &Origin) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(organisation.0.as_bytes());
    digest.update(person.0.as_bytes());
    digest.update(from.device.as_deref().unwrap_or_default().as_bytes());
    digest.update([0]);
    digest.update(from.address.map(|address| address.to_string()).unwrap_or_default().as_bytes());
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::address::MaskedAddress;

    #[test]
    fn a_browser_is_the_same_within_its_network() {
        let from = |device: &str, address: [u8; 4]| Origin {
            device: Some(device.to_owned()),
            address: Some(MaskedAddress::from(std::net::IpAddr::from(address))),
        };
        let key = |origin: &Origin| super::key(OrganisationId::NIL, PersonId::NIL, origin);
        let home = key(&from("Firefox on Android", [192, 0, 2, 7]));
        assert_eq!(home, key(&from("Firefox on Android", [192, 0, 2, 8])));
        assert_ne!(home, key(&from("Firefox on Windows", [192, 0, 2, 7])));
        assert_ne!(home, key(&from("Firefox on Android", [198, 51, 100, 7])));
        assert_ne!(home, key(&Origin::default()));
    }
}
