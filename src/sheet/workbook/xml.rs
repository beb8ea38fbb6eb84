//! XML attributes and references, and a limit on how much the parser holds in memory.

use std::io::{self, Read};

use crate::sheet::SheetFault;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Maximum length of a tag or text held in memory, in bytes: a cell has at most 32,767 characters.
const MAX_BYTES: usize = 16 << 20;

/// Error for XML that can't be read, without the library's wording.
pub(super) fn broken(part: &str) -> SheetFault {
    SheetFault::Damaged(format!("{part} is not well-formed XML"))
}

/// Calls `found` with the name and the value of each attribute.
pub(super) fn attributes(
    tag: &BytesStart<'_>,
    part: &str,
    mut found: impl FnMut(&str, &str),
) -> Result<(), SheetFault> {
    // Checking for the same name twice would take forever on a tag of a million attributes.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| broken(part))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| broken(part))?;
        found(attribute.key.as_ref(), &value);
    }
    Ok(())
}

/// Calls `each` with every opening tag of a text.
pub(super) fn each_tag(
    text: &str,
    part: &str,
    mut each: impl FnMut(&BytesStart<'_>) -> Result<(), SheetFault>,
) -> Result<(), SheetFault> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|_| broken(part))? {
            Event::Start(tag) | Event::Empty(tag) => each(&tag)?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The character of `&amp;` or `&#38;`.
pub(super) fn resolved(reference: &BytesRef<'_>, part: &str) -> Result<String, SheetFault> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => Ok(c.to_string()),
        Ok(None) => resolve_predefined_entity(reference).map(str::to_owned).ok_or_else(|| broken(part)),
        Err(_) => Err(broken(part)),
    }
}

/// Reader of XML that limits each tag and each text, because the parser holds them as a whole.
pub(super) struct Guarded<R> {
    inner: R,
    /// Bytes since a tag began or ended.
    run: usize,
}

impl<R> Guarded<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, run: 0 }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let read = buffer.get(..length).unwrap_or_default();
        self.run = match memchr::memrchr2(b'<', b'>', read) {
            Some(at) => length - at,
            None => self.run + length,
        };
        if self.run > MAX_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a tag without an end"));
        }
        Ok(length)
    }
}
