use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};

use super::{super::*, cells::is_repairable, columns::profile};

/// Cells of all shapes, and some of no shape.
fn cell() -> impl Strategy<Value = String> {
    let long = select(vec![254_usize, 255, 255, 256, 32_759, 32_767]);
    prop_oneof![
        4 => "[0-9]{1,22}",
        4 => "[0-9]{5}",
        2 => "[0-9]{7}",
        2 => "[1-9][0-9]{14}0{1,5}",
        1 => "[2-5][0-9]{4}(\\.[0-9]{1,3})?",
        2 => "[0-9]{3,5}-[0-9]{4}",
        3 => "[0-3]?[0-9][/.-][0-3]?[0-9][/.-](20)?2[0-9]( 10:30)?",
        1 => "20[0-9]{2}-[01][0-9]-[0-3][0-9]",
        1 => "[0-3]?[0-9][ -](Jan|Mar|May)([ -](20)?2[0-9])?",
        1 => "(Jan|Mar|May)-[0-9]{2}",
        1 => "[-+]?[0-9][.,]?[0-9]{0,3}[Ee][-+]?[0-9]{1,3}",
        1 => "#{1,4}|#N/A|#REF!",
        1 => "[A-Z]{1,3}-?[0-9]{1,5}",
        1 => "=[A-C][1-9]&\"-1\"|=SUM\\([A-C][1-9]\\)|= [a-c]{1,3}",
        1 => "[a-cA-C]{0,2}\\?{1,2}[a-cA-C]{0,2}|[a-c]{0,2}&(amp|#39|x|eacute);?|[1-9]{0,2};#[a-c]{1,3}|<[bp]>|'[-=+@a][a-c1-9 ]{1,4}",
        1 => "[0-9]{4,7}\\.0{1,2}",
        1 => "[a-c ]{0,8}(_x00(0[0-9A-D]|5F|41)_){1,2}[a-c\n]{0,3}",
        1 => "[a\u{a0}\u{200b}\u{200d}\u{202a}\u{ad}é _]{1,6}",
        1 => "[a1\u{1b}\u{7}\u{b}\u{7f}\u{92}\u{81}\u{2067}â ]{1,6}",
        1 => "[ÃÂâÅð][\u{80}-\u{bf}€™œ“”]{1,3}",
        1 => "[ \t]{0,3}",
        1 => any::<String>(),
        1 => (long, select(vec!["a", "é", "a b. "])).prop_map(|(n, s)| s.repeat(n).chars().take(n).collect()),
    ]
}

fn header() -> impl Strategy<Value = &'static str> {
    select(vec!["", "ZIP", "Postal Code", "SSN", "Claim Number", "Amount", "DOB", "Loss", "Notes"])
}

/// Columns of mostly one shape, as real ones are.
fn column() -> impl Strategy<Value = Vec<String>> {
    let few = |pattern: &'static str| {
        (vec(pattern, 8..40), vec(cell(), 0..6)).prop_map(|(mut cells, more)| {
            cells.extend(more);
            cells
        })
    };
    prop_oneof![
        vec(cell(), 0..30),
        few("[0-9]{7}|[1-9][0-9]{6}"),
        few("[0-9]{5}|[1-9][0-9]{3}"),
        few("[0-3]?[0-9]/[0-3]?[0-9]/(20)?2[0-9]"),
        few("[2-5][0-9]{4}"),
        few("[0-9]{7}\\.0"),
        few("[0-9]{1,2}-[0-9]{1,2}"),
    ]
}

fn check(header: &str, cells: &[String]) -> Result<(), TestCaseError> {
    let profile = profile(cells);
    let usual = profile.usual(header);
    let mut judged: BTreeMap<Damage, (u64, Vec<u64>)> = BTreeMap::new();
    for (row, cell) in (1..).zip(cells) {
        if let Some(damage) = usual.judge(cell) {
            let (count, rows) = judged.entry(damage).or_default();
            *count += 1;
            rows.push(row);
            rows.truncate(5);
        }
    }
    let found: BTreeMap<_, _> = profile
        .findings(header)
        .into_iter()
        .map(|f| (f.damage, (f.count, f.examples.iter().map(|e| e.row).collect::<Vec<_>>())))
        .collect();
    prop_assert_eq!(judged, found);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn what_is_counted_is_what_is_judged(header in header(), cells in column()) {
        check(header, &cells)?;
    }

    #[test]
    fn a_single_cell_is_judged_like_a_column_without_usual_values(cell in cell(), before in "| |[ \\t]{50}", after in "|[ \n]{50}") {
        let cell = before + &cell + &after;
        prop_assert_eq!(Usual::default().judge(&cell), of_cell(&cell));
    }

    #[test]
    fn repaired_once_is_repaired(text in cell()) {
        if let Some(mended) = repaired(&text) {
            prop_assert!(mended != text && mended.chars().count() <= text.chars().count());
            prop_assert_eq!(repaired(&mended), None);
            prop_assert!(of_cell(&mended).is_none_or(|damage| !is_repairable(damage)));
        } else {
            prop_assert!(of_cell(&text).is_none_or(|damage| !is_repairable(damage)));
        }
    }

    #[test]
    fn any_text_is_repaired_once(text in any::<String>()) {
        if let Some(mended) = repaired(&text) {
            prop_assert_eq!(repaired(&mended), None);
        }
    }

    #[test]
    fn plain_text_stays(text in "[ -^`-~\\n\\t]{0,60}") {
        prop_assume!(of_cell(&text) != Some(Damage::TextMark));
        prop_assert_eq!(repaired(&text), None);
    }

    #[test]
    fn garbled_text_comes_back(text in "[a-z ]{0,5}[áéíóúñüßçÁÉÜŽšœ’“”–—…€]{1,4}[a-z ]{0,5}", times in 1_usize..4) {
        let mut garbled = text.clone();
        for _ in 0..times {
            garbled = garbled.bytes().map(char::from).collect();
        }
        prop_assume!(repaired(&text).is_none());
        prop_assert_eq!(repaired(&garbled), Some(text));
    }

    #[test]
    fn intact_columns_are_silent(numbers in vec(1_000_000_u32..9_999_999, 0..50)) {
        let cells: Vec<_> = numbers.iter().map(u32::to_string).collect();
        prop_assert_eq!(profile(&cells).findings("Claim Number"), []);
    }

    #[test]
    fn running_numbers_are_silent(first in 1_u32..200_000, step in 1_u32..10, count in 1_u32..300) {
        let cells: Vec<_> = (0..count).map(|n| (first + n * step).to_string()).collect();
        prop_assert_eq!(profile(&cells).findings("Claim Number"), []);
    }
}

/// The properties cover every damage only if every damage occurs.
#[test]
fn the_columns_made_here_have_every_damage() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..1_000 {
        let cells = column().new_tree(&mut runner).unwrap().current();
        let header = header().new_tree(&mut runner).unwrap().current();
        seen.extend(profile(&cells).findings(header).into_iter().map(|finding| finding.damage));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), Damage::VARIANTS);
}
