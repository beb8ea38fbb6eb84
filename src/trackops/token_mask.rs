//! Masks the token in answers, because some servers repeat request headers in their errors. This happens before
//! anything else reads an answer, so that the token is never shown, logged or stored.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;

use super::account::Token;

/// Replacement for the token.
const MASK: &str = "•••";
/// Minimum length of a token to mask. A shorter one may occur as a word in many texts.
const MIN_LEN: usize = 4;
/// Minimum length in data. It is longer, because data is compared with what was sent and a name may contain a short
/// word.
const MIN_LEN_IN_DATA: usize = 8;

/// The forms in which a server may repeat a token. Each is also found percent-encoded or escaped for JSON or HTML.
pub(super) struct TokenMask {
    token: Zeroizing<Vec<u8>>,
    /// The token in Base64, without padding.
    coded: Zeroizing<Vec<u8>>,
    /// Beginning of the credentials in the `Authorization` header: the user name in Base64. The token follows, whole or
    /// cut.
    header: Zeroizing<Vec<u8>>,
    /// True for each byte with which a form of the token may begin. Most bytes of an answer don't.
    begins: Zeroizing<[bool; 256]>,
}

impl TokenMask {
    /// `user` is the part of the credentials before the token.
    pub(super) fn new(user: &str, token: &Token) -> Self {
        let code = |bytes: &[u8]| STANDARD.encode(bytes).trim_end_matches('=').as_bytes().to_vec();
        let token = token.expose_secret().as_bytes();
        // Only whole groups of three bytes, because the next group includes the token's first bytes.
        let user = user.as_bytes().chunks_exact(3).flatten().copied().collect::<Vec<_>>();
        let (coded, header) = (Zeroizing::new(code(token)), Zeroizing::new(code(&user)));
        let may_begin = |byte: u8| {
            matches!(byte, b'%' | b'\\' | b'&')
                || token.first() == Some(&byte)
                || [&coded, &header].iter().any(|form| form.first() == Some(&standard(byte)))
        };
        let begins = Zeroizing::new(std::array::from_fn(|byte| u8::try_from(byte).is_ok_and(may_begin)));
        Self { token: Zeroizing::new(token.to_vec()), coded, header, begins }
    }

    /// Returns the text with the token masked, or `None` if it doesn't contain it. `is_data` means that records are
    /// read from the text.
    pub(super) fn mask(&self, text: &[u8], is_data: bool) -> Option<Vec<u8>> {
        let (mut masked, mut copied, mut at) = (Vec::new(), 0, 0);
        let may_begin = |byte: &u8| self.begins.get(usize::from(*byte)) == Some(&true);
        while let Some(skipped) = text.get(at..)?.iter().position(may_begin) {
            at += skipped;
            let Some(length) = self.found(text.get(at..)?, is_data) else {
                at += 1;
                continue;
            };
            masked.extend_from_slice(text.get(copied..at)?);
            masked.extend_from_slice(MASK.as_bytes());
            at += length;
            copied = at;
        }
        if copied == 0 {
            return None;
        }
        masked.extend_from_slice(text.get(copied..)?);
        Some(masked)
    }

    /// Returns the length of the token if a text begins with it, in any form.
    fn found(&self, text: &[u8], is_data: bool) -> Option<usize> {
        let plain = |wanted: u8| move |byte: u8| byte == wanted;
        let coded = |wanted: u8| move |byte: u8| standard(byte) == wanted;
        let more = |begun: usize, is: fn(u8) -> bool| begun + run(text.get(begun..).unwrap_or_default(), is);
        if let Some(begun) = begins(text, &self.header, coded) {
            return Some(more(begun, |byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)));
        }
        if self.token.len() < if is_data { MIN_LEN_IN_DATA } else { MIN_LEN } {
            return None;
        }
        let base64 = || Some(more(begins(text, &self.coded, coded)?, |byte| byte == b'='));
        begins(text, &self.token, plain).or_else(base64)
    }
}

/// Maps a character of the URL-safe Base64 alphabet to the standard one.
fn standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte,
    }
}

/// Returns the length of `wanted` at the start of a text, however its bytes are written; `None` if the text doesn't
/// begin with it.
fn begins<F: Fn(u8) -> bool>(text: &[u8], wanted: &[u8], is: impl Fn(u8) -> F) -> Option<usize> {
    wanted.iter().try_fold(0, |at, byte| Some(at + first_byte_len(text.get(at..)?, is(*byte))?))
}

/// Returns the length of the run of such bytes at the start of a text.
fn run(text: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let mut at = 0;
    while let Some(length) = text.get(at..).and_then(|rest| first_byte_len(rest, &is)) {
        at += length;
    }
    at
}

/// Returns the written length of the first byte of a text, if it is such a byte.
fn first_byte_len(text: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    let escaped = escaped(text).filter(|(byte, _)| is(*byte)).map(|(_, length)| length);
    escaped.or_else(|| text.first().is_some_and(|byte| is(*byte)).then_some(1))
}

/// Returns the escaped byte that a text begins with, and its written length. Escapes are `%2B`, `\/`, `\u002b`,
/// `&#43;`, `&#x2B;` and `&amp;`; the first three also repeatedly, as in `%252B` and `\\/`.
fn escaped(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'%', rest @ ..] => {
            let again = rest.chunks(2).take_while(|pair| *pair == b"25").count() * 2;
            let digits = |at: usize| Some((number(rest.get(at..at + 2)?, 16)?, at + 3));
            digits(again).or_else(|| digits(0))
        }
        [b'\\', ..] => {
            let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
            match text.get(slashes..)? {
                [b'u', b'0', b'0', high, low, ..] => Some((number(&[*high, *low], 16)?, slashes + 5)),
                [byte, ..] => Some((*byte, slashes + 1)),
                [] => None,
            }
        }
        [b'&', rest @ ..] => {
            let end = rest.iter().take(8).position(|byte| *byte == b';')?;
            let byte = match rest.get(..end)? {
                [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
                [b'#', digits @ ..] => number(digits, 10)?,
                b"amp" => b'&',
                b"lt" => b'<',
                b"gt" => b'>',
                b"quot" => b'"',
                b"apos" => b'\'',
                _ => return None,
            };
            Some((byte, end + 2))
        }
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "s3cret/+&tok==";

    fn masked(text: &str) -> String {
        let mask = TokenMask::new("jane@acme.com/token:", &Token::from(TOKEN));
        let [error, data] = [false, true].map(|is_data| {
            let masked = mask.mask(text.as_bytes(), is_data);
            masked.map_or_else(|| text.to_owned(), |bytes| String::from_utf8(bytes).unwrap())
        });
        assert_eq!(error, data);
        error
    }

    #[test]
    fn the_token_is_masked_however_it_is_written() {
        for written in [
            TOKEN,
            "s3cret%2F%2b%26tok%3D%3D",
            "s3cret%2F+%26tok==",
            r"s3cret\/+&tok==",
            r"s3cret\\/+\\u0026tok==",
            "s3cret%252F%25252B%26tok==",
            r"s3cret\u002f\u002B\u0026tok==",
            "s3cret/+&amp;tok==",
            "s3cret&#x2F;&#43;&#38;tok==",
            "%73%33%63%72%65%74%2F%2B%26%74%6F%6B%3D%3D",
        ] {
            assert_eq!(masked(&format!("no “{written}” here")), "no “•••” here", "{written}");
        }
    }

    #[test]
    fn its_base64_is_masked_alone_and_as_the_header_has_it() {
        let whole = STANDARD.encode(format!("jane@acme.com/token:{TOKEN}"));
        let address = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(TOKEN);
        assert_eq!(
            masked(&format!("{{\"authorization\":\"Basic {whole}\"}}")),
            "{\"authorization\":\"Basic •••\"}"
        );
        let percent = whole.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        assert_eq!(masked(&format!("?a={percent}&b=1")), "?a=•••&b=1");
        // Cut, as on a server that shows only the first part of a header.
        assert_eq!(masked(&format!("Basic {}…", &whole[..35])), "Basic •••…");
        assert_eq!(masked(&format!("token={address}.")), "token=•••.");
        assert_eq!(masked(&STANDARD.encode(TOKEN)), "•••");
    }

    #[test]
    fn what_is_not_the_token_stays() {
        for text in
            ["", "s3cret", "%", "%7", "\\", "&", "&#;", "Basic authentication is needed", "100 % of 7\\8"]
        {
            assert_eq!(masked(text), text);
        }
        assert_eq!(masked(&format!("{TOKEN}{TOKEN} s3cret")), "•••••• s3cret");
    }

    #[test]
    fn a_short_token_is_masked_in_errors_and_not_in_data() {
        let short = |token: &str, is_data| {
            TokenMask::new("j/token:", &Token::from(token)).mask(b"Ann Hopkins", is_data)
        };
        assert_eq!(short("kins", false), Some("Ann Hop•••".as_bytes().to_vec()));
        assert_eq!(short("kins", true), None);
        assert_eq!(short("Ann", false), None);
    }
}
