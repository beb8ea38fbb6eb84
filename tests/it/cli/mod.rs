//! The program without a terminal: commands, their output, and sentences for bad input.

mod asked;
mod catalog;
mod doctor;
mod inputs;
mod purge;
mod script;
mod settings;
mod sheet;
mod vocabulary;
