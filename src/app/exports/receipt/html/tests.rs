use super::parts::MAX_RANGES;
use super::*;
use crate::app::exports::receipt::edits::ReceiptEdits;
use crate::case::Code;
use crate::ledger::{
    Counts, DuplicateCases, ExceptionSource, FindingKind, OutcomeKind, Verification, VerificationFinding,
};

const HOSTILE: &str = "</style></title>--><script src=http://x.test/a>alert(1)</script><img src=x onerror='a()'>\" \
                       onload=\"b()\" '&lt;url(http://x.test)\u{1b}[2J\u{202e}\u{2066}\u{9b}\0\r\n<iframe>";

/// Every tag and attribute that the page is made of.
const TAGS: [&str; 32] = [
    "!DOCTYPE", "b", "bdi", "body", "code", "data", "dd", "div", "dl", "dt", "footer", "h1", "h2", "head",
    "header", "html", "main", "meta", "p", "section", "span", "strong", "style", "table", "tbody", "td",
    "tfoot", "th", "thead", "time", "title", "tr",
];
const ATTRIBUTES: [&str; 13] = [
    "aria-label",
    "charset",
    "class",
    "content",
    "datetime",
    "http-equiv",
    "lang",
    "name",
    "role",
    "scope",
    "style",
    "value",
    "html", // of the doctype
];

fn exception(row: u64, text: &str) -> Exception {
    Exception {
        row,
        line: row + 1,
        column: Some(text.into()),
        field: Some(text.into()),
        value: Some(text.into()),
        code: Code::Unknown,
        message: text.into(),
        source: ExceptionSource::Trackops,
        http_status: Some(422),
        corrected: true,
    }
}

fn line(row: u64, outcome: OutcomeKind, text: &str) -> ReceiptLine {
    let text = || Some(text.to_owned());
    let (reference, case_id, case_number, reason) = (text(), text(), text(), text());
    let sent_at = Some("2026-11-23T15:04:05Z".to_owned());
    ReceiptLine { row, line: row + 1, outcome, reference, case_id, case_number, sent_at, tries: 2, reason }
}

/// A page of 1,240 rows with every kind of outcome, and one text everywhere.
fn page(text: &str) -> ReceiptPage {
    let receipt = Receipt {
        import: 12,
        name: text.into(),
        status: Status::Error,
        counts: Counts { rows: 1240, created: 2, rejected: 1, excluded: 1, unknown: 1, not_sent: 1235 },
        file: Some(format!("/home/kim/{}", text.replace('/', "∕"))),
        sha256: Some("ab".repeat(32)),
        account: text.into(),
        username: text.into(),
        os_user: text.into(),
        deeds: Vec::new(),
        edits: ReceiptEdits { cells: 2, skipped_rows: 1, ..ReceiptEdits::default() },
        token: Some(text.into()),
        started_at: Some("2026-11-23T15:04:05Z".into()),
        ended_at: Some(text.into()),
        cases: vec![
            line(1, OutcomeKind::Created, text),
            line(2, OutcomeKind::Rejected, text),
            line(3, OutcomeKind::Excluded, text),
            line(5, OutcomeKind::Unknown, text),
            line(8, OutcomeKind::NotSent, text),
            line(9, OutcomeKind::Created, text),
        ],
        doubled: vec![DuplicateCases {
            row: 9,
            line: 10,
            reference: Some(text.into()),
            cases: vec![text.into(); 2],
        }],
        verified: Some(Verification {
            at: 1_795_446_245,
            created: 2,
            same: 1,
            different: 1,
            ..Verification::default()
        }),
        findings: vec![VerificationFinding {
            row: 9,
            line: 10,
            field: Some(text.into()),
            kind: FindingKind::OneDay,
            sent: text.into(),
            stored: text.into(),
        }],
    };
    let sent = Some(serde_json::json!({"claimant": "never shown"}));
    ReceiptPage {
        receipt,
        note: text.into(),
        exceptions: vec![exception(2, text), exception(5, text)],
        exclusions: vec![Exclusion { row: 3, line: 4, code: Code::Unknown, reason: text.into() }],
        tries: vec![Try {
            number: Some(1),
            sent_at: Some(1_795_446_245_000),
            sent,
            exception: exception(9, text),
        }],
        zone: TimeZone::fixed(jiff::tz::offset(-5)),
        made_at: "2026-11-24T08:00:00Z".parse().unwrap(),
    }
}

/// The tags of a page, each without its brackets; the style is looked at by itself.
fn tags(html: &str) -> Vec<&str> {
    let (head, rest) = html.split_once("<style>").unwrap();
    let (style, body) = rest.split_once("</style>").unwrap();
    assert_eq!(style, STYLE);
    let tags = |text| str::split(text, '<').skip(1).map(|tag| tag.split_once('>').unwrap().0);
    tags(head).chain(tags(body)).collect()
}

#[test]
fn hostile_text_stays_text() {
    let html = page(HOSTILE).to_html();
    for tag in tags(&html) {
        // An attribute's text has no quotes of its own: every second part is one.
        let bare: String = tag.split('"').step_by(2).collect();
        let mut words = bare.trim_start_matches('/').split_whitespace();
        let name = words.next().unwrap();
        assert!(TAGS.contains(&name), "<{tag}>");
        for word in words {
            assert!(ATTRIBUTES.contains(&word.trim_end_matches('=')), "<{tag}>");
        }
    }
    assert_eq!(html.matches("<style>").count(), 1);
    for gone in ['\u{1b}', '\u{202e}', '\u{2066}', '\u{9b}', '\0', '\r'] {
        assert!(!html.contains(gone), "{gone:?} reaches the page");
    }
    assert!(html.contains("␛[2J␦␦␦␀␍␊&lt;iframe&gt;"), "{html}");
    // Ten of the import, four of each exception and case, two of the excluded row, four of the earlier try.
    assert_eq!(html.matches("&lt;script src").count(), 35);
    assert!(!html.contains("never shown") && !html.contains("/home/kim"));
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    let html = page("plain").to_html();
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'";
    assert!(html.find(policy).is_some_and(|at| at < 100), "the policy comes before what it is for");
    for loads in
        ["<script", "<link", "<img", "<iframe", "url(", "@import", "src=\"", "href", "http:", "https:"]
    {
        assert!(!html.contains(loads), "{loads}");
    }
    for needed in ["@media print", "table-header-group", "color-scheme: light"] {
        assert!(html.contains(needed), "{needed}");
    }
}

#[test]
fn the_counts_add_up_in_words_numbers_and_widths() {
    let html = page("plain").to_html();
    let number = |text: &str| text.split_once('"').unwrap().0.parse::<u64>().unwrap();
    let counts: Vec<u64> = html.split("<data value=\"").skip(1).map(number).collect();
    assert_eq!(counts, [2, 1, 1, 1, 1235, 1240]);
    let widths: u64 = html.split("flex-grow:").skip(1).map(number).sum();
    assert_eq!(widths, 1240);
    assert!(html.contains("1240 rows = 2 created + 1 rejected + 1 excluded + 1 unknown + 1235 not sent"));
    assert!(html.contains("2 of 1,240 rows are cases in Trackops. 1,237 rows need attention."), "{html}");
    assert!(html.contains("Rows not sent (1,235)</h2><p>4, 6–8, 10–1240</p>"), "{html}");
}

#[test]
fn times_are_local_and_utc() {
    let html = page("plain").to_html();
    let started = "<time datetime=\"2026-11-23T15:04:05Z\">Nov 23, 2026, 10:04:05 AM -05</time> \
                   <span class=\"quiet whole\">(Nov 23, 3:04:05 PM UTC)</span>";
    assert!(html.contains(started), "{html}");
    let utc = ReceiptPage { zone: TimeZone::UTC, ..page("plain") }.to_html();
    assert!(utc.contains(">Nov 23, 2026, 3:04:05 PM UTC</time></dd>"), "{utc}");
}

#[test]
fn ssns_are_masked_and_masks_stay() {
    let mut page = page("SSN 078-05-1120, •••-••-••••");
    for line in &mut page.receipt.cases {
        line.reference = Some("C-1".into());
        line.case_id = Some("1".into());
        line.case_number = None;
    }
    page.receipt.doubled.clear();
    let html = page.to_html();
    assert!(!html.contains("078") && html.contains("SSN •••-••-••••, •••-••-••••"), "{html}");
}

#[test]
fn a_finished_import_has_no_empty_sections() {
    let mut page = page("plain");
    page.receipt.counts = Counts { rows: 3, created: 2, excluded: 1, ..Counts::default() };
    page.receipt.cases = vec![
        line(1, OutcomeKind::Created, "a"),
        line(2, OutcomeKind::Created, "b"),
        line(3, OutcomeKind::Excluded, "c"),
    ];
    page.receipt.doubled.clear();
    (page.exceptions, page.tries) = (Vec::new(), Vec::new());
    let html = page.to_html();
    assert!(html.contains("2 of 3 rows are cases in Trackops. 1 row excluded."), "{html}");
    assert!(html.contains("No rejected or unknown rows."));
    for absent in ["Rows not sent", "Earlier rejections", "more than one case"] {
        assert!(!html.contains(absent), "{absent}");
    }
}

#[test]
fn long_texts_and_lists_are_cut() {
    let html = page(&"é".repeat(100_000)).to_html();
    assert!(html.len() < 60_000, "{}", html.len());
    assert!(html.contains("é…"));
    let (ranges, more) = gaps((1..=1000).map(|row| row * 2), 2001);
    assert_eq!((ranges.len(), ranges[1].as_str(), more), (MAX_RANGES, "3", 801));
    assert_eq!(gaps([1, 2, 3].into_iter(), 3), (Vec::new(), 0));
}
