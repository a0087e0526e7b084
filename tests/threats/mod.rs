//! Each row of the threat list that is built has a test that names it.

mod a_browsers;
mod a_ended_links;
mod a_links;
mod a_restored;
mod b_accounts;
mod b_addresses;
mod b_home;
mod b_ownership;
mod b_proof;
mod b_two_proofs;
mod d_conversions;
mod d_crash;
mod d_home;
mod d_passkeys;
mod d_races;
mod d_rank;
mod d_reset;
pub mod d_sign_ins;
mod e_applications;
mod e_consents;
mod e_directory;
mod e_domain_hint;
#[cfg(unix)]
mod e_first_run;
mod e_guest_levels;
mod e_last_administrator;
mod e_passkeys;
mod e_rank;
mod e_sessions;
mod e_tokens;
pub mod f_device;
mod f_grants;
mod f_home;
mod f_logout;
mod f_mutations;
mod f_pages;
mod f_requests;
mod g_passcode;
mod g_password;
mod g_second_factor;
mod h_forms;
pub mod h_pages;
mod h_redirects;
mod i_mail;
mod j_api;
mod j_batch;
mod j_concurrent;
mod j_retries;
mod k_damage;
mod k_growth;
mod k_power;
#[cfg(unix)]
mod k_settings;
#[cfg(unix)]
mod k_stop;
mod sources;
