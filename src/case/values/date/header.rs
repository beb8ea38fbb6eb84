//! The date order that a header asks for: `Date of Loss (dd/mm/yyyy)`.

use super::DateOrder;

impl DateOrder {
    /// Returns the order that a header names, if it names one.
    #[must_use]
    pub fn of_header(header: &str) -> Option<Self> {
        // Most headers have none of a year.
        if !header.contains(['y', 'Y', 'a', 'A', 'j', 'J']) {
            return None;
        }
        let header = header.to_ascii_lowercase();
        let words: Vec<&str> =
            header.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
        let part = |word: &str| match word {
            "d" | "dd" | "jj" | "tt" | "day" => Some('d'),
            "m" | "mm" | "mmm" | "mon" | "month" => Some('m'),
            // As in Spanish, French and German.
            "y" | "yy" | "yyyy" | "year" | "aa" | "aaaa" | "jjjj" => Some('y'),
            _ => None,
        };
        let of_three = |three: &[&str]| {
            let parts: Option<String> = three.iter().map(|word| part(word)).collect();
            Self::of_letters(&parts?)
        };
        let joined = |word: &&str| match *word {
            "mmddyyyy" | "mmddyy" | "mdy" => Some(Self::Mdy),
            "ddmmyyyy" | "ddmmyy" | "dmy" => Some(Self::Dmy),
            "yyyymmdd" | "yymmdd" | "ymd" => Some(Self::Ymd),
            _ => None,
        };
        words.windows(3).find_map(of_three).or_else(|| words.iter().find_map(joined))
    }

    fn of_letters(letters: &str) -> Option<Self> {
        Some(match letters {
            "mdy" => Self::Mdy,
            "dmy" => Self::Dmy,
            "ymd" => Self::Ymd,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_may_name_the_order() {
        for (header, order) in [
            ("Date of Loss (dd/mm/yyyy)", Some(DateOrder::Dmy)),
            ("DOB MM-DD-YYYY", Some(DateOrder::Mdy)),
            ("DOB [DD-MMM-YY]", Some(DateOrder::Dmy)),
            ("Due YYYYMMDD", Some(DateOrder::Ymd)),
            ("yyyy-mm-dd", Some(DateOrder::Ymd)),
            ("Loss (D/M/Y)", Some(DateOrder::Dmy)),
            ("Loss (DMY)", Some(DateOrder::Dmy)),
            ("Fecha (dd/mm/aaaa)", Some(DateOrder::Dmy)),
            ("Date [jj/mm/aaaa]", Some(DateOrder::Dmy)),
            ("Datum TT.MM.JJJJ", Some(DateOrder::Dmy)),
            ("Loss Date - day/month/year", Some(DateOrder::Dmy)),
            ("Due (YYYY/DD/MM)", None),
            ("Date of Injury", None),
            ("Day", None),
            ("MY D", None),
            ("", None),
        ] {
            assert_eq!(DateOrder::of_header(header), order, "{header}");
        }
    }
}
