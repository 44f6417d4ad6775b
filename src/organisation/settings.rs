//! The organisation's name and colour.

use jiff::Timestamp;

use super::policy::Configure;
use super::{OrganisationError, store};
use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller};
use crate::db::Db;

/// The least contrast of white text on the organisation's colour (WCAG 2.2, 1.4.3).
pub const LEAST_CONTRAST: f64 = 4.5;

const NAME: Field = Field::shown("name");
const COLOUR: Field = Field::shown("brand_colour");

/// What an administrator may change of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its name.
    pub name: String,
    /// Its colour, `#rrggbb`; `None` for the product's own.
    pub brand_colour: Option<String>,
}

/// The settings as they are.
///
/// # Errors
/// [`OrganisationError::Authz`] when the caller may not change them either.
pub async fn read(db: &Db, caller: &Caller) -> Result<Settings, OrganisationError> {
    db.read(caller, |tx| Ok(authz::may::<Configure>(tx, ())?.facts().clone())).await
}

/// Changes them.
///
/// # Errors
/// [`OrganisationError::Authz`], [`OrganisationError::Db`].
pub async fn change(db: &Db, caller: &Caller, wanted: Settings, now: Timestamp) -> Result<(), OrganisationError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        let before = may.facts().clone();
        if before == wanted {
            return Ok(());
        }
        store::settings_update(tx, &may, &wanted)?;
        let changes = [NAME.change(before.name, wanted.name), COLOUR.change(before.brand_colour, wanted.brand_colour)];
        let organisation = tx.caller().organisation();
        audit::record(tx, now, Entry::new("organisation.configure").on("organisation", organisation).changed(changes))?;
        Ok(())
    })
    .await
}

/// The contrast of white text on `#rrggbb`, from 1 to 21; `None` when it is not such a colour.
pub fn contrast_with_white(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let raw = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
    let [red, green, blue] = <[u8; 3]>::try_from(raw).ok()?.map(linear);
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Some(1.05 / (luminance + 0.05))
}

/// An sRGB channel as an amount of light, from 0 to 1.
fn linear(channel: u8) -> f64 {
    let part = f64::from(channel) / 255.0;
    if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_what_wcag_says() {
        let contrast = |colour: &str| contrast_with_white(colour).map(|value| (value * 100.0).round() / 100.0);
        assert_eq!(contrast("#000000"), Some(21.0));
        assert_eq!(contrast("#ffffff"), Some(1.0));
        // The grey that just passes, and the one that just does not.
        assert_eq!(contrast("#767676"), Some(4.54));
        assert_eq!(contrast("#777777"), Some(4.48));
        for wrong in ["", "#fff", "000000", "#00000g", "#0000000"] {
            assert_eq!(contrast(wrong), None, "{wrong}");
        }
    }
}
