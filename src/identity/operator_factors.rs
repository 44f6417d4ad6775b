//! What the machine's operator does with second factors and with passwords of another system.

use jiff::Timestamp;

use super::factors::resets;
use super::operator::Operator;
use super::policy::ChangeSignIn;
use super::throttle::Attempt;
use super::{IdentityError, operator_factors_store, operator_store, sign_in};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, SystemName};
use crate::kernel::ids::OrganisationId;

/// What became of a file of hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Accounts that have their password now.
    pub set: u32,
    /// Addresses of no account.
    pub unknown: u32,
    /// Accounts that had a password and keep it.
    pub kept: u32,
}

impl Operator<'_> {
    /// Takes away every second factor of an account and ends its sessions; how many sessions that were.
    ///
    /// # Errors
    /// [`IdentityError::NoAccount`], [`IdentityError::NoFactor`].
    pub fn reset_factors(
        &self,
        organisation: OrganisationId,
        email: &str,
        now: Timestamp,
    ) -> Result<usize, IdentityError> {
        self.db.write_blocking(&Caller::system(SystemName::Operator, organisation), |tx| {
            let person = operator_store::account_of(tx, &sign_in::normal(email))?.ok_or(IdentityError::NoAccount)?;
            Attempt::at_factor(self.keys, person, None).forgive(tx)?;
            resets::by_operator(tx, person, now)
        })
    }

    /// Gives accounts without a password those of another system, by address and bcrypt hash
    /// ([`super::passwords::is_importable`]).
    ///
    /// # Errors
    /// [`IdentityError::Db`].
    pub fn import_hashes(
        &self,
        organisation: OrganisationId,
        hashes: &[(String, String)],
        now: Timestamp,
    ) -> Result<Imported, IdentityError> {
        self.db.write_blocking(&Caller::system(SystemName::Operator, organisation), |tx| {
            let mut done = Imported::default();
            for (email, hash) in hashes {
                let Some(person) = operator_store::account_of(tx, &sign_in::normal(email))? else {
                    done.unknown += 1;
                    continue;
                };
                let may = authz::may::<ChangeSignIn>(tx, person)?;
                if operator_factors_store::set_first_password(tx, &may, hash, now)? {
                    audit::record(tx, now, Entry::new("password.import").on("person", person).about(person))?;
                    done.set += 1;
                } else {
                    done.kept += 1;
                }
            }
            Ok(done)
        })
    }
}
