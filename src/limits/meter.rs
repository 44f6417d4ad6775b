//! What is counted separately, and how much of it is agreed.

use crate::config::RateLimitSettings;

/// One kind of counting. A request may be counted by several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meter {
    /// Everything from one address.
    Address,
    /// Attempts to get in, from one address.
    Door,
    /// Pages for everybody, from one address.
    Public,
    /// Everything of one account.
    Account,
    /// Everything of one token.
    Token,
    /// What takes the server long, of one account or token.
    Costly,
}

impl Meter {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 6] = [Self::Address, Self::Door, Self::Public, Self::Account, Self::Token, Self::Costly];

    /// Its name in the figures and the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Door => "door",
            Self::Public => "public",
            Self::Account => "account",
            Self::Token => "token",
            Self::Costly => "costly",
        }
    }

    /// What is agreed: requests a minute, and at once.
    pub const fn agreed(self, of: &RateLimitSettings) -> (u32, u32) {
        match self {
            Self::Address => (of.address_per_minute, of.address_burst),
            Self::Door => (of.door_per_minute, of.door_burst),
            Self::Public => (of.public_per_minute, of.public_burst),
            Self::Account => (of.account_per_minute, of.account_burst),
            Self::Token => (of.token_per_minute, of.token_burst),
            Self::Costly => (of.costly_per_minute, of.costly_burst),
        }
    }

    /// Its number in keys, which stand in the database: never another one's.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Address => 1,
            Self::Door => 2,
            Self::Public => 3,
            Self::Account => 4,
            Self::Token => 5,
            Self::Costly => 6,
        }
    }
}

/// How much of one kind is agreed, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quota {
    /// Between two requests at the agreed pace.
    pub(super) gap: i64,
    /// How far ahead of now one may be: the burst, worked off at the agreed pace.
    pub(super) room: i64,
}

/// How many times its room a key can be ahead: what several nodes let through too much is worked off up to there, and
/// a clock that was wrong does no harm beyond.
const MOST_ROOMS: i64 = 4;

impl Quota {
    pub(super) fn new(per_minute: u32, burst: u32) -> Self {
        let gap = 60_000_000 / i64::from(per_minute.max(1));
        Self { gap, room: gap.saturating_mul(i64::from(burst.max(1))) }
    }

    /// The furthest that a key is taken to be ahead at `now`.
    pub(super) fn most(&self, now: i64) -> i64 {
        now.saturating_add(self.room.saturating_mul(MOST_ROOMS))
    }

    /// From how much used on, counted since the others were told, they are told: an eighth of the burst.
    pub(super) fn worth_telling(&self) -> i64 {
        (self.room / 8).max(self.gap)
    }

    /// From how much on they are told at once: half the burst.
    pub(super) fn pressing(&self) -> i64 {
        (self.room / 2).max(self.gap)
    }
}

/// The quota of each meter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quotas {
    address: Quota,
    door: Quota,
    public: Quota,
    account: Quota,
    token: Quota,
    costly: Quota,
}

impl Quotas {
    pub(super) fn new(settings: &RateLimitSettings) -> Self {
        let quota = |meter: Meter| {
            let (per_minute, burst) = meter.agreed(settings);
            Quota::new(per_minute, burst)
        };
        Self {
            address: quota(Meter::Address),
            door: quota(Meter::Door),
            public: quota(Meter::Public),
            account: quota(Meter::Account),
            token: quota(Meter::Token),
            costly: quota(Meter::Costly),
        }
    }

    pub(super) const fn of(&self, meter: Meter) -> Quota {
        match meter {
            Meter::Address => self.address,
            Meter::Door => self.door,
            Meter::Public => self.public,
            Meter::Account => self.account,
            Meter::Token => self.token,
            Meter::Costly => self.costly,
        }
    }
}
