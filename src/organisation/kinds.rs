//! The types, categories and sub-categories of work that an organisation starts with. From then on they are its own
//! data: edited in the console, never deleted while in use.
//!
//! Fire: the national top level of the Incident Recording System (fire, false alarm, special service) and the
//! non-incident work of a station. Ambulance: response categories and job types. The lists below the national top
//! level are our wording of common usage, not a published code set.

use super::Service;

/// A type, category or sub-category.
#[derive(Debug)]
pub struct Kind {
    /// Stable within its parent; what imports and the API name it by.
    pub code: &'static str,
    /// What people read.
    pub name: &'static str,
    /// The level below: categories of a type, sub-categories of a category.
    pub below: &'static [Kind],
}

const fn leaf(code: &'static str, name: &'static str) -> Kind {
    Kind { code, name, below: &[] }
}

/// The types for a service.
pub fn of(service: Service) -> Vec<&'static Kind> {
    match service {
        Service::Fire => FIRE.iter().chain(COMMON).collect(),
        Service::Ambulance => AMBULANCE.iter().chain(COMMON).collect(),
        Service::Both => FIRE.iter().chain(AMBULANCE).chain(COMMON).collect(),
    }
}

static FIRE: &[Kind] = &[
    Kind {
        code: "fire-incident",
        name: "Fire service incident",
        below: &[
            Kind {
                code: "fire",
                name: "Fire",
                below: &[
                    leaf("primary-dwelling", "Primary fire: dwelling"),
                    leaf("primary-other-building", "Primary fire: other building"),
                    leaf("primary-road-vehicle", "Primary fire: road vehicle"),
                    leaf("primary-other", "Primary fire: other"),
                    leaf("secondary", "Secondary fire"),
                    leaf("chimney", "Chimney fire"),
                    leaf("late-call", "Late call"),
                ],
            },
            Kind {
                code: "false-alarm",
                name: "False alarm",
                below: &[
                    leaf("malicious", "Malicious"),
                    leaf("good-intent", "Good intent"),
                    leaf("apparatus", "Apparatus (automatic fire alarm)"),
                ],
            },
            Kind {
                code: "special-service",
                name: "Special service",
                below: &[
                    leaf("rtc", "Road traffic collision"),
                    leaf("other-transport", "Other transport incident"),
                    leaf("flooding", "Flooding"),
                    leaf("water-rescue", "Rescue or evacuation from water"),
                    leaf("entry-exit", "Effecting entry or exit"),
                    leaf("lift-release", "Lift release"),
                    leaf("other-rescue", "Other rescue or release of persons"),
                    leaf("animal", "Animal assistance"),
                    leaf("hazmat", "Hazardous materials"),
                    leaf("spills-leaks", "Spills and leaks (not road traffic)"),
                    leaf("making-safe", "Making safe"),
                    leaf("object-removal", "Removal of object from person, or person from object"),
                    leaf("suicide", "Suicide or attempt"),
                    leaf("medical", "Medical co-responding"),
                    leaf("evacuation", "Evacuation (no fire)"),
                    leaf("assist-agency", "Assist other agencies"),
                    leaf("water-provision", "Water provision"),
                    leaf("advice", "Advice only"),
                    leaf("standby", "Standby"),
                    leaf("no-action", "No action (not false alarm)"),
                ],
            },
        ],
    },
    Kind {
        code: "fire-work",
        name: "Fire service work",
        below: &[
            leaf("ba-wear", "Breathing apparatus wear"),
            leaf("equipment-checks", "Equipment and hydrant checks"),
            leaf("home-fire-safety", "Home fire safety visit"),
            leaf("fire-safety-audit", "Fire safety audit"),
            leaf("cover-move", "Cover move or standby"),
            leaf("fire-investigation", "Fire investigation"),
            leaf("fire-control", "Control duty"),
        ],
    },
];

const RESPONSE_OUTCOMES: &[Kind] = &[
    leaf("see-convey-ed", "See and convey to emergency department"),
    leaf("see-convey-other", "See and convey elsewhere"),
    leaf("see-treat", "See and treat"),
    leaf("hear-treat", "Hear and treat"),
    leaf("cancelled", "Cancelled"),
    leaf("no-patient", "No patient"),
    leaf("role", "Recognition of life extinct"),
];

static AMBULANCE: &[Kind] = &[
    Kind {
        code: "ambulance-response",
        name: "Ambulance response",
        below: &[
            Kind { code: "c1", name: "Category 1: life-threatening", below: RESPONSE_OUTCOMES },
            Kind { code: "c2", name: "Category 2: emergency", below: RESPONSE_OUTCOMES },
            Kind { code: "c3", name: "Category 3: urgent", below: RESPONSE_OUTCOMES },
            Kind { code: "c4", name: "Category 4: less urgent", below: RESPONSE_OUTCOMES },
        ],
    },
    Kind {
        code: "ambulance-job",
        name: "Ambulance job",
        below: &[
            leaf("cardiac-arrest", "Cardiac arrest"),
            leaf("medical", "Medical"),
            leaf("trauma", "Trauma"),
            leaf("rtc", "Road traffic collision"),
            leaf("maternity", "Maternity or newborn"),
            leaf("paediatric", "Paediatric"),
            leaf("mental-health", "Mental health (section 136)"),
            leaf("falls", "Falls"),
            leaf("overdose", "Overdose"),
            leaf("end-of-life", "End of life"),
            leaf("transfer", "Healthcare professional or inter-facility transfer"),
            leaf("major-incident", "Major incident"),
            leaf("standby", "Standby"),
            leaf("handover-delay", "Hospital cohort or handover delay"),
            leaf("cfr", "Community first responder attendance"),
            leaf("event-cover", "Event cover"),
            leaf("patient-transport", "Patient transport run"),
        ],
    },
];

static COMMON: &[Kind] = &[
    Kind {
        code: "shift",
        name: "Shift",
        below: &[
            leaf("day", "Day shift"),
            leaf("night", "Night shift"),
            leaf("on-call", "On-call cover"),
            leaf("overtime", "Overtime"),
        ],
    },
    Kind {
        code: "training",
        name: "Training",
        below: &[
            leaf("drill", "Drill or exercise"),
            leaf("course", "Course"),
            leaf("instructor", "Instructor duty"),
            leaf("fitness", "Fitness"),
        ],
    },
    Kind {
        code: "other",
        name: "Other work",
        below: &[
            leaf("community-event", "Community event"),
            leaf("administration", "Administration"),
            leaf("meeting", "Meeting"),
            leaf("travel", "Travel"),
        ],
    },
];
