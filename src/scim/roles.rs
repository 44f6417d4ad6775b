//! The roles that somebody has by way of a directory's groups: by the same rules as those of a provider's.

use jiff::Timestamp;

use super::{ScimError, store};
use crate::db::Tx;
use crate::identity::provisioned;
use crate::identity::vouched::{self, Source};
use crate::kernel::ids::{PersonId, RoleId};

/// Gives somebody the roles that rules give their groups, and `default` if the directory made their record; takes away
/// what rules gave and give no more. Who left has none.
pub(super) fn give(
    tx: &mut Tx<'_>,
    person: PersonId,
    default: Option<RoleId>,
    now: Timestamp,
) -> Result<(), ScimError> {
    match provisioned::details(tx, person)? {
        Some((_, false)) => {}
        Some((_, true)) | None => return Ok(()),
    }
    let groups: Vec<String> = store::groups_of(tx, person)?
        .into_iter()
        .flat_map(|(_id, name, external)| std::iter::once(name).chain(external))
        .collect();
    let mut wanted = crate::sso::roles_by_rule(tx, &groups, person)?;
    if let Some(role) = default
        && store::joined(tx, person)?
        && !wanted.contains(&(role, None))
    {
        wanted.push((role, None));
    }
    vouched::apply_roles(tx, person, &wanted, Source::Scim, true, now)?;
    Ok(())
}
