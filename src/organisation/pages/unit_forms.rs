//! What the pages of the units hold.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::named;
use crate::organisation::units::{Naming, Unit, UnitKind, UnitTree};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    kind: &'static str,
    code: Option<String>,
    closed: bool,
    top: bool,
    /// For the style sheet, which indents five steps.
    depth: usize,
    above: String,
}

/// The tree.
#[derive(Debug, Clone, Serialize)]
pub(super) struct UnitsPage {
    tab: &'static str,
    rows: Vec<Row>,
    showing_closed: bool,
    closed: usize,
}

impl UnitsPage {
    pub(super) fn new(tree: &UnitTree, showing_closed: bool) -> Self {
        let row = |(depth, unit): (usize, &Unit)| Row {
            href: format!("/units/{}", unit.id),
            name: unit.name.clone(),
            kind: unit.kind.title(),
            code: unit.code.clone(),
            closed: unit.closed,
            top: unit.parent.is_none(),
            depth: depth.min(5),
            above: unit.parent.map(|parent| tree.path(parent)).unwrap_or_default(),
        };
        let rows = tree.all().filter(|(_depth, unit)| showing_closed || !unit.closed).map(row).collect();
        let closed = tree.all().filter(|(_depth, unit)| unit.closed).count();
        Self { tab: "units", rows, showing_closed, closed }
    }
}

impl PageContext for UnitsPage {
    const TEMPLATE: &'static str = "organisation/units";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Units".into()
    }

    fn sample() -> Self {
        Self::new(&sample_tree(), true)
    }
}

/// What a form of a unit sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TypedUnit {
    pub(super) name: String,
    pub(super) code: String,
    pub(super) kind: String,
    pub(super) parent: String,
}

impl TypedUnit {
    /// As the unit is now.
    pub(super) fn of(unit: &Unit) -> Self {
        Self {
            name: unit.name.clone(),
            code: unit.code.clone().unwrap_or_default(),
            kind: unit.kind.as_str().to_owned(),
            parent: unit.parent.map(|parent| parent.to_string()).unwrap_or_default(),
        }
    }

    /// What it says, if it says it well; `top` has no kind to choose.
    pub(super) fn read(&self, top: bool) -> Result<Naming, FormErrors> {
        let mut errors = FormErrors::new();
        let name = named(&mut errors, "name", &self.name, 120, "a name");
        let code = self.code.trim();
        if code.chars().count() > 20 {
            errors.add("code", "Use at most 20 characters.");
        }
        let kind = if top { Some(UnitKind::Service) } else { UnitKind::parse(&self.kind) };
        let kind = kind.filter(|kind| top || UnitKind::CHOICES.contains(kind));
        match kind {
            Some(kind) if errors.is_empty() => {
                Ok(Naming { kind, name, code: Some(code.to_owned()).filter(|code| !code.is_empty()) })
            }
            Some(_kind) => Err(errors),
            None => {
                errors.add("kind", "Choose what it is.");
                Err(errors)
            }
        }
    }
}

/// The form of a unit: a new one below another, or one that is there.
#[derive(Debug, Serialize)]
pub(super) struct UnitFormPage {
    action: String,
    above: String,
    name: Field,
    code: Field,
    kind: Option<Field>,
    links: Option<Links>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    errors: FormErrors,
}

#[derive(Debug, Serialize)]
struct Links {
    id: String,
    closed: bool,
}

impl UnitFormPage {
    /// For a unit below `above`.
    pub(super) fn adding(above: &Unit, tree: &UnitTree, typed: &TypedUnit, errors: FormErrors) -> Self {
        let fitting = UnitKind::CHOICES.into_iter().filter(|kind| kind.fits_under(above.kind));
        Self {
            action: format!("/units/{}/add", above.id),
            above: tree.path(above.id),
            kind: Some(kind_field(fitting, typed, &errors)),
            links: None,
            heading: "Add a unit".to_owned(),
            ..Self::fields(typed, errors)
        }
    }

    /// For a unit that is there.
    pub(super) fn renaming(unit: &Unit, tree: &UnitTree, typed: &TypedUnit, errors: FormErrors) -> Self {
        let top = unit.parent.is_none();
        Self {
            action: format!("/units/{}", unit.id),
            above: unit.parent.map(|parent| tree.path(parent)).unwrap_or_default(),
            kind: (!top).then(|| kind_field(UnitKind::CHOICES, typed, &errors)),
            links: (!top).then(|| Links { id: unit.id.to_string(), closed: unit.closed }),
            heading: unit.name.clone(),
            ..Self::fields(typed, errors)
        }
    }

    fn fields(typed: &TypedUnit, errors: FormErrors) -> Self {
        Self {
            action: String::new(),
            above: String::new(),
            name: Field::new("name", "Name").value(&typed.name).errors(&errors),
            code: Field::new("code", "Code (optional)")
                .hint("What the control room calls it, such as H27. Imports find the unit by it.")
                .value(&typed.code)
                .errors(&errors),
            kind: None,
            links: None,
            heading: String::new(),
            errors,
        }
    }
}

fn kind_field(kinds: impl IntoIterator<Item = UnitKind>, typed: &TypedUnit, errors: &FormErrors) -> Field {
    Field::new("kind", "What is it?")
        .choices(kinds.into_iter().map(|kind| Choice::new(kind.as_str(), kind.title())))
        .choose([&typed.kind])
        .errors(errors)
}

impl PageContext for UnitFormPage {
    const TEMPLATE: &'static str = "organisation/unit-form";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let (tree, typed) = (sample_tree(), TypedUnit::default());
        let errors = typed.read(false).err().unwrap_or_default();
        Self::renaming(&sample_unit(2, Some(1), UnitKind::Station, "Hillside"), &tree, &typed, errors)
    }

    fn samples() -> Vec<Self> {
        let (tree, typed) = (sample_tree(), TypedUnit::default());
        let top = sample_unit(1, None, UnitKind::Service, "Northmoor");
        let adding = Self::adding(&top, &tree, &typed, FormErrors::new());
        vec![Self::sample(), adding, Self::renaming(&top, &tree, &TypedUnit::of(&top), FormErrors::new())]
    }
}

/// Under which unit it shall stand.
#[derive(Debug, Serialize)]
pub(super) struct MovePage {
    id: String,
    parent: Field,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl MovePage {
    pub(super) fn new(unit: &Unit, tree: &UnitTree, typed: &TypedUnit, errors: FormErrors) -> Self {
        let branch = tree.with_below(unit.id);
        let choices = tree
            .open()
            .filter(|(_depth, other)| unit.kind.fits_under(other.kind) && !branch.contains(&other.id))
            .map(|(_depth, other)| Choice::new(other.id.to_string(), tree.path(other.id)));
        Self {
            id: unit.id.to_string(),
            parent: Field::new("parent", "Under which unit shall it stand?")
                .hint("All units below it move with it. Managers of units above see their people from then on; those of the old units no longer do.")
                .choices(choices)
                .choose([&typed.parent])
                .errors(&errors),
            name: unit.name.clone(),
            errors,
        }
    }
}

impl PageContext for MovePage {
    const TEMPLATE: &'static str = "organisation/unit-move";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Move {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("parent", "Choose a unit.");
        let unit = sample_unit(2, Some(1), UnitKind::Station, "Hillside");
        Self::new(&unit, &sample_tree(), &TypedUnit::of(&unit), errors)
    }
}

/// Whether it shall really close.
#[derive(Debug, Serialize)]
pub(super) struct ClosePage {
    id: String,
    /// Why it cannot close now.
    refusal: Option<String>,
    #[serde(skip)]
    name: String,
}

impl ClosePage {
    pub(super) fn new(unit: &Unit, refusal: Option<String>) -> Self {
        Self { id: unit.id.to_string(), refusal, name: unit.name.clone() }
    }
}

impl PageContext for ClosePage {
    const TEMPLATE: &'static str = "organisation/unit-close";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Close {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs()
    }

    fn sample() -> Self {
        Self::new(&sample_unit(2, Some(1), UnitKind::Station, "Hillside"), None)
    }

    fn samples() -> Vec<Self> {
        let unit = sample_unit(2, Some(1), UnitKind::Station, "Hillside");
        vec![Self::sample(), Self::new(&unit, Some("It still has 2 people in it.".to_owned()))]
    }
}

fn crumbs() -> Vec<Crumb> {
    vec![Crumb::new("Organisation", "/organisation"), Crumb::new("Units", "/units")]
}

fn sample_unit(id: u128, parent: Option<u128>, kind: UnitKind, name: &str) -> Unit {
    let unit_id = |id| crate::kernel::ids::UnitId(uuid::Uuid::from_u128(id));
    Unit {
        id: unit_id(id),
        parent: parent.map(unit_id),
        kind,
        name: name.to_owned(),
        code: Some(format!("H{id}")),
        closed: id > 3,
    }
}

fn sample_tree() -> UnitTree {
    UnitTree::new(vec![
        sample_unit(1, None, UnitKind::Service, "Northmoor"),
        sample_unit(2, Some(1), UnitKind::Station, "Hillside"),
        sample_unit(3, Some(2), UnitKind::Watch, "Blue watch"),
        sample_unit(4, Some(2), UnitKind::Watch, "Amber watch"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<UnitsPage>();
        check::<UnitFormPage>();
        check::<MovePage>();
        check::<ClosePage>();
    }
}
