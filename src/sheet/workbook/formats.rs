//! The number formats of a workbook, built-in or its own, and the format of each cell style.

use std::collections::HashMap;

use super::super::number_format::NumberFormat;

/// Maximum length of a format code; Excel allows 255 characters.
const MAX_CODE_LEN: usize = 1024;
/// Maximum number of styles; Excel allows 65,490.
const MAX_STYLES: usize = 1 << 20;

/// Formats that every workbook has without listing them. Dates and times of East Asian versions (27 to 36, 50 to 58)
/// depend on the user's Windows; here it only matters that they are dates.
const BUILT_IN: [(u16, &str); 54] = [
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (5, "$#,##0_);($#,##0)"),
    (6, "$#,##0_);[Red]($#,##0)"),
    (7, "$#,##0.00_);($#,##0.00)"),
    (8, "$#,##0.00_);[Red]($#,##0.00)"),
    (9, "0%"),
    (10, "0.00%"),
    (11, "0.00E+00"),
    (12, "# ?/?"),
    (13, "# ??/??"),
    (14, "m/d/yyyy"),
    (15, "d-mmm-yy"),
    (16, "d-mmm"),
    (17, "mmm-yy"),
    (18, "h:mm AM/PM"),
    (19, "h:mm:ss AM/PM"),
    (20, "h:mm"),
    (21, "h:mm:ss"),
    (22, "m/d/yyyy h:mm"),
    (27, "m/d/yyyy"),
    (28, "m/d/yyyy"),
    (29, "m/d/yyyy"),
    (30, "m/d/yyyy"),
    (31, "m/d/yyyy"),
    (32, "h:mm"),
    (33, "h:mm:ss"),
    (34, "h:mm"),
    (35, "h:mm:ss"),
    (36, "m/d/yyyy"),
    (37, "#,##0_);(#,##0)"),
    (38, "#,##0_);[Red](#,##0)"),
    (39, "#,##0.00_);(#,##0.00)"),
    (40, "#,##0.00_);[Red](#,##0.00)"),
    (41, "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)"),
    (42, "_($* #,##0_);_($* (#,##0);_($* \"-\"_);_(@_)"),
    (43, "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)"),
    (44, "_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)"),
    (45, "mm:ss"),
    (46, "[h]:mm:ss"),
    (47, "mm:ss.0"),
    (48, "##0.0E+0"),
    (49, "@"),
    (50, "m/d/yyyy"),
    (51, "m/d/yyyy"),
    (52, "m/d/yyyy"),
    (53, "m/d/yyyy"),
    (54, "m/d/yyyy"),
    (55, "h:mm"),
    (56, "h:mm:ss"),
    (57, "m/d/yyyy"),
    (58, "m/d/yyyy"),
];

/// The number formats of a workbook.
#[derive(Debug)]
pub(super) struct Formats {
    codes: HashMap<u16, NumberFormat>,
    /// The format of each cell style.
    styles: Vec<u16>,
    general: NumberFormat,
}

impl Default for Formats {
    fn default() -> Self {
        let codes = BUILT_IN.into_iter().map(|(id, code)| (id, NumberFormat::parse(code))).collect();
        Self { codes, styles: Vec::new(), general: NumberFormat::default() }
    }
}

impl Formats {
    /// Adds a format of the workbook's own; it may replace a built-in one.
    pub(super) fn add_code(&mut self, id: u16, code: &str) {
        let code = if code.len() > MAX_CODE_LEN { "" } else { code };
        self.codes.insert(id, NumberFormat::parse(code));
    }

    /// Adds the next cell style.
    pub(super) fn add_style(&mut self, format: u16) {
        // Cells with a style beyond these are shown without a format.
        if self.styles.len() < MAX_STYLES {
            self.styles.push(format);
        }
    }

    /// The format of a cell style.
    pub(super) fn of(&self, style: u32) -> &NumberFormat {
        let id = usize::try_from(style).ok().and_then(|style| self.styles.get(style));
        id.and_then(|id| self.codes.get(id)).unwrap_or(&self.general)
    }
}
