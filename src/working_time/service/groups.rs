//! Contract groups, who belongs to which, and what kinds of work are: for whoever keeps them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::audit::{self, Change, Entry, Field};
use crate::authz::{self, AuthzError, Caller};
use crate::db::{Db, DbError, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{ContractGroupId, DutyKindId, PersonId, UnitId};
use crate::organisation::{self, UnitTree};
use crate::working_time::failure::TimeError;
use crate::working_time::job;
use crate::working_time::mapping::{CountsAs, Kind, Mapping};
use crate::working_time::policy::ManageGroups;
use crate::working_time::record::{Belonging, Group, GroupDraft, Member, STANDBY, WEEKLY_REST, name_of};
use crate::working_time::store;
use crate::working_time::typed::{TypedTerms, check_terms};

/// People of a group that its page names.
const NAMED: i64 = 100;

const NAME: Field = Field::shown("name");
const WEEKS: Field = Field::shown("reference_weeks");
const ANCHOR: Field = Field::shown("anchor_on");
const REGULATION_21: Field = Field::shown("civil_protection");
const ON_CALL: Field = Field::shown("standby");
const WEEKLY: Field = Field::shown("weekly_rest");
const BREAKS: Field = Field::shown("breaks_count");
const HAZARDS: Field = Field::shown("special_hazards");
const NOTICE: Field = Field::shown("notice_days");
const ACTION: Field = Field::shown("action");
const FOR_ALL: Field = Field::shown("for_all");

/// A group in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The group.
    pub group: Group,
    /// How many lines of terms name it.
    pub people: i64,
}

/// Lists the groups, and says how many people wait for their figures.
///
/// # Errors
/// [`TimeError::Authz`] when the caller does not keep them.
pub async fn list(db: &Db, caller: &Caller) -> Result<(Vec<Listed>, i64), TimeError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, None)?;
        let uses = store::uses(tx, &may)?;
        let waiting = store::waiting(tx, None)?;
        let listed = |group: Group| Listed { people: uses.get(&group.id).copied().unwrap_or(0), group };
        Ok((store::groups(tx)?.into_iter().map(listed).collect(), waiting))
    })
    .await
}

/// A group with who belongs to it.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// The group.
    pub group: Group,
    /// The first people of it, by name.
    pub members: Vec<Member>,
    /// All units.
    pub units: UnitTree,
}

/// Opens a group.
///
/// # Errors
/// [`TimeError::Authz`] when there is none, or the caller does not keep them.
pub async fn open(db: &Db, caller: &Caller, id: ContractGroupId) -> Result<GroupPage, TimeError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, Some(id))?;
        let group = may.facts().clone().ok_or(AuthzError::Hidden)?;
        Ok(GroupPage { group, members: store::members_of(tx, &may, NAMED)?, units: organisation::units::tree_in(tx)? })
    })
    .await
}

fn changes(before: Option<&GroupDraft>, after: &GroupDraft) -> Vec<Option<Change>> {
    let anchor = |draft: &GroupDraft| draft.anchor_on.map(|day| day.to_string());
    vec![
        NAME.change(before.map(|draft| draft.name.clone()), after.name.clone()),
        WEEKS.change(before.map(|draft| draft.reference_weeks.to_string()), after.reference_weeks.to_string()),
        ANCHOR.change(before.and_then(anchor), anchor(after)),
        REGULATION_21
            .change(before.map(|draft| draft.civil_protection.to_string()), after.civil_protection.to_string()),
        ON_CALL.change(before.map(|draft| name_of(&STANDBY, draft.standby)), name_of(&STANDBY, after.standby)),
        WEEKLY.change(
            before.map(|draft| name_of(&WEEKLY_REST, draft.weekly_rest)),
            name_of(&WEEKLY_REST, after.weekly_rest),
        ),
        BREAKS.change(before.map(|draft| draft.breaks_count.to_string()), after.breaks_count.to_string()),
        HAZARDS.change(before.map(|draft| draft.special_hazards.to_string()), after.special_hazards.to_string()),
        NOTICE.change(before.map(|draft| draft.notice_days.to_string()), after.notice_days.to_string()),
        ACTION.change(before.map(|draft| draft.action.as_str()), after.action.as_str()),
        FOR_ALL.change(before.map(|draft| draft.for_all.to_string()), after.for_all.to_string()),
    ]
}

fn name_taken(error: DbError) -> TimeError {
    if error.unique_violation() == Some("contract_groups_name") { TimeError::NameTaken } else { error.into() }
}

/// Adds a group. The first one begins the nights in which figures are made.
///
/// # Errors
/// [`TimeError::NameTaken`].
pub async fn add(db: &Db, caller: &Caller, draft: GroupDraft, now: Timestamp) -> Result<ContractGroupId, TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, None)?;
        let id = ContractGroupId::new(now);
        if draft.for_all {
            store::make_for_all(tx, &may, id)?;
        }
        store::add_group(tx, &may, id, &draft, now).map_err(name_taken)?;
        job::work_nightly(tx, now)?;
        audit::record(
            tx,
            now,
            Entry::new("worktime.group-add").on("contract-group", id).changed(changes(None, &draft)),
        )?;
        Ok(id)
    })
    .await
}

/// Changes a group that is at `revision`; everybody's figures are made again. `false` when it says that already.
///
/// # Errors
/// [`TimeError::NameTaken`]; [`TimeError::Changed`] when it is at another revision.
pub async fn edit(
    db: &Db,
    caller: &Caller,
    id: ContractGroupId,
    revision: i32,
    draft: GroupDraft,
    now: Timestamp,
) -> Result<bool, TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, Some(id))?;
        let before = may.facts().clone().ok_or(AuthzError::Hidden)?;
        if before.draft == draft {
            return Ok(false);
        }
        if draft.for_all && before.retired {
            return Err(TimeError::field("for_all", "The group is retired. Take it up again first"));
        }
        if draft.for_all {
            store::make_for_all(tx, &may, id)?;
        }
        if !store::change_group(tx, &may, revision, &draft).map_err(name_taken)? {
            return Err(TimeError::Changed);
        }
        let entry = Entry::new("worktime.group-change").on("contract-group", id);
        audit::record(tx, now, entry.changed(changes(Some(&before.draft), &draft)))?;
        Ok(true)
    })
    .await
}

/// Retires a group, or takes it up again. Whoever belongs to it goes on to.
///
/// # Errors
/// [`TimeError::ForAll`] for the group that holds for everybody; [`TimeError::NameTaken`].
pub async fn retire(
    db: &Db,
    caller: &Caller,
    id: ContractGroupId,
    retired: bool,
    now: Timestamp,
) -> Result<(), TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, Some(id))?;
        let group = may.facts().clone().ok_or(AuthzError::Hidden)?;
        if group.retired == retired {
            return Ok(());
        }
        if group.draft.for_all {
            return Err(TimeError::ForAll);
        }
        store::retire_group(tx, &may, retired.then_some(now)).map_err(name_taken)?;
        let entry = Entry::new("worktime.group-retire").on("contract-group", id).noting("retired", retired.to_string());
        audit::record(tx, now, entry)?;
        Ok(())
    })
    .await
}

/// Says that everybody whose home is a unit or one below it belongs to the group; how many people that are. Whoever has
/// terms already keeps their first day of employment.
///
/// # Errors
/// [`TimeError::Invalid`].
pub async fn assign_unit(
    db: &Db,
    caller: &Caller,
    id: ContractGroupId,
    typed: TypedTerms,
    now: Timestamp,
) -> Result<usize, TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, Some(id))?;
        let line = usable(may.facts().as_ref(), &typed, now)?;
        let units = organisation::units::tree_in(tx)?;
        let unit = typed.unit.parse::<UnitId>().ok().filter(|unit| units.get(*unit).is_some());
        let unit = unit.ok_or_else(|| TimeError::field("unit", "Choose a unit"))?;
        let people = store::people_of(tx, &may, &units.with_below(unit))?;
        store::assign(tx, &may, &people, &line, true, now)?;
        let entry = Entry::new("worktime.assign").on("contract-group", id).noting("unit", unit.to_string());
        let count = u64::try_from(people.len()).unwrap_or(u64::MAX);
        audit::record(tx, now, entry.noting("from", line.from_on.to_string()).noting("people", count))?;
        Ok(people.len())
    })
    .await
}

fn usable(group: Option<&Group>, typed: &TypedTerms, now: Timestamp) -> Result<Belonging, TimeError> {
    let group = group.ok_or(AuthzError::Hidden)?;
    if group.retired {
        return Err(TimeError::field("group", "The group is retired. Take it up again, or choose another one"));
    }
    Ok(check_terms(typed, Some(group.id), civil::local(now).date())?)
}

/// Says to which group one person belongs, found by their employee number; who that is.
///
/// # Errors
/// [`TimeError::Invalid`] for a number that nobody has.
pub async fn assign_one(
    db: &Db,
    caller: &Caller,
    id: ContractGroupId,
    typed: TypedTerms,
    now: Timestamp,
) -> Result<Member, TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, Some(id))?;
        let member = store::person_by_number(tx, &may, typed.number.trim())?;
        let member = member.ok_or_else(|| TimeError::field("number", "Nobody here has this employee number"))?;
        let line = usable(may.facts().as_ref(), &typed, now)?;
        store::assign(tx, &may, &[member.id], &line, false, now)?;
        let entry = Entry::new("worktime.assign").on("contract-group", id).about(member.id);
        audit::record(tx, now, entry.noting("from", line.from_on.to_string()))?;
        Ok(member)
    })
    .await
}

/// To which groups somebody belongs, the latest line first.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn lines_of(
    db: &Db,
    caller: &Caller,
    person: PersonId,
) -> Result<(Member, Vec<(Belonging, String)>), TimeError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, None)?;
        let member = store::member(tx, person)?.ok_or(AuthzError::Hidden)?;
        let names: BTreeMap<ContractGroupId, String> =
            store::groups(tx)?.into_iter().map(|group| (group.id, group.draft.name)).collect();
        let lines = store::belongings(tx, &may, person)?;
        let named = lines.into_iter().map(|line| (line, names.get(&line.group).cloned().unwrap_or_default()));
        Ok((member, named.collect()))
    })
    .await
}

/// Takes a line back; nothing happens when that was done already.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn take_back(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    from_on: Date,
    now: Timestamp,
) -> Result<(), TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, None)?;
        if store::unassign(tx, &may, person, from_on)? {
            let entry = Entry::new("worktime.assign").about(person).noting("taken_back", from_on.to_string());
            audit::record(tx, now, entry)?;
        }
        Ok(())
    })
    .await
}

/// Has everybody's figures made again; how many people that are.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn recompute(db: &Db, caller: &Caller, now: Timestamp) -> Result<i64, TimeError> {
    db.write(caller, move |tx| {
        let _may = authz::may::<ManageGroups>(tx, None)?;
        let people = store::recompute_all(tx)?;
        audit::record(tx, now, Entry::new("worktime.recompute").noting("people", people.unsigned_abs()))?;
        Ok(people)
    })
    .await
}

/// What the kinds of work count as.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The kinds, in order; those of the first two levels are asked for.
    pub kinds: Vec<Kind>,
    /// What each counts as, whatever was said.
    pub mapping: Mapping,
}

/// Reads what the kinds of work count as.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn sources(db: &Db, caller: &Caller) -> Result<Sources, TimeError> {
    db.read(caller, move |tx| {
        let _may = authz::may::<ManageGroups>(tx, None)?;
        loaded(tx)
    })
    .await
}

fn loaded(tx: &mut Tx<'_>) -> Result<Sources, TimeError> {
    let kinds = store::kinds(tx)?;
    Ok(Sources { mapping: Mapping::new(&kinds), kinds })
}

/// Says what kinds count as; `None` leaves it to the one above, and to what its code says. How many were changed.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn say_sources(
    db: &Db,
    caller: &Caller,
    said: BTreeMap<DutyKindId, Option<CountsAs>>,
    now: Timestamp,
) -> Result<usize, TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ManageGroups>(tx, None)?;
        let mut changed = 0;
        let mut entry = Entry::new("worktime.sources");
        for kind in store::kinds(tx)? {
            let Some(wanted) = said.get(&kind.id).copied().filter(|wanted| *wanted != kind.said) else { continue };
            store::say_source(tx, &may, kind.id, wanted)?;
            changed += 1;
            let text = |one: Option<CountsAs>| one.map_or("not said", CountsAs::as_str);
            if changed == 1 {
                entry = entry.noting("kind", kind.name).noting("counts_as", text(wanted));
            }
        }
        if changed > 0 {
            let count = u64::try_from(changed).unwrap_or(u64::MAX);
            audit::record(tx, now, entry.noting("kinds", count))?;
        }
        Ok(changed)
    })
    .await
}
