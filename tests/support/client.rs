//! A browser without a screen: keeps cookies, finds the token of a form, follows what it is told.

use std::collections::BTreeMap;

use actix_web::body::MessageBody;
use actix_web::cookie::Cookie;
use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::TestApp;

/// One visitor of the program.
pub struct Client<'app> {
    app: &'app TestApp,
    cookies: BTreeMap<String, String>,
    token: Option<String>,
    api_token: Option<(String, String)>,
    address: std::net::SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub headers: actix_web::http::header::HeaderMap,
    pub body: String,
    /// The body as it came, for what is no text.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Asserts the status and hands the answer on.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "location {:?}, body: {}", self.location, self.text());
        self
    }

    /// Asserts that the page says `text`.
    #[track_caller]
    pub fn expect_text(self, text: &str) -> Self {
        assert!(self.text().contains(text), "no {text:?} in: {}", self.text());
        self
    }

    /// Asserts that neither page nor headers hold `text`.
    #[track_caller]
    pub fn expect_no_text(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "{text:?} in: {}", self.body);
        self
    }

    /// Asserts a problem+json answer.
    #[track_caller]
    pub fn expect_problem(self, status: u16, slug: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        let body = self.json();
        assert_eq!(body["type"], format!("/problems/{slug}"));
        self
    }

    /// A header's value; the empty text without one.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// What an input of the page holds; the empty text when there is no such input.
    pub fn field(&self, name: &str) -> String {
        let html = scraper::Html::parse_document(&self.body);
        let input = scraper::Selector::parse(&format!("input[name=\"{name}\"]")).expect("a selector");
        let found = html.select(&input).next().and_then(|input| input.value().attr("value"));
        found.unwrap_or_default().to_owned()
    }

    /// Where the link that says `text` leads.
    pub fn link(&self, text: &str) -> Option<String> {
        let html = scraper::Html::parse_document(&self.body);
        let links = scraper::Selector::parse("a[href]").expect("a selector");
        let found = html.select(&links).find(|link| link.text().collect::<String>().contains(text));
        found.and_then(|link| link.value().attr("href")).map(str::to_owned)
    }

    /// The page's text without its tags, white space folded.
    pub fn text(&self) -> String {
        let html = scraper::Html::parse_document(&self.body);
        let text: String = html.root_element().text().collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl<'app> Client<'app> {
    pub(super) fn new(app: &'app TestApp) -> Self {
        let address = "192.0.2.77:40000".parse().expect("an address");
        Self { app, cookies: BTreeMap::new(), token: None, api_token: None, address }
    }

    /// The same browser somewhere else.
    pub fn move_to(&mut self, address: &str) {
        self.address.set_ip(address.parse().expect("an address"));
    }

    /// The same browser before another node of the same appliance.
    pub fn before<'other>(&self, app: &'other TestApp) -> Client<'other> {
        let (cookies, token) = (self.cookies.clone(), self.token.clone());
        Client { app, cookies, token, api_token: None, address: self.address }
    }

    /// Fetches a page; remembers the token of its forms.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(TestRequest::get().uri(path)).await
    }

    /// Posts a form with the token of the page fetched last.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.clone().unwrap_or_default();
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(path, &all).await
    }

    /// Posts a form as it is given: without a token, unless it is among the fields.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body);
        self.send(request).await
    }

    /// Sends JSON, with the session's token.
    pub async fn json(&mut self, method: Method, path: &str, body: &serde_json::Value) -> Answer {
        self.json_with(method, path, body, &[]).await
    }

    /// Sends JSON, with the session's token and these headers.
    pub async fn json_with(
        &mut self,
        method: Method,
        path: &str,
        body: &serde_json::Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.bytes(method, path, body.to_string().into_bytes(), headers).await
    }

    /// Sends what is said to be JSON, with the session's token and these headers.
    pub async fn bytes(&mut self, method: Method, path: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Answer {
        let mut request =
            TestRequest::with_uri(path).method(method).insert_header(("content-type", "application/json"));
        if let Some(token) = self.csrf_token().await {
            request = request.insert_header(("x-csrf-token", token));
        }
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        self.send(request.set_payload(body)).await
    }

    /// The token that belongs to the session's cookie, asked for once; none without a session.
    pub async fn csrf_token(&mut self) -> Option<String> {
        let session = self.cookie(watchroom::http::session::COOKIE)?.to_owned();
        if self.api_token.as_ref().is_none_or(|(of, _token)| *of != session) {
            let answer = self.get("/api/v1/session").await;
            let token = answer.json()["csrf_token"].as_str()?.to_owned();
            self.api_token = Some((session, token));
        }
        self.api_token.as_ref().map(|(_of, token)| token.clone())
    }

    /// Posts a multipart form: the token, the fields, then files as (field, file name, content).
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
        const BOUNDARY: &str = "----watchroom-test-boundary";
        let token = self.token.clone().unwrap_or_default();
        let mut body = Vec::new();
        for (name, value) in std::iter::once(("csrf", token.as_str())).chain(fields.iter().copied()) {
            let part = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, file_name, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
                 content-type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}")))
            .set_payload(body);
        self.send(request).await
    }

    /// Signs in through the form.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Sends any request with this client's cookies.
    pub async fn send(&mut self, mut request: TestRequest) -> Answer {
        for (name, value) in &self.cookies {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let request = request.insert_header(("host", "localhost:8443"));
        let request = request.peer_addr(self.address);
        let answer = self.app.call(request).await;
        for cookie in answer.response().cookies() {
            if cookie.value().is_empty() {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let location = headers.get("location").map(|value| value.to_str().expect("ASCII").to_owned());
        let body = actix_web::body::to_bytes(answer.into_body().boxed()).await.expect("a body");
        // Where a word may break changes nothing of what is said: tests look for whole addresses.
        let bytes = body.to_vec();
        let body = String::from_utf8_lossy(&body).replace("<wbr>", "");
        if let Some(token) = token_in(&body) {
            self.token = Some(token);
        }
        Answer { status, location, headers, body, bytes }
    }

    /// What the client holds under a cookie's name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Takes over another client's cookie, as a thief would.
    pub fn steal(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }
}

fn token_in(body: &str) -> Option<String> {
    let html = scraper::Html::parse_document(body);
    let field = scraper::Selector::parse("input[name=csrf]").expect("a selector");
    html.select(&field).next().and_then(|input| input.value().attr("value")).map(str::to_owned)
}
