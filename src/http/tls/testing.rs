//! Certificates for tests.

/// A certificate for `localhost` that ends in `days` (in the past when negative) and its key, both as PEM.
pub(crate) fn pair(days: i64) -> (String, String) {
    use crate::kernel::clock::{Clock, SystemClock};
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("params");
    let now = SystemClock.now().as_second();
    let at = |second| time::OffsetDateTime::from_unix_timestamp(second).expect("a time");
    params.not_before = at(now - 100 * 86_400);
    params.not_after = at(now + days * 86_400);
    let key = rcgen::KeyPair::generate().expect("a key");
    (params.self_signed(&key).expect("a certificate").pem(), key.serialize_pem())
}
