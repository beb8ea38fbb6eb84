//! Quality of the first field map on header rows of real case lists: right, wrong and missed columns by kind of list,
//! accuracy by confidence, and time per file.
//!
//! ```sh
//! cargo bench --bench guess              # both halves
//! cargo bench --bench guess -- tune      # the half to use while changing the vocabulary
//! cargo bench --bench guess -- tune -v   # list every wrong or missed column too
//! ```
//!
//! A column is *right* if it is mapped to its labeled field, *wrong* if it is mapped to another field or should be
//! ignored, and *missed* if it is ignored but has a label. Precision = right / (right + wrong), recall = right / labeled.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use strum::VariantArray;

use caseload::case::{CaseField, GuessInput, SURE_ENOUGH, Target, guess};
use caseload::sheet::{Column, Row};
use caseload::trackops::{Catalog, List};

const HEADERS: &str = include_str!("headers.txt");
const CATALOG: &str = include_str!("../../assets/demo/catalog.toml");
const ROWS: usize = 24;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verbose = arguments.iter().any(|argument| argument == "-v");
    let halves = ["tune", "blind"];
    let asked = halves.into_iter().filter(|half| arguments.iter().any(|argument| argument == half));
    let asked: Vec<&str> = asked.collect();
    let catalog = Catalog::from_toml(CATALOG).unwrap();
    for half in if asked.is_empty() { halves.to_vec() } else { asked } {
        measure(half, &catalog, verbose);
    }
}

#[derive(Default)]
struct Count {
    right: u32,
    wrong: u32,
    labelled: u32,
}

impl Count {
    fn line(&self, name: &str) -> String {
        let share = |part: u32, of: u32| if of == 0 { 1.0 } else { f64::from(part) / f64::from(of) };
        format!(
            "{name:<12} right {:>4}  wrong {:>3}  missed {:>3}  precision {:.3}  recall {:.3}",
            self.right,
            self.wrong,
            self.labelled.saturating_sub(self.right),
            share(self.right, self.right + self.wrong),
            share(self.right, self.labelled)
        )
    }
}

fn measure(half: &str, catalog: &Catalog, verbose: bool) {
    let (mut kinds, mut all, mut sure) = (BTreeMap::new(), Count::default(), BTreeMap::new());
    let (mut lists, mut took) = (0, Duration::ZERO);
    for line in HEADERS.lines().filter(|line| line.starts_with(half)) {
        let mut parts = line.split(" | ");
        let (_, kind, source) = (parts.next(), parts.next().unwrap(), parts.next().unwrap());
        let columns: Vec<Labelled> = parts.map(|part| Labelled::read(part, catalog)).collect();
        let started = Instant::now();
        let guesses = guessed(&columns, catalog);
        took += started.elapsed();
        lists += 1;
        for (column, guess) in columns.iter().zip(guesses) {
            let confidence = guess.suggestion.as_ref().map_or(0.0, |idea| idea.confidence);
            let (is_made, is_right) = (guess.rule.to != Target::Ignore, guess.rule.to == column.to);
            for count in [kinds.entry(kind).or_insert_with(Count::default), &mut all] {
                count.labelled += u32::from(column.to != Target::Ignore);
                count.right += u32::from(is_made && is_right);
                count.wrong += u32::from(is_made && !is_right);
            }
            if is_made {
                let bin: &mut (u32, u32) = sure.entry(bin_of(confidence)).or_default();
                *bin = (bin.0 + u32::from(is_right), bin.1 + 1);
            }
            if verbose && !is_right {
                let idea =
                    guess.suggestion.map(|idea| format!("{} {:.2}: {}", idea.to, idea.confidence, idea.why));
                let what = if is_made { "wrong" } else { "missed" };
                let idea = idea.unwrap_or_default();
                println!("  {what:<7} {source}: “{}” is {}, guessed {idea}", column.header, column.to);
            }
        }
    }
    println!(
        "{half}: {lists} lists, {:.2?} each; guesses have a confidence of {SURE_ENOUGH} or more",
        took / lists.max(1)
    );
    for (kind, count) in kinds {
        println!("  {}", count.line(kind));
    }
    println!("  {}", all.line("all"));
    for (bin, (right, of)) in sure {
        let share = f64::from(right) / f64::from(of);
        println!(
            "  confidence {:.1} to {:.1}: {right} of {of} right, {share:.3}",
            f64::from(bin) / 10.0,
            f64::from(bin + 1) / 10.0
        );
    }
}

/// Returns the confidence in tenths, from 0 to 9.
fn bin_of(confidence: f64) -> u32 {
    (1..10).filter(|tenth| confidence >= f64::from(*tenth) / 10.0).max().unwrap_or(0)
}

struct Labelled {
    header: String,
    to: Target,
    values: Vec<String>,
}

impl Labelled {
    fn read(text: &str, catalog: &Catalog) -> Self {
        let (header, label) = text.rsplit_once('=').unwrap();
        let (field, kind) = label.split_once(':').unwrap();
        let key = match field {
            "-" => "ignore",
            "r1" => "reference_value_1",
            "r2" => "reference_value_2",
            "r3" => "reference_value_3",
            "n" => "subject.1",
            "n.f" => "subject.1.first_name",
            "n.m" => "subject.1.middle_name",
            "n.l" => "subject.1.last_name",
            "alias" => "subject.2",
            "a" => "subject.3",
            "a.1" => "subject.3.address_1",
            "a.2" => "subject.3.address_2",
            "a.c" => "subject.3.city",
            "a.s" => "subject.3.state",
            "a.z" => "subject.3.zip",
            "a.co" => "subject.3.country",
            "dob" => "subject.4",
            "ph" => "subject.5",
            "em" => "subject.6",
            "ssn" => "subject.7",
            "inj" => "custom.20",
            "dol" => "custom.21",
            "loss" => "custom.22",
            "loss.1" => "custom.22.address_1",
            "loss.c" => "custom.22.city",
            "loss.s" => "custom.22.state",
            "loss.z" => "custom.22.zip",
            "sup" => "custom.23",
            "res" => "custom.24",
            "lob" => "custom.25",
            "created" => "created_on",
            "due" => "due_on",
            "loc" => "case_location",
            "money" => "budget_money",
            "hours" => "budget_hours",
            "notes" => "notes",
            "sched" => "scheduling_notes",
            "admin" => "admin_notes",
            "svc" => "case_services_list",
            "flags" => "case_flags_list",
            "region" => "case_region_id",
            "client" => "client_id",
            "contact" => "primary_contact_id",
            "type" => "case_type_id",
            "branch" => "company_location_id",
            other => other,
        };
        let values = (0..ROWS).map(|row| value(kind, row, catalog)).collect();
        Self { header: header.to_owned(), to: key.parse().unwrap(), values }
    }
}

fn pick<'a>(texts: &[&'a str], row: usize) -> &'a str {
    texts[row * 7 % texts.len()]
}

fn value(kind: &str, row: usize, catalog: &Catalog) -> String {
    let of = |list: List| {
        let entries = catalog.entries(list);
        let known = entries.get(row % entries.len().max(1)).map(|entry| entry.label.clone());
        known.unwrap_or_default()
    };
    let (first, last) = (pick(&FIRST, row), pick(&LAST, row + 3));
    let street = format!(
        "{} {}",
        100 + row * 37,
        pick(&["Elm St", "Oak Ave", "Pine Rd", "2nd Street", "Hwy 41 N"], row)
    );
    let (city, state, zip) =
        (pick(&CITY, row), pick(&["CO", "TX", "FL", "NM", "OH"], row), 80_010 + row * 131);
    match kind {
        "i" => format!("{}{}-{}", pick(&["A", "WC", "K"], row), 24_100 + row * 17, 300 + row * 7),
        "d" => format!("{:02}/{:02}/20{}", 1 + row % 12, 1 + row * 5 % 28, 24 + row % 2),
        "p" => format!("(303) 555-{:04}", 100 + row * 13),
        "m" => format!("${},{:03}.50", 1 + row, row * 29 % 1000),
        "t" => format!(
            "{} reported it near the {} on the way home.",
            first,
            pick(&["garage", "office", "store"], row)
        ),
        "w" => pick(&["Open", "Kettle", "Blue", "Standard", "Maple"], row).to_owned(),
        "n" => format!("{last}, {first}"),
        "f" => first.to_owned(),
        "l" => last.to_owned(),
        "s" => street,
        "c" => city.to_owned(),
        "S" => state.to_owned(),
        "z" => zip.to_string(),
        "e" => format!("{}.{}@example.com", first.to_lowercase(), last.to_lowercase()),
        "x" => format!("{:03}-{:02}-{:04}", 100 + row * 7, 10 + row, 1000 + row * 37),
        "y" => pick(&["Yes", "No", "No"], row).to_owned(),
        "#" => (3 + row * 11 % 40).to_string(),
        "4" => (1000 + row * 379).to_string(),
        "1" => (row + 1).to_string(),
        "A" => format!("{street}, {city}, {state} {zip}"),
        "T" => of(List::CaseTypes),
        "C" => of(List::Contacts),
        "K" => of(List::Clients),
        "G" => of(List::Regions),
        "V" => of(List::Services),
        "D" => of(List::CompanyLocations),
        "L" => pick(&["Auto", "Property", "General Liability", "Disability"], row).to_owned(),
        other => other.to_owned(),
    }
}

const FIRST: [&str; 8] = ["Ann", "Luis", "Maria", "John", "Priya", "Chen", "Sara", "Omar"];
const LAST: [&str; 8] = ["Hopkins", "Vega", "Smith", "O'Neil", "Kowalski", "Li", "Baker", "Haddad"];
const CITY: [&str; 5] = ["Denver", "Dallas", "Tampa", "Santa Fe", "Dayton"];

fn guessed(columns: &[Labelled], catalog: &Catalog) -> Vec<caseload::case::Guess> {
    let sheet: Vec<Column> =
        columns.iter().map(|column| Column { header: column.header.clone(), filled: ROWS as u64 }).collect();
    let rows = (0..ROWS).map(|row| Row {
        number: row as u64 + 1,
        cells: columns.iter().map(|column| column.values[row].as_str()).collect(),
        ..Row::default()
    });
    let rows: Vec<Row> = rows.collect();
    let labels: Vec<(CaseField, &str, u64)> = CaseField::VARIANTS
        .iter()
        .filter_map(|field| Some((*field, List::of(*field)?)))
        .flat_map(|(field, list)| {
            catalog.entries(list).iter().map(move |entry| (field, entry.label.as_str(), entry.id))
        })
        .collect();
    let references = catalog.references.values().next();
    let references = [0, 1, 2].map(|at| references.and_then(|labels| labels.get(at)).map(String::as_str));
    guess(&GuessInput {
        columns: &sheet,
        rows: &rows,
        custom: &catalog.fields,
        references,
        subjects: &[],
        labels: &labels,
        memory: &[],
        words: None,
    })
}
