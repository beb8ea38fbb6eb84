//! The guide: pages of Markdown in `assets/guide`, printed by `caseload guide` and shown by the help of every screen.

/// A page of the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Name on the command line and of the file in `assets/guide`.
    pub topic: &'static str,
    /// The page as Markdown.
    pub text: &'static str,
}

const fn page(topic: &'static str, text: &'static str) -> Page {
    Page { topic, text }
}

/// Every page: first those for users, in reading order, then those for people who change the program.
pub const PAGES: [Page; 14] = [
    page("screens", include_str!("../assets/guide/screens.md")),
    page("recipe", include_str!("../assets/guide/recipe.md")),
    page("file-format", include_str!("../assets/guide/file-format.md")),
    page("duplicates", include_str!("../assets/guide/duplicates.md")),
    page("troubleshooting", include_str!("../assets/guide/troubleshooting.md")),
    page("week", include_str!("../assets/guide/week.md")),
    page("account", include_str!("../assets/guide/account.md")),
    page("team", include_str!("../assets/guide/team.md")),
    page("storage", include_str!("../assets/guide/storage.md")),
    page("scripting", include_str!("../assets/guide/scripting.md")),
    page("practice", include_str!("../assets/guide/practice.md")),
    page("architecture", include_str!("../assets/guide/architecture.md")),
    page("contributing", include_str!("../assets/guide/contributing.md")),
    page("changelog", include_str!("../assets/guide/changelog.md")),
];

/// A topic that the guide doesn't have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the guide has no page “{0}”. Choose one of {topics}; to search: caseload guide --search WORDS", topics = PAGES.map(|page| page.topic).join(", "))]
pub struct UnknownTopic(pub String);

/// A section of a page that contains the searched words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The page.
    pub page: Page,
    /// Heading of the section.
    pub heading: &'static str,
    /// Line of the page, from 0, of the first match.
    pub line: usize,
    /// That line.
    pub text: &'static str,
}

impl Page {
    /// Returns the page of a topic, given its name or a beginning that only one name has.
    pub fn of(topic: &str) -> Result<Self, UnknownTopic> {
        let name = topic.trim().to_lowercase();
        let exact = PAGES.iter().find(|page| page.topic == name);
        let mut begun = PAGES.iter().filter(|page| !name.is_empty() && page.topic.starts_with(&name));
        let found = exact.or_else(|| begun.next().filter(|_| begun.next().is_none()));
        found.copied().ok_or_else(|| UnknownTopic(topic.to_owned()))
    }

    /// Returns what the page is about: its first paragraph, in one line.
    #[must_use]
    pub fn summary(self) -> String {
        let lines = self.text.lines().skip(1).skip_while(|line| line.trim().is_empty());
        lines.take_while(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Returns the title.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }

    /// Returns the sections: the line of each heading below the title, from 0, and the heading.
    pub fn sections(self) -> impl Iterator<Item = (usize, &'static str)> {
        let mut in_code = false;
        self.text.lines().enumerate().filter_map(move |(at, line)| {
            in_code ^= line.starts_with("```");
            let heading = line.strip_prefix("##").filter(|_| !in_code)?;
            Some((at, heading.trim_start_matches('#').trim()))
        })
    }

    /// Returns the sections that contain every searched word, whatever its case.
    fn search(self, words: &[String]) -> Vec<Hit> {
        let lines: Vec<&'static str> = self.text.lines().collect();
        let mut starts: Vec<(usize, &'static str)> = vec![(0, self.title())];
        starts.extend(self.sections());
        let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([lines.len()]);
        let found = starts.iter().zip(ends).filter_map(|((start, heading), end)| {
            let section = lines.get(*start..end)?;
            let folded: Vec<String> = section.iter().map(|line| line.to_lowercase()).collect();
            if !words.iter().all(|word| folded.iter().any(|line| line.contains(word))) {
                return None;
            }
            // The line with most of the words says most.
            let best = folded.iter().enumerate().max_by_key(|(at, line)| {
                (words.iter().filter(|word| line.contains(*word)).count(), std::cmp::Reverse(*at))
            })?;
            let line = start + best.0;
            Some(Hit { page: self, heading, line, text: lines.get(line)? })
        });
        found.collect()
    }
}

/// Returns the sections that contain every word of a text, whatever its case.
#[must_use]
pub fn search(text: &str) -> Vec<Hit> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    PAGES.iter().flat_map(|page| page.search(&words)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_of_the_guide_is_a_page() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/guide");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap().replace(".md", ""))
            .collect();
        assert_eq!(files, PAGES.iter().map(|page| page.topic.to_owned()).collect());
    }

    #[test]
    fn pages_can_be_read_in_a_terminal() {
        for page in PAGES {
            assert!(!page.title().is_empty() && page.text.starts_with("# "), "{}", page.topic);
            for line in page.text.lines() {
                assert!(line.chars().count() <= 100, "{}: {line}", page.topic);
            }
            assert!(page.sections().count() > 0 || page.topic == "team", "{}", page.topic);
        }
    }

    #[test]
    fn links_between_pages_lead_somewhere() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
        let texts = PAGES.iter().map(|page| ("assets/guide", page.text)).chain([("", readme.as_str())]);
        for (folder, text) in texts {
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let path = link.split('#').next().unwrap_or_default();
                if path.is_empty() || path.contains("://") {
                    continue;
                }
                assert!(root.join(folder).join(path).exists(), "{folder}: {link}");
            }
        }
    }

    #[test]
    fn a_topic_may_be_cut_short_and_searched() {
        assert_eq!(Page::of("Trouble").unwrap().topic, "troubleshooting");
        assert!(Page::of("s").is_err(), "several begin so");
        assert!(Page::of("").is_err());
        let hits = search("UNKNOWN row decide");
        assert!(hits.iter().any(|hit| hit.page.topic == "duplicates"), "{hits:?}");
        assert!(search("zyzzyva").is_empty() && search(" ").is_empty());
        for Hit { page, line, text, .. } in hits {
            assert_eq!(page.text.lines().nth(line), Some(text));
        }
    }
}
