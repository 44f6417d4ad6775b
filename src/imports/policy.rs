//! Who may do what with an import. The row-level policies say the same in SQL.

use super::model::{Import, Kind};
use super::store;
use crate::authz::{Caller, Permission, SystemName, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::ImportId;

/// Bringing a file.
pub(super) struct BeginImport;

impl Permission for BeginImport {
    const NAME: &'static str = "import.begin";
    type Scope = Kind;
    type Facts = Kind;

    fn facts(_tx: &mut Tx<'_>, kind: Kind) -> Result<Option<Kind>, DbError> {
        Ok(Some(kind))
    }

    fn decide(caller: &Caller, kind: &Kind) -> Verdict {
        if caller.holds_for_all(kind.permission()) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Seeing an import, and taking it further.
pub(super) struct RunImport;

impl Permission for RunImport {
    const NAME: &'static str = "import.run";
    type Scope = ImportId;
    type Facts = Import;

    fn facts(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<Import>, DbError> {
        store::import(tx, id)
    }

    fn decide(caller: &Caller, import: &Import) -> Verdict {
        if caller.holds_for_all(import.kind.permission()) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Doing the rows of an import: background work, and nobody else.
pub(super) struct DoImport;

impl Permission for DoImport {
    const NAME: &'static str = "import.do";
    type Scope = ImportId;
    type Facts = Import;

    fn facts(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<Import>, DbError> {
        store::import(tx, id)
    }

    fn decide(caller: &Caller, _import: &Import) -> Verdict {
        match caller {
            Caller::System { name: SystemName::Import, .. } => Verdict::Allow,
            Caller::System { .. } | Caller::Person(_) | Caller::Anonymous { .. } => Verdict::Deny,
        }
    }
}

/// Assigning people to call signs.
pub(super) struct ManageCrews;

impl Permission for ManageCrews {
    const NAME: &'static str = "crew.manage";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if caller.holds_for_all(permission::CREW_MANAGE) { Verdict::Allow } else { Verdict::Deny }
    }
}
