//! What each number means that an app may be told, and what the people who run it can do. Refuses to repeat the sentences
//! of single answers: several of them share a number. A test compares the numbers with those in the code.

/// One number.
pub struct Number {
    /// As in `error_codes`.
    pub number: u32,
    /// What it means, a sentence.
    pub means: &'static str,
    /// What to do about it, in words that follow a colon.
    pub remedy: &'static str,
}

const fn number(number: u32, means: &'static str, remedy: &'static str) -> Number {
    Number { number, means, remedy }
}

/// Every number, in order.
pub const NUMBERS: &[Number] = &[
    number(
        16000,
        "The browser is signed in at several organisations, and the request allows no page.",
        "send the person to a sign-in with a page, or name the organisation in the address.",
    ),
    number(
        50000,
        "Something went wrong on the server.",
        "try again; if it stays so, give the operator the trace id.",
    ),
    number(
        50011,
        "The redirect address is not one that is registered for the app.",
        "register it, byte for byte, or send the registered one.",
    ),
    number(
        50049,
        "The address of the authority is not one of this server.",
        "configure the authority by the server\u{2019}s public address.",
    ),
    number(
        50057,
        "The person\u{2019}s account is blocked.",
        "ask the organisation to unblock it, if the person should get in.",
    ),
    number(
        50058,
        "Nobody is signed in in this browser, and the request allows no page.",
        "send the person to a sign-in with a page.",
    ),
    number(
        50059,
        "The address does not say which organisation is meant.",
        "put the organisation\u{2019}s id or domain in place of the shared name.",
    ),
    number(50076, "A second factor has to be shown.", "send the person to a sign-in with a page."),
    number(50079, "A second factor has to be set up first.", "send the person to a sign-in with a page."),
    number(
        50105,
        "The app is for those assigned to it, and the person or program is not.",
        "have an administrator assign it an app role.",
    ),
    number(
        50147,
        "The PKCE challenge cannot be used.",
        "send a SHA-256 hash in base64url and code_challenge_method=S256.",
    ),
    number(
        50173,
        "The sign-in behind the token was ended: by a reset, a new password, a block, or a sign-out everywhere.",
        "have the person sign in again.",
    ),
    number(
        54005,
        "The authorization code was used before.",
        "redeem each code once, and begin a new sign-in.",
    ),
    number(
        65001,
        "Nobody has agreed to what the app wants to use.",
        "ask for consent in a sign-in with a page, or have an administrator grant it.",
    ),
    number(65004, "The person said no.", "ask why; the next sign-in asks again."),
    number(
        70000,
        "The code or refresh token is not one of this server, or belongs to another app.",
        "begin a new sign-in.",
    ),
    number(70003, "The kind of grant is not supported.", "use one that the discovery document lists."),
    number(
        70008,
        "The authorization code is too old.",
        "redeem it within a minute, and begin a new sign-in.",
    ),
    number(
        70011,
        "The scope names something that does not exist, or names it in a wrong way.",
        "compare it with what the resource exposes.",
    ),
    number(70016, "Nobody has confirmed the device yet.", "ask again after the interval."),
    number(70018, "No device waits with this code.", "start again on the device."),
    number(70019, "The device code is too old.", "start again on the device."),
    number(90002, "The organisation in the address is not on this server.", "check its id or domain."),
    number(
        90013,
        "A parameter is doubled, too long, or not understood.",
        "send each parameter once and in its documented form.",
    ),
    number(
        90023,
        "The prompt parameter is not understood.",
        "send none alone, or login, consent and select_account.",
    ),
    number(90055, "The device asks too often.", "wait five seconds longer between two requests."),
    number(
        90094,
        "An administrator has to grant what the app asks for.",
        "send an administrator to the page for admin consent.",
    ),
    number(
        500_011,
        "The resource that the app wants to use is not in the organisation, or is switched off.",
        "check its identifier, and that it has a service principal there.",
    ),
    number(
        500_112,
        "The redirect address is not the one the code was requested with.",
        "send the same address to both endpoints.",
    ),
    number(500_133, "The token is not valid here.", "get a new one."),
    number(
        500_212,
        "The person\u{2019}s own organisation does not let its people be guests here.",
        "ask the administrators of both organisations to change their cross-tenant access.",
    ),
    number(
        500_213,
        "The organisation does not take guests of the person\u{2019}s own organisation.",
        "ask the administrators of both organisations to change their cross-tenant access.",
    ),
    number(
        501_481,
        "The PKCE verifier does not fit the challenge.",
        "send the verifier that the sign-in was begun with.",
    ),
    number(
        700_016,
        "The app is not registered in the organisation.",
        "check the client id, and the organisation in the address.",
    ),
    number(
        700_025,
        "The app is public and must not send a secret.",
        "leave the secret out, or register the app with a redirect address of a server.",
    ),
    number(
        700_027,
        "The signed proof of the app is not valid.",
        "compare its certificate, client id, audience and times, and make a new one for each request.",
    ),
    number(700_054, "The response type is not supported.", "send response_type=code."),
    number(700_082, "The refresh token is too old.", "have the person sign in again."),
    number(
        700_084,
        "The refresh token of a single-page app has reached its end of 24 hours.",
        "have the person sign in again.",
    ),
    number(900_144, "A parameter is missing.", "send what the answer names."),
    number(900_971, "The redirect address is missing.", "send redirect_uri, as it is registered."),
    number(
        1_002_012,
        "The scope does not fit a sign-in of the app itself.",
        "send one resource followed by /.default.",
    ),
    number(
        7_000_112,
        "The app is switched off in the organisation.",
        "have an administrator enable its service principal, if it should be used.",
    ),
    number(7_000_113, "The app may not sign people in by device code.", "have an administrator allow it."),
    number(
        7_000_215,
        "The app\u{2019}s secret is not right.",
        "send the value of a current secret, not its id.",
    ),
    number(7_000_217, "The app proves itself in more than one way at once.", "use exactly one."),
    number(7_000_218, "The app did not prove itself.", "send its secret or a signed assertion."),
    number(7_000_222, "The app\u{2019}s secret has ended.", "create a new one before the old one ends."),
    number(
        9_001_023,
        "This grant needs to know the organisation.",
        "put its id or domain in place of the shared name.",
    ),
    number(
        9_002_313,
        "The request cannot be read.",
        "post a form with each parameter once, and credentials in its body.",
    ),
    number(9_002_325, "The sign-in needs PKCE.", "send code_challenge with code_challenge_method=S256."),
    number(
        9_002_326,
        "The request comes from a page that may not redeem for this app.",
        "register the page\u{2019}s address as one of a single-page app, or redeem on a server.",
    ),
    number(
        9_002_327,
        "The code belongs to a single-page app, which redeems it in the browser.",
        "redeem it from the page itself.",
    ),
];
