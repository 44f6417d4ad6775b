//! The second listener, when it is switched on: sends plain HTTP to HTTPS, and does nothing else.

use actix_web::dev::Server;
use actix_web::http::{KeepAlive, header};
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};

use crate::config::ServerSettings;

/// Open connections, beyond which new ones wait.
const MOST: usize = 1_024;

/// Where to send people.
struct Target {
    public_url: Option<String>,
    port: u16,
}

/// Opens the listener.
///
/// # Errors
/// When the address is taken or not ours.
pub(super) fn listen(settings: &ServerSettings) -> std::io::Result<Server> {
    let target = Data::new(Target { public_url: settings.public_url.clone(), port: settings.listen.port() });
    let server = HttpServer::new(move || App::new().app_data(target.clone()).default_service(web::to(redirect)))
        .workers(1)
        .client_request_timeout(settings.client_timeout())
        // One question, one answer: nobody keeps a connection here for longer than that.
        .keep_alive(KeepAlive::Disabled)
        .max_connections(MOST)
        .disable_signals()
        .bind(settings.redirect.listen)?;
    Ok(server.run())
}

async fn redirect(request: HttpRequest, target: Data<Target>) -> HttpResponse {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let base = match &target.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => match host_of(&request) {
            Some(host) if target.port == 443 => format!("https://{host}"),
            Some(host) => format!("https://{host}:{}", target.port),
            None => return HttpResponse::BadRequest().body("No Host header."),
        },
    };
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, format!("{base}{path}"))).finish()
}

/// The host that was asked for, without its port, if it is made of nothing but what hosts are made of.
fn host_of(request: &HttpRequest) -> Option<String> {
    let asked = request.headers().get(header::HOST)?.to_str().ok()?;
    let host = match asked.strip_prefix('[') {
        Some(rest) => format!("[{}]", rest.split_once(']')?.0),
        None => asked.split(':').next()?.to_owned(),
    };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':' | '[' | ']');
    (!host.is_empty() && host.len() <= 253 && host.chars().all(plain)).then_some(host)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn location(host: &str, path: &str) -> Option<String> {
        let target = Data::new(Target { public_url: None, port: 8443 });
        let request = TestRequest::with_uri(path).insert_header(("Host", host)).to_http_request();
        let answer = redirect(request, target).await;
        answer.headers().get("location").map(|value| value.to_str().expect("ASCII").to_owned())
    }

    #[actix_web::test]
    async fn plain_http_goes_to_https_on_the_same_host() {
        let to = location("watchroom.example:8080", "/duties?after=x").await;
        assert_eq!(to.as_deref(), Some("https://watchroom.example:8443/duties?after=x"));
        assert_eq!(location("[2001:db8::1]:80", "/").await.as_deref(), Some("https://[2001:db8::1]:8443/"));
    }

    #[actix_web::test]
    async fn a_host_that_is_none_is_refused() {
        assert_eq!(location("evil.example/@x", "/").await, None);
    }
}
