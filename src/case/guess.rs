//! A first field map: from earlier imports, from what the trade and the account call things, and from what only
//! sounds alike and holds fitting values. How sure each guess is, and why, goes with it.

use std::collections::BTreeMap;

use super::address::Address;
use super::column_ref::column_name;
use super::date::{DateOrder, DateProfile, DateVerdict, parse_date};
use super::field::{CASE_FIELDS, CaseField, Kind, Part, Shape, Target};
use super::labels::{meant, value_map};
use super::number::{NumberProfile, NumberStyle, NumberVerdict, read_hours, read_number};
use super::recipe::{ColumnRule, CustomField, MappedValue};
use super::value::split_list;
use super::words::{CASE, PARTS, SAME, SAYS_LITTLE, WHOSE, plain, words};
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
    let mut ideas: Vec<(usize, Idea)> = Vec::new();
    for (index, column) in known.columns.iter().enumerate() {
        ideas.extend(known.ideas(index, column).into_iter().map(|idea| (index, idea)));
    }
    // The surest first; of equals the column that stands first.
    ideas.sort_by(|a, b| b.1.confidence.total_cmp(&a.1.confidence).then(a.0.cmp(&b.0)));
    let mut given: Vec<Option<Idea>> = vec![None; known.columns.len()];
    let mut taken: Vec<Target> = Vec::new();
    for (index, idea) in ideas {
        let Some(place) = given.get_mut(index).filter(|place| place.is_none()) else { continue };
        if taken.iter().any(|other| idea.to.clashes(*other)) {
            continue;
        }
        taken.push(idea.to);
        *place = Some(idea);
    }
    given.into_iter().enumerate().map(|(index, idea)| known.made(index, idea)).collect()
}

impl Known<'_> {
    /// The rule of a column with its best idea.
    fn made(&self, index: usize, idea: Option<Idea>) -> Guess {
        let from = self.name(index);
        let sure = idea.as_ref().filter(|idea| idea.confidence >= SURE_ENOUGH);
        let mut rule = match sure {
            Some(idea) => match self.remembered(index).filter(|remembered| remembered.rule.to == idea.to) {
                // With what was said about it then: date order, values.
                Some(remembered) => ColumnRule { from, by_hand: false, ..remembered.rule.clone() },
                None => ColumnRule::new(from, idea.to),
            },
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

    /// The name under which a recipe finds the column.
    fn name(&self, index: usize) -> String {
        column_name(self.columns, index)
    }

    fn remembered(&self, index: usize) -> Option<&Remembered> {
        let header = plain(&self.columns.get(index)?.header);
        let mut same =
            self.memory.iter().filter(|known| !header.is_empty() && plain(&known.rule.from) == header);
        let first = same.clone().next();
        same.find(|known| known.same_client).or(first)
    }

    /// Everything a column may be.
    fn ideas(&self, index: usize, column: &Column) -> Vec<Idea> {
        let header = plain(&column.header);
        let mut ideas = Vec::new();
        if let Ok(to) = column.header.trim().parse::<Target>() {
            ideas.push(Idea::new(to, 1.0, "the header is the field's key".to_owned()));
        }
        if header.is_empty() {
            return ideas;
        }
        if let Some(Remembered { rule, import, same_client }) = self.remembered(index) {
            let confidence = if *same_client { 0.98 } else { 0.9 };
            let idea = Idea::new(rule.to, confidence, format!("as in import {import}"));
            ideas.push(Idea { remembered: true, ..idea });
        }
        for (to, label) in self.fields() {
            ideas.extend(called(to, &label, &column.header, &header));
        }
        for (field, names) in CASE {
            if names.contains(&header.as_str()) {
                let why = format!("“{}” is a common name for it", column.header.trim());
                ideas.push(Idea::new(Target::Case(field), 0.9, why));
            }
        }
        ideas.extend(self.parts(&column.header));
        for idea in &mut ideas {
            self.weigh(index, idea);
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
    fn parts(&self, header: &str) -> Vec<Idea> {
        let all = words(header);
        let mut ideas = Vec::new();
        for (part, names) in PARTS {
            // The part's name is the end of the header; what stands before it says whose it is.
            let Some(start) = (0..all.len()).find(|at| {
                let rest: String = all.get(*at..).unwrap_or_default().concat();
                names.contains(&rest.as_str()) || names.contains(&plain(header).as_str())
            }) else {
                continue;
            };
            let whose = all.get(..start).unwrap_or_default();
            let may_be_all = part == Part::Address1 && plain(header).ends_with("address");
            // “Address” alone is a whole address, unless the city has a column of its own.
            if may_be_all && !self.has_part(Part::City) {
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
                let why = format!("“{}” is a part of {}", header.trim(), field.label);
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
    fn weigh(&self, index: usize, idea: &mut Idea) {
        if idea.remembered {
            return;
        }
        // What the cells are says more than what other columns are called.
        let whole = self.holds_addresses(index);
        if self.is_whole_address(idea.to) && self.has_part(Part::City) && !whole {
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

/// A field by its name, by another word for the same, or by a name that sounds like it.
fn called(to: Target, label: &str, header: &str, plain_header: &str) -> Option<Idea> {
    let plain_label = plain(label);
    let (confidence, why) = if plain_label == plain_header {
        let same = label.eq_ignore_ascii_case(header.trim());
        (if same { 0.99 } else { 0.97 }, format!("the header is its name, “{label}”"))
    } else if SAME.iter().any(|same| same.contains(&plain_label.as_str()) && same.contains(&plain_header)) {
        (0.92, format!("“{}” is another word for “{label}”", header.trim()))
    } else {
        let alike = alike(&words(label), &words(header));
        if alike < 0.4 {
            return None;
        }
        (0.45 + 0.4 * alike, format!("the header is like its name, “{label}”"))
    };
    Some(Idea::new(to, confidence, why))
}

/// How much two names have in common, from 0 to 1; a slip of the pen is no difference, and a word that stands in
/// many names says little.
pub(super) fn alike(a: &[String], b: &[String]) -> f64 {
    let weight = |word: &String| if SAYS_LITTLE.contains(&word.as_str()) { 0.25 } else { 1.0 };
    // How much of one name is in the other; what is only in one of them speaks against it.
    let covered = |of: &[String], by: &[String]| -> f64 {
        let all: f64 = of.iter().map(weight).sum();
        let common: f64 =
            of.iter().filter(|word| by.iter().any(|other| nearly(word, other))).map(weight).sum();
        if all > 0.0 { common / all } else { 0.0 }
    };
    covered(a, b) * covered(b, a)
}

/// Whether two words differ by one letter at most, in words long enough for that to be a slip.
fn nearly(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < 5 || long.len() - short.len() > 1 {
        return false;
    }
    let start = short.iter().zip(&long).take_while(|(x, y)| x == y).count();
    // Another last letter makes another word: employee, employer.
    if short.len() == long.len() && start + 1 == short.len() {
        return false;
    }
    let end = short.iter().rev().zip(long.iter().rev()).take_while(|(x, y)| x == y).count();
    start + end >= long.len() - 1
}

#[cfg(test)]
#[path = "guess_tests.rs"]
mod tests;
