//! Passwords that the processors can hash in a second: the limit that a storm of sign-ins runs into.
//!
//! The parameters are those that Watchroom ships, and the memory of a hash is reused for the next, which leaves nothing
//! but the hashing itself.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use clap::Args;
use watchroom::config::Argon2Settings;

const PASSWORD: &[u8] = b"four words make a passphrase";

#[derive(Debug, Args)]
pub(super) struct Settings {
    /// How long to hash.
    #[arg(long)]
    seconds: u64,
    /// Threads that hash at once: as many as there are processors.
    #[arg(long)]
    threads: usize,
}

/// Prints hashes in a second of all threads together, and milliseconds of one hash.
pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let shipped = Argon2Settings::default();
    let params = Params::new(shipped.memory_kib, shipped.iterations, shipped.parallelism, None)?;
    let time = Duration::from_secs(settings.seconds);
    let rates = thread::scope(|scope| {
        let running: Vec<_> = (0..settings.threads).map(|_| scope.spawn(|| rate(&params, time))).collect();
        running
            .into_iter()
            .map(|one| one.join().map_err(|_panic| anyhow::anyhow!("a thread that hashes panicked"))?)
            .collect::<anyhow::Result<Vec<f64>>>()
    })?;
    let all: f64 = rates.iter().sum();
    let threads = f64::from(u32::try_from(settings.threads)?);
    println!("FIGURES {all:.2} {:.3}", threads * 1_000.0 / all);
    Ok(())
}

/// Hashes in a second on this thread.
fn rate(params: &Params, time: Duration) -> anyhow::Result<f64> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut memory = vec![Block::default(); params.block_count()];
    let mut hash = [0; 32];
    let mut hashes = 0_u32;
    let began = Instant::now();
    while began.elapsed() < time {
        let salt = u128::from(hashes).to_be_bytes();
        argon2.hash_password_into_with_memory(PASSWORD, &salt, &mut hash, &mut memory)?;
        black_box(&hash);
        hashes += 1;
    }
    Ok(f64::from(hashes) / began.elapsed().as_secs_f64())
}
