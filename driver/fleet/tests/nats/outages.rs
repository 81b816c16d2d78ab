//! Servers that are killed, and buckets that are deleted.

use std::collections::BTreeMap;

use async_nats::ConnectOptions;
use peerwarden_fleet::Resync;

use crate::fleet::{banned_by, nodes, refusing, until};
use crate::server::Server;

fn resyncs(counts: &BTreeMap<Resync, u64>, why: Resync) -> u64 {
    counts.get(&why).copied().unwrap_or(0)
}

#[test]
fn a_server_that_is_killed_loses_no_ban_and_what_was_banned_meanwhile_arrives() {
    let Some(mut server) = Server::start(4) else {
        return;
    };
    let nodes = nodes(&server);
    banned_by(&nodes, 0..3, "before");
    until("all refuse it", || refusing(&nodes, "before") == 4);

    server.kill();
    until("all have noticed", || nodes.iter().all(|node| !node.status().connected));
    for node in &nodes[..3] {
        node.misbehave("meanwhile");
    }
    assert_eq!(refusing(&nodes, "before"), 4);
    assert_eq!(refusing(&nodes, "meanwhile"), 3);
    let status = nodes[3].status().to_string();
    assert!(
        status.starts_with("disconnected 0s (the connection with the server was lost)")
            || status.contains("onnection refused"),
        "{status}"
    );
    assert!(status.contains("; 1 believed ban stays until its end in 23h"), "{status}");

    server.run();
    until("what was banned meanwhile arrives", || refusing(&nodes, "meanwhile") == 4);
    assert_eq!(refusing(&nodes, "before"), 4);
    let counts = nodes[3].status().counts;
    assert_eq!(resyncs(&counts.resyncs, Resync::Reconnect), 1, "{counts:?}");
    assert_eq!(resyncs(&counts.resyncs, Resync::BucketReset), 0, "it goes on where it was");
}

#[test]
fn a_bucket_that_is_deleted_frees_no_peer_and_is_made_and_filled_again() {
    let Some(server) = Server::start(4) else {
        return;
    };
    let nodes = nodes(&server);
    banned_by(&nodes, 0..3, "spammer");
    until("all refuse it", || refusing(&nodes, "spammer") == 4);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let settings = crate::server::settings(&server.files.operator);
    let key = settings.config().unwrap().key.public();
    let options = settings.nats_options(&key);
    let keys = runtime.block_on(async {
        let seed = std::fs::read_to_string(settings.nkey_file.unwrap()).unwrap();
        let connect = ConnectOptions::with_nkey(seed.trim().to_owned());
        let connect = connect.custom_inbox_prefix(&options.inbox);
        let connect = connect.add_root_certificates(settings.ca_file.unwrap());
        let client = connect.connect(&settings.servers[..]).await.unwrap();
        let jetstream = async_nats::jetstream::new(client);
        jetstream.delete_stream("KV_pw-trial").await.unwrap();
        // Its members make it again, and say what they said.
        let start = std::time::Instant::now();
        loop {
            assert!(start.elapsed().as_secs() < 90, "it was not filled again");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            let Ok(stream) = jetstream.get_stream("KV_pw-trial").await else {
                continue;
            };
            let subjects = stream.cached_info().state.subjects_count;
            if subjects == 3 {
                return subjects;
            }
        }
    });
    assert_eq!((keys, refusing(&nodes, "spammer")), (3, 4));
    until("all have noticed", || {
        let reset = |node: &crate::fleet::FleetNode| {
            resyncs(&node.status().counts.resyncs, Resync::BucketReset) == 1
        };
        nodes.iter().all(reset)
    });
    banned_by(&nodes, 0..3, "another");
    until("bans are shared as before", || refusing(&nodes, "another") == 4);
    assert_eq!(refusing(&nodes, "spammer"), 4);
}
