//! The auditor's pages: the trail with its filters, one entry with its proof, the export.

mod entry;
mod list;
mod words;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Path};

use self::entry::EntryPage;
use self::list::{TrailPage, Typed};
use super::export;
use super::signing::signer;
use super::trail::{self, Search};
use crate::authz::permission::{AUDIT_EXPORT, AUDIT_READ};
use crate::crypto::tiles::TileStore;
use crate::http::{Access, Ask, Class, Failure, Posted, Problem, Route};

/// The routes of the audit slice.
pub static ROUTES: &[Route] = &[
    Route::get("audit.search", "/audit", Access::Needs(AUDIT_READ), || web::get().to(search)),
    Route::get("audit.open", "/audit/entries/{id}", Access::Needs(AUDIT_READ), || web::get().to(open)),
    Route::post("audit.export", "/audit/export", Access::Needs(AUDIT_EXPORT), || web::post().to(export_csv))
        .step_up()
        .counted(Class::Costly),
];

/// Lists what matches the filters, the newest first. What was typed wrongly is shown again with what to do.
async fn search(ask: Ask) -> Result<HttpResponse, Failure> {
    let typed = Typed::from_query(ask.request().query_string());
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let (search, errors) = understood(&ask, &typed).await?;
    if !errors.is_empty() {
        return ask.page_again(&TrailPage::wrong(&typed, errors));
    }
    let found = trail::search(db, caller, search, typed.after(), now).await?;
    let page = TrailPage::of(&typed, found);
    if ask.caller().holds_for_all(AUDIT_EXPORT) { ask.page(&page) } else { ask.page(&page.without_export()) }
}

/// Shows one entry and proves its place.
async fn open(ask: Ask, id: Path<String>) -> Result<HttpResponse, Failure> {
    let id: i64 = id.parse().ok().ok_or(Problem::NotFound)?;
    let site = ask.site();
    let store = TileStore::new(site.config.state.dir.join("audit"));
    let verifier = signer(&site.keys).verifier().clone();
    let opened = trail::open(&site.db, ask.caller(), id, store, verifier, ask.clock().now()).await?;
    ask.page(&EntryPage::of(opened.ok_or(Problem::NotFound)?))
}

/// Streams what matches the filters as CSV.
async fn export_csv(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let (search, errors) = understood(&ask, &typed).await?;
    if !errors.is_empty() {
        return ask.page_again(&TrailPage::wrong(&typed, errors));
    }
    let parts = export::begin(&ask.site().db, ask.caller(), search, ask.clock().now()).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(parts))
}

async fn understood(ask: &Ask, typed: &Typed) -> Result<(Search, crate::views::FormErrors), Failure> {
    let (mut search, mut errors) = typed.understood();
    if !typed.person.trim().is_empty() {
        let name = typed.person.trim().to_owned();
        match trail::person_named(&ask.site().db, ask.caller(), name).await? {
            Ok(person) if typed.means_subject() => search.subject = Some(person),
            Ok(person) => search.actor = Some(person),
            Err(what_to_do) => errors.add("person", what_to_do),
        }
    }
    Ok((search, errors))
}
