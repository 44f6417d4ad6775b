//! Authorisation as a value: [`Granted`] is the proof, and only [`may`] makes one.

use std::marker::PhantomData;

use super::Caller;
use crate::db::{DbError, Tx};

/// What a permission says of a caller and the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allow,
    /// No, and the caller may know that the thing exists: 403.
    Deny,
    /// No, and the caller must not learn that it exists: 404.
    Hide,
}

/// One act on one kind of thing.
pub trait Permission {
    /// `noun.verb`: the name of the act in spans and audit entries.
    const NAME: &'static str;
    /// What the act is done to: an id, or `()` for the organisation as a whole.
    type Scope: Copy;
    /// What the verdict has to know.
    type Facts;

    /// Loads what the verdict needs, or `None` when there is no such thing (or the caller cannot see it).
    ///
    /// # Errors
    /// Whatever the database says.
    fn facts(tx: &mut Tx<'_>, scope: Self::Scope) -> Result<Option<Self::Facts>, DbError>;

    /// The rule. Pure: the same caller and facts always get the same verdict.
    fn decide(caller: &Caller, facts: &Self::Facts) -> Verdict;
}

/// Why an act is not allowed.
#[derive(Debug, thiserror::Error)]
pub enum AuthzError {
    /// The caller may not do it, and may know that.
    #[error("{0} is not allowed")]
    Denied(&'static str),
    /// There is no such thing, or the caller must not learn of it.
    #[error("there is no such record")]
    Hidden,
    /// The facts could not be loaded.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Proof that policy allowed `P` on this scope, inside this transaction.
///
/// It cannot be made elsewhere, cannot leave the transaction whose facts it was decided on (`'tx` is invariant), and
/// carries the id, so that it cannot be used for another row.
#[must_use = "a grant that is not handed to the store protects nothing"]
pub struct Granted<'tx, P: Permission> {
    scope: P::Scope,
    facts: P::Facts,
    _tx: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<P: Permission> Granted<'_, P> {
    /// What the act may be done to.
    pub fn scope(&self) -> P::Scope {
        self.scope
    }

    /// What was known when it was allowed.
    pub fn facts(&self) -> &P::Facts {
        &self.facts
    }
}

/// Asks whether the transaction's caller may do `P` to `scope`.
///
/// # Errors
/// [`AuthzError::Denied`], [`AuthzError::Hidden`], or the database's error.
pub fn may<'tx, P: Permission>(tx: &mut Tx<'tx>, scope: P::Scope) -> Result<Granted<'tx, P>, AuthzError> {
    let facts = P::facts(tx, scope)?.ok_or(AuthzError::Hidden)?;
    match P::decide(tx.caller(), &facts) {
        Verdict::Allow => Ok(Granted { scope, facts, _tx: PhantomData }),
        Verdict::Deny => Err(AuthzError::Denied(P::NAME)),
        Verdict::Hide => Err(AuthzError::Hidden),
    }
}

/// Asks as [`may`] does, where not being allowed is an answer like another: `None`.
///
/// # Errors
/// The database's error.
pub fn if_may<'tx, P: Permission>(tx: &mut Tx<'tx>, scope: P::Scope) -> Result<Option<Granted<'tx, P>>, DbError> {
    match may::<P>(tx, scope) {
        Ok(granted) => Ok(Some(granted)),
        Err(AuthzError::Denied(_) | AuthzError::Hidden) => Ok(None),
        Err(AuthzError::Db(error)) => Err(error),
    }
}

/// Asks as [`may`] does, for an act whose stores ask for no proof: on tables that the system works on as well, which
/// has no grant to show, or that hold no personal data.
///
/// # Errors
/// As [`may`].
pub fn require<P: Permission>(tx: &mut Tx<'_>, scope: P::Scope) -> Result<(), AuthzError> {
    may::<P>(tx, scope).map(|_granted| ())
}
