//! The engine by table (cases worked out by hand), by property (what holds for any record) and by explanation.

mod averages;
mod explained;
mod notation;
mod opted_out;
mod overlaps;
mod properties;
mod refused;
mod rests;
mod scale;
mod starters;
mod young_and_night;
