//! What the pages share: lines, ids in addresses, addresses for people from outside.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::{Failure, Problem};
use crate::kernel::ids::{OrganisationId, VacancyId};

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

#[derive(Debug, Clone, Serialize)]
struct Text {
    text: String,
}

/// One line of a summary list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    key: Text,
    value: Text,
}

impl Line {
    pub(super) fn new(key: &str, value: impl Into<String>) -> Self {
        Self { key: Text { text: key.to_owned() }, value: Text { text: value.into() } }
    }
}

/// The id of what a page is about; what is no id is nothing that there is.
pub(super) fn id<T>(text: &str, of: fn(Uuid) -> T) -> Result<T, Failure> {
    Uuid::try_parse(text.trim()).map(of).map_err(|_no_id| Problem::NotFound.into())
}

/// The address of the public form: it names the organisation, since whoever opens it has not signed in.
pub(super) fn public_path(organisation: OrganisationId, vacancy: VacancyId) -> String {
    format!("/apply/{}.{}", organisation.0.simple(), vacancy.0.simple())
}

/// Reads the last part of [`public_path`].
pub(super) fn public_code(text: &str) -> Result<(OrganisationId, VacancyId), Failure> {
    let (organisation, vacancy) = text.split_once('.').ok_or(Problem::NotFound)?;
    Ok((id(organisation, OrganisationId)?, id(vacancy, VacancyId)?))
}

/// Text in its paragraphs, as pages show what people wrote.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_read_again_and_nonsense_is_not() {
        let (organisation, vacancy) = (OrganisationId(Uuid::from_u128(7)), VacancyId(Uuid::from_u128(9)));
        let path = public_path(organisation, vacancy);
        let code = path.strip_prefix("/apply/").expect("its path");
        assert_eq!(public_code(code).expect("ours"), (organisation, vacancy));
        for nonsense in ["", ".", "7.x", "00000000000000000000000000000007"] {
            assert!(public_code(nonsense).is_err(), "{nonsense}");
        }
    }
}
