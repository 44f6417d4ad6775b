//! `[sign_in]`: what a password costs to guess, how long a session lasts, how often one may fail.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::Checks;

/// The `[sign_in]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignInSettings {
    /// A sign-in that is refused takes at least this long (ms), so that the time tells nothing about the account.
    pub refusal_ms: u32,
    /// Password hashing.
    pub argon2: Argon2Settings,
    /// How long one stays signed in.
    pub session: SessionSettings,
    /// Failed attempts.
    pub throttle: ThrottleSettings,
}

/// The `[sign_in.argon2]` section. Changed values take effect at each person's next sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Argon2Settings {
    /// Memory of one hash (KiB).
    pub memory_kib: u32,
    /// Passes over that memory.
    pub iterations: u32,
    /// Lanes of one hash.
    pub parallelism: u32,
    /// Hashes that may run at once, each on a thread of its own; 0 is one per processor.
    pub hashing_threads: u16,
}

/// The `[sign_in.session]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionSettings {
    /// Unused this long, a session ends (minutes).
    pub idle_minutes: u32,
    /// A session ends this long after its sign-in, used or not (minutes).
    pub absolute_minutes: u32,
    /// How long a proof of who one is is good for exports, roles, plugins and factors (minutes).
    pub step_up_minutes: u32,
}

/// The `[sign_in.throttle]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ThrottleSettings {
    /// Failed attempts for one account within the window, after which further ones wait.
    pub attempts: u32,
    /// Failed attempts from one network within the window, after which further ones wait.
    pub network_attempts: u32,
    /// The window (minutes).
    pub window_minutes: u32,
}

impl Default for SignInSettings {
    fn default() -> Self {
        Self {
            refusal_ms: 500,
            argon2: Argon2Settings::default(),
            session: SessionSettings::default(),
            throttle: ThrottleSettings::default(),
        }
    }
}

impl Default for Argon2Settings {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1, hashing_threads: 0 }
    }
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_minutes: 720, step_up_minutes: 10 }
    }
}

impl Default for ThrottleSettings {
    fn default() -> Self {
        Self { attempts: 10, network_attempts: 100, window_minutes: 15 }
    }
}

impl Argon2Settings {
    /// Hashes at once, with 0 resolved.
    pub fn threads(&self) -> usize {
        usize::from(if self.hashing_threads == 0 { super::cores() } else { self.hashing_threads })
    }
}

impl SessionSettings {
    /// Unused this long, a session ends.
    pub fn idle(&self) -> Duration {
        Duration::from_secs(u64::from(self.idle_minutes) * 60)
    }

    /// A session ends this long after its sign-in.
    pub fn absolute(&self) -> Duration {
        Duration::from_secs(u64::from(self.absolute_minutes) * 60)
    }

    /// How long a proof of who one is is good for what asks for one.
    pub fn step_up(&self) -> Duration {
        Duration::from_secs(u64::from(self.step_up_minutes) * 60)
    }
}

impl ThrottleSettings {
    /// The window in which attempts are counted.
    pub fn window(&self) -> Duration {
        Duration::from_secs(u64::from(self.window_minutes) * 60)
    }
}

impl SignInSettings {
    /// How long a refused sign-in takes at least.
    pub fn refusal(&self) -> Duration {
        Duration::from_millis(u64::from(self.refusal_ms))
    }

    pub(super) fn validate(&self, check: &mut Checks<'_>) {
        // OWASP's floor; a weaker hash would be a mistake that nobody sees.
        check.within("sign_in.argon2.memory_kib", self.argon2.memory_kib, 7_168, 1_048_576);
        check.within("sign_in.argon2.iterations", self.argon2.iterations, 1, 100);
        check.within("sign_in.argon2.parallelism", self.argon2.parallelism, 1, 16);
        check.that(
            u64::from(self.argon2.memory_kib) * u64::from(self.argon2.iterations) >= 35_840,
            "sign_in.argon2.iterations",
            "is too low for sign_in.argon2.memory_kib: their product must be at least 35840",
        );
        check.within("sign_in.argon2.hashing_threads", self.argon2.hashing_threads, 0, 64);
        check.within("sign_in.session.idle_minutes", self.session.idle_minutes, 1, 10_080);
        check.within("sign_in.session.absolute_minutes", self.session.absolute_minutes, 1, 43_200);
        check.within("sign_in.session.step_up_minutes", self.session.step_up_minutes, 1, 1_440);
        check.within("sign_in.refusal_ms", self.refusal_ms, 0, 5_000);
        check.that(
            self.session.idle_minutes <= self.session.absolute_minutes,
            "sign_in.session.idle_minutes",
            "is longer than sign_in.session.absolute_minutes",
        );
        check.within("sign_in.throttle.attempts", self.throttle.attempts, 3, 1_000);
        check.within("sign_in.throttle.network_attempts", self.throttle.network_attempts, 3, 100_000);
        check.within("sign_in.throttle.window_minutes", self.throttle.window_minutes, 1, 1_440);
    }
}
