//! Three routes over TLS: log a duty, list somebody's, and the statements of the page of one's own duties.

use std::sync::Arc;

use actix_web::error::ErrorInternalServerError;
use actix_web::web::{self, Data, Json, Query};
use actix_web::{App, HttpResponse, HttpServer};
use diesel::PgConnection;
use diesel::r2d2::{ConnectionManager, Pool};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::Deserialize;
use uuid::Uuid;

use super::Settings;
use super::statements::{self, Access, Failed, Logged};

#[derive(Clone)]
struct Shared {
    pool: Pool<ConnectionManager<PgConnection>>,
    organisation: Uuid,
}

#[derive(Debug, Deserialize)]
struct Whose {
    person: Uuid,
}

/// Serves until the process is stopped.
pub(super) async fn run(settings: Settings) -> anyhow::Result<()> {
    let pool = Pool::builder()
        .max_size(settings.connections)
        .min_idle(Some(settings.connections))
        .test_on_check_out(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .build(ConnectionManager::<PgConnection>::new(&settings.url))?;
    let shared = Shared { pool, organisation: settings.organisation };
    let blocking = usize::try_from(settings.connections)? + 8;
    let tls = tls(&settings)?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(shared.clone()))
            .route("/log", web::post().to(log))
            .route("/list", web::get().to(list))
            .route("/page", web::get().to(page))
    });
    let server = server.workers(settings.workers).worker_max_blocking_threads(blocking);
    Ok(server.bind_rustls_0_23(settings.listen, tls)?.run().await?)
}

fn tls(settings: &Settings) -> anyhow::Result<ServerConfig> {
    let chain = CertificateDer::pem_file_iter(&settings.certificate)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(&settings.key)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13])?;
    Ok(versions.with_no_client_auth().with_single_cert(chain, key)?)
}

async fn log(shared: Data<Shared>, Json(duty): Json<Logged>) -> actix_web::Result<HttpResponse> {
    let (organisation, person) = (shared.organisation, duty.person);
    let id =
        run_for(&shared, person, Access::Write, move |connection| statements::log(connection, organisation, &duty));
    Ok(HttpResponse::Created().json(serde_json::json!({ "id": id.await? })))
}

async fn list(shared: Data<Shared>, whose: Query<Whose>) -> actix_web::Result<HttpResponse> {
    let (organisation, person) = (shared.organisation, whose.person);
    let items =
        run_for(&shared, person, Access::Read, move |connection| statements::list(connection, organisation, person));
    Ok(HttpResponse::Ok().json(serde_json::json!({ "items": items.await? })))
}

async fn page(shared: Data<Shared>, whose: Query<Whose>) -> actix_web::Result<HttpResponse> {
    let (organisation, person) = (shared.organisation, whose.person);
    let page =
        run_for(&shared, person, Access::Read, move |connection| statements::page(connection, organisation, person));
    Ok(HttpResponse::Ok().json(page.await?))
}

/// A transaction for `person` on a blocking thread.
async fn run_for<T, F>(shared: &Shared, person: Uuid, access: Access, work: F) -> actix_web::Result<T>
where
    T: Send + 'static,
    F: FnOnce(&mut PgConnection) -> Result<T, Failed> + Send + 'static,
{
    let shared = shared.clone();
    web::block(move || {
        let mut connection = shared.pool.get()?;
        statements::in_transaction(&mut connection, access, shared.organisation, person, work)
    })
    .await?
    .map_err(ErrorInternalServerError)
}
