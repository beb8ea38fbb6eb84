mod cells;
mod columns;
mod laws;
