//! Exempt networks of a policy's own.

use peerwarden_core::{Config, PlaceLevel, Points};

use crate::sim::{NOTHING, Sim};

#[test]
fn an_exempt_nat64_prefix_exempts_what_comes_through_it_and_not_the_ipv4_inside() {
    let level = PlaceLevel { length: 32, debts: Points::ZERO, crowd: 0 };
    let config = Config::default().with_places_v4(&[level]).unwrap();
    let mut sim = Sim::new(config.with_exempt(&["64:ff9b::/96".parse().unwrap()]));

    sim.connect("a", "64:ff9b::203.0.113.7");
    assert_eq!(sim.expel("a"), ["ban peer:a application until 3600", "disconnect a"]);

    sim.connect("b", "203.0.113.7");
    let whole = ["ban addr:203.0.113.7/32 address until 600"];
    let expected = [&["ban peer:b application until 3600", "disconnect b"], &whole[..]].concat();
    assert_eq!(sim.expel("b"), expected);
    assert_eq!(sim.heartbeat(599), NOTHING);
}
