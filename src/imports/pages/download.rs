//! Files to keep: rejected rows, and crews.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Path};
use futures_util::stream;
use tokio::io::AsyncReadExt;

use crate::http::{Ask, Failure, Problem};
use crate::imports::{crews as crew_service, service};
use crate::kernel::ids::ImportId;
use crate::views::csv_text::{BOM, guarded};

/// Bytes sent at once.
const CHUNK: usize = 64 * 1024;

fn csv(name: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((CACHE_CONTROL, "no-store"));
    response
}

/// The rejected rows with their reasons, a piece at a time.
pub(super) async fn rejected(ask: Ask, id: Path<ImportId>) -> Result<HttpResponse, Failure> {
    let site = ask.site();
    let file = service::rejected(&site.db, ask.caller(), &site.config.state.dir, *id, ask.clock().now()).await?;
    let pieces = stream::try_unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut piece = vec![0; CHUNK];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
    });
    Ok(csv("rejected-rows.csv").streaming(pieces))
}

/// All crews.
pub(super) async fn crews(ask: Ask) -> Result<HttpResponse, Failure> {
    let all = crew_service::export(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let mut file = csv::Writer::from_writer(BOM.to_vec());
    let mut write = |row: [&str; 6]| file.write_record(row.map(|cell| guarded(cell).into_owned()));
    let mut written = write(["Call sign", "Employee number", "Name", "Role", "First day", "Last day"]);
    for one in &all {
        let (from, to) = (one.from.to_string(), one.to.map(|day| day.to_string()).unwrap_or_default());
        let number = one.employee_number.as_deref().unwrap_or_default();
        let role = one.job_role.as_deref().unwrap_or_default();
        written = written.and_then(|()| write([&one.call_sign, number, &one.name, role, &from, &to]));
    }
    let body =
        written.map_err(|error| error.to_string()).and_then(|()| file.into_inner().map_err(|error| error.to_string()));
    match body {
        Ok(body) => Ok(csv("crews.csv").body(body)),
        Err(error) => {
            tracing::error!(error, "crews could not be written as CSV");
            Err(Problem::Internal.into())
        }
    }
}
