//! What the trade calls things: the words of headers, in small letters and digits only.

use super::field::{CaseField, Part};

/// Headers of the case fields.
pub(super) const CASE: [(CaseField, &[&str]); 17] = [
    (
        CaseField::Reference1,
        &[
            "claim",
            "claimno",
            "claimnum",
            "claimnumber",
            "claimid",
            "claimref",
            "claimreference",
            "clm",
            "clmno",
            "clmnum",
            "clmnumber",
            "fileno",
            "filenum",
            "filenumber",
            "reference",
            "referenceno",
            "referencenumber",
            "ref",
            "refno",
            "refnumber",
            "caseref",
            "caseno",
            "casenumber",
            "clientref",
            "clientreference",
            "clientfileno",
            "yourref",
            "externalid",
            "matter",
            "matterno",
            "matternumber",
            "lossnumber",
            "lossno",
            "carrierclaimnumber",
            "carrierclaimno",
            "tpaclaimnumber",
            "tpaclaimno",
            "claimfile",
        ],
    ),
    (
        CaseField::Reference2,
        &["policy", "policyno", "policynum", "policynumber", "policyid", "pol", "polno", "polnumber"],
    ),
    (
        CaseField::CreatedOn,
        &[
            "assigned",
            "dateassigned",
            "assigneddate",
            "assignedon",
            "assignmentdate",
            "received",
            "datereceived",
            "receiveddate",
            "referraldate",
            "datereferred",
            "dateofreferral",
            "requestdate",
            "daterequested",
            "opened",
            "opendate",
            "dateopened",
            "created",
            "createddate",
            "datecreated",
        ],
    ),
    (
        CaseField::DueOn,
        &[
            "due",
            "duedate",
            "datedue",
            "dueon",
            "dueby",
            "deadline",
            "neededby",
            "needby",
            "dateneeded",
            "targetdate",
            "completeby",
            "returnby",
            "reportdue",
        ],
    ),
    (
        CaseField::CaseLocation,
        &["location", "venue", "caselocation", "jurisdiction", "locationofloss", "losslocation"],
    ),
    (
        CaseField::BudgetMoney,
        &[
            "budget",
            "budgetamount",
            "budgetamt",
            "budgetmoney",
            "authority",
            "authorizedamount",
            "authorizedbudget",
            "nottoexceed",
            "nte",
            "spendlimit",
            "maxspend",
        ],
    ),
    (
        CaseField::BudgetHours,
        &["hours", "hrs", "budgethours", "budgethrs", "authorizedhours", "hoursauthorized"],
    ),
    (
        CaseField::Notes,
        &[
            "instructions",
            "caseinstructions",
            "specialinstructions",
            "assignmentinstructions",
            "notes",
            "casenotes",
            "adjusternotes",
            "comments",
            "remarks",
            "reasonforreferral",
            "referralreason",
            "details",
        ],
    ),
    (
        CaseField::SchedulingNotes,
        &["scheduling", "schedulinginstructions", "schedulingnotes", "availability"],
    ),
    (CaseField::AdminNotes, &["adminnotes", "administrativenotes", "billingnotes", "officenotes"]),
    (
        CaseField::Services,
        &[
            "service",
            "services",
            "servicerequested",
            "servicesrequested",
            "servicetype",
            "typeofservice",
            "investigationtype",
            "typeofinvestigation",
            "assignmenttype",
        ],
    ),
    (CaseField::Flags, &["flag", "flags", "tags", "caseflags"]),
    (CaseField::Region, &["region", "territory", "caseregion"]),
    (
        CaseField::Client,
        &[
            "client",
            "clientid",
            "clientname",
            "carrier",
            "tpa",
            "insurer",
            "insurancecompany",
            "clientlocation",
        ],
    ),
    (
        CaseField::PrimaryContact,
        &[
            "adjuster",
            "adjustername",
            "adjustor",
            "examiner",
            "claimsexaminer",
            "handler",
            "contact",
            "contactid",
            "clientcontact",
            "requestor",
            "requester",
            "requestedby",
            "primarycontact",
        ],
    ),
    (CaseField::CaseType, &["casetype", "typeofcase", "lineofbusiness", "lob", "claimtype"]),
    (CaseField::CompanyLocation, &["branch", "office", "companylocation"]),
];

/// Words for one thing each: a header and a custom field's label that are both among them mean the same.
pub(super) const SAME: [&[&str]; 24] = [
    &[
        "claimant",
        "claimantname",
        "nameofclaimant",
        "subject",
        "subjectname",
        "injuredworker",
        "injuredworkername",
        "iw",
        "iwname",
        "name",
        "fullname",
        "employeename",
        "injuredparty",
        "insuredperson",
    ],
    &["insured", "insuredname", "namedinsured", "policyholder"],
    &["employer", "employername"],
    &["dob", "dateofbirth", "birthdate", "birthday", "birth", "claimantdob", "subjectdob"],
    &[
        "dol",
        "doi",
        "doa",
        "dateofloss",
        "lossdate",
        "dateofinjury",
        "injurydate",
        "dateofaccident",
        "accidentdate",
        "dateofincident",
        "incidentdate",
        "doloss",
    ],
    &[
        "ssn",
        "ss",
        "ssno",
        "ssnumber",
        "social",
        "socialsecurity",
        "socialsecurityno",
        "socialsecuritynumber",
        "claimantssn",
    ],
    &[
        "phone",
        "phoneno",
        "phonenumber",
        "telephone",
        "telephonenumber",
        "tel",
        "homephone",
        "phone1",
        "primaryphone",
        "claimantphone",
    ],
    &["cell", "cellphone", "mobile", "mobilephone", "cellno", "cellnumber"],
    &["email", "emailaddress", "mail", "claimantemail"],
    &[
        "address",
        "homeaddress",
        "residence",
        "residenceaddress",
        "mailingaddress",
        "claimantaddress",
        "subjectaddress",
        "fulladdress",
    ],
    &["gender", "sex"],
    &["height", "ht"],
    &["weight", "wt"],
    &["hair", "haircolor"],
    &["eyes", "eyecolor"],
    &["race", "ethnicity"],
    &["occupation", "job", "jobtitle", "position"],
    &["injury", "injuries", "natureofinjury", "injurydescription", "bodypart", "bodyparts", "allegedinjury"],
    &["vehicle", "vehicles", "auto", "car", "vehicledescription"],
    &["plate", "licenseplate", "tag", "platenumber"],
    &["attorney", "attorneyname", "counsel", "lawyer", "representation"],
    &["dl", "driverslicense", "driverlicense", "dlno", "dlnumber", "license"],
    &["alias", "aliases", "aka", "nickname", "alsoknownas"],
    &["maritalstatus", "marital"],
];

/// Headers of parts of a name or an address.
pub(super) const PARTS: [(Part, &[&str]); 9] = [
    (Part::FirstName, &["first", "firstname", "fname", "firstnm", "givenname", "forename"]),
    (Part::MiddleName, &["middle", "middlename", "middleinitial", "mi", "mname", "minitial"]),
    (Part::LastName, &["last", "lastname", "lname", "lastnm", "surname", "familyname"]),
    (
        Part::Address1,
        &[
            "address1",
            "addr1",
            "add1",
            "addressline1",
            "street",
            "street1",
            "streetaddress",
            "addr",
            "address",
        ],
    ),
    (
        Part::Address2,
        &["address2", "addr2", "add2", "addressline2", "street2", "apt", "aptno", "unit", "suite"],
    ),
    (Part::City, &["city", "town", "cityname"]),
    (Part::State, &["state", "st", "province", "stateprovince", "statecode"]),
    (Part::Zip, &["zip", "zipcode", "postal", "postalcode", "postcode", "zippostalcode", "zip5"]),
    (Part::Country, &["country", "countrycode"]),
];

/// Words before a part that say whose it is, when there is only one to have it.
pub(super) const WHOSE: [&str; 14] = [
    "claimant",
    "claimants",
    "subject",
    "subjects",
    "clmt",
    "injured",
    "worker",
    "iw",
    "home",
    "mailing",
    "residence",
    "primary",
    "employee",
    "patient",
];

/// Words that stand in many names.
pub(super) const SAYS_LITTLE: [&str; 14] =
    ["number", "date", "of", "name", "id", "code", "the", "type", "address", "case", "claim", "1", "2", "3"];

/// Small letters and digits only, so that `Claim #` is `Claim`.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The words of a header; `DateOfLoss` are three, and words for the same are one.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut before) = (String::new(), ' ');
    for c in text.chars().chain([' ']) {
        let breaks = !c.is_alphanumeric()
            || (before.is_lowercase() && c.is_uppercase())
            || (before.is_alphabetic() && c.is_numeric());
        if breaks && !word.is_empty() {
            words.push(same_word(&std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if c == '#' {
            words.push("number".to_owned());
        }
        before = c;
    }
    words
}

fn same_word(word: &str) -> String {
    let same = match word {
        "no" | "num" | "nr" | "nbr" | "numb" => "number",
        "addr" | "add" | "adr" => "address",
        "dt" => "date",
        "ph" | "tel" | "telephone" => "phone",
        "amt" => "amount",
        "clm" => "claim",
        "pol" => "policy",
        "ref" => "reference",
        "emp" | "ee" => "employee",
        "er" => "employer",
        "instr" => "instructions",
        "desc" => "description",
        "clmt" => "claimant",
        other => other,
    };
    same.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_headers() {
        assert_eq!(words("Claim #"), ["claim", "number"]);
        assert_eq!(words("DateOfLoss"), ["date", "of", "loss"]);
        assert_eq!(words("clmt_addr_1"), ["claimant", "address", "1"]);
        assert_eq!(words("Addr1"), ["address", "1"]);
        assert_eq!(words("  "), Vec::<String>::new());
    }

    #[test]
    fn every_word_is_plain_and_means_one_thing() {
        let lists = CASE.iter().map(|(_, words)| words).chain(SAME.iter());
        let mut seen = std::collections::BTreeSet::new();
        for word in lists.flat_map(|words| words.iter()) {
            assert_eq!(plain(word), *word);
            assert!(seen.insert(word), "{word} twice");
        }
        for word in PARTS.iter().flat_map(|(_, words)| words.iter()) {
            assert_eq!(plain(word), *word);
        }
    }
}
