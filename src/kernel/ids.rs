//! One newtype per kind of row, so that a person's id cannot stand where a unit's is meant.
//!
//! New ids are UUIDv7 made from the clock that the caller passes: index-friendly, and ordered by creation.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::{NoContext, Uuid};

fn v7(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id that stands for "none" where a database setting cannot be null.
            pub const NIL: Self = Self(Uuid::nil());

            /// A new id that sorts by `now`.
            pub fn new(now: Timestamp) -> Self {
                Self(v7(now))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Uuid, DB> for $name
        where
            DB: diesel::backend::Backend,
            Uuid: diesel::deserialize::FromSql<diesel::sql_types::Uuid, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                Uuid::from_sql(bytes).map(Self)
            }
        }

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::Uuid, DB> for $name
        where
            DB: diesel::backend::Backend,
            Uuid: diesel::serialize::ToSql<diesel::sql_types::Uuid, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }
    };
}

id!(/// An organisation: a fire and rescue service, or an ambulance trust.
    OrganisationId);
id!(/// Somebody who works there.
    PersonId);
id!(/// A service, area, station or watch.
    UnitId);
id!(/// A group of contracts under which the same rules of working time hold.
    ContractGroupId);
id!(/// An agreement not to have the weekly limit.
    OptOutId);
id!(/// Work for another employer, as somebody declared it.
    OtherEmploymentId);
id!(/// A role: a named set of permissions.
    RoleId);
id!(/// One person's holding of a role, for a unit or for the whole organisation.
    RoleGrantId);
id!(/// A role that somebody asked for, and that a second person decides on.
    GrantRequestId);
id!(/// A type, category or sub-category of work.
    DutyKindId);
id!(/// One entry of the activity log.
    DutyId);
id!(/// Somebody's hours of one period, once they were submitted.
    TimesheetId);
id!(/// That somebody decides on hours in somebody else's stead.
    DelegationId);
id!(/// A proposal to correct a duty of an approved period.
    CorrectionId);
id!(/// What somebody claims for a duty.
    ClaimId);
id!(/// A file of approved claims for payroll.
    PayrollRunId);
id!(/// One entry of somebody's record of development.
    CpdEntryId);
id!(/// One file that shows that such an entry is so.
    CpdEvidenceId);
id!(/// That somebody was asked to confirm such an entry.
    CpdRequestId);
id!(/// A kind of competence.
    CompetenceKindId);
id!(/// That people of a unit or a role need a kind of competence.
    CompetenceNeedId);
id!(/// One certificate of somebody's.
    CertificateId);
id!(/// Days on which somebody is away.
    AbsenceId);
id!(/// A pattern of duties.
    DutyPatternId);
id!(/// One duty of such a pattern.
    PatternSlotId);
id!(/// That a person or a unit works a pattern.
    RotaAssignmentId);
id!(/// A stretch in which somebody is not available for on-call.
    UnavailableId);
id!(/// That a kind of work proposes an exposure.
    ExposureRuleId);
id!(/// What somebody was exposed to.
    ExposureId);
id!(/// That TRiM is offered after a kind of work.
    TrimCriterionId);
id!(/// That somebody was offered TRiM, or asked for it.
    TrimOfferId);
id!(/// An offer that was accepted, for who practises.
    TrimCaseId);
id!(/// An assessment or a follow-up that took place.
    TrimMeetingId);
id!(/// What was scored at such a meeting, for one who can open it.
    TrimScoreId);
id!(/// One way to open somebody's vault.
    VaultWrapId);
id!(/// What was once done with somebody's vault.
    VaultReceiptId);
id!(/// One sealed record of somebody's wellbeing.
    WellbeingRecordId);
id!(/// That such a record was shared with somebody.
    WellbeingShareId);
id!(/// A post for which people may apply.
    VacancyId);
id!(/// What somebody from outside sent for a vacancy.
    ApplicationId);
id!(/// One document that came with an application.
    ApplicationFileId);
id!(/// One letter to an applicant.
    ApplicationLetterId);
id!(/// A change that somebody proposed of their own details.
    DetailChangeId);
id!(/// A transfer or a leaving that was planned.
    MoveId);
id!(/// One assignment of a person to a call sign.
    CrewAssignmentId);
id!(/// One file brought in.
    ImportId);
id!(/// One passkey of somebody's.
    PasskeyId);
id!(/// One request to take away somebody's second factors.
    FactorResetId);
id!(/// One installed version of a plugin.
    PluginId);
id!(/// One run of a plugin.
    RunId);
id!(/// One rule on a network from which people may come.
    NetworkRuleId);
id!(/// One token for the API.
    TokenId);
id!(
    /// A provider's word for somebody: the sign-in that it began, and what ends with it.
    VoucherId);
id!(/// An OpenID provider that people sign in with.
    SsoProviderId);
id!(/// That a group at a provider gives a role.
    SsoRuleId);
id!(/// A token with which a directory provisions people.
    ScimTokenId);
id!(/// A group of a directory.
    ScimGroupId);
id!(/// One piece of background work.
    JobId);
id!(/// One message in the outbox.
    MessageId);
id!(/// One notice in the app.
    NoticeId);
id!(/// One link by which somebody chooses a password.
    LinkId);

impl OrganisationId {
    /// The made-up organisation in which this one's console is looked at as a role: the same id, of version 8.
    pub fn preview(self) -> Self {
        Self(eighth(self.0.into_bytes()))
    }

    /// Whether it is such a made-up organisation.
    pub fn is_preview(self) -> bool {
        self.0.get_version_num() == 8
    }
}

/// An id of version 8 for what two ids have in common, such as somebody and the role that they look through.
pub fn of_both(one: Uuid, other: Uuid) -> Uuid {
    let mut bytes = one.into_bytes();
    for (byte, with) in bytes.iter_mut().zip(other.into_bytes()) {
        *byte ^= with;
    }
    eighth(bytes)
}

fn eighth(bytes: [u8; 16]) -> Uuid {
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_shows_in_the_id() {
        let real = OrganisationId::new(Timestamp::UNIX_EPOCH);
        assert!(!real.is_preview() && real.preview().is_preview());
        assert_eq!(real.preview().preview(), real.preview());
        assert!(!OrganisationId::NIL.is_preview());
        let (one, other) = (Uuid::from_u128(7), Uuid::from_u128(9));
        assert_eq!(of_both(one, other), of_both(other, one));
        assert_ne!(of_both(one, other), of_both(one, one));
    }
}
