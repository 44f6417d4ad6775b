//! Somebody takes everything that the service has: the whole database, as `pg_dump` writes it, and the state directory
//! with the root keys and the files. They have no secret of the member's. What can they read?
//!
//! The attack is the same function whether it is tried with what was stolen or with the member's own recovery code: with
//! the code it succeeds, so that its failure with all else means something.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use hkdf::Hkdf;
use hpke::{Deserializable as _, Kem as _};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use watchroom::crypto::Keyring;
use watchroom::crypto::personal::{Bound, PrivateKey, RecoveryCode, Wrap, WrapKind};
use watchroom::kernel::ids::{OrganisationId, PersonId};

use super::{NOTE, OTHER, PASSPHRASE, let_receive, only_note, passkeys, set_up, write};
use crate::routes::duties::World;
use crate::support::{Authenticator, TestApp};

/// Everything but what people know.
struct Stolen {
    dump: String,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Stolen {
    fn of(app: &TestApp) -> Self {
        let dump = Command::new("pg_dump").arg(app.database.superuser_url()).output().expect("pg_dump runs");
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        let mut files = Vec::new();
        collect(&app.parts.site.config.state.dir, &mut files);
        assert!(files.iter().any(|(path, _)| path.ends_with("keys/sealing.key")), "the root keys are among it");
        Self { dump: String::from_utf8(dump.stdout).expect("UTF-8"), files }
    }

    /// The rows of a table, each by the names of its columns, as the dump has them.
    fn rows(&self, table: &str) -> Vec<BTreeMap<String, String>> {
        let head = format!("COPY public.{table} (");
        let (_before, rest) = self.dump.split_once(&head).unwrap_or_else(|| panic!("{table} is in the dump"));
        let (columns, rest) = rest.split_once(") FROM stdin;\n").expect("columns");
        let (rows, _after) = rest.split_once("\\.\n").expect("an end");
        let columns: Vec<&str> = columns.split(", ").collect();
        let row = |line: &str| {
            columns.iter().map(|name| (*name).to_owned()).zip(line.split('\t').map(str::to_owned)).collect()
        };
        rows.lines().map(row).collect()
    }

    /// Whether these bytes stand anywhere, in any of the ways in which a program might have written them.
    fn holds(&self, secret: &[u8]) -> bool {
        let wide: Vec<u8> = secret.iter().flat_map(|byte| [*byte, 0]).collect();
        let mut forms = vec![secret.to_vec(), wide.clone()];
        for bytes in [secret, &wide] {
            forms.push(HEXLOWER.encode(bytes).into_bytes());
            // Base64 of something longer: from each of the three places where it may begin, without its uneven ends.
            for skip in 0..3_usize {
                let whole = (bytes.len() - skip) / 3 * 3;
                forms.push(BASE64.encode(&bytes[skip..skip + whole]).into_bytes());
                forms.push(BASE64URL_NOPAD.encode(&bytes[skip..skip + whole]).into_bytes());
            }
        }
        let inside = |all: &[u8]| forms.iter().any(|form| all.windows(form.len()).any(|part| part == form));
        inside(self.dump.as_bytes()) || self.files.iter().any(|(_path, content)| inside(content))
    }

    /// Every key that comes of what was stolen: each file of 32 bytes as it is and as text, what the keyring derives for
    /// every purpose that the program names, and the usual derivations of all of these.
    fn keys(&self, app: &TestApp, whose: &[Vec<u8>]) -> Vec<[u8; 32]> {
        let mut roots: Vec<[u8; 32]> = Vec::new();
        for (_path, content) in &self.files {
            let text = String::from_utf8_lossy(content);
            roots.extend(<[u8; 32]>::try_from(content.as_slice()));
            roots.extend(BASE64.decode(text.trim().as_bytes()).ok().and_then(|raw| <[u8; 32]>::try_from(raw).ok()));
        }
        assert!(roots.len() >= 3, "{} root keys", roots.len());
        let keyring = Keyring::open(&app.parts.site.config.state.dir.join("keys")).expect("the keyring");
        let mut keys = roots.clone();
        for purpose in PURPOSES {
            keys.extend(whose.iter().map(|message| keyring.mac(purpose, message)));
        }
        for root in roots {
            for info in PURPOSES {
                for salt in whose {
                    let mut key = [0; 32];
                    Hkdf::<Sha256>::new(Some(salt), &root).expand(info.as_bytes(), &mut key).expect("32 bytes");
                    keys.push(key);
                }
            }
        }
        let hashed: Vec<[u8; 32]> = keys.iter().map(|key| Sha256::digest(key).into()).collect();
        keys.extend(hashed);
        assert!(keys.len() > 300, "{} keys", keys.len());
        keys
    }
}

/// What the program asks the keyring for, and what its sealed things are called.
const PURPOSES: &[&str] = &[
    "vault public key",
    "vault receipt",
    "wellbeing record",
    "wellbeing share",
    "watchroom personal key wrap v1",
    "watchroom recovery code wrap v1",
    "watchroom passkey wrap v1",
    "watchroom personal box v1",
    "csrf",
    "sign-in.directory",
    "sealing",
];

fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((path.clone(), std::fs::read(&path).expect("a file")));
        }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    HEXLOWER.decode(hex.trim_start_matches("\\\\x").as_bytes()).unwrap_or_else(|error| panic!("{hex}: {error}"))
}

fn id(row: &BTreeMap<String, String>, column: &str) -> Uuid {
    Uuid::parse_str(&row[column]).expect("an id")
}

/// What is sealed to people, with what it is bound to.
struct Sealed {
    bound: Bound,
    sealed: Vec<u8>,
}

fn sealed(stolen: &Stolen) -> Vec<Sealed> {
    let tables = [
        ("wellbeing_records", "wellbeing record", "person_id"),
        ("wellbeing_shares", "wellbeing share", "recipient_id"),
        ("vault_receipts", "vault receipt", "person_id"),
    ];
    let mut all = Vec::new();
    for (table, purpose, person) in tables {
        let rows = stolen.rows(table);
        assert!(!rows.is_empty(), "{table} is empty: nothing would be tried");
        all.extend(rows.iter().map(|row| Sealed {
            bound: Bound {
                purpose,
                organisation: OrganisationId(id(row, "organisation_id")),
                person: PersonId(id(row, person)),
                record: id(row, "id"),
            },
            sealed: bytes(&row["sealed"]),
        }));
    }
    all
}

/// The wraps of the dump, each with whose it is.
fn wraps(stolen: &Stolen) -> Vec<(OrganisationId, PersonId, Wrap)> {
    let rows = stolen.rows("vault_wraps");
    assert!(rows.len() >= 2);
    let wrap = |row: &BTreeMap<String, String>| {
        let kind = WrapKind::parse(&row["kind"]).expect("a kind");
        let salt = bytes(&row["salt"]).try_into().expect("16 bytes");
        let wrap = Wrap { kind, salt, stretch: None, sealed: bytes(&row["sealed"]) };
        (OrganisationId(id(row, "organisation_id")), PersonId(id(row, "person_id")), wrap)
    };
    rows.iter().map(wrap).collect()
}

/// Whether a key opens a wrap: XChaCha20-Poly1305, by the layout and the associated data that the source shows everybody.
fn opens_wrap(key: &[u8; 32], organisation: OrganisationId, person: PersonId, wrap: &Wrap) -> bool {
    let purpose = "watchroom personal key wrap v1";
    let mut aad = u64::try_from(purpose.len()).expect("short").to_be_bytes().to_vec();
    aad.extend(purpose.as_bytes());
    aad.extend(organisation.0.as_bytes());
    aad.extend(person.0.as_bytes());
    aad.extend(wrap.kind.as_str().as_bytes());
    let (nonce, ciphertext) = wrap.sealed[1..].split_first_chunk::<24>().expect("a nonce");
    let payload = Payload { msg: ciphertext, aad: &aad };
    XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(*nonce), payload).is_ok()
}

type Suite = hpke::kem::X25519HkdfSha256;

/// Whether a key opens a box, taken for a private key as it is or for what one is derived from.
fn opens_box(key: &[u8; 32], sealed: &Sealed) -> bool {
    let mut aad = vec![1];
    aad.extend(u32::try_from(sealed.bound.purpose.len()).expect("short").to_be_bytes());
    aad.extend(sealed.bound.purpose.as_bytes());
    for id in [sealed.bound.organisation.0, sealed.bound.person.0, sealed.bound.record] {
        aad.extend(id.as_bytes());
    }
    let (encapsulated, ciphertext) = sealed.sealed[1..].split_at(32);
    let encapsulated = <Suite as hpke::Kem>::EncappedKey::from_bytes(encapsulated).expect("a point");
    let derived = Suite::derive_keypair(key).0;
    let plain = <Suite as hpke::Kem>::PrivateKey::from_bytes(key).expect("32 bytes");
    [derived, plain].iter().any(|private| {
        hpke::single_shot_open::<hpke::aead::ChaCha20Poly1305, hpke::kdf::HkdfSha256, Suite>(
            &hpke::OpModeR::Base,
            private,
            &encapsulated,
            b"watchroom personal box v1",
            ciphertext,
            &aad,
        )
        .is_ok()
    })
}

#[actix_web::test]
async fn with_the_root_keys_the_dump_and_the_files_nobody_reads_a_note_and_the_recovery_code_does() {
    let world = World::new();
    let duty = world.logged().await;
    let mut member = world.app.browser(&world.member).await;
    let code = set_up(&mut member, PASSPHRASE).await;
    write(&mut member, &[("duty", &duty)]).await.expect_status(303);
    let note = only_note(&mut member).await;
    let phone = Authenticator::new();
    phone.enrol(&mut member, "Phone").await;
    passkeys::add(&mut member, &phone).await.expect_status(303);
    let mut colleague = world.app.browser(&world.colleague).await;
    set_up(&mut colleague, OTHER).await;
    let_receive(&world, &world.colleague);
    member.get(&format!("{note}/share")).await;
    let whom = world.colleague.id.to_string();
    member.post(&format!("{note}/share"), &[("whom", &whom)]).await.expect_status(303);
    // While it is unlocked: what is in the program's memory must not have come down to the disk either.
    let stolen = Stolen::of(&world.app);

    // It stands nowhere in the open. (What does stand there is found, so the search is no empty one.)
    assert!(stolen.holds(b"Chimney") || stolen.holds(b"chimney"), "a kind of work is found");
    let bare = code.replace('-', "");
    let secrets = [NOTE, "Quokkanote", PASSPHRASE, OTHER, &code, &bare];
    for secret in secrets {
        assert!(!stolen.holds(secret.as_bytes()), "{secret}");
    }
    // Nor does the link from the note to the duty: the duty's id occurs in no table of these.
    for table in ["wellbeing_records", "wellbeing_shares", "vault_keys", "vault_wraps", "vault_receipts"] {
        assert!(stolen.rows(table).iter().all(|row| row.values().all(|value| *value != duty)), "{table}");
    }

    let boxes = sealed(&stolen);
    let wraps = wraps(&stolen);
    let (organisation, person) = (world.founded.organisation, world.member.id);
    let mut whose: Vec<Vec<u8>> = vec![Vec::new(), organisation.0.as_bytes().to_vec(), person.0.as_bytes().to_vec()];
    whose.push([organisation.0.as_bytes().as_slice(), person.0.as_bytes()].concat());
    whose.extend(wraps.iter().map(|(_, _, wrap)| wrap.salt.to_vec()));
    let keys = stolen.keys(&world.app, &whose);
    for key in &keys {
        for (organisation, person, wrap) in &wraps {
            assert!(!opens_wrap(key, *organisation, *person, wrap), "a stolen key opens a wrap");
        }
        for one in &boxes {
            assert!(!opens_box(key, one), "a stolen key opens {:?}", one.bound);
        }
    }
    // The appliance's own way to open what it sealed opens none of it.
    let keyring = Keyring::open(&world.app.parts.site.config.state.dir.join("keys")).expect("the keyring");
    for purpose in PURPOSES {
        for context in &whose {
            assert!(boxes.iter().all(|one| keyring.unseal(purpose, context, &one.sealed).is_none()));
            assert!(wraps.iter().all(|(_, _, wrap)| keyring.unseal(purpose, context, &wrap.sealed).is_none()));
        }
    }

    // The same attack with the member's recovery code beside the dump: it works, and the note is there.
    let (_, _, wrap) = wraps
        .iter()
        .find(|(_, whose, wrap)| *whose == person && wrap.kind == WrapKind::Recovery)
        .expect("the member's wrap");
    let secret = data_encoding::BASE32_NOPAD.decode(bare.as_bytes()).expect("a code");
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(&wrap.salt), &secret[..16])
        .expand(b"watchroom recovery code wrap v1", &mut key)
        .expect("32 bytes");
    assert!(opens_wrap(&key, organisation, person, wrap), "the attack would notice a key that is right");

    // And with the member's authenticator, which is asked with what stands in the row.
    let row = stolen.rows("vault_wraps").into_iter().find(|row| row["kind"] == "passkey").expect("the passkey's wrap");
    let params: serde_json::Value = serde_json::from_str(&row["params"]).expect("JSON");
    let input = BASE64URL_NOPAD.decode(params["prf"].as_str().expect("an input").as_bytes()).expect("base64url");
    let credential =
        stolen.rows("passkeys").into_iter().find(|kept| kept["id"] == row["passkey_id"]).expect("it is kept");
    let info = [
        b"watchroom passkey wrap v1".as_slice(),
        organisation.0.as_bytes(),
        person.0.as_bytes(),
        &bytes(&credential["credential_id"]),
    ]
    .concat();
    let by_passkey = wraps.iter().find(|(_, _, wrap)| wrap.kind == WrapKind::Passkey).expect("the same");
    let derived = |secret: &[u8]| {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(Some(&by_passkey.2.salt), secret).expand(&info, &mut key).expect("32 bytes");
        opens_wrap(&key, organisation, person, &by_passkey.2)
    };
    assert!(derived(&phone.secret(&input)), "the attack would notice a secret that is right");
    assert!(!stolen.holds(&phone.secret(&input)), "the secret of the authenticator was written down");
    // All that is public of a passkey, and all that stands beside the wrap, is no secret.
    assert!(!keys.iter().any(|key| derived(key)) && !derived(&input) && !derived(&bytes(&credential["credential_id"])));
    assert!(!derived(&Authenticator::new().secret(&input)), "another authenticator");

    let private: PrivateKey = wrap
        .open_by_code(organisation, person, &RecoveryCode::parse(&code).expect("a code"))
        .expect("the code gives access back");
    let own: Vec<String> = boxes
        .iter()
        .filter(|one| one.bound.purpose == "wellbeing record" && one.bound.person == person)
        .map(|one| {
            let plain = private.open_padded(&one.bound, &one.sealed).expect("the member's own");
            String::from_utf8(plain.to_vec()).expect("JSON")
        })
        .collect();
    assert_eq!(own.len(), 1);
    assert!(own[0].contains(NOTE) && own[0].contains(&duty), "the note and its link are inside: {own:?}");
    // It opens nothing that was sealed to somebody else.
    for one in boxes.iter().filter(|one| one.bound.person != person) {
        assert!(private.open(&one.bound, &one.sealed).is_none(), "{:?}", one.bound);
    }
}
