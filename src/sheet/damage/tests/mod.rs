mod cells;
mod columns;
mod leftovers;
mod properties;
