//! Whole journeys, from the invitation to the app and back.

mod aliases;
mod applications;
mod authentication_methods;
mod automatic;
mod claims;
mod consent;
mod cross_tenant;
mod deletion;
mod directory_roles;
mod domains;
mod home;
mod leaving;
mod looking_back;
mod owners;
mod passwords;
mod policies;
mod redemption;
mod reset;
mod restart;
mod second_factor;
mod second_factor_tokens;
mod sessions;
mod shared_address;
mod sign_ins;
mod two_tabs;
