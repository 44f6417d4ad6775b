//! Figures for Prometheus, on an address of their own that only the machine itself should reach.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::db::Db;

/// What renders the figures.
pub(super) type Handle = PrometheusHandle;

/// Upper bounds of a request's seconds.
const SECONDS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// How often what was counted is folded into its buckets; until then each answer is a number in memory.
const FOLD: Duration = Duration::from_secs(5);

/// Starts counting.
///
/// # Errors
/// When something in this process counts already.
pub(super) fn install() -> anyhow::Result<Handle> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?;
    let handle = builder.install_recorder()?;
    metrics::describe_counter!("watchroom_requests_total", "Requests answered, by route and status");
    metrics::describe_histogram!("watchroom_request_seconds", "Time to answer a request, by route");
    metrics::describe_counter!("watchroom_mail_sent_total", "Messages that the mail server has taken, by kind");
    metrics::describe_counter!("watchroom_mail_deferred_total", "Tries after which a message was put off");
    metrics::describe_counter!("watchroom_mail_dead_total", "Messages given up");
    metrics::describe_counter!("watchroom_mail_limited_total", "Messages not written because of a limit, by kind");
    metrics::describe_gauge!("watchroom_mail_up", "1 when the mail server could be used last, 0 when it could not");
    metrics::describe_counter!(
        "watchroom_refused_total",
        "Requests refused for being too slow, too large or too many, by status"
    );
    metrics::describe_counter!("watchroom_rate_limited_total", "Requests refused for being too many, by limit");
    metrics::describe_gauge!("watchroom_rate_limit_keys", "Addresses, accounts and tokens that this node counts");
    metrics::describe_counter!("watchroom_rate_limit_keys_shared_total", "Counts told to the other nodes");
    metrics::describe_gauge!("watchroom_connections", "Open connections");
    metrics::describe_gauge!("watchroom_connections_most", "Open connections beyond which new ones wait");
    metrics::describe_counter!(
        "watchroom_connections_refused_total",
        "Connections refused because their address had too many"
    );
    metrics::describe_counter!(
        "watchroom_connections_cut_total",
        "Connections ended because their client kept us waiting, by reason"
    );
    metrics::describe_gauge!("watchroom_database_connections", "Connections to the database, by state");
    Ok(handle)
}

/// Opens the listener: `/metrics` and nothing else.
///
/// # Errors
/// When the address is taken or not ours.
pub(super) fn listen(address: SocketAddr, handle: Handle, db: Db) -> std::io::Result<Server> {
    let (handle, db) = (Data::new(handle), Data::new(db));
    let server = HttpServer::new(move || {
        App::new().app_data(handle.clone()).app_data(db.clone()).route("/metrics", web::get().to(render))
    })
    .workers(1)
    .disable_signals()
    .bind(address)?;
    Ok(server.run())
}

/// Folds what was counted into its buckets from time to time, so that memory stays flat where nobody fetches figures.
pub(super) async fn keep_folding(handle: Handle) {
    loop {
        actix_web::rt::time::sleep(FOLD).await;
        handle.run_upkeep();
    }
}

async fn render(handle: Data<Handle>, db: Data<Db>) -> HttpResponse {
    let (open, idle) = db.state();
    metrics::gauge!("watchroom_database_connections", "state" => "open").set(f64::from(open));
    metrics::gauge!("watchroom_database_connections", "state" => "idle").set(f64::from(idle));
    handle.run_upkeep();
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}
