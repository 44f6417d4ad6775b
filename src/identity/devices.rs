//! What a browser calls itself, in as few words as its owner needs to recognise it: "Firefox on Android".
//!
//! The whole user agent is not kept: with a masked address it would still tell people of a small station apart.

/// Browser and system of a user agent; "Another browser" when neither is known.
pub fn name(user_agent: &str) -> String {
    // Each claims to be those below it, so the order decides.
    let browser = first(
        user_agent,
        &[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser/", "Samsung Internet"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
    );
    let system = first(
        user_agent,
        &[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("CrOS", "ChromeOS"),
            ("Mac OS X", "Mac"),
            ("Linux", "Linux"),
        ],
    );
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Another browser on {system}"),
        (None, None) => "Another browser".to_owned(),
    }
}

fn first(text: &str, known: &[(&str, &'static str)]) -> Option<&'static str> {
    known.iter().find(|(mark, _name)| text.contains(mark)).map(|(_mark, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn browsers_are_told_apart_though_each_claims_to_be_the_others() {
        for (agent, wanted) in [
            ("Mozilla/5.0 (Android 16; Mobile; rv:148.0) Gecko/148.0 Firefox/148.0", "Firefox on Android"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15",
                "Safari on Mac",
            ),
            ("curl/8.5.0", "Another browser"),
            ("", "Another browser"),
            ("<script>alert(1)</script>", "Another browser"),
        ] {
            assert_eq!(name(agent), wanted, "{agent}");
        }
    }
}
