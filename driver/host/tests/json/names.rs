//! Every name that JSON has, compared with the page that lists them.

use std::net::IpAddr;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use peerwarden_host::driver::GateRefusal;
use peerwarden_host::store::{Change, Row};
use peerwarden_host::{
    AddressFault, AddressRefusal, BanDuration, Config, Direction, DoormanBuilder, Gate,
    ManualTimer, Misbehavior, Note, NoticeKind, Origin, Points, Score, Store, StoreError,
    StoreHealth, Subject, Tag,
};
use serde_json::Value;

use crate::page::Page;
use crate::written;

#[test]
fn json_has_the_names_of_the_page_and_no_others() -> Result<(), Box<dyn std::error::Error>> {
    let mut page = Page::read(include_str!("../../JSON.md"));
    let mut unanswered = page.calls();

    for (call, value) in answers()?.into_iter().chain(answers_about_shadows()?) {
        let form = page.form_of(call);
        page.check(call, &form, &value);
        unanswered.remove(call);
    }
    for kind in [NoticeKind::<String>::Incident { on: true }, NoticeKind::Reconfigured] {
        page.check("a notice", "kind", &written(&kind));
    }

    assert!(unanswered.is_empty(), "{unanswered:?}");
    assert_eq!(page.unmet(), [""; 0], "the page lists these, and no value has them");
    Ok(())
}

/// Answers to every call, each with its name, and all that subscribers are told meanwhile.
fn answers() -> Result<Vec<(&'static str, Value)>, Box<dyn std::error::Error>> {
    let mut all = Vec::new();
    let timer = ManualTimer::new();
    let builder =
        DoormanBuilder::<String, u32, _>::restore(Config::default(), timer, Full::default())?;
    let (doorman, _tasks) = builder.with_local_peer_id("me".to_owned()).build();
    let warden = doorman.handle();
    let mut notices = warden.subscribe()?;
    warden.shared()?.own_address("203.0.113.9".parse()?, true);
    let (alice, carol) = ("alice".to_owned(), "carol".to_owned());
    let (here, there): (IpAddr, IpAddr) = ("192.0.2.1".parse()?, "198.18.0.1".parse()?);
    let inbound = doorman.admit(alice.clone(), Some(here), Direction::Inbound, 1);
    let outbound = doorman.admit(carol.clone(), Some(there), Direction::Outbound, 2);
    let _open = (inbound?, outbound?);
    let (operator, remote) = (Origin::Operator, Origin::Remote);

    // Networks: this node's own, one with a note, one that is protected.
    all.push(("ban", written(&warden.ban(addr("203.0.113.0/24")?, None, operator)?)));
    all.push(("ban", written(&warden.ban(addr("203.0.113.0/24")?, None, remote)?)));
    let net = addr("192.0.2.0/24")?;
    let noted = warden.ban_with_note(net.clone(), None, remote, Note::new("list: a")?)?;
    all.push(("ban_with_note", written(&noted)));
    all.push(("notes", written(&warden.notes(&net)?)));
    all.push(("ban", written(&warden.ban(net.clone(), hours(1), remote)?)));
    all.push(("protect", written(&warden.protect(addr("198.51.100.0/24")?, Tag::OPERATOR)?)));
    all.push(("ban", written(&warden.ban(addr("198.51.100.7/32")?, None, remote)?)));

    // Peers: by order, by penalty, by score, and this node itself.
    let note = Note::new("spam")?.by("ana")?;
    let noted = warden.ban_with_note(peer(&alice), hours(1), operator, note)?;
    all.push(("ban_with_note", written(&noted)));
    all.push(("notes", written(&warden.notes(&peer(&alice))?)));
    for _ in 0..2 {
        all.push(("ban", written(&warden.ban(peer(&alice), hours(2), operator)?)));
    }
    all.push(("ban", written(&warden.ban(peer("me"), None, operator)?)));
    all.push(("status", written(&warden.status(&carol)?)));
    for _ in 0..102 {
        warden.report(carol.clone(), Misbehavior::INVALID_MESSAGE)?;
    }
    warden.score("dave".to_owned(), Score::try_from(-150.0)?)?;
    all.push(("protect", written(&warden.protect(peer("bob"), Tag::OPERATOR)?)));
    all.push(("ban", written(&warden.ban(peer("bob"), None, remote)?)));
    all.push(("protect", written(&warden.protect(peer(&alice), Tag::OPERATOR)?)));
    all.push(("unprotect", written(&warden.unprotect(peer(&alice), Tag::OPERATOR)?)));

    for name in [&alice, &carol, "dave", "nobody"] {
        all.push(("status", written(&warden.status(&name.to_owned())?)));
        all.push(("check_peer", written(&warden.check_peer(&name.to_owned(), None)?)));
    }
    all.push(("check_addr", written(&warden.check_addr(here)?)));
    let reasons = warden.reasons(Some(&alice), Some(here), Direction::Inbound)?;
    all.push(("reasons", written(&reasons)));
    all.push(("bans", written(&warden.bans(None, 100)?)));
    all.push(("protected", written(&warden.protected(None, 100)?)));
    let _erin = doorman.admit("erin".to_owned(), None, Direction::Inbound, 4)?;
    warden.score("erin".to_owned(), Score::try_from(1.0)?)?;
    for at_most in [1, 100] {
        all.push(("peers", written(&warden.peers(None, at_most)?)));
    }

    let refused = doorman.admit(alice.clone(), Some(here), Direction::Inbound, 3);
    all.push(("Doorman::admit", written(&refused.err().ok_or("it is admitted")?.refusal)));
    let refused = doorman.check_inbound(here);
    all.push(("check_inbound", written(&refused.err().ok_or("it may come in")?)));
    let refused = doorman.check_dial(&alice, None);
    all.push(("check_dial", written(&refused.err().ok_or("it may be dialled")?)));
    for (n, fault) in FAULTS.into_iter().enumerate() {
        let peer = (n == 0).then(|| alice.clone());
        let (direction, now) = (Direction::Outbound, warden.now()?);
        let refusal = AddressRefusal::new(peer, "/an/address", fault, direction, now);
        warden.report_refusal(Gate::Dial, &GateRefusal::Address(Box::new(refusal)));
    }

    all.push(("unban", written(&warden.unban(peer(&alice), None)?)));
    all.push(("unban", written(&warden.unban(net, None)?)));
    all.push(("unban", written(&warden.unban(peer(&alice), None)?)));
    assert!(warden.flush().wait().is_err(), "the store is full");
    all.push(("store_health", written(&warden.store_health()?)));
    all.push(("store_health", written(&Some(StoreHealth::default()))));
    all.push(("counts", written(&warden.counts()?)));
    all.push(("tallies", written(&warden.tallies()?)));
    let mut without_store = warden.tallies()?;
    without_store.store = None;
    all.push(("tallies", written(&without_store)));
    while let Some(Some(notice)) = notices.next().now_or_never() {
        all.push(("subscribe", written(&notice)));
    }
    Ok(all)
}

/// Answers about two shadow policies, one stricter and one milder than the policy in force.
fn answers_about_shadows() -> Result<Vec<(&'static str, Value)>, Box<dyn std::error::Error>> {
    let timer = ManualTimer::new();
    let threshold =
        |reports: u64| Config::default().with_threshold(Points::from_points(864 * reports));
    let builder = DoormanBuilder::<String, u32, _>::new(threshold(20), timer.clone());
    let (doorman, _tasks) = builder.build();
    let warden = doorman.handle();
    let mut notices = warden.subscribe()?;
    let mut all = vec![("shadows", written(&warden.shadows()?))];
    let (strict, mild) = ("strict".parse()?, "mild".parse()?);
    warden.shadow(mild, threshold(100))?;
    warden.shadow(strict, threshold(10))?;
    for (name, reports) in [("alice", 11), ("bob", 21)] {
        for _ in 0..reports {
            warden.report(name.to_owned(), Misbehavior::INVALID_MESSAGE)?;
        }
    }
    for score in [-150.0, -150.0] {
        warden.score("carol".to_owned(), Score::try_from(score)?)?;
    }
    warden.shadows()?;
    timer.advance(Duration::from_secs(3 * 86_400));
    // Time passes with an input, and everything is forgotten.
    warden.score_unavailable("nobody".to_owned())?;
    warden.expel("dave".to_owned(), Misbehavior::STALE_MESSAGE, hours(1))?;
    let crowd = (0..6).map(|n| format!("peer-{n}"));
    for peer in crowd {
        let admission =
            doorman.admit(peer.clone(), Some("192.0.2.1".parse()?), Direction::Inbound, 1);
        let _open = admission.ok();
        warden.expel(peer, Misbehavior::STALE_MESSAGE, hours(1))?;
    }
    all.push(("shadows", written(&warden.shadows()?)));
    for name in ["strict", "mild", "none"] {
        all.push(("shadow_bans", written(&warden.shadow_bans(&name.parse()?, 100)?)));
    }
    while let Some(Some(notice)) = notices.next().now_or_never() {
        all.push(("subscribe", written(&notice)));
    }
    Ok(all)
}

/// A store on a disk that is full after the first write.
#[derive(Default)]
struct Full {
    written: bool,
}

impl Store for Full {
    fn location(&self) -> String {
        "a disk".to_owned()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        Ok(Vec::new())
    }

    fn write(&mut self, _: &[Change]) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.written, true) {
            let source = std::io::ErrorKind::StorageFull.into();
            return Err(StoreError::Full { location: self.location(), source });
        }
        Ok(())
    }
}

fn peer(name: &str) -> Subject<String> {
    Subject::Peer(name.to_owned())
}

fn addr(network: &str) -> Result<Subject<String>, Box<dyn std::error::Error>> {
    Ok(Subject::Addr(network.parse()?))
}

fn hours(hours: u64) -> Option<BanDuration> {
    Duration::from_secs(3_600 * hours).try_into().ok()
}

const FAULTS: [AddressFault; 14] = [
    AddressFault::BehindCircuit,
    AddressFault::BehindPeer,
    AddressFault::CircuitWithoutRelay,
    AddressFault::HostNotFirst,
    AddressFault::Name,
    AddressFault::NestedCircuit,
    AddressFault::NoHost,
    AddressFault::Range,
    AddressFault::Rendezvous,
    AddressFault::Repeated,
    AddressFault::SecondHost,
    AddressFault::Unknown,
    AddressFault::Unspecified,
    AddressFault::Zone,
];
