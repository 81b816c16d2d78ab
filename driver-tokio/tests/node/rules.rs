//! Rules of topics: messages that break one are reported, and bans outlive a killed node.

use std::path::Path;

use libp2p::gossipsub::MessageAuthenticity;

use crate::peer::Peer;
use crate::process::NodeProcess;

/// Three reports ban, for minutes.
const STRICT: &str = r#"
[topics.blocks]
max_size = 1000
[topics.slow]
max_rate = 2
[topics.open]
signed = false
[policy]
threshold = 2000
decay = [1]
scores = false
"#;

fn start(dir: &Path) -> NodeProcess {
    let file = dir.join("node.toml");
    std::fs::write(&file, STRICT).unwrap();
    let args = ["--config", file.to_str().unwrap(), "--metrics", "127.0.0.1:0"];
    NodeProcess::start(&dir.join("data"), &args)
}

#[tokio::test]
async fn messages_that_are_too_long_have_their_author_banned_over_a_kill_too() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = start(dir.path());
    let metrics = node.until("metrics at http://")["message"].to_string();
    let metrics = metrics.split('/').nth(2).unwrap().to_owned();
    let address = node.address();
    let mut bad = Peer::signed("blocks");
    let mut good = Peer::signed("blocks");
    assert!(bad.join(&address).await && good.join(&address).await);

    for _ in 0..3 {
        bad.publish(1_001).await;
    }
    bad.until_thrown_out().await;
    let line = node.until("banned");
    assert_eq!(line["peer"], bad.id().to_string(), "{line}");
    assert!(!bad.join(&address).await, "it is refused");

    NodeProcess::until_metric(&metrics, "peerwarden_store_writes_total 1");
    node.signal("-KILL");
    let _ = node.end();
    let mut node = start(dir.path());
    let address = node.address();
    assert!(!bad.join(&address).await, "the ban was on disk");
    assert!(good.join(&address).await);
}

#[tokio::test]
async fn messages_within_the_rules_are_passed_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = start(dir.path());
    let address = node.address();
    let (mut one, mut other) = (Peer::signed("blocks"), Peer::signed("blocks"));
    assert!(one.join(&address).await && other.join(&address).await);
    let length = async {
        tokio::select! {
            length = other.next_message() => length,
            () = async { loop {
                one.publish(1_000).await;
                let _ = tokio::time::timeout(std::time::Duration::from_millis(50), one.next_message()).await;
            } } => unreachable!(),
        }
    };
    assert_eq!(length.await, 1_000);
}

#[tokio::test]
async fn more_messages_than_the_rate_allows_and_unsigned_ones_are_reported() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = start(dir.path());
    let address = node.address();
    let mut fast = Peer::signed("slow");
    assert!(fast.join(&address).await);
    for _ in 0..8 {
        fast.publish(10).await;
    }
    fast.until_thrown_out().await;
    let line = node.until("banned");
    assert!(line.to_string().contains("too-many-messages"), "{line}");

    let mut unsigned = Peer::new("blocks", |_| MessageAuthenticity::RandomAuthor);
    assert!(unsigned.join(&address).await);
    for _ in 0..3 {
        unsigned.publish(10).await;
    }
    unsigned.until_thrown_out().await;
    let line = node.until("banned");
    assert!(line.to_string().contains("unsigned-message"), "{line}");
    assert_eq!(line["peer"], unsigned.id().to_string(), "{line}");
}
