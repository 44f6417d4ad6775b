//! To whom people can talk: what an organisation writes for its people, and what stands there until it has.

/// What is shown until the organisation has written its own. The numbers are the services' published ones; each
/// organisation checks them and adds its own.
pub const DEFAULT: &str = "\
In danger, or somebody is: call 999.
Samaritans, any time, free: 116 123.
NHS urgent mental health help: 111, and choose the mental health option.
The Fire Fighters Charity, for everybody in fire and rescue and their families: 0800 389 8820.
The Ambulance Staff Charity (TASC), for everybody in the ambulance service: 0800 103 2999.
Shout, by text message, any time: text SHOUT to 85258.
Your own service: ask your TRiM practitioner or occupational health.";

/// Characters that an organisation may write.
pub const LONGEST: usize = 4_000;

/// The lines of a text, without empty ones.
pub fn lines(body: &str) -> Vec<String> {
    body.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What may stand there.
///
/// # Errors
/// A sentence that says what to do.
pub fn check(typed: &str) -> Result<String, &'static str> {
    let body = typed.replace("\r\n", "\n").trim().to_owned();
    if body.is_empty() {
        return Err("Enter to whom people can talk. They see this when they are not well");
    }
    if body.chars().count() > LONGEST {
        return Err("Use at most 4,000 characters");
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_never_without_somebody_to_talk_to() {
        assert!(lines(DEFAULT).len() >= 5 && DEFAULT.contains("116 123"));
        assert_eq!(check(DEFAULT).as_deref(), Ok(DEFAULT));
        assert!(check(" \r\n ").is_err() && check(&"x".repeat(LONGEST + 1)).is_err());
        assert_eq!(check("a\r\nb"), Ok("a\nb".to_owned()));
    }
}
