//! The pages of the two logs: the list with its filters, one entry with its proof, the export. The whole trail is for
//! auditors; the security log stands under Security.

mod entry;
mod list;
mod rows;
mod typed;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{self, Path};

use self::entry::{EntryPage, SecurityEntryPage};
use self::list::{SecurityPage, TrailPage};
use self::typed::Typed;
use super::export;
use super::log::Log;
use super::signing::signer;
use super::trail::{self, Search};
use crate::authz::permission::{AUDIT_EXPORT, AUDIT_READ, SECURITY_EXPORT, SECURITY_READ};
use crate::crypto::tiles::TileStore;
use crate::http::{Access, Ask, Class, Failure, Posted, Problem, Route};

/// The routes of the audit slice.
pub static ROUTES: &[Route] = &[
    Route::get("audit.search", "/audit", Access::Needs(AUDIT_READ), || web::get().to(search)),
    Route::get("audit.open", "/audit/entries/{id}", Access::Needs(AUDIT_READ), || web::get().to(open)),
    Route::post("audit.export", "/audit/export", Access::Needs(AUDIT_EXPORT), || web::post().to(export_csv))
        .step_up()
        .counted(Class::Costly),
    Route::get("security.log", "/security/log", Access::Needs(SECURITY_READ), || web::get().to(search_security)),
    Route::get("security.log.open", "/security/log/entries/{id}", Access::Needs(SECURITY_READ), || {
        web::get().to(open_security)
    }),
    Route::post("security.log.export", "/security/log/export", Access::Needs(SECURITY_EXPORT), || {
        web::post().to(export_security)
    })
    .step_up()
    .counted(Class::Costly),
];

/// Lists what of the trail matches the filters, the newest first. What was typed wrongly is shown again with what to do.
async fn search(ask: Ask) -> Result<HttpResponse, Failure> {
    let page = searched(&ask, Log::Trail).await?;
    page.map_or_else(|wrong| ask.page_again(&wrong), |page| ask.page(&page))
}

/// The same of the security log.
async fn search_security(ask: Ask) -> Result<HttpResponse, Failure> {
    let page = searched(&ask, Log::Security).await?;
    page.map_or_else(|wrong| ask.page_again(&SecurityPage::from(wrong)), |page| ask.page(&SecurityPage::from(page)))
}

/// Shows one entry of the trail and proves its place.
async fn open(ask: Ask, id: Path<String>) -> Result<HttpResponse, Failure> {
    ask.page(&opened(&ask, Log::Trail, &id).await?)
}

/// The same of the security log.
async fn open_security(ask: Ask, id: Path<String>) -> Result<HttpResponse, Failure> {
    ask.page(&SecurityEntryPage::from(opened(&ask, Log::Security, &id).await?))
}

/// Streams what of the trail matches the filters as CSV.
async fn export_csv(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let streamed = exported(&ask, &typed.of(Log::Trail), "audit.csv").await?;
    streamed.or_else(|wrong| ask.page_again(&wrong))
}

/// The same of the security log.
async fn export_security(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let streamed = exported(&ask, &typed.of(Log::Security), "security-log.csv").await?;
    streamed.or_else(|wrong| ask.page_again(&SecurityPage::from(wrong)))
}

/// The list, or, in `Err`, the filters again with what is wrong with them.
async fn searched(ask: &Ask, log: Log) -> Result<Result<TrailPage, TrailPage>, Failure> {
    let typed = Typed::from_query(log, ask.request().query_string());
    let (search, errors) = understood(ask, &typed).await?;
    if !errors.is_empty() {
        return Ok(Err(TrailPage::wrong(&typed, errors)));
    }
    let found = trail::search(&ask.site().db, ask.caller(), search, typed.after(), ask.clock().now()).await?;
    let page = TrailPage::of(&typed, found);
    Ok(Ok(if ask.caller().holds_for_all(log.exporting()) { page } else { page.without_export() }))
}

async fn opened(ask: &Ask, log: Log, id: &str) -> Result<EntryPage, Failure> {
    let id: i64 = id.parse().ok().ok_or(Problem::NotFound)?;
    let site = ask.site();
    let store = TileStore::new(site.config.state.dir.join("audit"));
    let verifier = signer(&site.keys).verifier().clone();
    let opened = trail::open(&site.db, ask.caller(), log, id, store, verifier, ask.clock().now()).await?;
    Ok(EntryPage::of(log, opened.ok_or(Problem::NotFound)?))
}

/// The file, or, in `Err`, the filters again with what is wrong with them.
async fn exported(ask: &Ask, typed: &Typed, name: &str) -> Result<Result<HttpResponse, TrailPage>, Failure> {
    let (search, errors) = understood(ask, typed).await?;
    if !errors.is_empty() {
        return Ok(Err(TrailPage::wrong(typed, errors)));
    }
    let parts = export::begin(&ask.site().db, ask.caller(), search, ask.clock().now()).await?;
    Ok(Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(parts)))
}

async fn understood(ask: &Ask, typed: &Typed) -> Result<(Search, crate::views::FormErrors), Failure> {
    let (mut search, mut errors) = typed.understood();
    if !typed.person.trim().is_empty() {
        let name = typed.person.trim().to_owned();
        match trail::person_named(&ask.site().db, ask.caller(), typed.log, name).await? {
            Ok(person) if typed.means_subject() => search.subject = Some(person),
            Ok(person) => search.actor = Some(person),
            Err(what_to_do) => errors.add("person", what_to_do),
        }
    }
    Ok((search, errors))
}
