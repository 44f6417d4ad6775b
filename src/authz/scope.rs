//! How far a permission reaches, as a role has it.

/// How far a role's permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The holder's own records.
    Own,
    /// Those of the unit that the role was given for, and of no other.
    Unit,
    /// Those of the unit that the role was given for, and of all units below.
    Below,
    /// All of the organisation.
    Organisation,
}

impl Scope {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 4] = [Self::Own, Self::Unit, Self::Below, Self::Organisation];

    /// As the database has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Unit => "unit",
            Self::Below => "below",
            Self::Organisation => "organisation",
        }
    }

    /// Reads what [`Scope::as_str`] says; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// In words, as a column of a table has it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Own => "Own",
            Self::Unit => "Their unit",
            Self::Below => "Their unit and below",
            Self::Organisation => "All",
        }
    }

    /// Whether it needs a unit to reach anything.
    pub const fn for_unit(self) -> bool {
        matches!(self, Self::Unit | Self::Below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_survives_the_database() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
        }
        assert_eq!(Scope::parse("everything"), None);
    }
}
