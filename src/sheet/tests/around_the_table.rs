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
        ("N-1,Ann,3/1/2026,100\nN-2,Bob,pending,tbd\nMarch,,,\nN-3,,unknown,5\n", &[1, 2, 4]),
        ("Report 1042,Summit Ridge,2/6/2026,\n", &[]),
        ("Client:,Acme,Date:,3/4/2026\n", &[]),
        ("As of,,3/4/2026,6\n", &[]),
        ("March claims\n\n", &[]),
        ("", &[]),
    ] {
        assert_eq!(cases_above(&table(above)), lines, "{above}");
    }
}

/// Rows that aren't cases because they repeat a title line, and those that may not be.
fn repeated_titles(text: &str) -> (Vec<u64>, Vec<u64>) {
    let rows = open_text(text).rows_from(1);
    let numbers = |is: fn(&Row) -> bool| rows.iter().filter(|row| is(row)).map(|row| row.number).collect();
    (
        numbers(|row| row.not_a_case == Some(NotACase::TitleAgain)),
        numbers(|row| row.not_a_case.is_none() && row.doubt == Some(RowDoubt::MaybeTitle)),
    )
}

#[test]
fn titles_of_each_page_are_no_cases() {
    let header = "Claim,Name,Due,Budget\n";
    let pages = |titles: fn(u32) -> String| {
        let page = |number: u32| titles(number) + header + &claims(number * 3, number * 3 + 2);
        repeated_titles(&(1..4).map(page).collect::<String>())
    };
    for titles in [
        |page| format!("Open Claims,Summit Ridge,2/6/2026,Page {page}\n"),
        |page| format!("OPEN CLAIMS,,,{page} of 3\n"),
    ] as [fn(u32) -> String; 2]
    {
        assert_eq!(pages(titles), (vec![4, 9], vec![]), "{}", titles(1));
    }
    let two = |page| format!("Acme - Open Claims,,,Page {page}\n\nRun Date: 2/{page}/2026,,,\n");
    assert_eq!(pages(two), (vec![4, 5, 10, 11], vec![]));
}

#[test]
fn the_last_of_many_titles_count() {
    let lines = ('A'..='Z').fold(String::new(), |text, c| text + &format!("Report {c}\n"));
    let header = "Claim,Name,Due,Budget\n";
    let text = lines + header + &claims(1, 6) + "Report A\nReport Z\n" + header + &claims(7, 9);
    assert_eq!(repeated_titles(&text), (vec![8], vec![]));
}

#[test]
fn rows_with_the_words_of_a_title_are_cases_unless_they_are_a_pages() {
    let text = |title: &str, rows: &str, row: &str, end: &str| {
        format!("{title}\nClaim,Name,Due,Budget\n{rows}{row}\n{end}")
    };
    let (rows, header) = (claims(1, 6), "Claim,Name,Due,Budget\n");
    // Without a header below, it may be a case.
    let row = "Open Claims,Acme,2/7/2026,";
    assert_eq!(
        repeated_titles(&text("Open Claims,Acme,2/6/2026,", &rows, row, &claims(8, 9))),
        (vec![], vec![7])
    );
    let far = claims(8, 12) + header + &claims(13, 14);
    assert_eq!(repeated_titles(&text("Open Claims,Acme,2/6/2026,", &rows, row, &far)), (vec![], vec![7]));
    // Nor is a row of its columns' kinds a title; nor one that is like a case above the header.
    let below = header.to_owned() + &claims(8, 9);
    assert_eq!(
        repeated_titles(&text("Acme claims 4,x", &rows, "Acme-7,claims,,x", &below)),
        (vec![], vec![7])
    );
    for row in ["AC-7,Ann,3/7/2026,1", "C-7,Ann,3/7/2026,1", "Other Claims,Acme,2/7/2026,"] {
        for title in ["AC,Ann", "C-0,Ann,3/7/2026,100", "Open Claims,Acme,2/6/2026,"] {
            let found = repeated_titles(&text(title, &rows, row, &below));
            assert_eq!(found, (vec![], vec![]), "{title} {row}");
        }
    }
}

#[test]
fn a_title_with_the_only_text_of_the_rows_changes_nothing() {
    let rows = |name: &str, first: u32, last: u32| {
        (first..=last).fold(String::new(), |text, n| text + &format!("1023{n},{name},3/{n}/2026,500\n"))
    };
    let table = |name: &str, rows: &str| format!("{name} 3/1/2026\nCase,Service,Due,Budget\n{rows}");
    let end = "Denver office,,,\nDenver Total,,,4500\n10239,Canvass,3/9/2026,1\n";
    let judged = |name: &str, rows: &str| {
        let found = open_text(&table(name, rows)).rows_from(1);
        found.iter().map(|row| (row.not_a_case, row.doubt)).collect::<Vec<_>>()
    };
    let end_judged = [
        (Some(NotACase::Heading), Some(RowDoubt::LoneCell)),
        (Some(NotACase::Total), Some(RowDoubt::MaybeTotal)),
    ];
    for (name, count) in [("Surveillance", 8), ("Surveillance", 2), ("Activity", 8)] {
        let found = judged(name, &(rows("Surveillance", 1, count) + end));
        let count = usize::try_from(count).unwrap();
        assert_eq!(found[..count], vec![(None, None); count], "{name} {count}");
        assert_eq!(found[count..count + 2], end_judged, "{name} {count}");
    }
    // Nor do a few rows among others.
    let few = rows("Canvass", 1, 8) + &rows("Surveillance", 1, 1) + &rows("Canvass", 1, 3);
    assert_eq!(judged("Surveillance", &few), [(None, None); 12]);
}

#[test]
fn cases_above_the_header_with_the_letters_of_all_cases_are_told() {
    let rows = (1..7).fold(String::new(), |text, n| text + &format!("CLAIM-{n},3/{n}/2026,{n}00\n"));
    let text = format!("CLAIM-0,3/1/2026,100\nClaim,Due,Budget\n{rows}");
    assert_eq!(cases_above(&text), [1]);
    assert!(open_text(&text).rows_from(1).iter().all(|row| row.doubt.is_none()));
}

#[test]
fn a_header_in_other_words_begins_another_table() {
    let header = "Claim Number,Claimant,Insured,Notes\n";
    let people = |first: u32, last: u32| {
        (first..=last).fold(String::new(), |text, n| text + &format!("J-{n},Ann Lee,Bob Poe,x\n"))
    };
    let others = |rows: u32, other: &str| {
        let open = open_text(&format!("{header}{}{other}\n{}", people(1, rows), people(21, 22)));
        let is_other = |row: &&Row| row.faults.contains(&(RowFault::OtherTable, None));
        open.rows_from(1).iter().filter(is_other).map(|row| row.number).collect::<Vec<_>>()
    };
    for other in ["Claim No.,Insured Name,Claimant Name,Remarks", "File #,Insured Name,Claimant Name,"] {
        for rows in [3, 4, 15] {
            assert_eq!(others(rows, other), [1, 2, 3].map(|row| u64::from(rows + row)), "{other}");
        }
    }
    for case in [
        "Claim 9,Insured Name,Claimant Name,Remarks",
        "Pending,Insured Name,Claimant Name,Remarks",
        "Claim No.,Insured Name,Poe,Remarks",
        ",Insured Name,Claimant Name,Remarks",
        "Claim pending,Case Status,,",
    ] {
        assert!(others(15, case).is_empty(), "{case}");
    }
    // Two rows may be anything, and so may those of a table of words.
    assert!(others(2, "Claim No.,Insured Name,Claimant Name,Remarks").is_empty());
    // Names of this header in their columns are certain, however few the rows are.
    assert_eq!(others(1, "Claim Number,Claimant,Date Closed,Outcome"), [2, 3, 4]);
    assert!(others(1, "Claim Number,Claimant 2,Poe,x").is_empty());
    let words = "Name,City,Notes\nPoe,Reno,x\nLee,Elko,x\nFox,Ely,x\nFirst Name,City,Remarks\nOrr,Ely,x\n";
    assert!(open_text(words).sheet.scan().unwrap().other_tables.is_empty());
}

#[test]
fn cases_in_words_that_headers_have_too_begin_no_table() {
    let others = |header: &str, rows: &str, case: &str| {
        let open = open_text(&format!("{header}\n{rows}{case}\n{rows}"));
        open.sheet.scan().unwrap().other_tables.clone()
    };
    let claims = (1..9).fold(String::new(), |text, n| text + &format!("W-{n},Acme Roofing,Sage Mutual,x\n"));
    for case in [
        "claim # pending,City of Reno,State Farm,no contact yet",
        "no contact,City of Reno,First State,no answer",
    ] {
        assert_eq!(others("Claim #,Employer,Insurer,Notes", &claims, case), [], "{case}");
    }
    // A few filled cells are no header of a wide table, nor does a single date show what a column holds.
    let wide = claims.replace('\n', ",a,b,c\n");
    let header = "Claim #,Employer,Insurer,Notes,Alias,Vehicle,Hair";
    assert_eq!(others(header, &wide, "claim no,City,State,,,,"), []);
    let dated = "Lee,Reno,3/4/2026\nPoe,Elko,\nFox,Ely,\nOrr,Ely,\n";
    for case in ["Case,Carson City,no answer", "Case,City,no contact"] {
        let rows = format!("{dated}{case}\nRay,Ely,\n");
        let open = open_text(&format!("Name,City,Notes\n{rows}"));
        assert_eq!(open.sheet.scan().unwrap().other_tables, [], "{case}");
    }
}
