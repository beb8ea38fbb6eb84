//! A first field map: from earlier imports, from what the trade and the account call things, and from what only
//! sounds alike and holds fitting values. How sure each guess is, and why, goes with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::address::Address;
use super::called::{HeaderWords, Label};
use super::column_ref::ColumnNames;
use super::date::{DateOrder, DateProfile, DateVerdict, parse_date};
use super::field::{CASE_FIELDS, CaseField, Kind, Part, Shape, Target};
use super::labels::{meant, value_map};
use super::number::{NumberProfile, NumberStyle, NumberVerdict, read_hours, read_number};
use super::recipe::{ColumnRule, CustomField, MappedValue};
use super::value::split_list;
use super::words::{CASE, PARTS, SAYS_LITTLE, WHOSE, plain, words};
use crate::sheet::{Column, Row};

/// A guess below this is shown and not made.
pub const SURE_ENOUGH: f64 = 0.6;
/// So many cells are looked at for whether they fit.
const CELLS: usize = 50;

/// What a column is guessed to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The rule; to `ignore` where nothing is sure enough.
    pub rule: ColumnRule,
    /// The best idea there is, also where it is not sure enough.
    pub idea: Option<Idea>,
}

/// A field a column may belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Idea {
    /// The field.
    pub to: Target,
    /// How sure it is, from 0 to 1.
    pub confidence: f64,
    /// Why, in words.
    pub why: String,
    /// Whether it is what an earlier import made of the header, so that it can be forgotten.
    pub remembered: bool,
}

impl Idea {
    /// An idea that no earlier import had.
    #[must_use]
    pub fn new(to: Target, confidence: f64, why: String) -> Self {
        Self { to, confidence, why, remembered: false }
    }
}

/// A rule of an earlier import.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// The rule.
    pub rule: ColumnRule,
    /// The import.
    pub import: i64,
    /// Whether it was for the same client.
    pub same_client: bool,
}

/// What is known of the file and the account.
#[derive(Debug, Clone, Default)]
pub struct Known<'a> {
    /// The file's columns.
    pub columns: &'a [Column],
    /// The first rows.
    pub rows: &'a [Row],
    /// The account's custom fields.
    pub custom: &'a [CustomField],
    /// What the account calls the three references; none when that is not known.
    pub references: [Option<&'a str>; 3],
    /// Texts that stand for ids of a field: the catalog's labels.
    pub labels: &'a [(CaseField, &'a str, u64)],
    /// Rules of earlier imports, the newest first.
    pub memory: &'a [Remembered],
}

/// A guess for every column, in the file's order. No field is given to two columns, but notes.
#[must_use]
pub fn guess(known: &Known<'_>) -> Vec<Guess> {
    let ready = Ready::of(known);
    let mut ideas: Vec<(usize, Idea)> = Vec::new();
    for (index, column) in known.columns.iter().enumerate() {
        ideas.extend(known.ideas(&ready, index, column).into_iter().map(|idea| (index, idea)));
    }
    // The surest first; of equals the column that stands first.
    ideas.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence).then(a.0.cmp(&b.0)));
    let mut given: Vec<Option<Idea>> = vec![None; known.columns.len()];
    let mut taken: BTreeSet<Target> = BTreeSet::new();
    for (index, idea) in ideas {
        let Some(place) = given.get_mut(index).filter(|place| place.is_none()) else { continue };
        if taken.iter().any(|other| idea.to.clashes(*other)) {
            continue;
        }
        taken.insert(idea.to);
        *place = Some(idea);
    }
    given.into_iter().enumerate().map(|(index, idea)| known.made(&ready, index, idea)).collect()
}

/// What is looked up for every column, made ready once.
struct Ready<'a> {
    names: ColumnNames<'a>,
    labels: Vec<Label>,
    /// Of the rules for each header: the newest for the same client, else the newest.
    memory: HashMap<String, &'a Remembered>,
    has_city: bool,
}

impl<'a> Ready<'a> {
    fn of(known: &Known<'a>) -> Self {
        let mut memory: HashMap<String, &Remembered> = HashMap::new();
        for remembered in known.memory {
            let best = memory.entry(plain(&remembered.rule.from)).or_insert(remembered);
            if remembered.same_client && !best.same_client {
                *best = remembered;
            }
        }
        Self {
            names: ColumnNames::new(known.columns),
            labels: known.fields().map(|(to, label)| Label::new(to, label)).collect(),
            memory,
            has_city: known.has_part(Part::City),
        }
    }

    fn remembered(&self, header: &str) -> Option<&'a Remembered> {
        if header.is_empty() { None } else { self.memory.get(header).copied() }
    }
}

impl Known<'_> {
    /// The rule of a column with its best idea.
    fn made(&self, ready: &Ready<'_>, index: usize, idea: Option<Idea>) -> Guess {
        let from = ready.names.name(index);
        let header = self.columns.get(index).map(|column| plain(&column.header)).unwrap_or_default();
        let sure = idea.as_ref().filter(|idea| idea.confidence >= SURE_ENOUGH);
        let mut rule = match sure {
            Some(idea) => {
                match ready.remembered(&header).filter(|remembered| remembered.rule.to == idea.to) {
                    // With what was said about it then: date order, values.
                    Some(remembered) => ColumnRule { from, by_hand: false, ..remembered.rule.clone() },
                    None => ColumnRule::new(from, idea.to),
                }
            }
            None => ColumnRule::new(from, Target::Ignore),
        };
        if let Target::Case(field) = rule.to {
            rule.learn(self.values(index, field));
        }
        if self.shape(rule.to) == Some(Shape::Date) {
            // Cells that leave no doubt say more than an earlier file.
            rule.date = self.sure_order(index).or(rule.date).or_else(|| self.date_order(index));
        }
        if self.shape(rule.to) == Some(Shape::Number) && rule.decimal.is_none() {
            rule.decimal = self.decimal(index);
        }
        Guess { rule, idea }
    }

    /// What the texts of a column of ids stand for.
    fn values(&self, index: usize, field: CaseField) -> BTreeMap<String, MappedValue> {
        let labels: Vec<(&str, u64)> =
            self.labels.iter().filter(|(of, ..)| *of == field).map(|(_, label, id)| (*label, *id)).collect();
        value_map(self.cells(index).flat_map(|cell| split_list(cell, None)), &labels)
    }

    /// Everything a column may be.
    fn ideas(&self, ready: &Ready<'_>, index: usize, column: &Column) -> Vec<Idea> {
        let header = HeaderWords::of(&column.header);
        let mut ideas = Vec::new();
        if let Ok(to) = column.header.trim().parse::<Target>() {
            ideas.push(Idea::new(to, 1.0, "the header is the field's key".to_owned()));
        }
        if header.plain.is_empty() {
            return ideas;
        }
        if let Some(Remembered { rule, import, same_client }) = ready.remembered(&header.plain) {
            let confidence = if *same_client { 0.98 } else { 0.9 };
            let idea = Idea::new(rule.to, confidence, format!("as in import {import}"));
            ideas.push(Idea { remembered: true, ..idea });
        }
        ideas.extend(ready.labels.iter().filter_map(|label| label.is_called(&header)));
        for (field, names) in CASE {
            if names.contains(&header.plain.as_str()) {
                let why = format!("“{}” is a common name for it", header.header);
                ideas.push(Idea::new(Target::Case(field), 0.9, why));
            }
        }
        ideas.extend(self.parts(ready, &header));
        for idea in &mut ideas {
            self.weigh(ready, index, idea);
        }
        ideas
    }

    /// The fields with what people call them; a reference also by the account's own name for it.
    fn fields(&self) -> impl Iterator<Item = (Target, String)> {
        let case = CASE_FIELDS.iter().map(|spec| (Target::Case(spec.field), spec.label.to_owned()));
        let custom = self.custom.iter().map(|field| (Target::Custom(field.key, None), field.label.clone()));
        let references = [CaseField::Reference1, CaseField::Reference2, CaseField::Reference3];
        let named = references.into_iter().zip(self.references);
        let named = named.filter_map(|(field, label)| Some((Target::Case(field), label?.to_owned())));
        named.chain(case).chain(custom).filter(|(_, label)| !label.is_empty())
    }

    /// Parts of names and addresses: `Claimant City`.
    fn parts(&self, ready: &Ready<'_>, header: &HeaderWords<'_>) -> Vec<Idea> {
        let all = &header.words;
        let mut ideas = Vec::new();
        for (part, names) in PARTS {
            // The part's name is the end of the header; what stands before it says whose it is.
            let Some(start) = (0..all.len()).find(|at| {
                let rest: String = all.get(*at..).unwrap_or_default().concat();
                names.contains(&rest.as_str()) || names.contains(&header.plain.as_str())
            }) else {
                continue;
            };
            let whose = all.get(..start).unwrap_or_default();
            let may_be_all = part == Part::Address1 && header.plain.ends_with("address");
            // “Address” alone is a whole address, unless the city has a column of its own.
            if may_be_all && !ready.has_city {
                continue;
            }
            let fields: Vec<_> =
                self.custom.iter().filter(|field| field.kind.parts().contains(&part)).collect();
            for (place, field) in fields.iter().enumerate() {
                let label = words(&field.label);
                let named = whose.iter().any(|word| label.contains(word));
                let plain_owner =
                    whose.iter().all(|word| WHOSE.contains(&word.as_str()) || label.contains(word));
                // The supervisor of an adjuster is not the adjuster.
                let another = label.iter().any(|word| {
                    let little = SAYS_LITTLE.contains(&word.as_str()) || word.chars().count() == 1;
                    !whose.contains(word) && !WHOSE.contains(&word.as_str()) && !little
                });
                let confidence = match (named, plain_owner) {
                    (true, true) if another => 0.5,
                    (true, true) => 0.93,
                    (false, true) if fields.len() == 1 => 0.9,
                    (false, true) if place == 0 => 0.75,
                    _ => continue,
                };
                let why = format!("“{}” is a part of {}", header.header, field.label);
                ideas.push(Idea::new(Target::Custom(field.key, Some(part)), confidence, why));
            }
        }
        ideas
    }

    /// Whether a column is a part by its name.
    fn has_part(&self, part: Part) -> bool {
        let names = PARTS.iter().find(|(other, _)| *other == part).map_or(&[][..], |(_, names)| names);
        self.columns
            .iter()
            .any(|column| words(&column.header).last().is_some_and(|word| names.contains(&word.as_str())))
    }

    /// Takes off what values speak against.
    fn weigh(&self, ready: &Ready<'_>, index: usize, idea: &mut Idea) {
        if idea.remembered {
            return;
        }
        // What the cells are says more than what other columns are called.
        if self.is_whole_address(idea.to) && ready.has_city && !self.holds_addresses(index) {
            idea.confidence *= 0.6;
            idea.why = format!("{}, but the city has a column of its own", idea.why);
        }
        if let Some(what) = self.misfit(index, idea.to) {
            idea.confidence *= 0.5;
            idea.why = format!("{}, but its values are not {what}", idea.why);
        }
    }

    /// What the values of a column should be for a field and are not.
    fn misfit(&self, index: usize, to: Target) -> Option<&'static str> {
        let cells: Vec<&str> = self.cells(index).take(CELLS).collect();
        if cells.is_empty() {
            return None;
        }
        let mostly =
            |fits: &dyn Fn(&str) -> bool| cells.iter().filter(|cell| fits(cell)).count() * 2 >= cells.len();
        let digits = |cell: &str| cell.bytes().filter(u8::is_ascii_digit).count();
        let kind = match to {
            Target::Custom(key, None) => {
                self.custom.iter().find(|field| field.key == key).map(|field| field.kind)
            }
            _ => None,
        };
        if matches!(to, Target::Custom(_, Some(Part::Address1))) && self.holds_addresses(index) {
            return Some("streets but whole addresses");
        }
        match (self.shape(to), kind) {
            (Some(Shape::Date), _) if !mostly(&is_date) => Some("dates"),
            (Some(Shape::Number), _) if !mostly(&is_number) => Some("numbers"),
            (Some(Shape::Id | Shape::Ids), _) if !mostly(&|cell| self.is_id(to, cell)) => {
                Some("ids or names of the account")
            }
            (_, Some(Kind::Email)) if !mostly(&|cell| cell.contains('@')) => Some("e-mail addresses"),
            (_, Some(Kind::Phone)) if !mostly(&|cell| digits(cell) >= 7) => Some("phone numbers"),
            (_, Some(Kind::Ssn)) if !mostly(&|cell| (4..=9).contains(&digits(cell))) => {
                Some("social security numbers")
            }
            (_, Some(Kind::Name)) if mostly(&|cell| digits(cell) > 0) => Some("names"),
            _ => None,
        }
    }

    /// Whether most cells of a column are a street with its city.
    fn holds_addresses(&self, index: usize) -> bool {
        let cells: Vec<&str> = self.cells(index).take(CELLS).collect();
        let whole = |cell: &&&str| {
            Address::parse(cell).is_ok_and(|(read, _)| !read.address_1.is_empty() && !read.city.is_empty())
        };
        !cells.is_empty() && cells.iter().filter(whole).count() * 2 >= cells.len()
    }

    fn is_whole_address(&self, to: Target) -> bool {
        let Target::Custom(key, None) = to else { return false };
        self.custom.iter().any(|field| field.key == key && field.kind == Kind::Address)
    }

    fn is_id(&self, to: Target, cell: &str) -> bool {
        let Target::Case(field) = to else { return false };
        let labels = self.labels.iter().filter(|(of, ..)| *of == field).map(|(_, label, id)| (*label, *id));
        split_list(cell, None).all(|text| {
            text.parse::<u64>().is_ok() || meant(text, labels.clone()).is_some_and(|meant| meant.sure)
        })
    }

    /// How the plan reads a target.
    fn shape(&self, to: Target) -> Option<Shape> {
        match to {
            Target::Case(field) => Some(field.spec().shape),
            Target::Custom(key, None) => {
                let field = self.custom.iter().find(|field| field.key == key)?;
                Some(if field.kind == Kind::Date { Shape::Date } else { Shape::Text })
            }
            Target::Custom(_, Some(_)) => Some(Shape::Text),
            Target::Ignore => None,
        }
    }

    fn cells(&self, index: usize) -> impl Iterator<Item = &str> {
        let cells = self.rows.iter().filter_map(move |row| row.cells.get(index));
        cells.map(str::trim).filter(|cell| !cell.is_empty())
    }

    fn dates(&self, index: usize) -> DateVerdict {
        let mut profile = DateProfile::default();
        self.cells(index).for_each(|cell| profile.add(cell));
        profile.judge()
    }

    /// The only order of day and month that fits a column.
    fn sure_order(&self, index: usize) -> Option<DateOrder> {
        match self.dates(index) {
            DateVerdict::Order { order, sure: true, .. } => Some(order),
            _ => None,
        }
    }

    /// The order of day and month that most cells of a column tell of.
    fn date_order(&self, index: usize) -> Option<DateOrder> {
        match self.dates(index) {
            // The order of most; the others are told one by one.
            DateVerdict::Mixed { mdy_only, dmy_only } if mdy_only != dmy_only => {
                Some(if mdy_only > dmy_only { DateOrder::Mdy } else { DateOrder::Dmy })
            }
            _ => None,
        }
    }

    /// The decimal mark of a column, when it is not the usual one.
    fn decimal(&self, index: usize) -> Option<NumberStyle> {
        let mut profile = NumberProfile::default();
        self.cells(index).for_each(|cell| profile.add(cell));
        match profile.judge() {
            NumberVerdict::Style { style: NumberStyle::Comma, sure: true } => Some(NumberStyle::Comma),
            _ => None,
        }
    }
}

fn is_number(cell: &str) -> bool {
    [NumberStyle::Point, NumberStyle::Comma]
        .into_iter()
        .any(|style| read_number(cell, style).is_ok() || read_hours(cell, style).is_ok())
}

fn is_date(cell: &str) -> bool {
    // Two digits for the year are a date to the eye, whatever becomes of them.
    DateOrder::ALL.into_iter().any(|order| parse_date(cell, order).is_some())
        || cell.split(['/', '-', '.']).filter(|part| part.len() <= 4 && !part.is_empty()).count() == 3
}

#[cfg(test)]
#[path = "guess_tests.rs"]
mod tests;
