//! Which kinds of work propose an exposure, to begin with: written when an organisation is founded, added again by a button,
//! and the service's own from then on.
//!
//! The kinds of work are those of [`crate::organisation::kinds`], by their codes. Which of them expose to what is our reading
//! of common knowledge of both trades, and no regulation was read for it; `docs/exposures.md` says so.

use super::model::Kind;

/// The codes of a kind of work from the type down, `*` for any; what it exposes to; agents.
pub const RULES: &[(&str, Kind, &str)] = &[
    ("fire-incident/fire", Kind::Contaminant, "Smoke, Soot"),
    ("fire-incident/fire/primary-road-vehicle", Kind::Contaminant, "Smoke, Soot, Vehicle fire products"),
    ("fire-incident/fire/secondary", Kind::Contaminant, "Smoke"),
    ("fire-incident/special-service/hazmat", Kind::Hazardous, "Not known yet"),
    ("fire-incident/special-service/spills-leaks", Kind::Hazardous, "Not known yet"),
    ("fire-incident/special-service/rtc", Kind::Biological, "Blood"),
    ("fire-incident/special-service/rtc", Kind::Traumatic, ""),
    ("fire-incident/special-service/other-transport", Kind::Traumatic, ""),
    ("fire-incident/special-service/flooding", Kind::Biological, "Flood water"),
    ("fire-incident/special-service/medical", Kind::Biological, "Blood, Body fluids"),
    ("fire-incident/special-service/suicide", Kind::Traumatic, ""),
    ("fire-incident/special-service/object-removal", Kind::Traumatic, ""),
    ("fire-work/fire-investigation", Kind::Contaminant, "Soot, Asbestos possible"),
    ("ambulance-response/*/role", Kind::Traumatic, ""),
    ("ambulance-job/cardiac-arrest", Kind::Traumatic, ""),
    ("ambulance-job/cardiac-arrest", Kind::Biological, "Body fluids"),
    ("ambulance-job/trauma", Kind::Traumatic, ""),
    ("ambulance-job/trauma", Kind::Biological, "Blood"),
    ("ambulance-job/rtc", Kind::Traumatic, ""),
    ("ambulance-job/rtc", Kind::Biological, "Blood"),
    ("ambulance-job/maternity", Kind::Biological, "Blood, Body fluids"),
    ("ambulance-job/overdose", Kind::Biological, "Sharps possible"),
    ("ambulance-job/major-incident", Kind::Traumatic, ""),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::exposures::work::{AllWork, Work};
    use crate::kernel::ids::DutyKindId;
    use crate::organisation::{Service, kinds};

    /// The kinds of work that an organisation begins with.
    fn work(service: Service) -> AllWork {
        fn walk(kinds: &[&kinds::Kind], parent: Option<DutyKindId>, all: &mut Vec<Work>) {
            for kind in kinds {
                let id = DutyKindId(uuid::Uuid::now_v7());
                let (code, name) = (kind.code.to_owned(), kind.name.to_owned());
                all.push(Work { id, parent, code, name, retired: false });
                walk(&kind.below.iter().collect::<Vec<_>>(), Some(id), all);
            }
        }
        let mut all = Vec::new();
        walk(&kinds::of(service), None, &mut all);
        AllWork::new(all)
    }

    #[test]
    fn each_rule_names_work_that_there_is_and_none_twice() {
        let all = work(Service::Both);
        let mut seen = BTreeSet::new();
        for (codes, kind, agents) in RULES {
            assert!(!all.by_codes(codes).is_empty(), "{codes}");
            assert!(seen.insert((*codes, *kind)), "{codes} twice");
            assert!(agents.len() <= 300);
        }
    }
}
