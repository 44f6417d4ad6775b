//! The rules as a file to keep.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::http::{Ask, Failure, Problem};
use crate::network::model::title;
use crate::network::service::{self, Book};
use crate::views::csv_text::{BOM, guarded};

/// All rules, those that are switched off too.
pub(super) async fn csv(ask: Ask) -> Result<HttpResponse, Failure> {
    let book = service::export(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let body = table(&book).map_err(|error| {
        tracing::error!(error, "the rules could not be written as CSV");
        Failure::from(Problem::Internal)
    })?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"network-rules.csv\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body))
}

fn table(book: &Book) -> Result<Vec<u8>, String> {
    let mut file = csv::Writer::from_writer(BOM.to_vec());
    let mut write = |row: [&str; 6]| file.write_record(row.map(|cell| guarded(cell).into_owned()));
    let mut written = write(["For", "Rule", "Network", "State", "Note", "Added"]);
    for rule in &book.rules {
        let (list, network) = (title(rule.place, &book.roles), rule.rule.network.to_string());
        let state = if rule.off_since.is_none() { "on" } else { "off" };
        let added = rule.created_at.to_string();
        written =
            written.and_then(|()| write([&list, rule.rule.verdict.as_str(), &network, state, &rule.note, &added]));
    }
    written.map_err(|error| error.to_string()).and_then(|()| file.into_inner().map_err(|error| error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_a_line_and_no_note_runs_as_a_formula() {
        let mut book = super::super::list::samples::book();
        book.rules[0].note = "=1+1".to_owned();
        let text = String::from_utf8(table(&book).expect("written")).expect("UTF-8");
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "For,Rule,Network,State,Note,Added");
        assert_eq!(lines[1], "Everyone,deny,203.0.113.0/24,on,'=1+1,1970-01-01T00:00:00Z");
        assert_eq!(lines[3], "The console,allow,2001:db8:1234:5678::/64,off,Remote access,1970-01-01T00:00:00Z");
        assert_eq!(lines.len(), 5);
    }
}
