//! Inputs that come faster than they can be written.

use std::num::NonZeroUsize;

use peerwarden_host::Misbehavior;

use crate::played::Played;
use crate::running::Running;

#[test]
fn what_is_lost_is_counted_and_the_file_says_where() {
    let node = Running::new();
    let options = node.options().with_buffer(NonZeroUsize::new(4).expect("it is not 0"));
    let _status = node.warden.record(options).expect("it can begin");

    let inputs = 100_000;
    for _ in 0..inputs {
        let peer = "a".to_owned();
        node.warden.report(peer, Misbehavior::INVALID_MESSAGE).expect("the node is there");
    }
    let status = node.stop();

    assert!(status.lost > 0, "four at a time cannot be enough");
    assert_eq!(status.inputs + status.lost, inputs);
    let played = Played::of(&status.file).expect("it can be read");
    assert_eq!(played.inputs, status.inputs);
    assert_eq!(played.gaps.iter().sum::<u64>(), status.lost);
    assert_eq!(u64::try_from(played.gaps.len()), Ok(status.gaps));
}
