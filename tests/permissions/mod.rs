//! Every route tried by everybody: strangers, other tenants, guests at each level, members with each role, applications
//! with each permission. The tables compare themselves with the tables of contents, so that no new route is forgotten.

mod envelope;
mod graph;
mod graph_table;
mod matrix;
mod matrix_stage;
mod matrix_stage_resources;
mod matrix_table;
mod others;
mod portal;
mod spellings;

pub(crate) use graph::send;
pub(crate) use matrix_stage::{Stage, route as row_route};
pub(crate) use matrix_table::every_row;
