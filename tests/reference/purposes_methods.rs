//! What the routes about authentication methods are for, one line each. Refuses nothing of its own: [`super::purposes`]
//! reads it.

/// Method, path, purpose.
#[rustfmt::skip]
pub const METHODS: &[(&str, &str, &str)] = &[
    ("GET", "/users/{id}/authentication/methods", "How a user signs in: password, authenticator apps, passkeys, without a secret: [second factors](../guide/security.md)"),
    ("GET", "/users/{id}/authentication/methods/{id}", "One of them"),
    ("GET", "/users/{id}/authentication/passwordMethods", "The password among them, as a list of one or none"),
    ("GET", "/users/{id}/authentication/passwordMethods/{id}", "The password"),
    ("GET", "/users/{id}/authentication/fido2Methods", "The passkeys among them"),
    ("GET", "/users/{id}/authentication/fido2Methods/{id}", "One passkey"),
    ("DELETE", "/users/{id}/authentication/fido2Methods/{id}", "Removes a passkey of somebody else, and ends the sessions"),
    ("GET", "/users/{id}/authentication/softwareOathMethods", "The authenticator apps among them"),
    ("GET", "/users/{id}/authentication/softwareOathMethods/{id}", "One authenticator app"),
    ("DELETE", "/users/{id}/authentication/softwareOathMethods/{id}", "Removes an authenticator app of somebody else, and ends the sessions"),
    ("GET", "/portal/{tenant}/users/{user}/authentication-methods", "How a user signs in"),
    ("GET", "/portal/{tenant}/users/{user}/authentication-methods/{method}/remove", "What removing one of them ends"),
    ("POST", "/portal/{tenant}/users/{user}/authentication-methods/{method}/remove", "Removes an authenticator app or a passkey"),
    ("GET", "/me/authentication/methods", "How the signed-in person signs in"),
    ("GET", "/me/authentication/passwordMethods", "The password among them"),
    ("GET", "/me/authentication/fido2Methods", "The passkeys among them"),
    ("GET", "/me/authentication/softwareOathMethods", "The authenticator apps among them"),
];
