//! What this node has counted: a map in memory of bounded size, in parts that are locked one at a time.
//!
//! Each part has two generations. What is asked for moves to the young one; when that is full, the old one is dropped
//! and the young one grows old. So the keys that go are those that nobody asked for in a while, at no cost per request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::meter::Quota;

/// Parts of the book; a power of two.
const PARTS: usize = 16;

/// Keys in one generation of one part.
const GENERATION: usize = 4_096;

/// Keys in the book at most.
#[cfg(test)]
pub(super) const MOST: usize = PARTS * GENERATION * 2;

/// A keyed hash.
pub(super) type Key = [u8; 32];

/// What is known of a key, in microseconds.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// When all that was asked is worked off.
    free_at: i64,
    /// How much was asked here and not told yet.
    spent: i64,
    /// When the first of that was asked.
    since: i64,
    /// The quota's room, as of the last request; 0 for a key that nobody has asked for here.
    room: i64,
    /// Whether it stands in the list of keys to be told.
    listed: bool,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It passes.
    Free,
    /// It passes, and the other nodes should know soon.
    Pressing,
    /// It does not; so many microseconds later it would.
    Wait(i64),
}

/// What the database is told of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) key: Key,
    /// How much was asked, in microseconds at the agreed pace.
    pub(super) spent: i64,
    /// When the first of it was asked.
    pub(super) since: i64,
    /// When all is worked off, as far as this node knows.
    pub(super) free_at: i64,
    /// The furthest that it is taken to be ahead.
    pub(super) most: i64,
}

#[derive(Debug, Default)]
struct Part {
    young: HashMap<Key, Entry>,
    old: HashMap<Key, Entry>,
    /// Keys of which enough was used to tell the others.
    due: Vec<Key>,
}

impl Part {
    fn get_mut(&mut self, key: &Key) -> Option<&mut Entry> {
        if let Some(entry) = self.old.remove(key) {
            self.put(*key, entry);
        }
        self.young.get_mut(key)
    }

    /// Puts every key of which anything was used into the list of those to be told.
    fn list_all(&mut self) {
        for (key, entry) in self.young.iter_mut().chain(&mut self.old) {
            if entry.spent > 0 && !entry.listed {
                entry.listed = true;
                self.due.push(*key);
            }
        }
    }

    fn put(&mut self, key: Key, entry: Entry) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, entry);
    }
}

/// The book.
#[derive(Debug, Default)]
pub(super) struct Book {
    parts: [Mutex<Part>; PARTS],
}

impl Book {
    /// Counts one request under `key` at `now`, in microseconds, unless it is one too many.
    pub(super) fn take(&self, key: Key, quota: Quota, now: i64) -> Verdict {
        let Some(mut part) = self.part(&key) else { return Verdict::Free };
        let known = part.get_mut(&key).copied();
        let free_at = known.map_or(now, |entry| entry.free_at).min(quota.most(now));
        let next = free_at.max(now).saturating_add(quota.gap);
        if next - now > quota.room {
            return Verdict::Wait(next - now - quota.room);
        }
        let mut entry = known.unwrap_or(Entry { free_at, spent: 0, since: now, room: quota.room, listed: false });
        if entry.spent == 0 {
            entry.since = now;
        }
        let before = entry.spent;
        entry.free_at = next;
        entry.spent = entry.spent.saturating_add(quota.gap);
        entry.room = quota.room;
        if entry.spent >= quota.worth_telling() && !entry.listed {
            entry.listed = true;
            part.due.push(key);
        }
        let pressing = quota.pressing();
        let verdict = if before < pressing && entry.spent >= pressing { Verdict::Pressing } else { Verdict::Free };
        match part.get_mut(&key) {
            Some(place) => *place = entry,
            None => part.put(key, entry),
        }
        verdict
    }

    /// Takes out what is to be told, at most `most` keys, in their order: two nodes that lock the same rows lock them in
    /// the same order. What is taken out counts as told; [`Book::give_back`] undoes that.
    pub(super) fn due(&self, all: bool, most: usize, now: i64) -> Vec<Due> {
        let mut due = Vec::new();
        for part in &self.parts {
            let mut part = lock(part);
            if all {
                part.list_all();
            }
            let taken = part.due.len().min(most.saturating_sub(due.len()));
            let keys: Vec<Key> = part.due.drain(..taken).collect();
            for key in keys {
                // One that was dropped meanwhile is told no more: nobody asked for it in a while.
                let Some(entry) = part.get_mut(&key) else { continue };
                let (spent, since) = (entry.spent, entry.since);
                let most = Quota { gap: 0, room: entry.room }.most(now);
                due.push(Due { key, spent, since, free_at: entry.free_at, most });
                (entry.spent, entry.listed) = (0, false);
            }
        }
        due.sort_unstable_by_key(|due| due.key);
        due
    }

    /// What was to be told could not be.
    pub(super) fn give_back(&self, untold: &[Due]) {
        for due in untold {
            let Some(mut part) = self.part(&due.key) else { continue };
            let Some(entry) = part.get_mut(&due.key) else { continue };
            entry.spent = entry.spent.saturating_add(due.spent);
            entry.since = due.since;
            if !entry.listed {
                entry.listed = true;
                part.due.push(due.key);
            }
        }
    }

    /// Takes over what all nodes together counted: by key, when all of it is worked off. What was asked here since it
    /// was told comes on top.
    pub(super) fn merge(&self, shared: &[(Key, i64)]) {
        for (key, free_at) in shared {
            let Some(mut part) = self.part(key) else { continue };
            match part.get_mut(key) {
                Some(entry) => entry.free_at = entry.free_at.max(free_at.saturating_add(entry.spent)),
                None => {
                    let entry = Entry { free_at: *free_at, spent: 0, since: *free_at, room: 0, listed: false };
                    part.put(*key, entry);
                }
            }
        }
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| lock(part)).map(|part| part.young.len() + part.old.len()).sum()
    }

    fn part(&self, key: &Key) -> Option<MutexGuard<'_, Part>> {
        let [first, ..] = key;
        self.parts.get(usize::from(*first) % PARTS).map(lock)
    }
}

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    // Entries go in and out whole, so a panic leaves a valid map.
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { gap: 1_000_000, room: 16_000_000 };

    #[test]
    fn only_what_was_used_in_earnest_is_told_and_only_once() {
        let book = Book::default();
        book.take([1; 32], QUOTA, 0);
        assert!(book.due(false, 10, 0).is_empty(), "one of sixteen is nobody else's business");
        book.take([1; 32], QUOTA, 500_000);
        let due = book.due(false, 10, 500_000);
        assert_eq!(due.len(), 1);
        assert_eq!((due[0].spent, due[0].since, due[0].free_at), (2_000_000, 0, 2_000_000));
        assert!(book.due(false, 10, 500_000).is_empty() && book.due(true, 10, 500_000).is_empty());
    }

    #[test]
    fn at_a_stop_everything_is_told() {
        let book = Book::default();
        book.take([1; 32], QUOTA, 0);
        book.take([2; 32], QUOTA, 0);
        assert_eq!(book.due(true, 10, 0).len(), 2);
        assert!(book.due(true, 10, 0).is_empty());
    }

    #[test]
    fn what_could_not_be_told_is_told_the_next_time_with_what_came_since() {
        let book = Book::default();
        for _ in 0..2 {
            book.take([1; 32], QUOTA, 0);
        }
        let due = book.due(false, 10, 0);
        book.take([1; 32], QUOTA, 0);
        book.give_back(&due);
        let again = book.due(false, 10, 0);
        assert_eq!(again.iter().map(|due| due.spent).collect::<Vec<_>>(), [3_000_000]);
    }

    #[test]
    fn what_was_asked_while_the_others_were_told_comes_on_top() {
        let book = Book::default();
        for _ in 0..2 {
            book.take([1; 32], QUOTA, 0);
        }
        assert_eq!(book.due(false, 10, 0).len(), 1);
        book.take([1; 32], QUOTA, 0);
        // The others had asked for twelve.
        book.merge(&[([1; 32], 14_000_000)]);
        assert_eq!(book.take([1; 32], QUOTA, 0), Verdict::Free);
        assert_eq!(book.take([1; 32], QUOTA, 0), Verdict::Wait(1_000_000));
    }

    #[test]
    fn a_batch_leaves_the_rest_for_the_next_one() {
        let book = Book::default();
        for number in 0..50_u8 {
            for _ in 0..2 {
                book.take([number; 32], QUOTA, 0);
            }
        }
        let sizes: Vec<usize> = (0..4).map(|_| book.due(false, 20, 0).len()).collect();
        assert_eq!(sizes, [20, 20, 10, 0]);
        let sorted = {
            for number in 0..50_u8 {
                book.take([number; 32], QUOTA, 0);
            }
            book.due(true, 100, 0)
        };
        assert!(sorted.is_sorted_by_key(|due| due.key) && sorted.len() == 50);
    }

    #[test]
    fn half_a_burst_at_once_is_pressing_once() {
        let book = Book::default();
        let verdicts: Vec<Verdict> = (0..10).map(|_| book.take([1; 32], QUOTA, 0)).collect();
        assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Pressing).count(), 1);
        assert_eq!(verdicts[7], Verdict::Pressing);
    }
}
