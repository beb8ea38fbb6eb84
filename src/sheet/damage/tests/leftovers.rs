use super::super::*;
use super::cells::{assert_damaged, assert_undamaged};
use Damage::{Formula, HtmlEntity, ListId, LostLetter, TextMark};

#[test]
fn formulas_instead_of_their_results() {
    assert_damaged(
        Formula,
        &[
            "=HYPERLINK(\"http://x/1\",\"CLM-1\")",
            "=A2&\"-1\"",
            "=VLOOKUP(A3;B:C;2)",
            "=$A$2",
            "=Sheet1!B4*2",
            "=1+1",
            "=-(A1+B1)",
            "=\"C-\"&A1",
            "=+_xlfn.CONCAT(A1,B1)",
        ],
    );
    assert_undamaged(&[
        "=",
        "=====",
        "= see file",
        "=> call first",
        "=none",
        "a=b",
        "=)",
        "-5",
        "+1 303 555 0100",
    ]);
}

#[test]
fn question_marks_inside_words() {
    assert_damaged(LostLetter, &["Mu?oz Jos?", "Ren?e said", "it?s fine", "MU?OZ", "Mu??oz", "Smith & Pe?a"]);
    assert_undamaged(&[
        "Really?",
        "Really? Yes",
        "approved?Yes",
        "?",
        "??",
        "who?",
        "?ukasz",
        "A?1",
        "Y?N",
        "https://example.com/a?b=1",
        "example.com/find?q",
    ]);
}

#[test]
fn tags_and_ids_of_lists() {
    assert_damaged(
        HtmlEntity,
        &["<p>Call</p>", "Line 1<br/>Line 2", "<DIV class=\"a\">x", "{\\rtf1\\ansi x}"],
    );
    assert_damaged(ListId, &["3;#Denver", "12;#Adams, Ann", ";#Surveillance;#Canvass;#"]);
    assert_undamaged(&[
        "a < b and c > d",
        "Ann <ann@example.com>",
        "<p",
        "<pending>",
        "Apt 3; #4",
        "3; 4",
        "<none>",
    ]);
}

#[test]
fn apostrophes_that_mark_text() {
    for (cell, text) in
        [("'=see notes", "=see notes"), ("'+1 303-555-0100", "+1 303-555-0100"), ("'@x", "@x")]
    {
        assert_damaged(TextMark, &[cell]);
        assert_eq!(repaired(cell).as_deref(), Some(text));
        assert_undamaged(&[text]);
    }
    assert_undamaged(&["'t Hooft, Jan", "'06", "O'Neil", "'"]);
}

#[test]
fn html_codes() {
    assert_damaged(
        HtmlEntity,
        &["Smith &amp; Co", "O&#39;Neil", "&lt;rush&gt;", "Mu&ntilde;oz", "&#xE9;", "a&nbsp;b"],
    );
    assert_undamaged(&[
        "Smith & Co",
        "R&D; then",
        "AT&T",
        "a && b;",
        "&;",
        "&#;",
        "&#1;",
        "Q&A; notes",
        "B&uml;",
    ]);
}
