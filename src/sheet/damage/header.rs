//! What the header of a column says about its cells.

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    Nothing,
    Zip,
    /// A postal code, of whatever country.
    Postal,
    Ssn,
    /// A number that names something.
    Id,
    /// A number that counts or measures, or one to call: its length means nothing.
    Measure,
    Date,
    /// A date, or an amount: `Loss`, `Due`.
    MaybeDate,
}

const MEASURES: [&str; 40] = [
    "amount",
    "amounts",
    "amt",
    "qty",
    "quantity",
    "age",
    "year",
    "years",
    "yr",
    "ext",
    "extension",
    "phone",
    "telephone",
    "tel",
    "fax",
    "mobile",
    "cell",
    "count",
    "total",
    "price",
    "paid",
    "payment",
    "payments",
    "reserve",
    "reserves",
    "premium",
    "limit",
    "deductible",
    "balance",
    "cost",
    "fee",
    "rate",
    "days",
    "hours",
    "miles",
    "mileage",
    "odometer",
    "salary",
    "value",
    "incurred",
];

const IDS: [&str; 17] = [
    "id", "ids", "ref", "file", "case", "matter", "member", "invoice", "loan", "ein", "fein", "tin", "npi",
    "number", "num", "nbr", "no",
];

const ID_STEMS: [&str; 6] = ["claim", "polic", "account", "acct", "referenc", "certificate"];

/// Reads a header. Of several things the one that forbids most wins: `Claim Amount` is a measure.
pub(super) fn read(header: &str) -> Says {
    let words = words(header);
    let any = |test: &dyn Fn(&str) -> bool| words.iter().any(|word| test(word));
    let is = |list: &[&str]| any(&|word| list.contains(&word));
    // Not inside a word: `lossnumber` has an `ssn` in it.
    let ssn = any(&|word| word.starts_with("ssn") || word.ends_with("ssn"))
        || (is(&["social"]) && (words.len() == 1 || is(&["security", "sec"])));
    let date = any(&|word| (word.ends_with("date") && word != "candidate") || word.starts_with("dateof"))
        || is(&["dob", "dol", "doi", "birth", "birthday"]);
    if is(&MEASURES) || (is(&["number", "no"]) && is(&["of"]) && !date) {
        Says::Measure
    } else if ssn {
        Says::Ssn
    } else if any(&|word| word.starts_with("zip") || word.ends_with("zip")) {
        Says::Zip
    } else if any(&|word| word.starts_with("postal") || word.starts_with("postcode")) {
        Says::Postal
    } else if date {
        Says::Date
    } else if is(&IDS) || any(&|word| ID_STEMS.iter().any(|stem| word.starts_with(stem))) {
        Says::Id
    } else if is(&["loss", "due", "received", "assigned"]) {
        Says::MaybeDate
    } else {
        Says::Nothing
    }
}

/// The words in lower case: `ClaimantSSN`, `claimant_ssn` and `Claimant SSN#` are the same.
fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_small = false;
    for c in header.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_small) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before_small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}
