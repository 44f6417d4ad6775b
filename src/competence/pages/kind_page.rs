//! One kind of competence: what it says, who needs it; asking for it no longer, deleting it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use super::words::{Line, Nothing, effect_words, id, uuid, validity};
use crate::competence::error::CompetenceError;
use crate::competence::model::{Effect, Need};
use crate::competence::service::{self, KindPage};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::{CompetenceKindId, CompetenceNeedId, RoleId, UnitId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

/// What stands for everybody in the two lists.
const ALL: &str = "all";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NeedForm {
    unit: String,
    role: String,
}

#[derive(Debug, Clone, Serialize)]
struct NeedRow {
    said: String,
    remove: String,
}

#[derive(Debug, Clone, Serialize)]
struct OnePage {
    #[serde(skip)]
    heading: String,
    href: String,
    retired: bool,
    lines: Vec<Line>,
    needs: Vec<NeedRow>,
    unit: Field,
    role: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl OnePage {
    fn new(page: &KindPage, typed: &NeedForm, errors: FormErrors) -> Self {
        let draft = &page.kind.draft;
        let href = format!("/competence-kinds/{}", page.kind.id);
        let units = page.units.open().map(|(depth, unit)| {
            let label = page.units.path(unit.id);
            Choice::new(unit.id.to_string(), format!("{}{label}", "\u{a0}\u{a0}".repeat(depth)))
        });
        let roles = page.roles.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone()));
        let choose = |field: Field, chosen: &str| field.choose([if chosen.is_empty() { ALL } else { chosen }]);
        let follows = match draft.effect {
            Effect::None => Effect::None.meaning().to_owned(),
            _ => effect_words(draft),
        };
        Self {
            heading: draft.name.clone(),
            retired: page.kind.retired,
            lines: vec![Line::new("Counts for", validity(draft)), Line::new("Without it", follows)],
            needs: page
                .needs
                .iter()
                .map(|need| NeedRow { said: said(need, page), remove: format!("{href}/needs/{}/remove", need.id) })
                .collect(),
            unit: choose(
                Field::new("unit", "People of which unit?")
                    .hint("And of all units below it")
                    .choices(std::iter::once(Choice::new(ALL, "All units")).chain(units)),
                &typed.unit,
            )
            .errors(&errors),
            role: choose(
                Field::new("role", "With which role?")
                    .choices(std::iter::once(Choice::new(ALL, "Any role")).chain(roles)),
                &typed.role,
            )
            .errors(&errors),
            href,
            errors,
        }
    }
}

/// Who needs it: `Everybody`, `Everybody of Hillside and below who is a Manager`.
fn said(need: &Need, page: &KindPage) -> String {
    let whom = match need.unit {
        None => "Everybody".to_owned(),
        Some(unit) => format!("Everybody of {} and below", page.units.path(unit)),
    };
    let role = need.role.map(|role| page.roles.iter().find(|(id, _name)| *id == role));
    match role {
        None => whom,
        Some(Some((_id, name))) => format!("{whom} with the role {name}"),
        Some(None) => format!("{whom} with a role that is gone"),
    }
}

impl PageContext for OnePage {
    const TEMPLATE: &'static str = "competences/kind";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Competences", "/competence-kinds")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self {
            heading: "Breathing apparatus".to_owned(),
            href: "/competence-kinds/1".to_owned(),
            retired: false,
            lines: vec![Line::new("Counts for", "24 months")],
            needs: Vec::new(),
            unit: Field::new("unit", "People of which unit?"),
            role: Field::new("role", "With which role?"),
            errors: FormErrors::new(),
        }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows a kind.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let page = service::open(&ask.site().db, ask.caller(), id(&path, CompetenceKindId)?).await?;
    ask.page(&OnePage::new(&page, &NeedForm::default(), FormErrors::new()))
}

/// Says that people need it.
pub(super) async fn add_need(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<NeedForm>,
) -> Result<HttpResponse, Failure> {
    let kind = id(&path, CompetenceKindId)?;
    let (db, caller) = (&ask.site().db, ask.caller());
    let (unit, role) = (chosen(&form.unit, "unit"), chosen(&form.role, "role"));
    let outcome = match (unit, role) {
        (Ok(unit), Ok(role)) => {
            service::add_need(db, caller, kind, unit.map(UnitId), role.map(RoleId), ask.clock().now()).await
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    let to = format!("/competence-kinds/{kind}");
    match outcome {
        Ok(true) => Ok(ask.redirect_with(&to, FlashKind::Success, "They need it from now on.")),
        Ok(false) => Ok(ask.redirect_with(&to, FlashKind::Notice, "That is said already.")),
        Err(CompetenceError::Invalid(errors)) => {
            let page = service::open(db, caller, kind).await?;
            ask.page_again(&OnePage::new(&page, &form, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// What was chosen of a list: an id, or none for all.
fn chosen(text: &str, field: &'static str) -> Result<Option<uuid::Uuid>, CompetenceError> {
    match text {
        ALL => Ok(None),
        text => uuid(text).map(Some).ok_or_else(|| CompetenceError::field(field, "Choose one")),
    }
}

/// Takes back that people need it.
pub(super) async fn remove_need(
    ask: Ask,
    path: Path<(String, String)>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (kind, need) = (id(&path.0, CompetenceKindId)?, id(&path.1, CompetenceNeedId)?);
    service::remove_need(&ask.site().db, ask.caller(), kind, need, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("/competence-kinds/{kind}"), FlashKind::Success, "Taken back."))
}

/// Asks for it no longer.
pub(super) async fn retire(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    set(&ask, &path, true, "Retired: it is no longer asked for. What was recorded stays.").await
}

/// Asks for it again.
pub(super) async fn restore(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    set(&ask, &path, false, "It is asked for again.").await
}

async fn set(ask: &Ask, path: &str, retired: bool, said: &str) -> Result<HttpResponse, Failure> {
    let kind = id(path, CompetenceKindId)?;
    let to = format!("/competence-kinds/{kind}");
    match service::retire(&ask.site().db, ask.caller(), kind, retired, ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with(&to, FlashKind::Success, said)),
        Err(CompetenceError::NameTaken) => {
            let text = "There is another of this name by now. Rename one of them first.";
            Ok(ask.redirect_with(&to, FlashKind::Notice, text))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Clone, Serialize)]
struct DeletePage {
    #[serde(skip)]
    name: String,
    href: String,
    retired: bool,
    in_use: bool,
}

impl PageContext for DeletePage {
    const TEMPLATE: &'static str = "competences/kind-delete";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        format!("Delete {}?", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Competences", "/competence-kinds"), Crumb::new(self.name.clone(), self.href.clone())]
    }

    fn sample() -> Self {
        Self { name: "Ladders".to_owned(), href: "/competence-kinds/1".to_owned(), retired: false, in_use: false }
    }

    fn samples() -> Vec<Self> {
        vec![
            Self::sample(),
            Self { in_use: true, ..Self::sample() },
            Self { in_use: true, retired: true, ..Self::sample() },
        ]
    }
}

async fn delete_page(ask: &Ask, kind: CompetenceKindId, in_use: bool) -> Result<DeletePage, Failure> {
    let page = service::open(&ask.site().db, ask.caller(), kind).await?;
    let href = format!("/competence-kinds/{kind}");
    Ok(DeletePage { name: page.kind.draft.name, href, retired: page.kind.retired, in_use })
}

/// Asks whether to delete it.
pub(super) async fn delete_form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    ask.page(&delete_page(&ask, id(&path, CompetenceKindId)?, false).await?)
}

/// Deletes it, or says why not.
pub(super) async fn delete(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let kind = id(&path, CompetenceKindId)?;
    match service::delete(&ask.site().db, ask.caller(), kind, ask.clock().now()).await {
        Ok(()) => Ok(ask.redirect_with("/competence-kinds", FlashKind::Success, "Competence deleted.")),
        Err(CompetenceError::InUse) => ask.page_with(StatusCode::CONFLICT, &delete_page(&ask, kind, true).await?),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::samples::kind;
    use super::*;
    use crate::competence::model::Kind;
    use crate::organisation::{Unit, UnitKind, UnitTree};

    fn page(retired: bool) -> KindPage {
        let unit = UnitId(uuid::Uuid::from_u128(4));
        let top = Unit {
            id: unit,
            parent: None,
            kind: UnitKind::Service,
            name: "Northmoor <Fire>".to_owned(),
            code: None,
            closed: false,
        };
        let role = RoleId(uuid::Uuid::from_u128(5));
        let kind = Kind { retired, ..kind(1, "Breathing apparatus", Effect::OffTheRun) };
        let need = |number, unit, role| Need {
            id: CompetenceNeedId(uuid::Uuid::from_u128(number)),
            kind: kind.id,
            unit,
            role,
        };
        let gone = Some(RoleId(uuid::Uuid::from_u128(6)));
        let needs = vec![need(1, None, None), need(2, Some(unit), Some(role)), need(3, None, gone)];
        KindPage { needs, units: UnitTree::new(vec![top]), roles: vec![(role, "Manager".to_owned())], kind }
    }

    pub(super) fn samples() -> Vec<OnePage> {
        let mut errors = FormErrors::new();
        errors.add("unit", "Choose a unit");
        errors.add("role", "Choose a role");
        vec![
            OnePage::sample(),
            OnePage::new(&page(false), &NeedForm::default(), errors),
            OnePage::new(&page(true), &NeedForm::default(), FormErrors::new()),
        ]
    }

    #[test]
    fn the_page_stands_asked_for_and_retired() {
        crate::views::testing::check::<OnePage>();
        let said: Vec<String> = samples()[1].needs.iter().map(|need| need.said.clone()).collect();
        assert_eq!(
            said,
            [
                "Everybody",
                "Everybody of Northmoor <Fire> and below with the role Manager",
                "Everybody with a role that is gone",
            ]
        );
    }

    #[test]
    fn the_question_stands() {
        crate::views::testing::check::<DeletePage>();
    }
}
