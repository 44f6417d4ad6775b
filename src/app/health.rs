//! Signs of life: `live` says that the process answers, `ready` that it can do its work.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use tokio::sync::watch;

use crate::audit::Health;
use crate::http::Site;
use crate::notices::Desk;

/// What is known since start and does not change: set once by the wiring.
#[derive(Debug, Default)]
pub struct Readiness {
    /// Migrations have run.
    pub migrated: AtomicBool,
    /// The plugin runtime has started.
    pub plugins: AtomicBool,
    /// How the audit log stands, since its sequencer runs.
    pub audit: OnceLock<watch::Receiver<Health>>,
}

pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "live" }))
}

pub(super) async fn ready(site: Data<Site>, readiness: Data<Readiness>, mail: Data<Desk>) -> HttpResponse {
    let (db, state) = (site.db.clone(), site.config.state.clone());
    let checked = tokio::task::spawn_blocking(move || {
        let database = db.ping_blocking().is_ok();
        let free = nix::sys::statvfs::statvfs(&state.dir)
            .map(|stat| stat.blocks_available().saturating_mul(stat.fragment_size()));
        (database, free.is_ok_and(|free| free >= state.min_free().0))
    });
    let (database, disk) = checked.await.unwrap_or((false, false));
    let checks = [
        ("database", database),
        ("migrations", readiness.migrated.load(Ordering::Relaxed)),
        ("disk", disk),
        ("plugin_runtime", readiness.plugins.load(Ordering::Relaxed)),
    ];
    let good = checks.iter().all(|(_name, good)| *good);
    let checks: serde_json::Map<String, serde_json::Value> =
        checks.iter().map(|(name, good)| ((*name).to_owned(), json!(if *good { "ok" } else { "failed" }))).collect();
    // Said, but no reason to turn people away: what they do is recorded all the same, only not signed.
    let mut checks = checks;
    if let Some(health) = readiness.audit.get() {
        let good = health.borrow().is_good();
        checks.insert("audit_log".to_owned(), json!(if good { "ok" } else { "not being signed" }));
    }
    checks.insert("mail".to_owned(), json!(mail.state()));
    let body = json!({ "status": if good { "ready" } else { "not ready" }, "checks": checks });
    if good { HttpResponse::Ok().json(body) } else { HttpResponse::ServiceUnavailable().json(body) }
}
