//! The listener: connections counted, decrypted, watched, and handed to actix's HTTP/1.1.
//!
//! actix-web's own `HttpServer` lets nobody near a connection between TLS and HTTP, which is where slow and greedy
//! clients show. So the same parts are put together here: actix-server's workers, rustls, our watch, actix-http.

use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Request, Response};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::App;
use actix_web::body::BoxBody;
use actix_web::dev::AppConfig;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::wiring::Parts;
use crate::config::ServerSettings;
use crate::http::connection::{Connection, Connections, Patience, Watched};

/// How long a connection that was told to close may linger.
const DISCONNECT: Duration = Duration::from_secs(1);

/// How TLS is ended.
#[derive(Clone)]
pub enum Transport {
    /// Here.
    Tls(Arc<ServerConfig>),
    /// By the trusted proxies, which speak plain HTTP to us.
    Plain,
}

impl Transport {
    /// Ends TLS here, with HTTP/1.1 and nothing else on offer.
    pub fn tls(mut config: ServerConfig) -> Self {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self::Tls(Arc::new(config))
    }
}

/// Opens `address` and begins to answer there with all routes.
///
/// # Errors
/// When the address is taken or not ours.
pub fn listen(parts: &Parts, address: SocketAddr, transport: Transport) -> io::Result<Server> {
    let config = &parts.site.config;
    let settings = &config.server;
    let most = usize::try_from(settings.max_connections).unwrap_or(usize::MAX);
    metrics::gauge!("watchroom_connections_most")
        .set(f64::from(u32::try_from(most.saturating_mul(settings.worker_threads())).unwrap_or(u32::MAX)));
    let server = Server::build()
        .workers(settings.worker_threads())
        .worker_max_blocking_threads(usize::from(config.database.connections()) + 8)
        .max_concurrent_connections(most)
        .shutdown_timeout(settings.shutdown_timeout_s)
        .disable_signals();
    let stopping = server.graceful_shutdown_signal();
    let door =
        Door { connections: Connections::new(settings.connections_per_address), settings: Arc::new(settings.clone()) };
    let parts = parts.clone();
    let server = match transport {
        Transport::Plain => server.bind("watchroom", address, move || {
            let door = door.clone();
            let http = http::<TcpStream>(parts.clone(), stopping.clone());
            fn_service(move |stream: TcpStream| ready(door.plain(stream))).and_then(http)
        })?,
        Transport::Tls(tls) => server.bind("watchroom", address, move || {
            let (door, acceptor) = (door.clone(), TlsAcceptor::from(Arc::clone(&tls)));
            let http = http::<TlsStream<TcpStream>>(parts.clone(), stopping.clone());
            fn_service(move |stream: TcpStream| {
                let (door, acceptor) = (door.clone(), acceptor.clone());
                async move { door.tls(stream, acceptor).await }
            })
            .and_then(http)
        })?,
    };
    Ok(server.run())
}

/// A connection that was let in, with where it comes from.
type Admitted<IO> = (Watched<IO>, Option<SocketAddr>);

#[derive(Clone)]
struct Door {
    connections: Arc<Connections>,
    settings: Arc<ServerSettings>,
}

impl Door {
    fn plain(&self, stream: TcpStream) -> Result<Admitted<TcpStream>, DispatchError> {
        let (connection, from) = self.admit(&stream)?;
        Ok((Watched::new(stream, connection, self.patience()), Some(from)))
    }

    async fn tls(
        &self,
        stream: TcpStream,
        acceptor: TlsAcceptor,
    ) -> Result<Admitted<TlsStream<TcpStream>>, DispatchError> {
        let (connection, from) = self.admit(&stream)?;
        match tokio::time::timeout(self.settings.client_timeout(), acceptor.accept(stream)).await {
            Ok(stream) => Ok((Watched::new(stream?, connection, self.patience()), Some(from))),
            Err(_elapsed) => {
                metrics::counter!("watchroom_connections_cut_total", "why" => "slow-handshake").increment(1);
                Err(io::Error::from(io::ErrorKind::TimedOut).into())
            }
        }
    }

    fn admit(&self, stream: &TcpStream) -> Result<(Arc<Connection>, SocketAddr), DispatchError> {
        let from = stream.peer_addr()?;
        let counted = Some(from.ip()).filter(|address| !self.settings.trusts(*address));
        let connection = self.connections.admit(counted);
        Ok((connection.ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionRefused))?, from))
    }

    fn patience(&self) -> Patience {
        Patience { head: self.settings.client_timeout(), stall: self.settings.stall_timeout() }
    }
}

/// All routes behind actix's HTTP/1.1.
fn http<IO: AsyncRead + AsyncWrite + Unpin + 'static>(
    parts: Parts,
    stopping: GracefulShutdownSignal,
) -> impl ServiceFactory<Admitted<IO>, Config = (), Response = (), Error = DispatchError, InitError = ()> {
    let settings = parts.site.config.server.clone();
    let routes = App::new().configure(move |service| parts.configure(service));
    let routes = IntoServiceFactory::<_, Request>::into_factory(routes)
        .map_err(|error: actix_web::Error| Response::<BoxBody>::from(error.error_response()));
    HttpService::build()
        .keep_alive(settings.keep_alive())
        .client_request_timeout(settings.client_timeout())
        .client_disconnect_timeout(DISCONNECT)
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .on_connect_ext(|stream: &Watched<IO>, data| {
            data.insert(stream.connection());
        })
        .h1(map_config(routes, |()| AppConfig::default()))
}
