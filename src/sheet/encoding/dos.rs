//! DOS code pages, which `encoding_rs` doesn't have: the web never used them, Excel's "CSV (MS-DOS)" still does.

/// A DOS code page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::sheet) enum CodePage {
    /// United States.
    Cp437,
    /// Western Europe.
    Cp850,
    /// Central Europe.
    Cp852,
    /// Western Europe with the euro sign.
    Cp858,
}

/// Code page 437 from 0x80 on.
const CP437: &str = "\
     ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
     áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
     └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
     αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// Code page 850 from 0x80 on. Code page 858 differs only in 0xD5.
const CP850: &str = "\
     ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
     áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
     └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
     ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Code page 852 from 0x80 on.
const CP852: &str = "\
     ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č\
     áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
     └┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
     ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// 0xD5 of code page 858, where code page 850 has a dotless i.
const EURO: u8 = 0xD5;

impl CodePage {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cp437 => "CP437",
            Self::Cp850 => "CP850",
            Self::Cp852 => "CP852",
            Self::Cp858 => "CP858",
        }
    }

    pub(super) fn of_number(number: &str) -> Option<Self> {
        match number {
            "437" => Some(Self::Cp437),
            "850" => Some(Self::Cp850),
            "852" => Some(Self::Cp852),
            "858" => Some(Self::Cp858),
            _ => None,
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Cp437 => CP437,
            Self::Cp850 | Self::Cp858 => CP850,
            Self::Cp852 => CP852,
        }
    }

    /// The characters from 0x80 on, in order.
    fn high(self) -> impl Iterator<Item = (u8, char)> {
        (0x80..=u8::MAX).zip(self.table().chars()).map(move |(byte, c)| match (self, byte) {
            (Self::Cp858, EURO) => (byte, '€'),
            _ => (byte, c),
        })
    }

    /// The characters from 0x80 on, for lookup by `byte - 0x80`.
    pub(in crate::sheet) fn chars(self) -> [char; 128] {
        let mut chars = ['\u{fffd}'; 128];
        for (place, (_, c)) in chars.iter_mut().zip(self.high()) {
            *place = c;
        }
        chars
    }

    pub(super) fn byte(self, c: char) -> Option<u8> {
        if c.is_ascii() {
            return u8::try_from(u32::from(c)).ok();
        }
        self.high().find(|(_, high)| *high == c).map(|(byte, _)| byte)
    }
}

/// Appends the text of some bytes.
pub(in crate::sheet) fn decode(high: &[char; 128], bytes: &[u8], out: &mut String) {
    out.extend(bytes.iter().map(|byte| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(index) => high.get(usize::from(index)).copied().unwrap_or('\u{fffd}'),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_128_different_characters() {
        for page in [CodePage::Cp437, CodePage::Cp850, CodePage::Cp852, CodePage::Cp858] {
            assert_eq!(page.table().chars().count(), 128, "{page:?}");
            for (byte, c) in page.high() {
                assert_eq!(page.byte(c), Some(byte), "{page:?} {c}");
                assert_eq!(page.chars()[usize::from(byte - 0x80)], c);
            }
        }
    }

    /// Code points from IBM's own charts, some of every line of 16.
    #[test]
    fn well_known_code_points() {
        use CodePage::{Cp437, Cp850, Cp852, Cp858};
        let shared =
            [(0x81, 'ü'), (0x82, 'é'), (0x94, 'ö'), (0xA0, 'á'), (0xA2, 'ó'), (0xB0, '░'), (0xC4, '─')];
        for page in [Cp437, Cp850, Cp852, Cp858] {
            for (byte, c) in shared.into_iter().chain([(0xE1, 'ß'), (0xDB, '█'), (0xFF, '\u{a0}')]) {
                assert_eq!(page.byte(c), Some(byte), "{page:?} {c}");
            }
        }
        for (page, byte, c) in [
            (Cp437, 0x9D, '¥'),
            (Cp437, 0xA4, 'ñ'),
            (Cp437, 0xB5, '╡'),
            (Cp437, 0xD2, '╥'),
            (Cp437, 0xE9, 'Θ'),
            (Cp437, 0xF1, '±'),
            (Cp437, 0xFB, '√'),
            (Cp850, 0x9B, 'ø'),
            (Cp850, 0xA4, 'ñ'),
            (Cp850, 0xB5, 'Á'),
            (Cp850, 0xC6, 'ã'),
            (Cp850, 0xD5, 'ı'),
            (Cp850, 0xE0, 'Ó'),
            (Cp850, 0xF5, '§'),
            (Cp858, 0xD5, '€'),
            (Cp858, 0xD6, 'Í'),
            (Cp852, 0x88, 'ł'),
            (Cp852, 0x98, 'ś'),
            (Cp852, 0xA9, 'ę'),
            (Cp852, 0xBE, 'ż'),
            (Cp852, 0xD8, 'ě'),
            (Cp852, 0xE4, 'ń'),
            (Cp852, 0xFD, 'ř'),
        ] {
            assert_eq!(page.byte(c), Some(byte), "{page:?} {c}");
        }
    }
}
