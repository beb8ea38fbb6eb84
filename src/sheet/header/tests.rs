use super::*;
use crate::sheet::dialect::Dialect;
use crate::sheet::record::{Lines, RecordFormat};
use crate::sheet::sniff::{sample, usual_width};

fn head(text: &str) -> TableHeader {
    choose(text, None)
}

fn choose(text: &str, chosen: Option<Header>) -> TableHeader {
    let shape = |width| RecordFormat { width, ..RecordFormat::of(Dialect::default(), Lines::Breaks) };
    let read = |width| sample(text.as_bytes(), true, shape(width));
    let width = usual_width(&read(0));
    find(&read(width), width, chosen)
}

fn header_of(text: &str) -> (String, Vec<String>) {
    let head = head(text);
    (head.header.to_string(), head.columns)
}

const ROWS: &str = "A-1,Smith,3/4/2026,100\nA-2,Doe,3/5/2026,250\nA-3,Roe,3/6/2026,75\n";

#[test]
fn headers_are_found() {
    for (text, want) in [
        (format!("Claim,Name,Due,Budget\n{ROWS}"), "1"),
        (ROWS.to_owned(), "none"),
        (format!("March claims\n\nClaim,Name,Due,Budget\n{ROWS}"), "3"),
        (format!("March claims,,,\n,,,\nClaim,Name,Due,Budget\n{ROWS}"), "3"),
        (format!("Client:,Acme,Date:,3/4/2026\nClaim,Name,Due,Budget\n{ROWS}"), "2"),
        (format!("To:,Us,From:,Acme\nSubject:,Referrals,,\n\nClaim,Name,Due,Budget\n{ROWS}"), "4"),
        (format!("Claim:,Name,Due:,Budget\n{ROWS}"), "1"),
        (format!("Claim:,Name:,Due:,Budget:\n{ROWS}"), "1"),
        (format!("Claim,Claimant,Due,Budget\nnumber,name,date,amount\n{ROWS}"), "1-2"),
        (format!("Claim,Name,Due,Budget\nClaim,Name,Due,Budget\n{ROWS}"), "1-2"),
        (format!("Some title, with a comma\n{ROWS}"), "none from 2"),
        ("Name,City\nSmith,Denver\nDoe,Boise\n".to_owned(), "1"),
        ("Name\nSmith\nDoe\n".to_owned(), "1"),
        ("Claim,Name\n".to_owned(), "1"),
        ("Zip,Phone\n80202,303-555-0100\n".to_owned(), "1"),
        ("80202,303-555-0100\n80203,303-555-0101\n".to_owned(), "none"),
        ("x,y,z\na,b,c\n".to_owned(), "1"),
        // Rows that only lack values are neither part of the header nor a header.
        (format!("Claim,Name,Due,Budget\nA-0,Poe,unknown,none\n{ROWS}"), "1"),
        (format!("Claim,Name,Due,Budget\nPending,Poe,unknown,none\n{ROWS}"), "1"),
        (format!("A-0,Poe,unknown,none\n{ROWS}"), "none"),
        (format!("{ROWS}A-9,Poe,unknown,none\nA-4,Fox,3/7/2026,80\nA-5,Fay,3/8/2026,80\n"), "none"),
        (format!("Claim,Name,Due,2026\nA-0,Poe,unknown,none\n{ROWS}"), "1"),
        ("Ref1,Ref2,Due\nA-1,B-1,3/4/2026\nA-2,B-2,3/5/2026\n".to_owned(), "1"),
        ("field1,field2\nhello,goodbye\nhello2,goodbye2\n".to_owned(), "1"),
        ("Year,2000,2001,2002\nTimber,\"2,666\",1,2\nIron,3,4,5\n".to_owned(), "1"),
        ("Timber,2000,2001,2000\nIron,2001,2002,2003\n".to_owned(), "none"),
    ] {
        assert_eq!(header_of(&text).0, want, "{text}");
    }
}

#[test]
fn columns_have_names() {
    let columns = |text: &str| header_of(text).1;
    assert_eq!(columns("Claim, Name ,,Due\n1,2,3,4\n"), ["Claim", "Name", "", "Due"]);
    assert_eq!(
        columns(&format!("Claim,Claimant,Due,Budget\nnumber,name,date,amount\n{ROWS}"))[1],
        "Claimant name"
    );
    assert_eq!(
        columns("Claimant,,Employer,\nName,Phone,Name,Phone\nAnn,303-555-0100,Acme,303-555-0101\n"),
        ["Claimant Name", "Claimant Phone", "Employer Name", "Employer Phone"]
    );
    // Names of groups above columns about people, with a column about the case at the end.
    let row = "C-1,Acme,303-555-0100,Ann Lee,1/2/1970,11/2/2026\n";
    let named = ["Claim #", "Insured Information Company", "Insured Information Phone"].map(str::to_owned);
    for above in [
        ",Insured Information,,Claimant,,",
        ",Insured Information,,Claimant",
        "x,y\n,Insured Information,,Claimant",
    ] {
        let text = format!("{above}\nClaim #,Company,Phone,Name,DOB,Received\n{row}{row}");
        let found = columns(&text);
        assert_eq!(found[..3], named, "{text}");
        assert_eq!(found[3..], ["Claimant Name", "Claimant DOB", "Received"], "{text}");
    }
    // Titles.
    for above in ["Insured,Denver", "Claimant,,,,,", "Claimant list,,Insured list", ",,Page 1"] {
        let text = format!("{above}\nClaim #,Company,Phone,Name,DOB,Received\n{row}{row}");
        let found = columns(&text);
        assert_eq!((found[1].as_str(), found[3].as_str()), ("Company", "Name"), "{text}");
    }
    // Rows longer than the header; empty headers after the last row's cell.
    assert_eq!(columns("Claim,Due\nA,3/4/2026,x\nB,3/5/2026,y\nC,3/6/2026,z\n"), ["Claim", "Due", ""]);
    assert_eq!(columns("Claim,Due,,\nA-1,3/4/2026\nB-1,3/5/2026\nB-2,3/5/2026\nB-3,3/5/2026\n").len(), 2);
    assert_eq!(columns(ROWS), ["", "", "", ""]);
}

#[test]
fn a_chosen_header_is_taken() {
    let text = format!("March\nClaim,Name,Due,Budget\n{ROWS}");
    let chosen = |header: &str| choose(&text, Some(header.parse().unwrap()));
    assert_eq!((chosen("2").body, chosen("2").columns[1].as_str()), (2, "Name"));
    assert_eq!((chosen("none").body, chosen("none").first), (0, 0));
    assert_eq!(chosen("none from 3").body, 2);
    assert_eq!(chosen("2-3").columns[0], "Claim A-1");
    assert_eq!(chosen("99").body, 5);
}
