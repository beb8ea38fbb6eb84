//! Lists: filters, pages and counts over records stored as JSON text.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use jiff::civil::{Date, DateTime};
use serde_json::Value;
use tokio::time::Instant;

use super::assumptions::{DEFAULT_PER_PAGE, MAX_PER_PAGE, TIMESTAMP};
use super::faults::mixed;
use super::filters::{FilterTable, FilterTest};
use super::quirks::{Quirk, Quirks};
use super::stored::is_reference;

/// Number of cases that lists show with the quirk “newest-only”.
const NEWEST: usize = 5;

/// A value that a filter can test.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum FilterValue {
    Nothing,
    Int(i64),
    Flag(bool),
    Text(Box<str>),
}

impl From<Option<&Value>> for FilterValue {
    fn from(value: Option<&Value>) -> Self {
        match value {
            Some(Value::Number(number)) => number.as_i64().map_or(Self::Nothing, Self::Int),
            Some(Value::Bool(flag)) => Self::Flag(*flag),
            Some(Value::String(text)) => Self::Text(text.as_str().into()),
            _ => Self::Nothing,
        }
    }
}

struct StoredRecord {
    id: i64,
    json: Bytes,
    /// Time of creation; `None` for a record of an earlier run.
    created: Option<Instant>,
    /// Whether it was deleted, so that nothing shows it.
    deleted: bool,
    /// Values of the collection's keys, in order.
    cells: Box<[FilterValue]>,
}

/// Records, sorted by id.
pub(super) struct Collection {
    table: &'static FilterTable,
    quirks: Quirks,
    keys: Vec<&'static str>,
    records: Vec<StoredRecord>,
    index: HashMap<FilterValue, Vec<usize>>,
}

/// A parameter that can't be parsed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadParameter {
    pub(super) name: String,
    pub(super) message: &'static str,
}

/// Result of a list request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Listing {
    Page(Vec<Bytes>),
    /// A page after the last one.
    End,
    Count {
        records: usize,
        pages: usize,
    },
}

/// View of a list for one request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct View {
    /// Age below which records are hidden.
    pub(super) hidden: Duration,
    /// Seed for a random order; `None` for the order of the ids.
    pub(super) shuffled: Option<u64>,
}

impl Collection {
    pub(super) fn new(table: &'static FilterTable, quirks: Quirks) -> Self {
        let mut keys: Vec<_> = table.filters.iter().map(|(_, key, _)| *key).collect();
        keys.push(table.indexed);
        keys.sort_unstable();
        keys.dedup();
        Self { table, quirks, keys, records: Vec::new(), index: HashMap::new() }
    }

    /// Adds a record. `id` must be above all earlier ids; `json` is `value` as text.
    pub(super) fn push(&mut self, id: i64, value: &Value, json: Bytes, created: Option<Instant>) {
        let indexed = FilterValue::from(value.get(self.table.indexed));
        if indexed != FilterValue::Nothing {
            self.index.entry(indexed).or_default().push(self.records.len());
        }
        let cells = self.keys.iter().map(|key| FilterValue::from(value.get(key))).collect();
        self.records.push(StoredRecord { id, json, created, deleted: false, cells });
    }

    /// Deletes a record. Returns true if it existed.
    pub(super) fn delete(&mut self, id: i64) -> bool {
        let Ok(at) = self.records.binary_search_by_key(&id, |record| record.id) else { return false };
        self.records.get_mut(at).is_some_and(|record| !std::mem::replace(&mut record.deleted, true))
    }

    /// Sets a value of a record. Returns true if the record existed.
    pub(super) fn change(&mut self, id: i64, key: &str, value: Value) -> bool {
        let Ok(at) = self.records.binary_search_by_key(&id, |record| record.id) else { return false };
        let Some(record) = self.records.get_mut(at) else { return false };
        let mut changed: Value = serde_json::from_slice(&record.json).unwrap_or_default();
        let Some(values) = changed.as_object_mut() else { return false };
        values.insert(key.to_owned(), value);
        record.json = changed.to_string().into();
        record.cells = self.keys.iter().map(|key| FilterValue::from(changed.get(key))).collect();
        self.index.values_mut().for_each(|found| found.retain(|known| *known != at));
        let indexed = FilterValue::from(changed.get(self.table.indexed));
        if indexed != FilterValue::Nothing {
            let found = self.index.entry(indexed).or_default();
            found.insert(found.partition_point(|known| *known < at), at);
        }
        true
    }

    /// Returns the JSON text of every record, in the order of the ids.
    pub(super) fn all(&self) -> impl Iterator<Item = &Bytes> {
        self.records.iter().filter(|record| !record.deleted).map(|record| &record.json)
    }

    pub(super) fn get(&self, id: i64) -> Option<&Bytes> {
        let at = self.records.binary_search_by_key(&id, |record| record.id).ok()?;
        self.records.get(at).filter(|record| !record.deleted).map(|record| &record.json)
    }

    pub(super) fn list(&self, query: &str, view: View) -> Result<Listing, BadParameter> {
        let query = self.read(query)?;
        let oldest = self.oldest_shown(&query);
        let matching = |record: &&StoredRecord| {
            let fits = |(key, wanted): &(usize, Condition)| {
                record.cells.get(*key).is_some_and(|cell| wanted.fits(cell))
            };
            !record.deleted
                && record.id >= oldest
                && record.created.is_none_or(|at| at.elapsed() >= view.hidden)
                && query.wanted.iter().all(fits)
        };
        let candidates: Box<dyn DoubleEndedIterator<Item = &StoredRecord>> = match &query.indexed {
            Some(cell) => Box::new(
                self.index
                    .get(cell)
                    .map_or(&[][..], Vec::as_slice)
                    .iter()
                    .filter_map(|at| self.records.get(*at)),
            ),
            None => Box::new(self.records.iter()),
        };
        if query.count {
            let records = candidates.filter(matching).count();
            return Ok(Listing::Count { records, pages: records.div_ceil(query.per_page) });
        }
        let ordered: Box<dyn Iterator<Item = &StoredRecord>> = match view.shuffled {
            Some(seed) => {
                let mut records: Vec<_> = candidates.collect();
                records.sort_by_key(|record| mixed(seed ^ mixed(record.id.unsigned_abs())));
                Box::new(records.into_iter())
            }
            None if query.descending => Box::new(candidates.rev()),
            None => Box::new(candidates),
        };
        let page: Vec<_> = ordered
            .filter(matching)
            .skip((query.page - 1).saturating_mul(query.per_page))
            .take(query.per_page)
            .map(|record| record.json.clone())
            .collect();
        Ok(if page.is_empty() && query.page > 1 { Listing::End } else { Listing::Page(page) })
    }

    /// Returns the smallest id that a list shows.
    fn oldest_shown(&self, query: &ListQuery) -> i64 {
        let hides = self.quirks.has(Quirk::NewestOnly) && is_reference(self.table.indexed);
        if !hides || query.names_a_case {
            return i64::MIN;
        }
        let mut newest = self.records.iter().rev().filter(|record| !record.deleted);
        newest.nth(NEWEST - 1).map_or(i64::MIN, |record| record.id)
    }

    fn read(&self, query: &str) -> Result<ListQuery, BadParameter> {
        let mut read = ListQuery { page: 1, per_page: DEFAULT_PER_PAGE, ..ListQuery::default() };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let bad = |message| BadParameter { name: name.to_string(), message };
            let positive = || value.parse().ok().filter(|n| *n > 0).ok_or(bad("must be a number above 0"));
            match &*name {
                "page" => read.page = positive()?,
                "per_page" => read.per_page = positive()?.min(MAX_PER_PAGE),
                "dir" => read.descending = &*value == "desc",
                "mode" => read.count = &*value == "count",
                _ if value.is_empty() => {}
                name => {
                    let Some((key, test)) = self.filter(name) else { continue };
                    read.names_a_case |= name == "id" || is_reference(name);
                    let turned = name == "is_request" && self.quirks.has(Quirk::TurnedRequests);
                    let value = if turned { "true" } else { &*value };
                    let wanted = Condition::read(test, value).map_err(bad)?;
                    if key == self.table.indexed {
                        read.indexed = wanted.indexed(&self.index);
                    }
                    let at = self.keys.iter().position(|known| *known == key);
                    read.wanted.extend(at.map(|at| (at, wanted)));
                }
            }
        }
        read.page = self.quirks.page(read.page);
        read.count &= !self.quirks.has(Quirk::NoCount);
        read.per_page = self.quirks.page_size(read.per_page);
        Ok(read)
    }

    /// Returns the key that a filter tests, and the comparison.
    fn filter(&self, name: &str) -> Option<(&'static str, FilterTest)> {
        let (_, key, test) = self.table.filters.iter().find(|(known, ..)| *known == name)?;
        if name.ends_with("_system") && self.quirks.has(Quirk::NoTimeFilter) {
            return None;
        }
        let is_of_cases = is_reference(self.table.indexed);
        if name == "id" && is_of_cases && self.quirks.has(Quirk::NoIdFilter) {
            return None;
        }
        match is_reference(name) {
            true if self.quirks.has(Quirk::NoFilter) => None,
            true if self.quirks.has(Quirk::PartialFilter) => Some((key, FilterTest::Contains)),
            _ => Some((key, *test)),
        }
    }
}

#[derive(Default)]
struct ListQuery {
    page: usize,
    per_page: usize,
    descending: bool,
    count: bool,
    /// Position of each key, with the condition for its cell.
    wanted: Vec<(usize, Condition)>,
    indexed: Option<FilterValue>,
    /// True for a filter by id or reference.
    names_a_case: bool,
}

enum Condition {
    Same(FilterValue, FilterValue),
    Contains(String),
    Flag(bool),
    From(String),
    To(String),
}

impl Condition {
    fn read(test: FilterTest, value: &str) -> Result<Self, &'static str> {
        match test {
            FilterTest::Same => {
                let number = value.parse().map_or(FilterValue::Nothing, FilterValue::Int);
                Ok(Self::Same(FilterValue::Text(value.into()), number))
            }
            FilterTest::Contains => Ok(Self::Contains(value.to_lowercase())),
            FilterTest::Flag => match value {
                "true" | "1" => Ok(Self::Flag(true)),
                "false" | "0" => Ok(Self::Flag(false)),
                _ => Err("must be true or false"),
            },
            FilterTest::From | FilterTest::To
                if !is_date(value) && DateTime::strptime(TIMESTAMP, value).is_err() =>
            {
                Err("must be YYYY-MM-DD or YYYY-MM-DD HH:MM:SS")
            }
            // As text, a date sorts before every timestamp of its day.
            FilterTest::From => Ok(Self::From(value.to_owned())),
            // "~" sorts after every digit, so it marks the end of a day at any precision.
            FilterTest::To if is_date(value) => Ok(Self::To(format!("{value}~"))),
            FilterTest::To => Ok(Self::To(value.to_owned())),
        }
    }

    fn fits(&self, cell: &FilterValue) -> bool {
        match (self, cell) {
            (_, FilterValue::Nothing) => false,
            (Self::Same(text, number), cell) => cell == text || cell == number,
            (Self::Contains(part), FilterValue::Text(text)) => text.to_lowercase().contains(part.as_str()),
            (Self::Flag(wanted), FilterValue::Flag(flag)) => wanted == flag,
            (Self::From(first), FilterValue::Text(text)) => **text >= **first,
            (Self::To(last), FilterValue::Text(text)) => **text <= **last,
            _ => false,
        }
    }

    fn indexed(&self, index: &HashMap<FilterValue, Vec<usize>>) -> Option<FilterValue> {
        match self {
            Self::Same(text, number) if index.contains_key(number) && !index.contains_key(text) => {
                Some(number.clone())
            }
            Self::Same(text, _) => Some(text.clone()),
            _ => None,
        }
    }
}

/// Returns true if the text is a valid date written `YYYY-MM-DD`.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.split('-').map(str::len).eq([4, 2, 2]) && text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::filters::CASES;
    use super::*;

    /// Sixty cases with ids 1 to 60, a new day every ten cases, and four alternating references.
    fn cases() -> Collection {
        let mut cases = Collection::new(&CASES, Quirks::default());
        for id in 1..=60 {
            let day = 1 + (id - 1) / 10;
            let case = json!({
                "id": id, "root_id": id % 2, "reference_value_1": format!("CLM-{}", id % 4), "reference_value_2": null,
                "created_on": format!("2026-03-0{day}"), "created_at": format!("2026-03-0{day} 12:00:{:02}", id % 10),
                "is_request": id == 7,
            });
            cases.push(id, &case, id.to_string().into(), None);
        }
        cases
    }

    fn ids(query: &str) -> Vec<i64> {
        match cases().list(query, View::default()).unwrap() {
            Listing::End => Vec::new(),
            Listing::Page(page) => {
                page.iter().map(|json| std::str::from_utf8(json).unwrap().parse().unwrap()).collect()
            }
            Listing::Count { .. } => panic!("{query} counted"),
        }
    }

    fn count(query: &str) -> (usize, usize) {
        match cases().list(&format!("mode=count&{query}"), View::default()).unwrap() {
            Listing::Count { records, pages } => (records, pages),
            Listing::Page(_) | Listing::End => panic!("{query} did not count"),
        }
    }

    #[test]
    fn pages_start_at_1_and_end_short() {
        assert_eq!(ids(""), (1..=25).collect::<Vec<_>>());
        assert_eq!(ids("page=3"), (51..=60).collect::<Vec<_>>());
        assert_eq!(ids("page=4"), [] as [i64; 0]);
        assert_eq!(ids("per_page=2&page=2"), [3, 4]);
        assert_eq!(ids("per_page=2&dir=desc&page=2"), [58, 57]);
        assert_eq!(ids("per_page=1000").len(), 60);
        assert_eq!(ids(&format!("page={}", u64::MAX)), [] as [i64; 0]);
    }

    #[test]
    fn counting_follows_the_filters_and_the_page_size() {
        assert_eq!(count(""), (60, 3));
        assert_eq!(count("per_page=7"), (60, 9));
        assert_eq!(count("client=1"), (30, 2));
        assert_eq!(count("client=5"), (0, 0));
    }

    #[test]
    fn filters_are_exact_and_can_be_combined() {
        assert_eq!(ids("id=17"), [17]);
        assert_eq!(ids("reference_value_1=CLM-3&created_to=2026-03-01"), [3, 7]);
        assert_eq!(ids("reference_value_1=CLM-3&created_to=2026-03-01&dir=desc"), [7, 3]);
        for nothing in ["clm-3", "CLM", "CLM-3+"] {
            assert_eq!(count(&format!("reference_value_1={nothing}")).0, 0, "{nothing}");
        }
        assert_eq!(count("reference_value_1=CLM-1&client=0").0, 0);
        assert_eq!(ids("is_request=true"), [7]);
        assert_eq!(count("reference_value_2=x").0, 0);
        assert_eq!(count("primary_investigator=1").0, 0);
    }

    #[test]
    fn ranges_include_both_ends() {
        assert_eq!(count("created_from=2026-03-02&created_to=2026-03-03").0, 20);
        assert_eq!(count("from=2026-03-06").0, 10);
        assert_eq!(ids("created_from_system=2026-03-06+12:00:08"), [58, 59]);
        assert_eq!(ids("created_from_system=2026-03-06&created_to_system=2026-03-06%2012:00:01"), [51, 60]);
        assert_eq!(count("created_to_system=2026-03-01").0, 10);
    }

    #[test]
    fn blank_and_unknown_parameters_are_ignored_and_bad_ones_are_not() {
        assert_eq!(count("reference_value_1=&sort=name&client=").0, 60);
        for (query, name) in [
            ("page=0", "page"),
            ("per_page=ten", "per_page"),
            ("is_request=maybe", "is_request"),
            ("from=3/1/2026", "from"),
            ("created_from_system=2026-03-01T12:00:00Z", "created_from_system"),
        ] {
            assert_eq!(cases().list(query, View::default()).unwrap_err().name, name);
        }
    }
}
