//! The parts of a workbook that is a zip file, found as the package's relations name them.
//!
//! Writers differ in case, in slashes, and in where they put the workbook: the relations decide, not the usual names.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::read::ZipFile;
use zip::{ZipArchive, result::ZipError};

/// Most bytes of a part that is read as a whole: relations, content types, the list of worksheets.
const LONGEST: u64 = 16 << 20;

/// A zip file and its parts by name.
pub(super) struct Parts {
    zip: ZipArchive<BufReader<File>>,
    index: HashMap<String, usize>,
}

/// What a part says about another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) id: String,
    /// Last word of the relation's type, such as `officeDocument` or `worksheet`.
    pub(super) kind: String,
    /// Name of the other part.
    pub(super) target: String,
}

impl Parts {
    pub(super) fn open(file: File) -> Result<Self, ZipError> {
        let mut zip = ZipArchive::new(BufReader::new(file))?;
        let mut index = HashMap::new();
        for at in 0..zip.len() {
            let part = zip.by_index_raw(at)?;
            let name = plain(&part.name()?);
            // Of two parts of one name the first is read, as Excel does.
            index.entry(name).or_insert(at);
        }
        Ok(Self { zip, index })
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, name: &str) -> bool {
        self.index.contains_key(&plain(name))
    }

    /// A part, to be read from its start; none where there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<ZipFile<'_, BufReader<File>>>, ZipError> {
        match self.index.get(&plain(name)) {
            Some(at) => self.zip.by_index(*at).map(Some),
            None => Ok(None),
        }
    }

    /// The text of a small part; empty where there is no such part.
    pub(super) fn text(&mut self, name: &str) -> Result<String, ZipError> {
        let mut bytes = Vec::new();
        if let Some(part) = self.part(name)? {
            part.take(LONGEST).read_to_end(&mut bytes)?;
        }
        Ok(decoded(&bytes))
    }

    /// The relations of a part, or of the whole package where `of` is empty.
    pub(super) fn relations(&mut self, of: &str) -> Result<Vec<Relation>, ZipError> {
        let (folder, name) = of.rsplit_once('/').unwrap_or(("", of));
        let text = self.text(&format!("{folder}/_rels/{name}.rels"))?;
        let mut relations = Vec::new();
        each_tag(&text, |tag, _| {
            let external = attribute(tag, "TargetMode").is_some_and(|mode| mode == "External");
            if tag.local_name().as_ref() == "Relationship" && !external {
                let kind = attribute(tag, "Type").unwrap_or_default();
                relations.push(Relation {
                    id: attribute(tag, "Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: resolved(folder, &attribute(tag, "Target").unwrap_or_default()),
                });
            }
        });
        Ok(relations)
    }

    /// The part that is the workbook; a package that has lost its relations is known by the usual names.
    pub(super) fn main(&mut self) -> Result<Option<String>, ZipError> {
        let relations = self.relations("")?;
        let named = relations.into_iter().find(|relation| relation.kind == "officeDocument");
        let usual = || ["xl/workbook.xml", "xl/workbook.bin"].into_iter().find(|name| self.has(name));
        Ok(named.map(|relation| relation.target).or_else(|| usual().map(str::to_owned)))
    }

    /// The content type of a part, by its name or else by its ending.
    pub(super) fn content_type(&mut self, name: &str) -> Result<String, ZipError> {
        let (mut own, mut usual) = (None, None);
        let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
        each_tag(&self.text("[Content_Types].xml")?, |tag, _| {
            let is = |key: &str, wanted: &str| {
                attribute(tag, key).is_some_and(|found| plain(&found) == plain(wanted))
            };
            match tag.local_name().as_ref() {
                "Override" if is("PartName", name) => own = attribute(tag, "ContentType"),
                "Default" if is("Extension", &ending) => usual = attribute(tag, "ContentType"),
                _ => {}
            }
        });
        Ok(own.or(usual).unwrap_or_default())
    }
}

/// A part's name, whichever way its slashes and letters are written.
fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// The target of a relation, from the folder of the part that names it.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if target.starts_with('/') {
        return plain(&target);
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    plain(&parts.join("/"))
}

/// XML is UTF-8, or UTF-16 with a mark.
fn decoded(bytes: &[u8]) -> String {
    encoding_rs::UTF_8.decode(bytes).0.into_owned()
}

/// Calls `each` for every opening tag, with whether it closes itself. Ends at what is no XML.
pub(super) fn each_tag(xml: &str, mut each: impl FnMut(&BytesStart<'_>, bool)) {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => each(&tag, false),
            Ok(Event::Empty(tag)) => each(&tag, true),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// An attribute by its name without a prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let found =
        attributes.with_checks(false).flatten().find(|found| found.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// An attribute as it is written, for those that hold numbers and single words.
pub(super) fn plain_attribute<'a>(tag: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false).flatten().find(|found| found.key.as_ref() == name).map(|found| found.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_names_of_parts() {
        for (folder, target, name) in [
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "/xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/Worksheets/Sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../tables/table1.xml", "xl/tables/table1.xml"),
            ("xl", "./workbook.bin", "xl/workbook.bin"),
        ] {
            assert_eq!(resolved(folder, target), name);
        }
    }
}
