//! Time to open a long file, read all of it, show any row, check every row, list a column's values, and check one row
//! again, compared with a bare loop of the csv crate over the same bytes.
//!
//! ```sh
//! cargo bench --bench sheet                # a generated file of 1,000,000 rows, about 460 MB
//! cargo bench --bench sheet -- 100000
//! ```
//!
//! Quote the ratios; absolute times depend on the machine.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use caseload::case::{Edits, Faceted, Plan, PlanContext, Recipe};
use caseload::engine::{CachedCheck, Duplicates, Judge, facet};
use caseload::sheet::{Row, Sheet};

const WORDS: [&str; 8] = ["claimant", "reported", "lifting", "boxes", "near", "the", "garage", "on"];

fn main() {
    let rows = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    write(&path, rows);
    let megabytes = std::fs::metadata(&path).unwrap().len() >> 20;
    println!("{rows} rows, {megabytes} MB");

    let (bare, _) = timed(|| bare(&path));
    println!("bare loop of byte records      {bare:>10.1?}");
    let (open, sheet) = timed(|| Sheet::open(&path).unwrap());
    let (first, _) = timed(|| row(&sheet, 1));
    println!("open                           {open:>10.1?}   first row {first:.1?} later");
    let (whole, count) = timed(|| sheet.scan().unwrap().rows);
    assert_eq!(count, rows);
    let all = open + first + whole;
    println!("read all of it                 {all:>10.1?}   {:.2} of the bare loop", ratio(all, bare));
    let (last, found) = timed(|| row(&sheet, rows));
    assert_eq!(found.number, rows);
    println!("the last row                   {last:>10.1?}");
    let anywhere = (1..=100).map(|n| timed(|| row(&sheet, 1 + n * 7_919 % rows)).0).max().unwrap_or_default();
    println!("the slowest of 100 other rows  {anywhere:>10.1?}");
    let (again, _) = timed(|| sheet.rows_from(1).unwrap().count());
    println!("every row, as cells            {again:>10.1?}   {:.2} of the bare loop", ratio(again, bare));
    println!("peak memory                    {:>10}", peak());
    check(&sheet, bare);
    println!("peak memory with the check     {:>10}", peak());
}

/// A recipe with names, addresses, dates, amounts and references.
const RECIPE: &str = r#"
caseload = 1
[defaults]
case_type_id = 1
client_id = 100
primary_contact_id = 1000
subject_type_id = 1
[[fields]]
key = "subject.1"
kind = "name"
[[fields]]
key = "subject.3"
kind = "address"
[[fields]]
key = "subject.5"
kind = "phone"
[[columns]]
from = "Claim Number"
to = "reference_value_1"
[[columns]]
from = "Policy"
to = "reference_value_2"
[[columns]]
from = "Claimant"
to = "subject.1"
[[columns]]
from = "Date Assigned"
to = "created_on"
[[columns]]
from = "Due"
to = "due_on"
[[columns]]
from = "Address"
to = "subject.3.address_1"
[[columns]]
from = "City"
to = "subject.3.city"
[[columns]]
from = "State"
to = "subject.3.state"
[[columns]]
from = "Zip"
to = "subject.3.zip"
[[columns]]
from = "Phone"
to = "subject.5"
[[columns]]
from = "Budget"
to = "budget_money"
[[columns]]
from = "Hours"
to = "budget_hours"
[[columns]]
from = "Adjuster"
to = "admin_notes"
[[columns]]
from = "Notes"
to = "notes"
"#;

fn check(sheet: &Sheet, bare: Duration) {
    let plan = |more: &str| {
        let recipe = Recipe::from_toml(&format!("{RECIPE}{more}")).unwrap();
        Plan::new(&recipe, &sheet.columns(), &PlanContext::default()).unwrap()
    };
    let of = Faceted { column: 7, list: false, separator: None };
    let (column, facet) = timed(|| facet(sheet, &Edits::default(), &of).unwrap());
    assert_eq!(facet.texts.len(), 1);
    println!("values of a column             {column:>10.1?}   {:.2} of the bare loop", ratio(column, bare));
    let judge = Judge::new(plan(""), jiff::civil::date(2026, 11, 24), Duplicates::Exclude(None));
    let (all, mut kept) = timed(|| CachedCheck::check_all(sheet, judge, 10_000, || false).unwrap());
    assert_eq!(kept.report().to_send, kept.report().rows);
    println!("check of every row             {all:>10.1?}   {:.2} of the bare loop", ratio(all, bare));
    let fixed = plan("[[fixes]]\ncolumn = \"Due\"\nrow = 17\nfrom = \"12/31/2026\"\nto = \"12/30/2026\"\n");
    let (one, done) = timed(|| kept.recheck_rows(sheet, fixed, &[17]).unwrap());
    assert!(done);
    println!("check of one changed row       {one:>10.1?}");
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let result = work();
    (begun.elapsed(), result)
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

fn row(sheet: &Sheet, number: u64) -> Row {
    sheet.rows_from(number).unwrap().next().unwrap().unwrap()
}

fn bare(path: &Path) -> usize {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let (mut record, mut cells) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record).unwrap() {
        cells += record.len();
    }
    cells
}

/// Writes a file of fifteen columns, some quoted, with about 460 bytes per row.
fn write(path: &Path, rows: u64) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let header = "Claim Number,Policy,Claimant,Date Assigned,Due,Address,City,State,Zip,Phone,Email,Budget,Hours,\
                  Adjuster,Notes\r\n";
    file.write_all(header.as_bytes()).unwrap();
    let notes: Vec<String> = (0..97)
        .map(|n| {
            (0..45)
                .map(|m| WORDS.get((n * 31 + m * m) % WORDS.len()).copied().unwrap_or_default())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    for (n, notes) in (0..rows).zip(notes.iter().cycle()) {
        write!(
            file,
            "CLM-{n:07},P{:06},\"Smith, John {}\",{}/{}/2026,12/31/2026,\"{n} Main St, Apt {}\",Denver,CO,{},\
             303-555-{:04},j{n}@example.org,\"1,500.00\",{},Dana Whitfield,\"{notes}\"\r\n",
            n % 99_991,
            char::from(b'A' + u8::try_from(n % 26).unwrap_or_default()),
            1 + n % 12,
            1 + n % 28,
            n % 50,
            80_000 + n % 999,
            n % 10_000,
            n % 40,
        )
        .unwrap();
    }
    file.flush().unwrap();
}

/// Returns the peak memory of this process, if the system reports it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown on this system".to_owned(), |kb| kb.trim().to_owned())
}
