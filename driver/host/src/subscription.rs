//! Stream of notices.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::FusedStream;

use crate::broadcast::{Broadcast, ReadPosition};
use crate::notice::Notice;
use crate::peer::PeerName;

/// Bans, unbans, withheld bans and denials, as they happen: what [`Handle::subscribe`] gives.
///
/// A [`Stream`] for any task on any runtime. In order, each of them once, and to every subscriber.
/// The last [`Notice::CAPACITY`] wait; a slower subscriber is told how many it
/// [missed](Notice::missed). It ends when the behaviour is dropped, after the last notice.
///
/// [`Handle::subscribe`]: crate::Handle::subscribe
///
/// ```
/// use futures::StreamExt;
/// use peerwarden_host::{Closed, Handle, NoticeKind, Subject};
///
/// /// Keeps a firewall in step with the bans of networks.
/// async fn mirror(warden: Handle<String>) -> Result<(), Closed> {
///     let mut notices = warden.subscribe()?;
///     read_anew(&warden)?;
///     while let Some(notice) = notices.next().await {
///         if notice.missed > 0 {
///             read_anew(&warden)?;
///         }
///         match notice.kind {
///             NoticeKind::Banned { subject: Subject::Addr(net), .. } => block(net),
///             NoticeKind::Unbanned { subject: Subject::Addr(net), .. } => unblock(net),
///             _ => {}
///         }
///     }
///     Ok(())
/// }
///
/// fn read_anew(warden: &Handle<String>) -> Result<(), Closed> {
///     let mut last = None;
///     loop {
///         let page = warden.bans(last, 100)?;
///         let Some(ban) = page.last() else {
///             return Ok(());
///         };
///         last = Some(ban.cursor);
///         // ..
///     }
/// }
/// # fn block(_: peerwarden_host::IpNet) {}
/// # fn unblock(_: peerwarden_host::IpNet) {}
/// ```
#[derive(Debug)]
#[must_use = "a subscription that is not read only misses things"]
pub struct Subscription<P: PeerName> {
    broadcast: Arc<Broadcast<P>>,
    reader: ReadPosition,
    ended: bool,
}

impl<P: PeerName> Subscription<P> {
    pub(crate) fn new(broadcast: &Arc<Broadcast<P>>) -> Self {
        Self { reader: broadcast.subscribe(), broadcast: Arc::clone(broadcast), ended: false }
    }
}

impl<P: PeerName> Stream for Subscription<P> {
    type Item = Notice<P>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Notice<P>>> {
        let this = &mut *self;
        let next = this.broadcast.poll_next(&mut this.reader, cx);
        this.ended |= matches!(next, Poll::Ready(None));
        next
    }
}

impl<P: PeerName> FusedStream for Subscription<P> {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl<P: PeerName> Drop for Subscription<P> {
    fn drop(&mut self) {
        self.broadcast.unsubscribe(&self.reader);
    }
}
