//! Shapes of references: which of them are letters, digits and other characters.

/// Minimum number of references that show a usual shape.
const ENOUGH: usize = 20;
/// Maximum number of shapes counted in a column; a column with more has no usual one.
const MAX_SHAPES: usize = 40;

/// A class of characters. Runs of letters and of digits are one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Letters,
    /// Number of digits, and whether they begin with a zero.
    Digits(usize, bool),
    Other(char),
}

/// The parts of a text.
fn parts(text: &str) -> impl Iterator<Item = Part> {
    let mut chars = text.trim().chars().peekable();
    std::iter::from_fn(move || {
        let first = chars.next()?;
        Some(if first.is_ascii_digit() {
            let mut digits = 1;
            while chars.next_if(char::is_ascii_digit).is_some() {
                digits += 1;
            }
            Part::Digits(digits, first == '0')
        } else if first.is_alphabetic() {
            while chars.next_if(|c| c.is_alphabetic()).is_some() {}
            Part::Letters
        } else {
            Part::Other(first)
        })
    })
}

fn is_same(one: Part, other: Part) -> bool {
    matches!((one, other), (Part::Digits(..), Part::Digits(..))) || one == other
}

/// Returns true if two texts have the same characters except for letters and digits, and runs of these of the same
/// length.
pub(super) fn are_alike(one: &str, other: &str) -> bool {
    let class = |c: char| match c {
        _ if c.is_ascii_digit() => '9',
        _ if c.is_alphabetic() => 'A',
        _ => c,
    };
    one.chars().map(class).eq(other.chars().map(class))
}

/// Cells of one shape.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ShapeCount {
    parts: Vec<Part>,
    count: usize,
}

impl ShapeCount {
    fn has(&self, text: &str) -> bool {
        let mut of_text = parts(text);
        self.parts.iter().all(|part| of_text.next().is_some_and(|other| is_same(*part, other)))
            && of_text.next().is_none()
    }
}

/// How a reference differs from the usual shape of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OddShape {
    /// Other characters, or in another order.
    Other,
    /// Fewer digits in a number that is filled up with zeros.
    FewerDigits,
}

/// The shapes of the first references of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ShapeProfile {
    shapes: Vec<ShapeCount>,
    cells: usize,
    /// Whether these are all references of the column.
    is_whole: bool,
    /// The shape that nearly all have, with the usual numbers of digits.
    usual: Option<UsualShape>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct UsualShape {
    shape: ShapeCount,
    /// Length of each number that nearly always has it because it is filled up with zeros; 0 for others.
    widths: Vec<usize>,
}

impl ShapeProfile {
    /// Counts references, the first ones of a column or all (`is_whole`).
    pub(super) fn of<'c>(cells: impl Iterator<Item = &'c str> + Clone, is_whole: bool) -> Self {
        let mut found = Self { is_whole, ..Self::default() };
        let cells = cells.map(str::trim).filter(|cell| !cell.is_empty());
        for cell in cells.clone() {
            found.cells += 1;
            let is_full = found.shapes.len() >= MAX_SHAPES;
            match found.shapes.iter_mut().find(|shape| shape.has(cell)) {
                Some(shape) => shape.count += 1,
                None if is_full => return Self::default(),
                None => found.shapes.push(ShapeCount { parts: parts(cell).collect(), count: 1 }),
            }
        }
        let are_nearly_all = |count: usize| count * 10 >= found.cells * 9;
        let most = found.shapes.iter().find(|shape| shape.count >= ENOUGH && are_nearly_all(shape.count));
        found.usual = most.map(|shape| {
            let of_shape: Vec<Vec<Part>> =
                cells.filter(|cell| shape.has(cell)).map(|cell| parts(cell).collect()).collect();
            let width = |at: usize, part: &Part| {
                let Part::Digits(width, _) = *part else { return 0 };
                let numbers = of_shape.iter().filter_map(|parts| match parts.get(at) {
                    Some(Part::Digits(digits, zero)) => Some((*digits, *zero)),
                    _ => None,
                });
                let same = numbers.clone().filter(|(digits, _)| *digits == width).count();
                let is_filled_up = width > 2 && numbers.clone().any(|(digits, zero)| digits == width && zero);
                if is_filled_up && are_nearly_all(same) { width } else { 0 }
            };
            let widths = shape.parts.iter().enumerate().map(|(at, part)| width(at, part)).collect();
            UsualShape { shape: shape.clone(), widths }
        });
        found
    }

    /// Returns true if a reference has the shape of nearly all.
    pub(super) fn has_usual(&self, text: &str) -> bool {
        self.usual.as_ref().is_some_and(|usual| usual.shape.has(text))
    }

    /// Compares a reference with the usual shape. Another shape that several have is no mistake.
    pub(super) fn oddity(&self, text: &str) -> Option<OddShape> {
        let UsualShape { shape, widths } = self.usual.as_ref()?;
        // May be a social security number, which a warning would show.
        if text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if shape.has(text) {
            let is_short =
                |(part, width): (Part, &usize)| matches!(part, Part::Digits(digits, _) if digits < *width);
            return parts(text).zip(widths).any(is_short).then_some(OddShape::FewerDigits);
        }
        let is_odd = match self.shapes.iter().find(|shape| shape.has(text)) {
            Some(seen) => seen.count <= 2.max(self.cells / 50),
            // Further down, another kind of references may begin.
            None => self.is_whole || is_cut_off(&shape.parts, text) || goes_on(&shape.parts, text),
        };
        is_odd.then_some(OddShape::Other)
    }
}

/// Returns true if a text is the beginning of a shape and ends with a sign: `WC-26-`.
fn is_cut_off(shape: &[Part], text: &str) -> bool {
    let of_text: Vec<Part> = parts(text).collect();
    matches!(of_text.last(), Some(Part::Other(_))) && of_text.len() < shape.len() && begins(shape, &of_text)
}

/// Returns true if a text has a shape and something else after a space or a sign: `WC-26-00115 - 2nd req`. `-01` may
/// number another kind.
fn goes_on(shape: &[Part], text: &str) -> bool {
    let of_text: Vec<Part> = parts(text).collect();
    matches!(of_text.get(shape.len()), Some(Part::Other(sign)) if *sign != '-') && begins(shape, &of_text)
}

fn begins(shape: &[Part], of_text: &[Part]) -> bool {
    shape.iter().zip(of_text).all(|(part, other)| is_same(*part, *other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(cells: &[String], is_whole: bool) -> ShapeProfile {
        ShapeProfile::of(cells.iter().map(String::as_str), is_whole)
    }

    fn usual() -> Vec<String> {
        (190..230).map(|number| format!("WC-26-{number:05}")).collect()
    }

    #[test]
    fn a_shape_that_nearly_all_have_is_usual() {
        let whole = profile(&usual(), true);
        for text in ["WC-26-00300", "GL-26-00300", "AUTO-2026-00300", "WC-26-123456", " WC-26-00001 "] {
            assert_eq!(whole.oddity(text), None, "{text}");
        }
        for text in ["WC-26-", "WC-26-O0124", "WC-26-0 0143", "WC-26-00145?", "303-555-0101"] {
            assert_eq!(whole.oddity(text), Some(OddShape::Other), "{text}");
        }
        assert_eq!(whole.oddity("123456789"), None, "may be a social security number");
        assert_eq!(whole.oddity("WC-26-0011"), Some(OddShape::FewerDigits));
    }

    #[test]
    fn a_second_kind_of_references_is_no_mistake() {
        let begun = profile(&usual(), false);
        assert_eq!(begun.oddity("24/1234"), None, "below the first rows");
        assert_eq!(begun.oddity("WC-26-00146 / Smith"), Some(OddShape::Other));
        let mut two = usual();
        two.extend((1..5).map(|number| format!("26.{number}")));
        assert_eq!(profile(&two, true).oddity("26.9"), None);
        two.extend((1..5).map(|number| format!("26.{number}")));
        assert!(profile(&two, true).usual.is_none());
        let short: Vec<String> = (1..19).map(|number| format!("WC-26-{number:05}")).collect();
        assert!(profile(&short, true).usual.is_none());
    }

    #[test]
    fn numbers_may_grow() {
        let counted: Vec<String> = (80..120).map(|number| format!("N-{number}")).collect();
        let counted = profile(&counted, true);
        assert_eq!(["N-7", "N-1000"].map(|text| counted.oddity(text)), [None, None]);
    }
}
