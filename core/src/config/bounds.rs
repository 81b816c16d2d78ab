//! Settings for the most that is kept.

use core::num::NonZeroUsize;

use super::Config;

impl Config {
    /// Sets how many peers are remembered at most that are neither connected nor protected nor
    /// banned by the operator or a remote list.
    ///
    /// 100 000 by default. Beyond it the least important go first: a flood of fresh ids displaces
    /// itself, not long-term offenders.
    #[must_use]
    pub fn with_max_records(mut self, records: NonZeroUsize) -> Self {
        self.max_records = records;
        self
    }

    /// Sets how many networks are banned automatically at most. 10 000 by default; beyond it the
    /// ban that is over soonest goes first.
    #[must_use]
    pub fn with_max_addr_bans(mut self, bans: NonZeroUsize) -> Self {
        self.max_addr_bans = bans;
        self
    }

    /// Sets how many bans by remote lists there are at most, of peers and of networks. 100 000 by
    /// default; beyond it further ones are withheld.
    #[must_use]
    pub fn with_max_remote_bans(mut self, bans: usize) -> Self {
        self.max_remote_bans = bans;
        self
    }

    /// Sets how many places are remembered at most. 100 000 by default; beyond it the one goes that
    /// has nothing left to answer for soonest, but none that is banned.
    #[must_use]
    pub fn with_max_places(mut self, places: usize) -> Self {
        self.max_places = places;
        self.places = true;
        self
    }

    /// Sets how many peers that are not here are kept in standing at most. 10 000 by default;
    /// beyond it the one loses it whose standing ends first.
    #[must_use]
    pub fn with_max_standing(mut self, peers: usize) -> Self {
        self.max_standing = peers;
        self.standing = true;
        self
    }

    /// Returns how many peers are remembered at most that are neither connected nor protected nor
    /// banned by the operator or a remote list.
    #[must_use]
    pub const fn max_records(&self) -> NonZeroUsize {
        self.max_records
    }

    /// Returns how many networks are banned automatically at most.
    #[must_use]
    pub const fn max_addr_bans(&self) -> NonZeroUsize {
        self.max_addr_bans
    }

    /// Returns how many places are remembered at most.
    #[must_use]
    pub const fn max_places(&self) -> usize {
        self.max_places
    }

    /// Returns how many peers that are not here are kept in standing at most.
    #[must_use]
    pub const fn max_standing(&self) -> usize {
        self.max_standing
    }

    /// Returns how many bans by remote lists there are at most.
    #[must_use]
    pub const fn max_remote_bans(&self) -> usize {
        self.max_remote_bans
    }
}
