//! Swarms from the builder.

use std::time::{Duration, Instant};

use peerwarden_smol::{SmolExecutor, SwarmBuilder};

use crate::direct::{SOON, closed, connect_to_a_deaf_peer, fill_the_send_buffer, lazy, was_cut};
use crate::flood::Flood;
use crate::wiring::{LONG, timeout};

#[apply(test!)]
async fn a_swarm_from_the_builder_is_rid_of_a_peer_that_stops_reading_when_its_time_is_over() {
    let close_timeout = Duration::from_secs(1);
    let mut swarm = SwarmBuilder::with_new_identity(SmolExecutor::global())
        .with_close_timeout(close_timeout)
        .with_swarm_config(|config| lazy(config).with_idle_connection_timeout(LONG))
        .build(|_| Flood::default())
        .unwrap();
    let peer = connect_to_a_deaf_peer(&mut swarm).await;
    let written = swarm.behaviour().written();
    fill_the_send_buffer(&mut swarm, &written).await;

    let began = Instant::now();
    swarm.disconnect_peer_id(peer).unwrap();
    let cause = timeout(SOON, closed(&mut swarm)).await.expect("cut");

    assert!(began.elapsed() >= close_timeout, "it was given its time");
    assert!(was_cut(cause.as_ref()), "{cause:?}");
}
