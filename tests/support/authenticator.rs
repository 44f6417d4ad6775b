//! An authenticator in software: passkeys as a phone keeps them, with the secrets of the extension `prf`.

use std::cell::Cell;

use data_encoding::BASE64URL_NOPAD;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData as _, SigningKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use watchroom::crypto::random;

use super::Client;

/// Where the browser says that it is.
const ORIGIN: &str = "https://localhost:8443";

/// Somebody was there, and showed a finger or a PIN.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
/// A new key is described.
const ATTESTED: u8 = 0x40;

/// One passkey and the authenticator that keeps it.
pub struct Authenticator {
    key: KeyPair,
    id: Vec<u8>,
    seed: [u8; 32],
    counter: Cell<u32>,
    /// Whether it asks for a finger or a PIN.
    pub verifies: bool,
}

/// What comes of a challenge.
pub struct Given {
    pub ceremony: String,
    /// As the script sends it.
    pub credential: String,
    /// What the extension gave out, in base64url.
    pub secret: String,
}

impl Given {
    /// The fields of the form.
    pub fn fields(&self) -> [(&str, &str); 3] {
        [("ceremony", &self.ceremony), ("credential", &self.credential), ("secret", &self.secret)]
    }
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}

impl Authenticator {
    pub fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let id = random::bytes::<16>().expect("random").to_vec();
        Self { key, id, seed: random::bytes().expect("random"), counter: Cell::new(0), verifies: true }
    }

    /// The passkey's id, as challenges name it.
    pub fn id(&self) -> String {
        base64(&self.id)
    }

    /// What it gives out for an input: always the same, and nobody else's.
    pub fn secret(&self, input: &[u8]) -> [u8; 32] {
        Sha256::new().chain_update(self.seed).chain_update(input).finalize().into()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        self.counter.set(self.counter.get() + 1);
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(b"localhost").to_vec();
        data.push(PRESENT | verified | flags);
        data.extend(self.counter.get().to_be_bytes());
        data
    }

    fn client_data(kind: &str, options: &Value) -> String {
        json!({"type": kind, "challenge": options["challenge"], "origin": ORIGIN, "crossOrigin": false}).to_string()
    }

    /// The COSE key: elliptic curve, ES256, P-256, and the two coordinates.
    fn public(&self) -> Vec<u8> {
        let (x, y) = self.key.der_bytes()[1..].split_at(32);
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
        for (name, coordinate) in [(0x21, x), (0x22, y)] {
            key.extend([name, 0x58, 0x20]);
            key.extend(coordinate);
        }
        key
    }

    /// Answers a challenge for a new passkey.
    pub fn create(&self, made: &Value) -> Given {
        let options = &made["options"]["publicKey"];
        let mut data = self.data(ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public());
        // A map of three: no attestation, an empty statement, the data as bytes of which the length takes one byte.
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(data.len()).expect("short"));
        attestation.extend(&data);
        let response = json!({
            "clientDataJSON": base64(Self::client_data("webauthn.create", options)),
            "attestationObject": base64(attestation), "transports": ["internal"],
        });
        self.given(made, &response, String::new())
    }

    /// Answers a challenge for a signature.
    pub fn sign(&self, made: &Value) -> Given {
        let options = &made["options"]["publicKey"];
        let data = self.data(0);
        let client = Self::client_data("webauthn.get", options);
        let signed = [data.as_slice(), &Sha256::digest(&client)[..]].concat();
        let response = json!({
            "clientDataJSON": base64(&client), "authenticatorData": base64(&data),
            "signature": base64(self.key.sign(&signed).expect("signed")), "userHandle": null,
        });
        let prf = &options["extensions"]["prf"];
        let input = [&prf["eval"]["first"], &prf["evalByCredential"][self.id()]["first"]];
        let input = input.into_iter().find_map(Value::as_str);
        let secret = input.map(|input| BASE64URL_NOPAD.decode(input.as_bytes()).expect("base64url"));
        self.given(made, &response, secret.map(|input| base64(self.secret(&input))).unwrap_or_default())
    }

    fn given(&self, made: &Value, response: &Value, secret: String) -> Given {
        let credential =
            json!({"id": self.id(), "rawId": self.id(), "type": "public-key", "response": response, "extensions": {}});
        let ceremony = made["ceremony"].as_str().expect("a token").to_owned();
        Given { ceremony, credential: credential.to_string(), secret }
    }

    /// Adds the passkey to the account of whoever is signed in.
    pub async fn enrol(&self, client: &mut Client<'_>, name: &str) {
        client.get("/account/factors/passkeys/new").await.expect_status(200);
        let made = client.post("/account/factors/passkeys/options", &[]).await.expect_status(200).json();
        let given = self.create(&made);
        let mut fields = given.fields().to_vec();
        fields.push(("name", name));
        let done = client.post("/account/factors/passkeys/new", &fields).await;
        assert!([200, 303].contains(&done.status), "{}: {}", done.status, done.text());
    }
}
