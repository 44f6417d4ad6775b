//! The words for work: one page per level, types, categories, sub-categories.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::named;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::DutyKindId;
use crate::organisation::OrganisationError;
use crate::organisation::work::{self, Kind, KindPage, Step};
use crate::views::form::FieldError;
use crate::views::{Crumb, Field, FormErrors, PageContext, format};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    name: String,
    step: String,
}

#[derive(Debug, Clone, Serialize)]
struct Row {
    id: String,
    name: String,
    code: String,
    below: Option<String>,
    retired: bool,
    first: bool,
    last: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct LevelPage {
    tab: &'static str,
    /// The kind whose level it is; `None` for the types.
    kind: Option<Head>,
    /// What the rows are: "types", "categories".
    what: String,
    one: &'static str,
    rows: Vec<Row>,
    /// Whether anything can stand here: there is no level below a sub-category.
    holds: bool,
    action: String,
    name: Field,
    #[serde(skip)]
    above: Vec<Kind>,
    #[serde(skip)]
    errors: FormErrors,
}

#[derive(Debug, Serialize)]
struct Head {
    id: String,
    name: String,
    code: String,
    level: &'static str,
    retired: bool,
}

impl LevelPage {
    fn new(level: KindPage, typed: &Typed, errors: FormErrors) -> Self {
        let next = level.kind.as_ref().map_or(1, |kind| kind.level + 1);
        let last = level.below.len().saturating_sub(1);
        let row = |(index, (kind, below)): (usize, (Kind, i64))| Row {
            id: kind.id.to_string(),
            name: kind.name,
            code: kind.code,
            below: match kind.level {
                1 => Some(format::count(below, "category", "categories")),
                2 => Some(format::count(below, "sub-category", "sub-categories")),
                _ => None,
            },
            retired: kind.retired,
            first: index == 0,
            last: index == last,
        };
        let one = Kind::level_name(next);
        Self {
            tab: "kinds",
            what: if next == 1 { "types".to_owned() } else { one.replace("category", "categories") },
            one,
            holds: next <= 3,
            action: level.kind.as_ref().map_or_else(|| "/kinds".to_owned(), |kind| format!("/kinds/{}/add", kind.id)),
            rows: level.below.into_iter().enumerate().map(row).collect(),
            name: Field::new("name", format!("Name of the new {one}")).value(&typed.name).errors(&errors),
            kind: level.kind.map(|kind| Head {
                id: kind.id.to_string(),
                name: kind.name,
                code: kind.code,
                level: Kind::level_name(kind.level),
                retired: kind.retired,
            }),
            above: level.above,
            errors,
        }
    }
}

impl PageContext for LevelPage {
    const TEMPLATE: &'static str = "organisation/kinds";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.kind.as_ref().map_or("Kinds of work".into(), |kind| kind.name.as_str().into())
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        if self.kind.is_some() { crumbs(&self.above) } else { Vec::new() }
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let kind = sample_kind(1, "Fire service incident");
        let below = vec![(sample_kind(2, "Fire"), 7), (Kind { retired: true, ..sample_kind(2, "Late call") }, 0)];
        let mut errors = FormErrors::new();
        errors.add("name", "Enter a name.");
        Self::new(KindPage { kind: Some(kind), above: vec![], below }, &Typed::default(), errors)
    }

    fn samples() -> Vec<Self> {
        let types = KindPage { kind: None, above: vec![], below: vec![(sample_kind(1, "Training"), 1)] };
        let empty =
            KindPage { kind: Some(sample_kind(2, "Fire")), above: vec![sample_kind(1, "Incident")], below: vec![] };
        let leaf = KindPage { kind: Some(sample_kind(3, "Chimney fire")), above: vec![], below: vec![] };
        let more = [types, empty, leaf].map(|level| Self::new(level, &Typed::default(), FormErrors::new()));
        std::iter::once(Self::sample()).chain(more).collect()
    }
}

#[derive(Debug, Serialize)]
pub(super) struct RenamePage {
    id: String,
    name: Field,
    #[serde(skip)]
    was: String,
    #[serde(skip)]
    above: Vec<Kind>,
    #[serde(skip)]
    errors: FormErrors,
}

impl RenamePage {
    fn new(kind: &Kind, above: Vec<Kind>, typed: &Typed, errors: FormErrors) -> Self {
        Self {
            id: kind.id.to_string(),
            name: Field::new("name", "Name")
                .hint("Duties that were logged under it show the new name. Its code stays, so imports go on working.")
                .value(&typed.name)
                .errors(&errors),
            was: kind.name.clone(),
            above,
            errors,
        }
    }
}

impl PageContext for RenamePage {
    const TEMPLATE: &'static str = "organisation/kind-rename";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Rename {}", self.was).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs(&self.above)
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("name", "Enter a name.");
        Self::new(&sample_kind(2, "Fire"), vec![sample_kind(1, "Incident")], &Typed::default(), errors)
    }
}

#[derive(Debug, Serialize)]
pub(super) struct DeletePage {
    id: String,
    refusal: Option<String>,
    retired: bool,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    above: Vec<Kind>,
}

impl DeletePage {
    fn new(kind: &Kind, above: Vec<Kind>, refusal: Option<String>) -> Self {
        Self { id: kind.id.to_string(), refusal, retired: kind.retired, name: kind.name.clone(), above }
    }
}

impl PageContext for DeletePage {
    const TEMPLATE: &'static str = "organisation/kind-delete";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Delete {}", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        crumbs(&self.above)
    }

    fn sample() -> Self {
        Self::new(&sample_kind(2, "Fire"), vec![], None)
    }

    fn samples() -> Vec<Self> {
        let refused = Some("Duties are logged under it.".to_owned());
        vec![Self::sample(), Self::new(&sample_kind(2, "Fire"), vec![], refused)]
    }
}

fn crumbs(above: &[Kind]) -> Vec<Crumb> {
    let head = [Crumb::new("Organisation", "/organisation"), Crumb::new("Kinds of work", "/kinds")];
    head.into_iter().chain(above.iter().map(|kind| Crumb::new(&kind.name, format!("/kinds/{}", kind.id)))).collect()
}

fn sample_kind(level: i16, name: &str) -> Kind {
    Kind { id: DutyKindId::NIL, parent: None, level, code: "fire".to_owned(), name: name.to_owned(), retired: false }
}

/// Shows the types.
pub(super) async fn types(ask: Ask) -> Result<HttpResponse, Failure> {
    show(&ask, None).await
}

/// Shows what is below a kind.
pub(super) async fn below(ask: Ask, id: Path<DutyKindId>) -> Result<HttpResponse, Failure> {
    show(&ask, Some(*id)).await
}

async fn show(ask: &Ask, id: Option<DutyKindId>) -> Result<HttpResponse, Failure> {
    let level = work::level(&ask.site().db, ask.caller(), id).await?;
    ask.page(&LevelPage::new(level, &Typed::default(), FormErrors::new()))
}

/// Adds a type.
pub(super) async fn add_type(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    add(&ask, None, &typed).await
}

/// Adds a category or sub-category.
pub(super) async fn add_below(
    ask: Ask,
    id: Path<DutyKindId>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    add(&ask, Some(*id), &typed).await
}

async fn add(ask: &Ask, parent: Option<DutyKindId>, typed: &Typed) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    let name = named(&mut errors, "name", &typed.name, 120, "a name");
    if !errors.is_empty() {
        let level = work::level(&ask.site().db, ask.caller(), parent).await?;
        return ask.page_again(&LevelPage::new(level, typed, errors));
    }
    let text = format!("{name} was added.");
    work::add(&ask.site().db, ask.caller(), parent, name, ask.clock().now()).await?;
    Ok(ask.redirect_with(&address(parent), FlashKind::Success, &text))
}

/// Shows the form for its name.
pub(super) async fn rename_form(ask: Ask, id: Path<DutyKindId>) -> Result<HttpResponse, Failure> {
    let (kind, above) = one(&ask, *id).await?;
    let typed = Typed { name: kind.name.clone(), ..Typed::default() };
    ask.page(&RenamePage::new(&kind, above, &typed, FormErrors::new()))
}

/// Renames it.
pub(super) async fn rename(
    ask: Ask,
    id: Path<DutyKindId>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let mut errors = FormErrors::new();
    let name = named(&mut errors, "name", &typed.name, 120, "a name");
    let (kind, above) = one(&ask, *id).await?;
    if !errors.is_empty() {
        return ask.page_again(&RenamePage::new(&kind, above, &typed, errors));
    }
    work::rename(&ask.site().db, ask.caller(), *id, name, ask.clock().now()).await?;
    Ok(ask.redirect_with(&address(Some(*id)), FlashKind::Success, "Renamed."))
}

/// Moves it one place up or down.
pub(super) async fn reorder(
    ask: Ask,
    id: Path<DutyKindId>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let step = if typed.step == "up" { Step::Up } else { Step::Down };
    let (kind, _above) = one(&ask, *id).await?;
    work::reorder(&ask.site().db, ask.caller(), *id, step, ask.clock().now()).await?;
    Ok(ask.redirect(&address(kind.parent)))
}

/// Stops offering it.
pub(super) async fn retire(
    ask: Ask,
    id: Path<DutyKindId>,
    Posted(_typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let (kind, _above) = one(&ask, *id).await?;
    work::retire(&ask.site().db, ask.caller(), *id, true, ask.clock().now()).await?;
    let text = format!("{} is retired: it is no longer offered, and duties keep it.", kind.name);
    Ok(ask.redirect_with(&address(Some(*id)), FlashKind::Success, &text))
}

/// Offers it again.
pub(super) async fn restore(
    ask: Ask,
    id: Path<DutyKindId>,
    Posted(_typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let (kind, _above) = one(&ask, *id).await?;
    work::retire(&ask.site().db, ask.caller(), *id, false, ask.clock().now()).await?;
    let text = format!("{} is offered again.", kind.name);
    Ok(ask.redirect_with(&address(Some(*id)), FlashKind::Success, &text))
}

/// Asks whether it shall go.
pub(super) async fn delete_form(ask: Ask, id: Path<DutyKindId>) -> Result<HttpResponse, Failure> {
    let (kind, above) = one(&ask, *id).await?;
    ask.page(&DeletePage::new(&kind, above, None))
}

/// Deletes it, unless it is in use.
pub(super) async fn delete(
    ask: Ask,
    id: Path<DutyKindId>,
    Posted(_typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    match work::delete(&ask.site().db, ask.caller(), *id, ask.clock().now()).await {
        Ok(parent) => Ok(ask.redirect_with(&address(parent), FlashKind::Success, "Deleted.")),
        Err(error @ OrganisationError::KindInUse) => {
            let (kind, above) = one(&ask, *id).await?;
            ask.page_again(&DeletePage::new(&kind, above, Some(error.advice())))
        }
        Err(error) => Err(error.into()),
    }
}

async fn one(ask: &Ask, id: DutyKindId) -> Result<(Kind, Vec<Kind>), Failure> {
    let level = work::level(&ask.site().db, ask.caller(), Some(id)).await?;
    let kind = level.kind.ok_or(crate::http::Problem::NotFound)?;
    Ok((kind, level.above))
}

fn address(kind: Option<DutyKindId>) -> String {
    kind.map_or_else(|| "/kinds".to_owned(), |kind| format!("/kinds/{kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::testing::check;

    #[test]
    fn the_pages_stand() {
        check::<LevelPage>();
        check::<RenamePage>();
        check::<DeletePage>();
    }
}
