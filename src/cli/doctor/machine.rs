//! What can be seen without the database: files, space, the certificate, the plugin runtime.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::unistd::{AccessFlags, access};

use super::Check;
use crate::config::{Config, Loaded, Origin};
use crate::http::tls::Certificates;
use crate::kernel::bytes::ByteSize;
use crate::kernel::clock::{Clock, SystemClock};
use crate::plugin_host::PluginHost;

/// Fewer days than this left on a certificate of the operator's are worth a word.
const CERTIFICATE_WARNING_DAYS: i64 = 30;

pub(super) fn configuration(loaded: &Loaded) -> Check {
    const NAME: &str = "configuration";
    const WHY: &str = "a password in a file that everybody on this host may read is everybody's password";
    let summary = super::super::config::summary(loaded);
    let secret_in_file = loaded
        .entries
        .iter()
        .any(|entry| entry.value == "[secret]" && matches!(entry.origin, Origin::File(_) | Origin::SecretFile(_)));
    let readable = |path: &Path| fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o004 != 0);
    let files =
        loaded.entries.iter().filter(|entry| entry.value == "[secret]").filter_map(|entry| match &entry.origin {
            Origin::File(path) | Origin::SecretFile(path) => Some(path.as_path()),
            _ => None,
        });
    match files.into_iter().find(|path| readable(path)) {
        Some(path) if secret_in_file => Check::failed(
            NAME,
            WHY,
            format!("{} holds a secret and everybody may read it", path.display()),
            format!("chmod o-rwx {}", path.display()),
        ),
        _ => Check::passed(NAME, WHY, summary),
    }
}

pub(super) fn state_folder(config: &Config) -> Check {
    const NAME: &str = "state folder";
    const WHY: &str = "keys, plugins, the audit log's tree and the private database live there";
    let dir = &config.state.dir;
    let shown = dir.display();
    if !dir.exists() {
        let parent = dir.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
        if access(parent, AccessFlags::W_OK | AccessFlags::X_OK).is_ok() {
            return Check::passed(NAME, WHY, format!("{shown} will be made at the first start"));
        }
        let fix = format!("install -d -o watchroom -g watchroom -m 711 {shown}");
        return Check::failed(NAME, WHY, format!("{shown} is not there and cannot be made"), fix);
    }
    if access(dir, AccessFlags::R_OK | AccessFlags::W_OK | AccessFlags::X_OK).is_err() {
        let fix = format!("run doctor as the user of the service, or: chown -R watchroom: {shown}");
        return Check::failed(NAME, WHY, format!("{shown} may not be written by this user"), fix);
    }
    let keys = dir.join("keys");
    let open = fs::read_dir(&keys)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o077 != 0));
    match open {
        Some(path) => {
            let found = format!("{} may be read by others", path.display());
            Check::failed(NAME, WHY, found, format!("chmod 600 {}", path.display()))
        }
        None => Check::passed(NAME, WHY, format!("{shown} may be written")),
    }
}

pub(super) fn disk(config: &Config) -> Option<Check> {
    const NAME: &str = "disk";
    const WHY: &str = "below state.min_free_mib Watchroom reports itself not ready; a full disk stops Postgres";
    let dir = config.state.dir.ancestors().find(|path| path.exists())?;
    let stat = nix::sys::statvfs::statvfs(dir).ok()?;
    let free = ByteSize(stat.blocks_available().saturating_mul(stat.fragment_size()));
    let (least, found) = (config.state.min_free(), format!("{free} free in {}", dir.display()));
    let fix = format!("free some space: du -xh --max-depth=2 {} | sort -h | tail", dir.display());
    Some(if free < least {
        Check::failed(NAME, WHY, format!("{found}, less than {least}"), fix)
    } else if free.0 / 4 < least.0 {
        Check::warning(NAME, WHY, found, fix)
    } else {
        Check::passed(NAME, WHY, found)
    })
}

pub(super) fn certificate(config: &Config) -> Check {
    const NAME: &str = "certificate";
    const WHY: &str = "browsers refuse an expired certificate, and nobody can sign in";
    if config.server.behind_proxy.enabled {
        return Check::passed(NAME, WHY, "the reverse proxy ends TLS");
    }
    let own = config.tls.certificate.is_none();
    if own && !config.tls_dir().join("self-signed.crt").exists() {
        return Check::passed(NAME, WHY, "a self-signed one will be made at the first start");
    }
    let now = SystemClock.now();
    let certificates = match Certificates::read(&config.tls, &config.tls_dir()) {
        Ok(certificates) => certificates,
        Err(error) => {
            let fix = "put a certificate and its key there, or unset tls.certificate and tls.key";
            return Check::failed(NAME, WHY, error.to_string(), fix);
        }
    };
    let kind = if own { "self-signed" } else { "the operator's" };
    let Some(end) = certificates.not_after() else {
        return Check::warning(NAME, WHY, format!("{kind}; its end cannot be read"), "look at it: openssl x509 -text");
    };
    let days = end.duration_since(now).as_hours() / 24;
    let found = format!("{kind}, {days} days left, SHA-256 {}", certificates.fingerprint());
    if end <= now {
        Check::failed(NAME, WHY, format!("{kind}, expired on {end}"), "replace the files; they are read within seconds")
    } else if !own && days < CERTIFICATE_WARNING_DAYS {
        Check::warning(NAME, WHY, found, "renew it; new files are read within seconds, without a restart")
    } else {
        Check::passed(NAME, WHY, found)
    }
}

pub(super) fn plugin_runtime() -> Check {
    const NAME: &str = "plugin runtime";
    const WHY: &str = "without it reports by plugins cannot run; everything else can";
    match PluginHost::new(1) {
        Ok(host) if host.is_healthy() => Check::passed(NAME, WHY, "starts"),
        Ok(_) => Check::failed(NAME, WHY, "started and stopped at once", "restart, and report this as a bug"),
        Err(error) => Check::failed(
            NAME,
            WHY,
            error.to_string(),
            "allow executable memory: remove MemoryDenyWriteExecute= from the unit (systemctl edit watchroom)",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::Result;
    use super::*;
    use crate::config::Environment;

    fn with(change: impl FnOnce(&mut Config)) -> Config {
        let mut config = Config::default();
        change(&mut config);
        config
    }

    #[test]
    fn a_secret_that_everybody_may_read_fails() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("config.toml");
        std::fs::write(&path, "[database]\nurl = \"postgres://a:b@c/d\"\n").expect("written");
        let look = |mode| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("mode");
            configuration(&Loaded::read(Some(&path), &Environment::default()).expect("good"))
        };
        assert_eq!(look(0o644).fix, Some(format!("chmod o-rwx {}", path.display())));
        assert_eq!(look(0o640).result, Result::Passed);
    }

    #[test]
    fn a_loose_key_fails() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("keys")).expect("made");
        let key = dir.path().join("keys/server.key");
        fs::write(&key, "x").expect("written");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("mode");
        let config = with(|config| config.state.dir = dir.path().to_owned());
        assert_eq!(state_folder(&config).fix, Some(format!("chmod 600 {}", key.display())));
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("mode");
        assert_eq!(state_folder(&config).result, Result::Passed);
    }

    #[test]
    fn too_little_space_fails() {
        let config = with(|config| {
            config.state.dir = PathBuf::from("/tmp/not/there/yet");
            config.state.min_free_mib = u64::MAX / (1024 * 1024);
        });
        assert_eq!(disk(&config).map(|check| check.result), Some(Result::Failed));
        let config = with(|config| config.state.min_free_mib = 0);
        assert_eq!(disk(&config).map(|check| check.result), Some(Result::Passed));
    }

    #[test]
    fn a_certificate_is_counted_down() {
        let dir = tempfile::tempdir().expect("a folder");
        let look = |days: i64| {
            let (certificate, key) = crate::http::tls::testing::pair(days);
            fs::write(dir.path().join("c.pem"), certificate).expect("written");
            fs::write(dir.path().join("k.pem"), key).expect("written");
            certificate_of(dir.path())
        };
        let certificate_result = look(90);
        assert_eq!(certificate_result.result, Result::Passed, "{certificate_result:?}");
        assert!(certificate_result.found.contains("89 days left"), "{certificate_result:?}");
        assert_eq!(look(10).result, Result::Warning);
        assert_eq!(look(-1).result, Result::Failed);
        fs::write(dir.path().join("k.pem"), crate::http::tls::testing::pair(9).1).expect("written");
        assert!(certificate_of(dir.path()).found.contains("cannot be used"));
    }

    fn certificate_of(dir: &Path) -> Check {
        certificate(&with(|config| {
            config.tls.certificate = Some(dir.join("c.pem"));
            config.tls.key = Some(dir.join("k.pem"));
        }))
    }

    #[test]
    fn the_plugin_runtime_starts_here() {
        assert_eq!(plugin_runtime().result, Result::Passed);
    }
}
