//! Node of a test, whose peers are texts and whose connections are numbers.

use std::time::Duration;

use peerwarden_host::shadow::{ShadowBan, ShadowName, ShadowStatus};
use peerwarden_host::{
    Admission, Config, Direction, Doorman, DoormanBuilder, DriverOptions, Handle, ManualTimer,
    Misbehavior, OpenConnections, Points, Subject, Tasks,
};

pub(crate) type Warden = Handle<String, OpenConnections<String, u32>>;

pub(crate) struct Node {
    pub(crate) timer: ManualTimer,
    pub(crate) doorman: Doorman<String, u32>,
    pub(crate) warden: Warden,
    _tasks: Tasks<String, u32, ManualTimer>,
}

impl Node {
    pub(crate) fn new(config: Config) -> Self {
        Self::with_options(config, &DriverOptions::default())
    }

    pub(crate) fn with_options(config: Config, options: &DriverOptions<String>) -> Self {
        let timer = ManualTimer::new();
        let builder = DoormanBuilder::new(config, timer.clone()).with_options(options);
        let (doorman, tasks) = builder.build();
        let warden = doorman.handle();
        Self { timer, doorman, warden, _tasks: tasks }
    }

    /// A node with the default policy that is shadowed by one whose threshold is so many points.
    pub(crate) fn shadowed(threshold: u64) -> Self {
        let node = Self::new(Config::default());
        node.shadow("strict", with_threshold(threshold));
        node
    }

    pub(crate) fn shadow(&self, policy: &str, config: Config) {
        self.warden.shadow(name(policy), config).unwrap();
    }

    pub(crate) fn admit(&self, peer: &str, connection: u32) -> Admission<String, u32> {
        let addr = Some([203, 0, 113, 7].into());
        self.doorman.admit(peer.to_owned(), addr, Direction::Inbound, connection).unwrap()
    }

    pub(crate) fn report(&self, peer: &str, times: u64) {
        for _ in 0..times {
            self.warden.report(peer.to_owned(), Misbehavior::INVALID_MESSAGE).unwrap();
        }
    }

    pub(crate) fn advance(&self, secs: u64) {
        self.timer.advance(Duration::from_secs(secs));
        // Time passes with an input.
        self.warden.score_unavailable("nobody".to_owned()).unwrap();
    }

    pub(crate) fn status(&self, policy: &str) -> ShadowStatus {
        let all = self.warden.shadows().unwrap();
        all.into_iter().find(|status| status.name == name(policy)).unwrap()
    }

    pub(crate) fn bans(&self, policy: &str) -> Vec<ShadowBan<String>> {
        self.warden.shadow_bans(&name(policy), 100).unwrap().unwrap()
    }

    /// Whether the policy in force has the peer banned.
    pub(crate) fn is_banned(&self, peer: &str) -> bool {
        let status = self.warden.status(&peer.to_owned()).unwrap();
        status.is_some_and(|status| status.until().is_some())
    }
}

pub(crate) fn name(policy: &str) -> ShadowName {
    policy.parse().unwrap()
}

pub(crate) fn peer(name: &str) -> Subject<String> {
    Subject::Peer(name.to_owned())
}

pub(crate) fn with_threshold(points: u64) -> Config {
    Config::default().with_threshold(Points::from_points(points))
}
