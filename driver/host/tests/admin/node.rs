//! `GET /v1/node` and `GET /v1/health`.

use std::time::Duration;

use peerwarden_host::lists::ListOptions;
use peerwarden_host::{Config, Instant, MemoryStore, Node};
use serde_json::json;

use crate::served::{Served, peer};

#[test]
fn the_node_says_its_version_counts_and_how_its_store_is_doing() {
    let served = Served::start();
    served.handle.set_local_peer_id(peer(9)).unwrap();
    served.connect(peer(1), "203.0.113.7");
    served.report(peer(2), 101);
    served.handle.protect(served.subject("203.0.113.0/24"), served.operator()).unwrap();
    served.pass(5);

    let (status, node) = served.get("/v1/node").without_time();

    assert_eq!(status, 200);
    assert_eq!(node["api"], "v1");
    assert_eq!(node["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (&node["peer"], &node["protected"], &node["now"]),
        (&json!("peer-9"), &json!(1), &json!(5.0))
    );
    assert_eq!(
        (&node["counts"]["connected"], &node["counts"]["bans_penalty"]),
        (&json!(1), &json!(1))
    );
    assert_eq!((&node["dry_run"], &node["store"]["failing"]), (&json!(false), &json!(null)));
}

#[test]
fn a_node_without_a_store_says_so() {
    let served = Served::with(|clock| Node::new(Config::default(), clock), |options| options);

    assert_eq!(served.get("/v1/node").json()["store"], json!(null));
    let healthy = json!({
        "healthy": true, "problems": [], "error": null, "message": null, "field": null, "now": 0.0,
    });
    assert_eq!(served.get("/v1/health").without_time(), (200, healthy));
}

#[test]
fn a_list_that_cannot_be_read_is_a_problem() {
    let served = Served::start();
    let path = served.directory.path().join("level1.netset");
    let lists = served.handle.lists();
    lists.watch(&[ListOptions::new("level1".parse().unwrap(), &path)]).unwrap();
    lists.poll().unwrap();

    let health = served.get("/v1/health");

    let problem = "list level1 cannot be read: No such file or directory (os error 2): what it said before \
                   counts on";
    assert_eq!((health.status, &health.json()["problems"]), (503, &json!([problem])));
    let families = served.handle.tallies().unwrap().families();
    let failing = families.iter().find(|family| family.name() == "peerwarden_list_failing");
    assert_eq!(failing.map(|family| family.samples[0].value.as_f64()), Some(1.0));
}

#[test]
fn the_time_of_day_belongs_to_the_time_on_the_nodes_clock() {
    let served = Served::with_store(MemoryStore::default());
    served.pass(90);

    let node = served.get("/v1/node").json();

    // The wall clock of tests shows the beginning of 2030 at first.
    assert_eq!((&node["now"], &node["time"]), (&json!(90.0), &json!("2030-01-01T00:01:30.000Z")));
}

#[test]
fn a_wall_clock_that_jumps_moves_no_ban() {
    let served = Served::start();
    let ban = |name: &str, order| served.put(&format!("/v1/bans/{name}"), &order).json();
    ban("peer-1", json!({ "for": "1h" }));
    let year = Duration::from_secs(31_536_000);
    served.timer.set_wall_clock(served.handle.wall(Instant::ORIGIN).unwrap() + year);

    let shown = served.get("/v1/bans/peer-1").json();
    let made = ban("peer-2", json!({ "until": "2031-01-01T00:01:00Z" }));

    let time = json!("2031-01-01T00:00:00.000Z");
    assert_eq!(
        (&shown["until"], &shown["now"], &shown["time"]),
        (&json!(3600.0), &json!(0.0), &time)
    );
    assert_eq!(made["change"], json!({ "began": { "until": 60.0 } }));
}

#[test]
fn a_node_that_has_ended_answers_that_it_has() {
    let Served { admin, node, handle, timer, directory } = Served::start();
    drop(node);
    let served_after = |path: &str| {
        crate::client::Connection::open(admin.socket()).request("GET", path, "", "").error()
    };

    for path in ["/v1/node", "/v1/health", "/v1/peers", "/v1/bans", "/v1/events", "/v1/policy"] {
        let said = "the node was shut down, and this API ends with it";
        assert_eq!(served_after(path), (503, "closed".to_owned(), said.to_owned(), None), "{path}");
    }
    drop((handle, timer, directory));
}
