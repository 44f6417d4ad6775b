//! The bytes that an entry's commitment stands for.
//!
//! Version 1. The bytes are the ASCII text `watchroom-audit-1` and then, in this order, the fields `at`
//! (microseconds since 1970, UTC), `organisation_id`, `actor_kind`, `actor_id`, `actor_label`, `masked_address`,
//! `action`, `object_kind`, `object_id`, `subject_id`, `detail`. Every field is a 4-byte length and its bytes; an
//! absent one is the length 0xFFFFFFFF alone. Integers are big-endian, text is UTF-8, ids are their 16 bytes.
//! `detail` is written value by value: `n` null, `t` and `f`, `i` and a decimal number, `s` and text (both with
//! length), `a` and a count of values, `o` and a count of pairs, sorted by the bytes of their keys. So the bytes do
//! not depend on how a database spells JSON.
//!
//! A later version gets another first text; old entries keep theirs.

use jiff::Timestamp;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::crypto::Hash;
use crate::crypto::merkle::leaf_hash;

const VERSION: &[u8] = b"watchroom-audit-1";

/// Everything of an entry that its commitment covers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Body<'a> {
    pub(super) at: Timestamp,
    pub(super) organisation: Uuid,
    pub(super) actor_kind: &'a str,
    pub(super) actor_id: Option<Uuid>,
    pub(super) actor_label: &'a str,
    pub(super) masked_address: Option<&'a str>,
    pub(super) action: &'a str,
    pub(super) object_kind: &'a str,
    pub(super) object_id: Option<&'a str>,
    pub(super) subject_id: Option<Uuid>,
    pub(super) detail: &'a Json,
}

impl Body<'_> {
    /// The canonical bytes, as the head of this file lays them down.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        out.extend(VERSION);
        field(&mut out, Some(&self.at.as_microsecond().to_be_bytes()));
        field(&mut out, Some(self.organisation.as_bytes()));
        field(&mut out, Some(self.actor_kind.as_bytes()));
        field(&mut out, self.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
        field(&mut out, Some(self.actor_label.as_bytes()));
        field(&mut out, self.masked_address.map(str::as_bytes));
        field(&mut out, Some(self.action.as_bytes()));
        field(&mut out, Some(self.object_kind.as_bytes()));
        field(&mut out, self.object_id.map(str::as_bytes));
        field(&mut out, self.subject_id.as_ref().map(|id| id.as_bytes().as_slice()));
        let mut detail = Vec::with_capacity(256);
        value(&mut detail, self.detail);
        field(&mut out, Some(&detail));
        out
    }

    /// SHA-256(salt || bytes). Without the salt nobody can test a guess at what an entry said.
    pub(super) fn commitment(&self, salt: &[u8]) -> [u8; 32] {
        Sha256::new().chain_update(salt).chain_update(self.bytes()).finalize().into()
    }
}

/// The tree's leaf for one row: its place in the order and its commitment.
///
/// The place is part of the leaf, so that two rows that exchange their contents show as surely as a changed one.
pub(super) fn leaf(xid: u64, id: i64, commitment: &[u8]) -> Hash {
    let mut data = [0_u8; 48];
    let (place, rest) = data.split_at_mut(16);
    let (high, low) = place.split_at_mut(8);
    high.copy_from_slice(&xid.to_be_bytes());
    low.copy_from_slice(&id.to_be_bytes());
    // The column holds 32 bytes by its check; anything else must not pass for something that has 32.
    match <&[u8; 32]>::try_from(commitment) {
        Ok(commitment) => rest.copy_from_slice(commitment),
        Err(_wrong_length) => return leaf_hash(commitment),
    }
    leaf_hash(&data)
}

fn length(n: usize) -> [u8; 4] {
    // No field comes near 4 GiB: Postgres ends at one.
    u32::try_from(n).unwrap_or(u32::MAX - 1).to_be_bytes()
}

fn field(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => {
            out.extend(length(bytes.len()));
            out.extend(bytes);
        }
        None => out.extend([0xFF; 4]),
    }
}

fn value(out: &mut Vec<u8>, json: &Json) {
    let tagged = |out: &mut Vec<u8>, tag: u8, bytes: &[u8]| {
        out.push(tag);
        field(out, Some(bytes));
    };
    match json {
        Json::Null => out.push(b'n'),
        Json::Bool(true) => out.push(b't'),
        Json::Bool(false) => out.push(b'f'),
        Json::Number(number) => tagged(out, b'i', number.to_string().as_bytes()),
        Json::String(text) => tagged(out, b's', text.as_bytes()),
        Json::Array(items) => {
            out.push(b'a');
            out.extend(length(items.len()));
            items.iter().for_each(|item| value(out, item));
        }
        Json::Object(pairs) => {
            out.push(b'o');
            out.extend(length(pairs.len()));
            let mut sorted: Vec<_> = pairs.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| key.as_bytes());
            for (key, item) in sorted {
                field(out, Some(key.as_bytes()));
                value(out, item);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use serde_json::json;

    use super::*;

    fn body(detail: &Json) -> Body<'_> {
        Body {
            at: "2026-03-29T00:59:59.123456Z".parse().expect("time"),
            organisation: Uuid::from_u128(1),
            actor_kind: "person",
            actor_id: Some(Uuid::from_u128(2)),
            actor_label: "member",
            masked_address: Some("192.0.2.0"),
            action: "duty.log",
            object_kind: "duty",
            object_id: Some("3"),
            subject_id: None,
            detail,
        }
    }

    #[test]
    fn version_1_never_changes() {
        // Worked out by another program from the description above. If this fails, entries that exist no longer verify. Make a version 2 instead.
        let detail = json!({"facts": {"rows": 7, "ok": true}, "changed": {"a": {"before": null, "after": ["x", "é"]}}});
        let commitment = body(&detail).commitment(&[9; 16]);
        assert_eq!(HEXLOWER.encode(&commitment), "aca04f30e868f4a0637dfb6c51f2f3b48386576d9e561617753d5e8a00e5566b");
        let leaf = leaf(5, 6, &commitment).to_string();
        assert_eq!(leaf, "ddaac3af19da5cab9d9e42f2e27a635bb6433b01da1f90424b91a2aefe22b315");
    }

    #[test]
    fn the_order_of_keys_is_not_part_of_an_entry() {
        let (one, other) = (json!({"b": 1, "a": {"d": 2, "c": 3}}), json!({"a": {"c": 3, "d": 2}, "b": 1}));
        assert_eq!(body(&one).bytes(), body(&other).bytes());
    }

    #[test]
    fn every_field_is_covered() {
        let (detail, other_detail) = (json!({"facts": {"n": 1}}), json!({"facts": {"n": "1"}}));
        let same = body(&detail).bytes();
        let changes: [fn(&mut Body<'_>); 10] = [
            |b| b.at = "2026-03-29T00:59:59.123457Z".parse().expect("time"),
            |b| b.organisation = Uuid::nil(),
            |b| b.actor_kind = "system",
            |b| b.actor_id = None,
            |b| b.actor_label = "members",
            |b| b.masked_address = None,
            |b| b.action = "duty.edit",
            |b| b.object_kind = "dutyt",
            |b| b.object_id = None,
            |b| b.subject_id = Some(Uuid::nil()),
        ];
        for (i, change) in changes.iter().enumerate() {
            let mut changed = body(&detail);
            change(&mut changed);
            assert_ne!(changed.bytes(), same, "change {i}");
        }
        assert_ne!(body(&other_detail).bytes(), same);
    }

    #[test]
    fn text_cannot_move_from_one_field_into_the_next() {
        let detail = json!({});
        let (mut one, mut other) = (body(&detail), body(&detail));
        (one.action, one.object_kind) = ("ab", "c");
        (other.action, other.object_kind) = ("a", "bc");
        assert_ne!(one.bytes(), other.bytes());
        (one.object_id, other.object_id) = (Some(""), None);
        (other.action, other.object_kind) = ("ab", "c");
        assert_ne!(one.bytes(), other.bytes());
    }

    #[test]
    fn the_place_of_a_row_is_part_of_its_leaf() {
        let leaves = [leaf(1, 2, &[7; 32]), leaf(2, 1, &[7; 32]), leaf(1, 2, &[8; 32]), leaf(1, 2, &[7; 31])];
        for (i, one) in leaves.iter().enumerate() {
            assert!(leaves.iter().skip(i + 1).all(|other| other != one));
        }
    }
}
