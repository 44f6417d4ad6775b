//! Who may edit the organisation, its units and its words for work: three acts, each held for all of it or not.

use super::units::Unit;
use super::work::Kind;
use super::{kind_store, store};
use crate::authz::{Caller, Permission, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyKindId, UnitId};

fn held(caller: &Caller, permission: &str) -> Verdict {
    if caller.holds_for_all(permission) { Verdict::Allow } else { Verdict::Deny }
}

/// Changes the organisation's name and colours.
pub(super) struct Configure;

impl Permission for Configure {
    const NAME: &'static str = "organisation.configure";
    type Scope = ();
    type Facts = super::settings::Settings;

    fn facts(tx: &mut Tx<'_>, (): ()) -> Result<Option<Self::Facts>, DbError> {
        store::settings(tx)
    }

    fn decide(caller: &Caller, _settings: &Self::Facts) -> Verdict {
        held(caller, permission::ORGANISATION_CONFIGURE)
    }
}

/// Edits one unit, or adds one below it.
pub(super) struct ManageUnit;

impl Permission for ManageUnit {
    const NAME: &'static str = "unit.manage";
    type Scope = UnitId;
    type Facts = Unit;

    fn facts(tx: &mut Tx<'_>, id: UnitId) -> Result<Option<Unit>, DbError> {
        store::unit(tx, id)
    }

    fn decide(caller: &Caller, _unit: &Unit) -> Verdict {
        held(caller, permission::UNIT_MANAGE)
    }
}

/// Edits one type, category or sub-category, or adds one below it; `None` stands above all types.
pub(super) struct ManageKind;

impl Permission for ManageKind {
    const NAME: &'static str = "kind.manage";
    type Scope = Option<DutyKindId>;
    type Facts = Option<Kind>;

    fn facts(tx: &mut Tx<'_>, id: Option<DutyKindId>) -> Result<Option<Option<Kind>>, DbError> {
        match id {
            None => Ok(Some(None)),
            Some(id) => Ok(kind_store::kind(tx, id)?.map(Some)),
        }
    }

    fn decide(caller: &Caller, _kind: &Option<Kind>) -> Verdict {
        held(caller, permission::KIND_MANAGE)
    }
}
