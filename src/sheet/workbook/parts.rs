//! The parts of a zipped workbook, and the relations between them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Write};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter, read::ZipFile, result::ZipError};

use super::Input;
use super::xml::{self, Guarded};
use crate::sheet::SheetFault;

/// Maximum length of a part that is read as a whole: lists of parts have a few kilobytes.
const MAX_BYTES: u64 = 16 << 20;

/// The parts of a zip file. Some programs write names in a different case than their relations, or with backslashes.
pub(super) struct PackageParts {
    zip: ZipArchive<Input>,
    places: HashMap<String, usize>,
}

/// A reference from one part to another.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of the type: `worksheet`.
    pub(super) kind: String,
    pub(super) target: String,
}

/// A part while it is read.
pub(super) type PackagePart<'a> = BufReader<ZipFile<'a, Input>>;

impl PackageParts {
    pub(super) fn open(input: Input) -> Result<Self, SheetFault> {
        let zip = ZipArchive::new(input).map_err(|error| zip_trouble(&error))?;
        let mut places = HashMap::new();
        for (index, name) in zip.file_names().enumerate() {
            let name = name.map_err(|error| SheetFault::damaged(&error))?;
            places.entry(folded(&name)).or_insert(index);
        }
        Ok(Self { zip, places })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.places.contains_key(&folded(name))
    }

    /// Opens a part.
    pub(super) fn part(&mut self, name: &str) -> Result<PackagePart<'_>, SheetFault> {
        let index = *self
            .places
            .get(&folded(name))
            .ok_or_else(|| SheetFault::Damaged(format!("its part {name} is missing")))?;
        let part = self.zip.by_index(index).map_err(|error| zip_trouble(&error))?;
        Ok(BufReader::with_capacity(1 << 16, part))
    }

    /// Reads a short part as text.
    pub(super) fn text(&mut self, name: &str) -> Result<String, SheetFault> {
        let mut bytes = Vec::new();
        let read = self.part(name)?.take(MAX_BYTES).read_to_end(&mut bytes);
        read.map_err(|error| SheetFault::damaged(&error))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Reads a short part as text; empty if there is none of this name.
    fn text_if_any(&mut self, name: &str) -> Result<String, SheetFault> {
        if self.has(name) { self.text(name) } else { Ok(String::new()) }
    }

    /// Finds the part that is the workbook, by its usual name if the package has lost its relations.
    pub(super) fn main(&mut self) -> Result<Option<String>, SheetFault> {
        let relations = self.relations("")?;
        let named = relations.into_iter().find(|relation| relation.kind == "officeDocument");
        let usual = || ["xl/workbook.xml", "xl/workbook.bin"].into_iter().find(|name| self.has(name));
        Ok(named.map(|relation| relation.target).or_else(|| usual().map(str::to_owned)))
    }

    /// MIME type in the file, as in `OpenDocument` files.
    pub(super) fn mimetype(&mut self) -> Result<String, SheetFault> {
        self.text_if_any("mimetype")
    }

    /// The content type of a part, by its name or else by its ending.
    pub(super) fn content_type(&mut self, name: &str) -> Result<String, SheetFault> {
        const LIST: &str = "[Content_Types].xml";
        let text = self.text_if_any(LIST)?;
        let (mut own, mut usual) = (None, None);
        let ending = name.rsplit('.').next().unwrap_or_default();
        xml::each_tag(&text, LIST, |tag| {
            let (mut of, mut kind) = (String::new(), String::new());
            xml::attributes(tag, LIST, |name, value| match name {
                "PartName" | "Extension" => value.clone_into(&mut of),
                "ContentType" => value.clone_into(&mut kind),
                _ => {}
            })?;
            match tag.local_name().as_ref() {
                "Override" if folded(&of) == folded(name) => own = Some(kind),
                "Default" if folded(&of) == folded(ending) => usual = Some(kind),
                _ => {}
            }
            Ok(())
        })?;
        Ok(own.or(usual).unwrap_or_default())
    }

    /// Copies the zip file, replacing the text of one part. The copy has no name, and is gone when it is closed.
    pub(super) fn with_text(&mut self, name: &str, text: &str) -> Result<File, SheetFault> {
        let wrong = |error: &ZipError| zip_trouble(error);
        let copy = tempfile::tempfile().map_err(|error| SheetFault::damaged(&error))?;
        let mut copy = ZipWriter::new(copy);
        for index in 0..self.zip.len() {
            let part = self.zip.by_index_raw(index).map_err(|error| wrong(&error))?;
            let found = part.name().map_err(|error| wrong(&error))?.into_owned();
            if folded(&found) == folded(name) {
                drop(part);
                copy.start_file(found, SimpleFileOptions::default()).map_err(|error| wrong(&error))?;
                copy.write_all(text.as_bytes()).map_err(|error| SheetFault::damaged(&error))?;
            } else {
                copy.raw_copy_file(part).map_err(|error| wrong(&error))?;
            }
        }
        copy.finish().map_err(|error| wrong(&error))
    }

    /// Relations of a part; `""` is the file itself.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, SheetFault> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let list = format!("{folder}/_rels/{name}.rels");
        if !self.has(&list) {
            return Ok(Vec::new());
        }
        let mut xml = Reader::from_reader(BufReader::new(Guarded::new(self.part(&list)?)));
        let (mut relations, mut buffer) = (Vec::new(), Vec::new());
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|_| xml::broken(&list))? {
                Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "Relationship" => {
                    let mut relation =
                        Relation { id: String::new(), kind: String::new(), target: String::new() };
                    xml::attributes(&tag, &list, |name, value| match name {
                        "Id" => value.clone_into(&mut relation.id),
                        "Type" => value.rsplit('/').next().unwrap_or_default().clone_into(&mut relation.kind),
                        "Target" => relation.target = resolved(folder, value),
                        _ => {}
                    })?;
                    relations.push(relation);
                }
                Event::Eof => return Ok(relations),
                _ => {}
            }
        }
    }
}

/// Converts an error of a zip file.
pub(super) fn zip_trouble(error: &ZipError) -> SheetFault {
    match error {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => SheetFault::Encrypted,
        ZipError::Io(error) => SheetFault::damaged(error),
        _ => SheetFault::Damaged("its zip container is broken".to_owned()),
    }
}

/// Normalizes a part's name for comparison.
fn folded(name: &str) -> String {
    name.trim_start_matches(['/', '\\']).replace('\\', "/").to_lowercase()
}

/// Resolves a path from a part in `folder`.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => _ = path.pop(),
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_relations() {
        for (folder, target, path) in [
            ("xl", "worksheets/sheet1.bin", "xl/worksheets/sheet1.bin"),
            ("xl", "/xl/worksheets/sheet1.bin", "xl/worksheets/sheet1.bin"),
            ("xl", "..\\xl\\./styles.bin", "xl/styles.bin"),
            ("", "xl/workbook.bin", "xl/workbook.bin"),
            ("xl", "../../../a", "a"),
        ] {
            assert_eq!(folded(&resolved(folder, target)), path);
        }
        assert_eq!(folded("XL\\Workbook.BIN"), "xl/workbook.bin");
    }
}
