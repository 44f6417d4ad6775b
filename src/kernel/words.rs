//! Closed lists of words: what the database and forms have as a short code, and people read as a title.

/// An enum of such words, each as `Variant = "code", "Title";`. It gets `ALL`, `as_str`, `parse` and `title`, and JSON has
/// the codes too.
///
/// A code stands in rows and links, so it is never changed; a title may be.
macro_rules! words {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal, $title:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        $vis enum $name {
            $($(#[$of])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// All of them, as they are offered.
            $vis const ALL: &[Self] = &[$(Self::$variant,)*];

            /// As the database and a form have it.
            $vis const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Reads what `as_str` says; `None` for anything else.
            $vis fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }

            /// As people read it.
            $vis const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    words! {
        /// What falls from the sky.
        enum Weather {
            /// Water.
            Rain = "rain", "Rain";
            /// Ice.
            Sleet = "sleet", "Snow & rain";
        }
    }

    #[test]
    fn a_word_is_read_as_it_is_written_and_nothing_else_is_one() {
        assert_eq!(Weather::ALL, [Weather::Rain, Weather::Sleet]);
        for word in Weather::ALL {
            assert_eq!(Weather::parse(word.as_str()), Some(*word));
            assert_eq!(serde_json::to_value(word).expect("JSON"), word.as_str());
            assert_eq!(serde_json::from_str::<Weather>(&format!("\"{}\"", word.as_str())).expect("read"), *word);
        }
        assert_eq!(Weather::Sleet.title(), "Snow & rain");
        for foreign in ["", "Rain", "hail", "rain "] {
            assert_eq!(Weather::parse(foreign), None, "{foreign}");
        }
        assert!(serde_json::from_str::<Weather>("\"hail\"").is_err());
    }
}
