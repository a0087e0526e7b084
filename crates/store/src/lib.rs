//! Where it is kept: SQL, written once for SQLite and PostgreSQL. Only [`engine`] knows the drivers.
//! Refuses to know about HTTP or permissions.

pub mod app_role_assignments;
pub mod applications;
pub mod audit;
pub mod audit_query;
pub mod authorization_codes;
pub mod bare_rows;
pub mod bindings;
pub mod bulk;
pub mod callers;
pub mod clients;
pub mod counters;
pub mod delegated_grants;
pub mod directory_objects;
pub mod domain_lists;
pub mod domains;
pub mod engine;
mod filter_sql;
pub mod groups;
pub mod invitations;
pub mod jobs;
mod listing;
pub mod migrations;
pub mod other_mails;
pub mod outbox;
pub mod partners;
pub mod passcodes;
pub mod passkeys;
pub mod passwords;
pub mod purge;
pub mod redemption_flows;
pub mod redirect_uris;
pub mod refresh_tokens;
pub mod roles;
pub mod service_principals;
pub mod sessions;
pub mod sign_in_addresses;
pub mod sign_in_flows;
pub mod sponsors;
pub mod sweep;
pub mod tenants;
#[cfg(test)]
mod testing;
pub mod upstream_sign_ins;
mod user_row;
pub mod users;
pub mod users_query;
