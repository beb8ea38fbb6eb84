//! Lines above the table, and what of them or of the header comes again between its rows.

use super::*;

/// Lines above the header that look like cases.
fn cases_above(text: &str) -> Vec<u64> {
    open_text(text).sheet.cases_above().iter().map(|(line, _)| *line).collect()
}

#[test]
fn lines_above_the_header_that_look_like_cases_are_told_from_titles() {
    let table = |above: &str| format!("{above}Claim,Name,Due,Budget\n{}", claims(1, 6));
    for (above, lines) in [
        ("N-1,\"Poe, Ann\",3/1/2026,100\n", &[1][..]),
        ("N-1,Ann,3/1/2026,100\nN-2,Bob,3/1/2026,\nN-3,Cy,3/1/2026,9\n", &[1, 2, 3]),
        // Sorted with the header: numbers come before it.
        ("4711,Ann,3/1/2026,100\n4712,Bob,3/1/2026,100\n", &[1, 2]),
        ("Prepared for,Acme,,\nN-1,Ann,3/1/2026,100\n\n", &[2]),
        ("Report 1042,Summit Ridge,2/6/2026,\n", &[]),
        ("Client:,Acme,Date:,3/4/2026\n", &[]),
        ("As of,,3/4/2026,6\n", &[]),
        ("March claims\n\n", &[]),
        ("", &[]),
    ] {
        assert_eq!(cases_above(&table(above)), lines, "{above}");
    }
}
