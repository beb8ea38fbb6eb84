//! Checks that find no row to send: why, and what to do.

use crate::engine::CheckReport;
use crate::text::plural;

/// Says why no row can be sent; `None` if one can.
pub(super) fn nothing_to_send(report: &CheckReport) -> Option<String> {
    if report.to_send > 0 {
        return None;
    }
    let held = report.groups.iter().filter(|group| group.code.is_held());
    let duplicates: u64 = held.map(|group| group.count).sum();
    let rows = |count| plural(count, "row");
    let why = match report {
        CheckReport { rows: 0, .. } => "the file has no rows. Press f to check its format.".to_owned(),
        CheckReport { with_errors: wrong @ 1.., .. } => {
            format!("{} with errors. Press n to go to one.", rows(*wrong))
        }
        _ if duplicates > 0 => format!(
            "{} looks like an existing case. Press y on a row to send it anyway.",
            if duplicates == 1 { rows(1) } else { format!("each of {}", rows(duplicates)) }
        ),
        CheckReport { created: created @ 1.., excluded: 0, .. } => {
            format!("{} already created.", rows(*created))
        }
        _ if report.groups.iter().all(|group| group.code.is_on_purpose()) => {
            format!("{} skipped by you. Press m to list them.", rows(report.excluded))
        }
        _ => format!("{} excluded. Press n to see why.", rows(report.excluded)),
    };
    Some(format!("Nothing to send: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_without_a_row_to_send_says_why() {
        let of = |to_send, created, excluded, with_errors| {
            let rows = to_send + created + excluded + with_errors;
            let report =
                CheckReport { rows, created, to_send, excluded, with_errors, ..CheckReport::default() };
            nothing_to_send(&report)
        };
        assert_eq!(of(1, 0, 5, 5), None);
        assert_eq!(
            of(0, 0, 0, 0).unwrap(),
            "Nothing to send: the file has no rows. Press f to check its format."
        );
        assert_eq!(of(0, 2, 1, 3).unwrap(), "Nothing to send: 3 rows with errors. Press n to go to one.");
        assert_eq!(of(0, 2, 0, 0).unwrap(), "Nothing to send: 2 rows already created.");
        assert_eq!(of(0, 0, 4, 0).unwrap(), "Nothing to send: 4 rows skipped by you. Press m to list them.");
    }
}
