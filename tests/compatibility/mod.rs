//! What clients of the original really send, as they send it. The articles' requests stand beside this file as they
//! were printed, blanks at line ends included.

mod article;
mod beyond;
mod client_bodies;
mod description;
mod every_answer;
mod ga_article;
mod metadata;
mod preview_article;
mod published_schema;
mod reading;
mod selecting;

pub use article::seed;
