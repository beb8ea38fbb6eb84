mod cells;
mod columns;
mod properties;
