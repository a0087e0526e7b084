//! Whole journeys, from the invitation to the app and back.

mod home;
mod redemption;
mod reset;
mod restart;
