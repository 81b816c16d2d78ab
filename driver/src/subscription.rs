//! A stream of what happens.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use libp2p::futures::Stream;
use libp2p::futures::stream::FusedStream;

use crate::bulletin::{Bulletin, Reader};
use crate::notice::Notice;

/// Bans, unbans, withheld bans and denials, as they happen: what [`Handle::subscribe`] gives.
///
/// A [`Stream`] for any task on any runtime. In order, each of them once, and to every subscriber.
/// The last [`Notice::CAPACITY`] wait; whoever is slower than that is told how many it
/// [missed](Notice::missed). It ends when the behaviour is dropped, after the last notice.
///
/// [`Handle::subscribe`]: crate::Handle::subscribe
///
/// ```
/// use libp2p::futures::StreamExt;
/// use peerwarden_libp2p::{Gone, Handle, NoticeKind, Subject};
///
/// /// Keeps a firewall in step with the bans of networks.
/// async fn mirror(warden: Handle) -> Result<(), Gone> {
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
/// fn read_anew(warden: &Handle) -> Result<(), Gone> {
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
/// # fn block(_: peerwarden_libp2p::IpNet) {}
/// # fn unblock(_: peerwarden_libp2p::IpNet) {}
/// ```
#[derive(Debug)]
#[must_use = "a subscription that nobody reads only misses things"]
pub struct Subscription {
    bulletin: Arc<Bulletin>,
    reader: Reader,
    ended: bool,
}

impl Subscription {
    pub(crate) fn new(bulletin: &Arc<Bulletin>) -> Self {
        Self { reader: bulletin.subscribe(), bulletin: Arc::clone(bulletin), ended: false }
    }
}

impl Stream for Subscription {
    type Item = Notice;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Notice>> {
        let this = &mut *self;
        let next = this.bulletin.poll_next(&mut this.reader, cx);
        this.ended |= matches!(next, Poll::Ready(None));
        next
    }
}

impl FusedStream for Subscription {
    fn is_terminated(&self) -> bool {
        self.ended
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.bulletin.unsubscribe(&self.reader);
    }
}
