//! Commands without a terminal: output, exit statuses, and messages for bad input.

mod catalog;
mod confirmations;
mod doctor;
mod inputs;
mod manual;
mod purge;
mod script;
mod sent_wrong;
mod settings;
mod sheet;
mod vocabulary;
mod warnings;
