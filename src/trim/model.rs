//! What an offer, a case and a meeting are.

use jiff::Timestamp;

use crate::kernel::ids::{DutyKindId, PersonId, TrimCaseId, TrimCriterionId, TrimOfferId, UnitId};
use crate::kernel::words::words;

words! {
    /// What makes an event one after which TRiM is offered.
    pub enum Criterion {
        /// A child died.
        ChildDeath = "child-death", "Death of a child";
        /// Somebody died suddenly.
        SuddenDeath = "sudden-death", "Sudden death";
        /// Somebody killed themself or another.
        Suicide = "suicide", "Suicide or murder";
        /// Somebody was to be resuscitated.
        Resuscitation = "resuscitation", "Attempt at resuscitation";
        /// What the organisation decides.
        Other = "other", "Another event";
    }
}

words! {
    /// How an offer came about.
    pub enum Origin {
        /// By the kind of work.
        Criterion = "criterion", "The kind of work calls for it";
        /// At a manager's discretion.
        Manager = "manager", "A manager offered it";
        /// Asked for.
        Own = "self", "You asked for it";
    }
}

words! {
    /// What somebody answered.
    pub enum Answer {
        /// They would like it.
        Accepted = "accepted", "Accepted";
        /// They would not.
        Declined = "declined", "Declined";
    }
}

words! {
    /// Which meeting.
    pub enum MeetingKind {
        /// The first, no sooner than 72 hours after the event.
        Assessment = "assessment", "Assessment";
        /// The second, 28 days later.
        FollowUp = "follow-up", "Follow-up";
    }
}

words! {
    /// What is done next.
    pub enum Outcome {
        /// Nothing is needed.
        NoConcern = "no-concern", "Nothing more is needed now";
        /// They keep an eye on it.
        Monitor = "monitor", "Keep an eye on it until the follow-up";
        /// Somebody else should see them.
        Refer = "refer", "Signposted to somebody else";
        /// They did not come, or did not want to.
        NotAttended = "not-attended", "It did not take place: not attended";
    }
}

words! {
    /// To whom they were signposted.
    pub enum Referral {
        /// Occupational health.
        OccupationalHealth = "occupational-health", "Occupational health";
        /// Their general practitioner.
        GeneralPractitioner = "general-practitioner", "General practitioner";
        /// Counselling or an assistance programme.
        Counselling = "counselling", "Counselling or an assistance programme";
        /// Help at once.
        Urgent = "urgent", "Urgent help";
    }
}

/// That TRiM is offered after a kind of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CriterionRule {
    /// Which one.
    pub id: TrimCriterionId,
    /// The kind of work.
    pub work: DutyKindId,
    /// Why.
    pub criterion: Criterion,
}

/// An offer, for the one whom it is made to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which one.
    pub id: TrimOfferId,
    /// To whom.
    pub person: PersonId,
    /// When the event was over.
    pub event_at: Timestamp,
    /// How it came about.
    pub origin: Origin,
    /// Which criterion, where it was one.
    pub criterion: Option<Criterion>,
    /// When it was made.
    pub offered_at: Timestamp,
    /// What they answered, and when; `None` is no answer.
    pub answer: Option<(Answer, Timestamp)>,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The member withdrew.
    Withdrawn,
    /// The practitioner closed it.
    Closed,
}

/// An accepted offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Which one.
    pub id: TrimCaseId,
    /// The offer that it comes of.
    pub offer: TrimOfferId,
    /// Whom it is about.
    pub person: PersonId,
    /// How the offer came about.
    pub origin: Origin,
    /// Which criterion, where it was one.
    pub criterion: Option<Criterion>,
    /// When the event was over.
    pub event_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Who has taken it over.
    pub practitioner: Option<PersonId>,
    /// That it ended, when and how.
    pub ended: Option<(Timestamp, Ending)>,
}

/// A meeting that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Of which case.
    pub case: TrimCaseId,
    /// Which.
    pub kind: MeetingKind,
    /// When it was.
    pub held_at: Timestamp,
    /// What is done next.
    pub outcome: Outcome,
    /// To whom they were signposted.
    pub referral: Option<Referral>,
}

/// Somebody with how to reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reachable {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
    /// Their work address.
    pub email: Option<String>,
    /// Their telephone.
    pub phone: Option<String>,
}

/// How many offers were made in a unit, as far as that may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Shown(i64),
    /// Fewer than five.
    Few,
    /// Five or more, from which a number under five could be worked out.
    Beside,
}

/// A line of the counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountLine {
    /// Of which unit; `None` is the sum.
    pub unit: Option<UnitId>,
    /// How many.
    pub count: Count,
}
