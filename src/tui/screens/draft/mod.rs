//! The open draft: a recipe checked against the columns of its file.

pub(crate) mod changes;
pub(crate) mod drift;
pub(crate) mod file_form;
pub(crate) mod file_format;
pub(crate) mod file_format_view;
pub(crate) mod fix;
pub(crate) mod history;
pub(crate) mod job;
mod job_labels;
pub(crate) mod labels;
pub(crate) mod lines;
pub(crate) mod refresh;
mod samples;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod undo;
