//! Requests that are wrong: whatever is sent, the answer is a refusal in the dialect of the surface that was asked,
//! and nothing has changed.

mod mutations;
mod oauth;
mod oauth_edges;
mod one_bad;
mod property;
mod property_pages;
mod refusals;
