//! How many people stand how, added up by whatever name is asked.

use std::collections::BTreeMap;

/// So many rows of people and competences stand so. A row is one person with one competence that they need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) in_date: i64,
    pub(crate) ending: i64,
    pub(crate) grace: i64,
    /// Ran out for good, or taken away.
    pub(crate) lapsed: i64,
    pub(crate) missing: i64,
    /// People, each counted once.
    pub(crate) off_the_run: i64,
}

impl Standing {
    /// Adds `count` of the state that the data set calls by this name. One that a later version may bring is counted
    /// with what does not count.
    pub(crate) fn add(&mut self, state: &str, count: i64, off_the_run: i64) {
        let place = match state {
            "valid" => &mut self.in_date,
            "ending" => &mut self.ending,
            "grace" => &mut self.grace,
            "missing" => &mut self.missing,
            _ => &mut self.lapsed,
        };
        *place += count;
        self.off_the_run += off_the_run;
    }

    pub(crate) fn needed(&self) -> i64 {
        self.in_date + self.ending + self.grace + self.lapsed + self.missing
    }

    /// Of 100 that are needed so many count today, rounded to a tenth; none where nothing is needed.
    pub(crate) fn share(&self) -> Option<f64> {
        let (count, needed) = (self.in_date + self.ending + self.grace, self.needed());
        (needed > 0).then(|| (count as f64 * 1_000.0 / needed as f64).round() / 10.0)
    }

    fn plus(&mut self, more: &Self) {
        self.in_date += more.in_date;
        self.ending += more.ending;
        self.grace += more.grace;
        self.lapsed += more.lapsed;
        self.missing += more.missing;
        self.off_the_run += more.off_the_run;
    }
}

/// By unit and competence.
#[derive(Debug, Default)]
pub(crate) struct Standings(BTreeMap<(String, String), Standing>);

impl Standings {
    pub(crate) fn add(&mut self, unit: Option<&str>, competence: Option<&str>, state: &str, count: i64, off: i64) {
        let key = (unit.unwrap_or("No unit").to_owned(), competence.unwrap_or("No name").to_owned());
        self.0.entry(key).or_default().add(state, count, off);
    }

    pub(crate) fn all(&self) -> Standing {
        let mut all = Standing::default();
        self.0.values().for_each(|one| all.plus(one));
        all
    }

    /// By the unit's name.
    pub(crate) fn by_unit(&self) -> BTreeMap<&str, Standing> {
        let mut units: BTreeMap<&str, Standing> = BTreeMap::new();
        for ((unit, _competence), one) in &self.0 {
            units.entry(unit).or_default().plus(one);
        }
        units
    }

    /// By the names of unit and competence.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, &str, &Standing)> {
        self.0.iter().map(|((unit, competence), one)| (unit.as_str(), competence.as_str(), one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standings() -> Standings {
        let mut all = Standings::default();
        all.add(Some("Hillside"), Some("Driving"), "valid", 6, 0);
        all.add(Some("Hillside"), Some("Driving"), "ending", 1, 0);
        all.add(Some("Hillside"), Some("Breathing apparatus"), "lapsed", 2, 2);
        all.add(Some("Hillside"), Some("Breathing apparatus"), "withdrawn", 1, 1);
        all.add(Some("Harbour"), Some("Driving"), "missing", 3, 0);
        all.add(None, None, "grace", 1, 0);
        all
    }

    #[test]
    fn what_is_added_up_by_unit_is_that_of_all_its_competences() {
        let all = standings();
        let units = all.by_unit();
        assert_eq!(units.keys().copied().collect::<Vec<_>>(), ["Harbour", "Hillside", "No unit"]);
        let hillside = Standing { in_date: 6, ending: 1, lapsed: 3, off_the_run: 3, ..Standing::default() };
        assert_eq!(units.get("Hillside"), Some(&hillside));
        assert_eq!((hillside.needed(), hillside.share()), (10, Some(70.0)));
        assert_eq!((all.all().needed(), all.all().off_the_run), (14, 3));
        assert_eq!(all.rows().map(|(_, competence, _)| competence).next(), Some("Driving"));
    }

    #[test]
    fn grace_counts_and_nothing_needed_has_no_share() {
        let mut one = Standing::default();
        assert_eq!(one.share(), None);
        one.add("grace", 2, 0);
        one.add("missing", 1, 0);
        assert_eq!(one.share(), Some(66.7));
    }
}
