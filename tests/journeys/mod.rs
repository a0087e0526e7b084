//! Whole journeys, from the invitation to the app and back.

mod deletion;
mod home;
mod leaving;
mod policies;
mod cross_tenant;
mod domains;
mod redemption;
mod reset;
mod restart;
