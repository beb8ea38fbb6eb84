//! Lists, page by page.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use serde_json::Value;

use super::client::Client;
use super::fault::Fault;
use super::record::{id_of, id_text, record_key};

/// Maximum size of a whole list, in bytes, so that it doesn't fill the memory.
const MAX_LIST_BYTES: usize = 32 << 20;
/// Maximum number of records on a page. A server may send more than it was asked for.
const MAX_RECORDS: usize = 20_000;
/// Maximum number of pages read, so that an endless list doesn't hold us.
const MAX_PAGES: usize = 200;

impl Client {
    /// Reads the record of a case; `None` while the list doesn't show it. KNOWN: the list can be filtered by id. Not
    /// known: whether a case has an address of its own.
    pub async fn read_case(&self, id: &str) -> Result<Option<Value>, Fault> {
        let records = self.page("cases", 1, &[("id", id.to_owned())]).await?;
        let is_asked_for = |record: &Value| id_text(record).as_deref() == Some(id);
        // A server that ignores the filter lists other cases, which says nothing about this one.
        if !records.is_empty() && !records.iter().any(is_asked_for) {
            return Err(Fault::FilterIgnored { path: "cases".to_owned() });
        }
        Ok(records.into_iter().find(is_asked_for))
    }

    /// [`read_case`](Self::read_case), and searches all cases if the list can't be filtered by id.
    pub async fn find_case(&self, id: &str) -> Result<Option<Value>, Fault> {
        match self.read_case(id).await {
            Err(Fault::FilterIgnored { path }) => {
                let records = self.list_to_the_end(&path, &[]).await?;
                Ok(records.into_iter().find(|record| id_text(record).as_deref() == Some(id)))
            }
            read => read,
        }
    }

    /// Reads a list until a page is empty or brings nothing new. For lists from which we conclude that a case is absent:
    /// a short page is KNOWN to be the last one only if the server honors our page size.
    pub(super) async fn list_to_the_end(
        &self,
        path: &str,
        filters: &[(&str, String)],
    ) -> Result<Vec<Value>, Fault> {
        let mut all: Vec<Value> = Vec::new();
        let mut seen = HashSet::new();
        let mut room = MAX_LIST_BYTES;
        for page in 1..=MAX_PAGES {
            let records = self.next_page(path, (page, self.page_size()), filters, &mut room).await?;
            let before = all.len();
            // Cases created meanwhile may push records to the next page, and a server without pages returns the first
            // page again.
            all.extend(records.into_iter().filter(|record| seen.insert(record_key(record))));
            if all.len() == before {
                return Ok(all);
            }
        }
        Err(Fault::TooMany { path: path.to_owned(), pages: MAX_PAGES })
    }

    /// Reads one page of a list.
    pub(super) async fn page(
        &self,
        path: &str,
        page: usize,
        filters: &[(&str, String)],
    ) -> Result<Vec<Value>, Fault> {
        self.sized_page(path, page, self.page_size(), filters).await
    }

    /// Reads one page with `size` records; empty after the end of the list.
    pub(super) async fn sized_page(
        &self,
        path: &str,
        page: usize,
        size: usize,
        filters: &[(&str, String)],
    ) -> Result<Vec<Value>, Fault> {
        self.next_page(path, (page, size), filters, &mut { MAX_LIST_BYTES }).await
    }

    /// Reads a page of a list. `room` is the number of bytes the list may still take.
    async fn next_page(
        &self,
        path: &str,
        (page, size): (usize, usize),
        filters: &[(&str, String)],
        room: &mut usize,
    ) -> Result<Vec<Value>, Fault> {
        let query = page_of(page, size, filters);
        let read = self.get_bytes(path, &query).await;
        // How a server reports an empty list, or a page after the end, is UNKNOWN.
        let no_list = match &read {
            Ok(read) if matches!(read.body.trim_ascii(), b"" | b"null") => Some(read.status),
            Err(Fault::NotFound) => Some(404),
            _ => None,
        };
        // After the end there is no doubt that the list exists: it has a first page.
        if let Some(status) = no_list
            && (page > 1 || self.means_empty(status, path, filters).await)
        {
            return Ok(Vec::new());
        }
        let read = read?;
        *room = room.checked_sub(read.body.len()).ok_or_else(|| {
            Fault::InvalidAnswer(format!("{path} is larger than {} MiB", MAX_LIST_BYTES >> 20))
        })?;
        match self.json(path, &read)? {
            Value::Array(records) if records.len() > MAX_RECORDS => {
                Err(Fault::InvalidAnswer(format!("{path} has {} records on a page", records.len())))
            }
            Value::Array(records) => Ok(records),
            _ => Err(Fault::InvalidAnswer(format!("{path} is not a list"))),
        }
    }

    /// Returns true if an answer without a list with this status means that nothing matches: the count says so, or, if
    /// there is no count, the same list without filters has records. Otherwise it may come from anything on the way.
    async fn means_empty(&self, status: u16, path: &str, filters: &[(&str, String)]) -> bool {
        if self.empty_status.load(Ordering::Relaxed) == status {
            return true;
        }
        let count = [filters, &[("mode", "count".to_owned())]].concat();
        let counted = self.get(path, &count).await.ok();
        match counted.and_then(|answer| answer.get("record_count").and_then(id_of)) {
            Some(0) => {
                self.empty_status.store(status, Ordering::Relaxed);
                true
            }
            Some(_) => false,
            None if filters.is_empty() => false,
            None => {
                let all = self.get(path, &page_of(1, 1, &[])).await;
                all.is_ok_and(|all| all.as_array().is_some_and(|all| !all.is_empty()))
            }
        }
    }

    pub(super) async fn list(&self, path: &str, filters: &[(&str, String)]) -> Result<Vec<Value>, Fault> {
        let mut all = Vec::new();
        let mut room = MAX_LIST_BYTES;
        for page in 1..=MAX_PAGES {
            let records = self.next_page(path, (page, self.page_size()), filters, &mut room).await?;
            let last = records.len() < self.page_size();
            all.extend(records);
            if last {
                return Ok(all);
            }
        }
        Err(Fault::InvalidAnswer(format!("{path} has more than {MAX_PAGES} pages")))
    }
}

/// Returns the query for a page of a list. It asks for compound values of custom fields in parts (KNOWN).
pub(crate) fn page_of<'q>(page: usize, size: usize, filters: &[(&'q str, String)]) -> Vec<(&'q str, String)> {
    let mut query = vec![
        ("page", page.to_string()),
        ("per_page", size.to_string()),
        ("expand_field_values", "1".to_owned()),
    ];
    query.extend_from_slice(filters);
    query
}
