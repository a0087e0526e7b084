//! Every route tried by those who may not: strangers, other tenants, tokens without permissions, members without
//! roles, guests. The tables compare themselves with the tables of contents, so that no new route is forgotten.

mod graph;
mod graph_table;
mod others;
