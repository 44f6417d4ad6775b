//! The two ways of reading the trail: whole, or what of it is about security.

use crate::authz::permission;

/// What somebody reads, and so by which right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Log {
    /// Every entry of the organisation.
    #[default]
    Trail,
    /// The entries about access and configuration, for those who keep watch over these and not over people's records.
    Security,
}

impl Log {
    /// The permission to read it.
    pub(super) const fn reading(self) -> &'static str {
        match self {
            Self::Trail => permission::AUDIT_READ,
            Self::Security => permission::SECURITY_READ,
        }
    }

    /// The permission to take it away, beside the one to read it.
    pub(super) const fn exporting(self) -> &'static str {
        match self {
            Self::Trail => permission::AUDIT_EXPORT,
            Self::Security => permission::SECURITY_EXPORT,
        }
    }

    /// The deed of searching it.
    pub(super) const fn search(self) -> &'static str {
        match self {
            Self::Trail => "audit.search",
            Self::Security => "security.log-search",
        }
    }

    /// The deed of reading one entry.
    pub(super) const fn open(self) -> &'static str {
        match self {
            Self::Trail => "audit.open",
            Self::Security => "security.log-open",
        }
    }

    /// The deed of taking it away.
    pub(super) const fn export(self) -> &'static str {
        match self {
            Self::Trail => "audit.export",
            Self::Security => "security.log-export",
        }
    }

    /// The address of its list.
    pub(super) const fn home(self) -> &'static str {
        match self {
            Self::Trail => "/audit",
            Self::Security => "/security/log",
        }
    }
}
