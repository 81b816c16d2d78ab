//! Bans by remote lists at their bound.

use std::time::Duration;

use peerwarden_core::{BanDuration, Config, Event, IpNet, Origin, Subject};

use crate::sim::Sim;

#[test]
fn a_full_list_can_still_move_the_ends_of_the_bans_that_it_has() {
    let mut sim = Sim::new(Config::default().with_max_remote_bans(2));
    let net: IpNet = "203.0.113.0/24".parse().unwrap();
    let other: IpNet = "198.51.100.0/24".parse().unwrap();

    assert_eq!(list(&mut sim, Subject::Addr(net), 60), ["ban addr:203.0.113.0/24 remote until 60"]);
    assert_eq!(list(&mut sim, Subject::Peer("a"), 60), ["ban peer:a remote until 60"]);

    let refused = ["withhold addr:198.51.100.0/24 remote limit"];
    assert_eq!(list(&mut sim, Subject::Addr(other), 60), refused);
    assert_eq!(list(&mut sim, Subject::Peer("b"), 60), ["withhold peer:b remote limit"]);
    let moved = ["amend addr:203.0.113.0/24 remote until 30"];
    assert_eq!(list(&mut sim, Subject::Addr(net), 30), moved);
    assert_eq!(list(&mut sim, Subject::Peer("a"), 30), ["amend peer:a remote until 30"]);
}

fn list(sim: &mut Sim, subject: Subject<&'static str>, secs: u64) -> Vec<String> {
    let duration = BanDuration::try_from(Duration::from_secs(secs)).ok();
    sim.input(Event::Ban { subject, duration, origin: Origin::Remote })
}
