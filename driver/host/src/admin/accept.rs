//! Thread that accepts connections and serves them.

use std::io::{self, Write};
use std::net::TcpListener;
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use async_executor::LocalExecutor;
use async_io::{Async, Timer};
use axum::Router;
use futures_lite::future::{self, FutureExt};
use futures_lite::io::{AsyncRead, AsyncWrite};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::service::TowerToHyperService;
use smol_hyper::rt::FuturesIo;

use super::caller::Caller;
use super::limits::{CONNECTIONS, HEAD, Limits};
use super::slots::{Slot, Slots};
use super::stall::Stalling;
use super::tally::AdminTally;
use super::timer::HyperTimer;
use super::token::Token;
use crate::log;

/// What the thread accepts connections from.
pub(super) struct Listeners {
    unix: Async<UnixListener>,
    tcp: Option<(Async<TcpListener>, Token)>,
}

impl Listeners {
    pub(super) fn new(
        unix: UnixListener,
        tcp: Option<TcpListener>,
        token: Option<Token>,
    ) -> io::Result<Self> {
        let tcp = tcp.map(Async::new).transpose()?.zip(token);
        Ok(Self { unix: Async::new(unix)?, tcp })
    }
}

/// Serves until the other end of `stop` is closed.
pub(super) fn run(
    listeners: Listeners,
    router: Router,
    limits: Limits,
    tally: &Arc<AdminTally>,
    stop: UnixStream,
) {
    let executor = Rc::new(LocalExecutor::new());
    let server = Server { executor: Rc::clone(&executor), limits, tally: Arc::clone(tally) };
    let stopped = async {
        match Async::new(stop) {
            Ok(stop) => drop(stop.readable().await),
            Err(error) => log::admin_failed("the admin API cannot be served", &error),
        }
    };
    let Listeners { unix, tcp } = listeners;
    let serving = async {
        let unix = server.accept_unix(&unix, &router);
        let tcp = async {
            match &tcp {
                Some((listener, token)) => server.accept_tcp(listener, token, &router).await,
                None => future::pending().await,
            }
        };
        future::or(unix, tcp).await
    };
    async_io::block_on(executor.run(future::or(stopped, serving)));
}

/// Each listener has its own connections, so that no client on TCP can keep the operator off the socket.
struct Server {
    executor: Rc<LocalExecutor<'static>>,
    limits: Limits,
    tally: Arc<AdminTally>,
}

impl Server {
    async fn accept_unix(&self, listener: &Async<UnixListener>, router: &Router) {
        let slots = Slots::new(CONNECTIONS);
        loop {
            match listener.accept().await {
                Ok((socket, _)) => {
                    let caller = Caller::of(&socket);
                    match slots.take() {
                        Some(slot) => self.serve(socket, caller, slot, router),
                        None => self.turn_away(socket.get_ref()),
                    }
                }
                Err(error) => not_accepted(&error).await,
            }
        }
    }

    async fn accept_tcp(&self, listener: &Async<TcpListener>, token: &Token, router: &Router) {
        let slots = Slots::new(CONNECTIONS);
        loop {
            match listener.accept().await {
                Ok((socket, _)) => match slots.take() {
                    Some(slot) => self.serve(socket, Caller::Tcp(token.clone()), slot, router),
                    None => self.turn_away(socket.get_ref()),
                },
                Err(error) => not_accepted(&error).await,
            }
        }
    }

    fn serve<S>(&self, socket: S, caller: Caller, slot: Slot, router: &Router)
    where
        S: AsyncRead + AsyncWrite + Unpin + 'static,
    {
        let (limits, tally, open) = (self.limits, Arc::clone(&self.tally), self.tally.open());
        let socket = FuturesIo::new(Stalling::new(socket, limits.write_timeout));
        let router = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(caller.clone());
            request.extensions_mut().insert(Arc::clone(&tally));
            router.call(request)
        });
        let connection = http1::Builder::new()
            .timer(HyperTimer)
            .header_read_timeout(limits.header_timeout)
            .max_buf_size(HEAD)
            .serve_connection(socket, service);
        let task = async move {
            // That clients go away, or send what is not HTTP, is nothing to tell of. A panic is a defect, and ends
            // its own connection alone.
            if AssertUnwindSafe(connection).catch_unwind().await.is_err() {
                log::admin_panicked();
            }
            drop((slot, open));
        };
        self.executor.spawn(task).detach();
    }

    fn turn_away(&self, socket: impl Write) {
        self.tally.turn_away();
        answer_busy(socket);
    }
}

/// Answers a connection that is one too many, as far as that goes without waiting.
fn answer_busy(mut socket: impl Write) {
    let body = "{\"error\":\"busy\",\"message\":\"32 connections are open already, and no more are served: \
                close some, or try again later\",\"field\":null}";
    let _ = write!(
        socket,
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// Waits before the next try: most often there are no descriptors left.
async fn not_accepted(error: &io::Error) {
    log::admin_failed("a connection to the admin API cannot be accepted", error);
    Timer::after(AGAIN).await;
}

const AGAIN: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::thread;

    use axum::routing::get;

    use super::*;

    #[test]
    fn a_panic_ends_its_connection_and_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let listeners = Listeners::new(UnixListener::bind(&path).unwrap(), None, None).unwrap();
        let router = Router::new()
            .route("/panic", get(|| async { panic!("on purpose") as &'static str }))
            .route("/well", get(|| async { "well" }));
        let (stop, stopped) = UnixStream::pair().unwrap();
        let ask = |path_of: &str| {
            let mut stream = UnixStream::connect(&path).unwrap();
            write!(stream, "GET {path_of} HTTP/1.1\r\nconnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        let tally = Arc::default();
        thread::scope(|scope| {
            let served = scope.spawn(|| run(listeners, router, Limits::default(), &tally, stopped));
            assert_eq!(ask("/panic"), "");
            assert!(ask("/well").ends_with("\r\n\r\nwell"));
            drop(stop);
            assert!(served.join().is_ok());
        });
    }
}
