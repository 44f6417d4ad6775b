//! "Test this provider": what stands in the way of signing in, said so that an administrator can mend it.

use jiff::Timestamp;

use super::discovery::{DiscoveryFault, Introduced, Metadata};
use super::error::SsoError;
use super::flow::{Door, post_as};
use super::model::Provider;
use super::wire::{Usable, WireFault};
use crate::kernel::ids::OrganisationId;

/// How a point turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// It works, and is worth knowing.
    Note,
    /// Signing in will not work.
    Bad,
}

/// One point that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// What.
    pub what: &'static str,
    /// How it turned out.
    pub mark: Mark,
    /// What was found, and what to do about it.
    pub text: String,
}

fn point(what: &'static str, mark: Mark, text: impl Into<String>) -> Point {
    Point { what, mark, text: text.into() }
}

impl Door<'_> {
    /// Looks at a provider from beginning to end, and stops at what nothing can follow.
    pub async fn check(&self, organisation: OrganisationId, provider: &Provider, now: Timestamp) -> Vec<Point> {
        let mut points = Vec::new();
        let wire = self.federation.directory.wire();
        let issuer = &provider.settings.issuer;
        if let Usable::No(why) = wire.usable(issuer) {
            return vec![point("Address", Mark::Bad, why)];
        }
        if let Ok(Some(off)) = wire.clock(&super::discovery::address(issuer), now).await {
            points.push(clock(off, self.federation.settings.leeway_s));
        }
        self.federation.directory.forget(issuer);
        let known = match self.federation.directory.ask(issuer, now).await {
            Ok(known) => known,
            Err(fault) => {
                points.insert(0, introduction(&fault));
                return points;
            }
        };
        points.insert(0, point("Introduction", Mark::Good, format!("{issuer} introduces itself.")));
        points.extend(metadata(&known.metadata));
        points.push(keys(&known));
        points.push(self.client(organisation, provider, &known).await);
        points
    }

    /// Whether the provider knows us: a made-up code must be refused as a code, and not because of who asks.
    async fn client(&self, organisation: OrganisationId, provider: &Provider, known: &Introduced) -> Point {
        const WHAT: &str = "Client ID and secret";
        let secret = match self.secret(organisation, provider) {
            Ok(secret) => secret,
            Err(error) => return point(WHAT, Mark::Bad, sentence(&error)),
        };
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", "a-code-that-cannot-be"),
            ("redirect_uri", "https://localhost/"),
            ("code_verifier", "a-verifier-that-belongs-to-no-code-at-all-0"),
        ];
        let wire = self.federation.directory.wire();
        let answer: Result<serde_json::Value, _> = post_as(wire, provider, known, &fields, secret.as_ref()).await;
        match answer {
            Err(WireFault::Status { code: Some(code), .. })
                if matches!(code.as_str(), "invalid_grant" | "invalid_request") =>
            {
                point(WHAT, Mark::Good, "The provider knows this client and takes its secret.")
            }
            Err(WireFault::Status { code: Some(code), .. })
                if matches!(code.as_str(), "invalid_client" | "unauthorized_client") =>
            {
                let text = format!(
                    "The provider refuses this client ({code}). Check the client ID, and enter the secret again: its \
                     value, not its id. It may also have expired."
                );
                point(WHAT, Mark::Bad, text)
            }
            Err(fault) => point(WHAT, Mark::Note, format!("It cannot be told whether the secret is right: {fault}.")),
            Ok(_surprise) => point(WHAT, Mark::Bad, "The provider took a made-up code. Do not use it."),
        }
    }
}

fn clock(off: i64, leeway_s: u32) -> Point {
    let seconds = off.unsigned_abs();
    if seconds <= u64::from(leeway_s) {
        point("Clock", Mark::Good, format!("Its clock and this server's differ by {seconds} s."))
    } else {
        let side = if off > 0 { "ahead of" } else { "behind" };
        let text = format!(
            "Its clock is {seconds} s {side} this server's, and {leeway_s} s are allowed. Set this server's clock by NTP."
        );
        point("Clock", Mark::Bad, text)
    }
}

fn introduction(fault: &DiscoveryFault) -> Point {
    let text = match fault {
        DiscoveryFault::OtherIssuer { says, .. } => {
            format!("The provider calls itself {says}. Enter exactly that as its issuer, slash and all.")
        }
        DiscoveryFault::Wire(WireFault::Status { status: 404, host, .. }) => format!(
            "{host} has nothing at the issuer's address followed by /.well-known/openid-configuration. Check the issuer: \
             for Microsoft Entra ID it is https://login.microsoftonline.com/, the tenant's id, and /v2.0; for Keycloak it \
             ends in /realms/ and the realm's name."
        ),
        DiscoveryFault::Wire(WireFault::Untrusted { host, why }) => format!(
            "The certificate of {host} is not trusted ({why}). If it is from an authority of your own, name that in the \
             configuration: sso.extra_ca_file."
        ),
        DiscoveryFault::Wire(WireFault::Unreachable { host, why }) => {
            format!(
                "{host} cannot be reached ({why}). Check the address, and that the firewall lets this server out to it."
            )
        }
        DiscoveryFault::Wire(fault) => format!("{fault}."),
    };
    point("Introduction", Mark::Bad, text)
}

fn metadata(metadata: &Metadata) -> Vec<Point> {
    let pkce = if metadata.knows_pkce() {
        point("PKCE", Mark::Good, "It knows PKCE with S256.")
    } else if metadata.code_challenge_methods_supported.is_some() {
        point("PKCE", Mark::Bad, "It knows PKCE, but not with S256, which is always used. Switch S256 on there.")
    } else {
        let text = "It does not say that it knows PKCE. It is used all the same; Microsoft Entra ID knows it without \
                    saying so. A provider that really does not know it cannot be used safely.";
        point("PKCE", Mark::Note, text)
    };
    let issuer = if metadata.authorization_response_iss_parameter_supported {
        point("Mix-up", Mark::Good, "It names itself in its answers, and that is checked.")
    } else {
        point(
            "Mix-up",
            Mark::Note,
            "It does not name itself in its answers; its own return address stands in for that.",
        )
    };
    let logout = if metadata.backchannel_logout_supported {
        point("Sign-out", Mark::Good, "It can say when somebody signs out. Register the sign-out address there.")
    } else {
        let text = "It does not say that it can tell when somebody signs out there: sessions here then end by their own \
                    limits.";
        point("Sign-out", Mark::Note, text)
    };
    vec![pkce, issuer, logout]
}

fn keys(known: &Introduced) -> Point {
    use openidconnect::{JsonWebKey as _, JsonWebKeyUse as _};
    let signs = known.keys.keys().iter().filter(|key| key.key_use().is_none_or(|usage| usage.allows_signature()));
    match signs.count() {
        0 => point("Keys", Mark::Bad, "It publishes no key by which its tokens could be checked."),
        1 => point("Keys", Mark::Good, "It publishes a key by which its tokens can be checked."),
        many => point("Keys", Mark::Good, format!("It publishes {many} keys by which its tokens can be checked.")),
    }
}

fn sentence(error: &SsoError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_says_whose_and_by_how_much() {
        assert_eq!(clock(-59, 60).mark, Mark::Good);
        let ahead = clock(300, 60);
        assert!(ahead.mark == Mark::Bad && ahead.text.contains("300 s ahead of"), "{ahead:?}");
        assert!(clock(-300, 60).text.contains("behind"));
    }

    #[test]
    fn another_issuer_says_what_to_enter() {
        let fault = DiscoveryFault::OtherIssuer { says: "https://a/".to_owned(), wanted: "https://a".to_owned() };
        let point = introduction(&fault);
        assert!(point.mark == Mark::Bad && point.text.contains("calls itself https://a/"), "{point:?}");
    }
}
