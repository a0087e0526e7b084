//! Whole journeys, from the invitation to the app and back.

mod cross_tenant;
mod domains;
mod redemption;
mod reset;
mod restart;
