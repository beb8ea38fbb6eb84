//! What is usual in a column, to judge its cells by.

use super::{
    Damage,
    date::{Order, OrderRuns},
    header::{self, HeaderMeaning},
    shape::{CellClass, DigitsKind, Lead, MAX_DIGITS, TextShape, classify},
};

/// What is usual in a column.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Usual {
    role: Role,
    /// Range of lengths, excluding the second, in which digits have lost zeros.
    short: Option<(u8, u8)>,
    /// The rarer order of day and month.
    rare: Option<Order>,
    /// Rows, first and last, around dates in the rarer order.
    around_rare: Vec<(u64, u64)>,
    /// Whether some cells have six digits and begin like a day or month.
    six_digits: bool,
    ceiling: Ceiling,
    /// Whether most cells are ids, and none of these is written like a date.
    mostly_ids: bool,
    decimals: Decimals,
    /// Lengths, one bit each, where zeros after the fifteenth digit are chance.
    chance: u32,
    /// Whether none of the counted cells is damaged, so that they needn't be judged again.
    clean: bool,
}

/// Role of the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Role {
    #[default]
    Other,
    /// ZIP codes; `wide` if nine digits without a dash are one too.
    Zips {
        wide: bool,
    },
    /// Ids of any kind, so no dates: neither `1-Mar` nor, if `whole`, `3/1/2026`.
    Ids {
        whole: bool,
    },
    Dates,
    /// Dates according to the header, day numbers according to the cells.
    Serials,
}

/// Meaning of numbers with a decimal point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Decimals {
    #[default]
    Amounts,
    /// All are whole, so that they may be ids.
    Whole,
    /// Nearly all are whole, some with thousands separators.
    Grouped,
    /// Ids according to the header, all of them whole.
    Ids,
}

/// Cells of 255 characters that were cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Ceiling {
    #[default]
    None,
    MidWord,
    Every,
}

/// Number of cells of each shape.
pub(super) struct ShapeCounts<'a> {
    shapes: &'a [(TextShape, u64)],
    range: Option<(u64, u64)>,
    /// Number of cells that still show what the column is.
    telling: u64,
}

impl<'a> ShapeCounts<'a> {
    /// Creates counts; `range` is the smallest and the largest number.
    pub(super) fn new(shapes: &'a [(TextShape, u64)], range: Option<(u64, u64)>) -> Self {
        let mut counts = Self { shapes, range, telling: 0 };
        counts.telling =
            counts.of(|shape| !matches!(shape, TextShape::Scientific | TextShape::Hashes | TextShape::Error));
        counts
    }

    fn of(&self, test: impl Fn(TextShape) -> bool) -> u64 {
        self.shapes.iter().filter(|(shape, _)| test(*shape)).map(|(_, count)| count).sum()
    }

    fn digits(&self, test: impl Fn(u8, Lead, DigitsKind) -> bool) -> u64 {
        self.of(|shape| matches!(shape, TextShape::Digits { len, lead, kind } if test(len, lead, kind)))
    }

    /// Whether `count` is at least `percent` of the cells.
    fn are(&self, count: u64, percent: u64) -> bool {
        is_share(count, self.telling, percent)
    }
}

fn is_share(part: u64, whole: u64, percent: u64) -> bool {
    part > 0 && part.saturating_mul(100) >= whole.saturating_mul(percent)
}

impl Usual {
    /// Returns the damage to a cell of this column: by itself, as [`of_cell`](super::of_cell) does, and compared to the
    /// others. Of several, the worst.
    #[must_use]
    pub fn judge(&self, text: &str) -> Option<Damage> {
        self.verdict(classify(text)?)
    }

    /// Like [`judge`](Self::judge), for a cell that is certainly meant as an id, such as a claim number.
    #[must_use]
    pub fn judge_id(&self, text: &str) -> Option<Damage> {
        let class = classify(text)?;
        let beside_ids = || match class.shape {
            TextShape::GroupedAmount => (self.decimals == Decimals::Grouped).then_some(Damage::DecimalId),
            TextShape::WholeAmount => (self.decimals != Decimals::Amounts).then_some(Damage::DecimalId),
            shape if is_whole_date(shape) => self.mostly_ids.then_some(Damage::BecameDate),
            _ => None,
        };
        self.verdict(class).or_else(beside_ids)
    }

    /// Whether a date fits both orders of day and month, and the dates around its row have the rarer one.
    #[must_use]
    pub fn is_amid_other_order(&self, row: u64, text: &str) -> bool {
        let begun = self.around_rare.partition_point(|(first, _)| *first <= row);
        let last = self.around_rare.iter().take(begun).next_back().map_or(0, |(_, last)| *last);
        self.role == Role::Dates
            && row <= last
            && classify(text)
                .is_some_and(|class| matches!(class.shape, TextShape::YearLast { order: Order::Either, .. }))
    }

    /// Whether other cells may be dates of six digits: `030426`.
    #[must_use]
    pub fn has_six_digits(&self) -> bool {
        self.six_digits
    }

    /// Whether none of the counted cells is damaged. Other cells may be.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.clean
    }

    pub(super) fn found_clean(self, clean: bool) -> Self {
        Self { clean, ..self }
    }

    /// Judges a cell by its class alone, so that what is counted is what is judged.
    pub(super) fn verdict(&self, class: CellClass) -> Option<Damage> {
        let role = self.role;
        let dates = role == Role::Dates;
        let shape = match class.shape {
            TextShape::Cut => Some(Damage::CutShort),
            TextShape::Full { mid_word } => match self.ceiling {
                Ceiling::Every => Some(Damage::CutShort),
                Ceiling::MidWord => mid_word.then_some(Damage::CutShort),
                Ceiling::None => None,
            },
            TextShape::Scientific => Some(Damage::Scientific),
            TextShape::Hashes => Some(Damage::Hashes),
            TextShape::Error => Some(Damage::ErrorValue),
            TextShape::Digits { len, lead, kind } => self.digits(len, lead, kind),
            TextShape::SerialAmount => (dates || role == Role::Serials).then_some(Damage::SerialDate),
            TextShape::ShortZipPlus4 => matches!(role, Role::Zips { .. }).then_some(Damage::ShortZip),
            TextShape::YearLast { order, .. } if dates && self.rare == Some(order) => {
                Some(Damage::MixedDateOrder)
            }
            TextShape::YearLast { short_year: true, .. } | TextShape::Spelled { short_year: true, .. }
                if dates =>
            {
                Some(Damage::TwoDigitYear)
            }
            TextShape::DayMonth | TextShape::Spelled { dashes: true, .. }
                if matches!(role, Role::Ids { .. }) =>
            {
                Some(Damage::BecameDate)
            }
            shape if role == (Role::Ids { whole: true }) && is_whole_date(shape) => Some(Damage::BecameDate),
            TextShape::WholeAmount if self.decimals == Decimals::Ids => Some(Damage::DecimalId),
            _ => None,
        };
        [shape, class.text].into_iter().flatten().min()
    }

    fn digits(&self, len: u8, lead: Lead, kind: DigitsKind) -> Option<Damage> {
        match (kind, self.role) {
            (DigitsKind::Rounded, _) if self.chance & (1 << len) == 0 => return Some(Damage::Rounded),
            (DigitsKind::Serial | DigitsKind::RecentSerial, Role::Dates | Role::Serials) => {
                return Some(Damage::SerialDate);
            }
            _ => {}
        }
        // With a leading zero, none was dropped.
        if lead == Lead::Zero {
            return None;
        }
        match (len, self.role) {
            (3 | 4, Role::Zips { .. }) | (7 | 8, Role::Zips { wide: true }) => return Some(Damage::ShortZip),
            _ => {}
        }
        self.short.filter(|(from, to)| (*from..*to).contains(&len)).map(|_| Damage::LostZeros)
    }

    /// Learns what is usual from these cells.
    pub(super) fn of(header: &str, counts: &ShapeCounts<'_>, orders: &OrderRuns) -> Self {
        let meaning = header::read(header);
        let role = role(meaning, counts);
        let rare = rare(counts);
        let six_digits =
            |len, lead, _: DigitsKind| len == 6 && matches!(lead, Lead::Zero | Lead::Low | Lead::Middle);
        Self {
            role,
            short: match role {
                Role::Other | Role::Ids { .. } => short(meaning, counts),
                Role::Zips { .. } | Role::Dates | Role::Serials => None,
            },
            rare,
            around_rare: rare.map(|order| orders.around(order)).unwrap_or_default(),
            six_digits: counts.digits(six_digits) > 0,
            ceiling: ceiling(counts),
            mostly_ids: mostly_ids(counts),
            decimals: decimals(meaning, counts),
            chance: chance(counts),
            clean: false,
        }
    }
}

fn role(meaning: HeaderMeaning, counts: &ShapeCounts<'_>) -> Role {
    let dates = counts.of(|shape| {
        matches!(shape, TextShape::YearFirst | TextShape::YearLast { .. } | TextShape::Spelled { .. })
    });
    if counts.are(dates, 60) {
        return Role::Dates;
    }
    let five = counts.digits(|len, _, _| len == 5) + counts.of(|shape| shape == TextShape::ZipPlus4);
    let zeros = counts.digits(|len, lead, _| len == 5 && lead == Lead::Zero);
    let recent = counts.digits(|_, _, kind| kind == DigitsKind::RecentSerial);
    let serials = counts.digits(|_, _, kind| matches!(kind, DigitsKind::Serial | DigitsKind::RecentSerial))
        + counts.of(|shape| shape == TextShape::SerialAmount);
    let ids = ids_in(counts);
    let any_dates = dates + counts.of(|shape| shape == TextShape::DayMonth);
    match meaning {
        HeaderMeaning::Zip => Role::Zips { wide: true },
        // In other countries four digits are a complete code.
        HeaderMeaning::Postal if counts.are(five, 50) => Role::Zips { wide: false },
        HeaderMeaning::Date if serials > 0 && serials + dates == counts.telling => Role::Serials,
        // `Loss` may be an amount, but three recent days and nothing else aren't.
        HeaderMeaning::MaybeDate if recent >= 3 && recent == counts.telling => Role::Serials,
        HeaderMeaning::Nothing if counts.telling >= 5 && zeros > 0 && counts.are(five, 80) => {
            Role::Zips { wide: false }
        }
        HeaderMeaning::Date | HeaderMeaning::MaybeDate => Role::Other,
        _ if counts.are(ids, 60) && !is_share(any_dates, counts.telling, most_dates(meaning, counts)) => {
            Role::Ids { whole: are_ids(meaning, counts) }
        }
        _ => Role::Other,
    }
}

fn ids_in(counts: &ShapeCounts<'_>) -> u64 {
    let is_id =
        |shape| matches!(shape, TextShape::Id { .. } | TextShape::ZipPlus4 | TextShape::ShortZipPlus4);
    counts.digits(|_, _, _| true) + counts.of(is_id)
}

/// Whether some ids are written like dates without being one, so that a date may be an id too: `24-05-133`, `24-05-12`.
fn has_dated_ids(counts: &ShapeCounts<'_>) -> bool {
    counts.of(|shape| shape == TextShape::Id { dated: true }) > 0
}

fn mostly_ids(counts: &ShapeCounts<'_>) -> bool {
    ids_in(counts).saturating_mul(2) > counts.telling && !has_dated_ids(counts)
}

/// Returns the share of dates, in percent, at which ids beside them aren't certain.
fn most_dates(meaning: HeaderMeaning, counts: &ShapeCounts<'_>) -> u64 {
    if meaning == HeaderMeaning::Id && counts.telling >= 5 { 40 } else { 20 }
}

/// Whether the cells are certainly ids, so that a whole date isn't one.
fn are_ids(meaning: HeaderMeaning, counts: &ShapeCounts<'_>) -> bool {
    let lettered = counts.of(|shape| matches!(shape, TextShape::Id { .. }));
    !has_dated_ids(counts) && (meaning == HeaderMeaning::Id || counts.are(lettered, 60))
}

/// Whether Excel shows a date so that it converted from an id. It writes the year with four digits.
fn is_whole_date(shape: TextShape) -> bool {
    matches!(shape, TextShape::YearFirst | TextShape::YearLast { short_year: false, .. })
}

/// Returns what numbers with a decimal point are: ids if the header says so and none has another decimal than zero.
fn decimals(meaning: HeaderMeaning, counts: &ShapeCounts<'_>) -> Decimals {
    let whole = counts.of(|shape| shape == TextShape::WholeAmount);
    let grouped = counts.of(|shape| shape == TextShape::GroupedAmount);
    let digits = counts.digits(|_, _, _| true);
    let ids =
        whole + digits + counts.of(|shape| matches!(shape, TextShape::Id { .. } | TextShape::SerialAmount));
    if counts.of(|shape| shape == TextShape::Amount) > 0 || whole + grouped == 0 {
        Decimals::Amounts
    } else if grouped > 0 {
        if counts.are(grouped + whole + digits, 80) { Decimals::Grouped } else { Decimals::Amounts }
    } else if meaning == HeaderMeaning::Id && counts.are(ids, 80) {
        Decimals::Ids
    } else {
        Decimals::Whole
    }
}

/// Returns the lengths of digits that have lost zeros.
fn short(meaning: HeaderMeaning, counts: &ShapeCounts<'_>) -> Option<(u8, u8)> {
    let digits = counts.digits(|_, _, _| true);
    // A social security number has nine digits: no need to compare with other cells.
    if meaning == HeaderMeaning::Ssn
        && is_share(counts.digits(|len, _, _| (7..=9).contains(&len)), digits, 50)
    {
        return Some((7, 9));
    }
    if meaning == HeaderMeaning::Measure || counts.telling < 5 || !counts.are(digits, 80) {
        return None;
    }
    let (usual, length) =
        (3..MAX_DIGITS).map(|length| (counts.digits(|len, _, _| len == length), length)).max()?;
    let named = matches!(meaning, HeaderMeaning::Id | HeaderMeaning::Ssn | HeaderMeaning::Postal);
    let zeros = counts.digits(|len, lead, _| len == length && lead == Lead::Zero);
    if counts.are(usual, 50) && zeros >= if named { 1 } else { 2 } {
        return Some((1, length));
    }
    // Of evenly spread ids one in ten loses a zero, and no column hits that share exactly.
    let shorter = counts.digits(|len, _, _| len < length);
    let even = length >= 5 && counts.are(usual, 85) && !is_share(shorter, counts.telling, 16);
    let is_amount = |shape| {
        matches!(
            shape,
            TextShape::Amount | TextShape::WholeAmount | TextShape::GroupedAmount | TextShape::SerialAmount
        )
    };
    let amounts = counts.of(is_amount);
    (named && even && amounts == 0 && !is_series(counts, length, digits))
        .then(|| (length.saturating_sub(3), length))
}

/// Whether the numbers run past a power of ten, so that shorter ones are just older.
fn is_series(counts: &ShapeCounts<'_>, length: u8, digits: u64) -> bool {
    let dense = counts.range.is_some_and(|(low, high)| high.saturating_sub(low) < digits.saturating_mul(10));
    let older = counts.digits(|len, lead, _| len < length && (len + 1 < length || lead != Lead::High)) == 0;
    let newer = counts.digits(|len, lead, _| len == length && lead != Lead::Low) == 0;
    dense || (older && newer)
}

fn rare(counts: &ShapeCounts<'_>) -> Option<Order> {
    let count_in = |wanted: Order| {
        counts.of(|shape| matches!(shape, TextShape::YearLast { order, .. } if order == wanted))
    };
    match (count_in(Order::DayFirst), count_in(Order::MonthFirst)) {
        (0, _) | (_, 0) => None,
        (day_first, month_first) if day_first <= month_first => Some(Order::DayFirst),
        _ => Some(Order::MonthFirst),
    }
}

fn ceiling(counts: &ShapeCounts<'_>) -> Ceiling {
    if counts.of(|shape| matches!(shape, TextShape::Long | TextShape::Cut)) > 0 {
        return Ceiling::None;
    }
    match counts.of(|shape| matches!(shape, TextShape::Full { .. })) {
        0 => Ceiling::None,
        1 => Ceiling::MidWord,
        _ => Ceiling::Every,
    }
}

/// Returns the lengths where rounding is chance. Excel rounds a whole column or nothing: if most numbers of a length
/// are intact, so are the others.
fn chance(counts: &ShapeCounts<'_>) -> u32 {
    (16..MAX_DIGITS)
        .filter(|length| {
            let all = counts.digits(|len, _, _| len == *length);
            let rounded = counts.digits(|len, _, kind| len == *length && kind == DigitsKind::Rounded);
            // One in ten ends in a zero, one in a hundred in two.
            let allowed = if *length == 16 { 50 } else { 10 };
            rounded > 0 && rounded.saturating_mul(100) <= all.saturating_mul(allowed)
        })
        .fold(0, |lengths, length| lengths | 1 << length)
}
