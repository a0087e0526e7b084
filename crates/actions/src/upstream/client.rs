//! The client as which one tenant signs in the members of another. Every tenant knows it without a row: it belongs to
//! the server, and its one redirect address follows the public URL. Refuses everything but that address, and a secret.

use hospes_domain::application::{
    Application, ApplicationSettings, GroupClaims, Platform, PrincipalNotes, RedirectUri, ServicePrincipal,
};
use hospes_domain::ids::{ClientId, ObjectId};
use hospes_domain::proof::HOME_SIGN_IN;
use hospes_domain::time::Time;
use hospes_store::clients::Client;

use super::redirect_uri;

const NAME: &str = "another organisation";

/// Whether that is the client.
pub(crate) fn is_home_sign_in(client: ClientId) -> bool {
    client == HOME_SIGN_IN
}

/// The client as the authorization endpoint sees it.
pub(crate) fn application(public_url: &str) -> (Application, ServicePrincipal) {
    let id = ObjectId(HOME_SIGN_IN.0);
    let application = Application {
        id,
        revision: 1,
        client_id: HOME_SIGN_IN,
        display_name: NAME.to_owned(),
        public_client: true,
        es256: false,
        group_claims: GroupClaims::None,
        redirect_uris: RedirectUri::all(Platform::PublicClient, [redirect_uri(public_url)]),
        settings: ApplicationSettings::default(),
        created_by: None,
        created_at: Time::default(),
    };
    let principal = ServicePrincipal {
        id,
        revision: 1,
        client_id: HOME_SIGN_IN,
        display_name: NAME.to_owned(),
        home_url: None,
        assignment_required: false,
        enabled: true,
        app_roles: Vec::new(),
        notes: PrincipalNotes::default(),
        created_by: None,
        created_at: Time::default(),
    };
    (application, principal)
}

/// The client as the token endpoint sees it. Public: the verifier, which only this server can derive, is its proof.
pub(crate) fn token_client() -> Client {
    Client {
        id: HOME_SIGN_IN,
        principal: ObjectId(HOME_SIGN_IN.0),
        display_name: NAME.to_owned(),
        public: true,
        es256: false,
        application: ObjectId(HOME_SIGN_IN.0),
        group_claims: GroupClaims::None,
        settings: ApplicationSettings::default(),
        enabled: true,
        assignment_required: false,
        secrets: Vec::new(),
    }
}
