//! What a creation or change of an application says, read from its body. Refuses properties that this directory cannot
//! keep, by name: an application that believes it got implicit tokens or other tenants would be wrong about its safety.

use hospes_actions::apps::CredentialEdit;
use hospes_domain::application::{
    AppRole, ApplicationEdit, ExposedScope, GroupClaims, OptionalClaim, OptionalClaims, RequiredAccess,
    RoleFor,
};
use hospes_domain::edit::Edit;
use hospes_domain::ids::ClientId;
use hospes_domain::refusal::Refusal;
use uuid::Uuid;

use super::super::asked::nothing_else;
use super::super::odata::application_fields::APPLICATIONS;
use super::super::request::Fields;
use super::credentials;

/// The whole body.
pub(super) fn read(mut body: Fields) -> Result<(ApplicationEdit, CredentialEdit), Refusal> {
    let mut edit = ApplicationEdit {
        display_name: name(&mut body)?,
        description: body.edit_text("description")?,
        notes: body.edit_text("notes")?,
        tags: body.edit_texts("tags")?,
        identifier_uris: body.edit_texts("identifierUris")?,
        public_client: body.flag("isFallbackPublicClient")?,
        group_claims: group_claims(&mut body)?,
        optional_claims: optional_claims(&mut body)?,
        required_access: each(body.edit_objects("requiredResourceAccess")?, required)?,
        app_roles: each(body.edit_objects("appRoles")?, app_role)?,
        device_code: body.set_flag("hospes.deviceCode")?,
        back_channel_logout_url: body.edit_text("hospes.backChannelLogoutUrl")?,
        es256: algorithm(&mut body)?,
        ..ApplicationEdit::default()
    };
    if let Some(mut web) = body.object("web")? {
        edit.web = web.edit_texts("redirectUris")?;
        edit.home_page_url = web.edit_text("homePageUrl")?;
        edit.logout_url = web.edit_text("logoutUrl")?;
        no_implicit_grant(&mut web)?;
        // The same addresses again, in an order that means nothing here.
        web.take("redirectUriSettings");
        nothing_else(&web, &[], "microsoft.graph.webApplication")?;
    }
    for (name, place) in [("spa", &mut edit.spa), ("publicClient", &mut edit.public)] {
        if let Some(mut platform) = body.object(name)? {
            *place = platform.edit_texts("redirectUris")?;
            nothing_else(&platform, &[], "microsoft.graph.spaApplication")?;
        }
    }
    if let Some(mut api) = body.object("api")? {
        edit.exposed_scopes = each(api.edit_objects("oauth2PermissionScopes")?, exposed_scope)?;
        edit.first_tokens_requested = first_tokens(&mut api)?;
        let kept = ["acceptMappedClaims", "knownClientApplications", "preAuthorizedApplications"];
        nothing_else(&api, &kept, "microsoft.graph.apiApplication")?;
    }
    if body.text("signInAudience")?.is_some_and(|audience| audience != "AzureADMyOrg") {
        let cause = "Applications here are for the people of this organisation and its guests only.";
        return Err(Refusal::invalid("signInAudience", cause, "Send AzureADMyOrg or leave it out."));
    }
    let credentials = credentials::edit(&mut body)?;
    nothing_else(&body, APPLICATIONS.properties, APPLICATIONS.type_name)?;
    Ok((edit, credentials))
}

/// A name that is not mentioned stays; `null` is none.
pub(in super::super) fn name(body: &mut Fields) -> Result<Option<String>, Refusal> {
    match body.edit_text("displayName")? {
        Edit::Keep => Ok(None),
        Edit::Clear => Ok(Some(String::new())),
        Edit::Set(name) => Ok(Some(name)),
    }
}

fn each<T>(
    edit: Edit<Vec<Fields>>,
    read: impl Fn(Fields) -> Result<T, Refusal>,
) -> Result<Edit<Vec<T>>, Refusal> {
    edit.try_map(|items| items.into_iter().map(&read).collect())
}

fn group_claims(body: &mut Fields) -> Result<Edit<GroupClaims>, Refusal> {
    body.edit_text("groupMembershipClaims")?.try_map(|text| {
        GroupClaims::parse(&text).ok_or_else(|| {
            let remedy = "Use None, SecurityGroup, ApplicationGroup, DirectoryRole or All.";
            Refusal::invalid("groupMembershipClaims", "The value is not one of those there are.", remedy)
        })
    })
}

fn algorithm(body: &mut Fields) -> Result<Option<bool>, Refusal> {
    match body.text("hospes.signingAlgorithm")?.as_deref() {
        None => Ok(None),
        Some("RS256") => Ok(Some(false)),
        Some("ES256") => Ok(Some(true)),
        Some(_) => {
            let cause = "Tokens are not signed in this way.";
            Err(Refusal::invalid("hospes.signingAlgorithm", cause, "Use RS256 or ES256."))
        }
    }
}

/// Threats F14: tokens do not travel through browsers' addresses.
fn no_implicit_grant(web: &mut Fields) -> Result<(), Refusal> {
    let Some(mut implicit) = web.object("implicitGrantSettings")? else { return Ok(()) };
    for name in ["enableAccessTokenIssuance", "enableIdTokenIssuance"] {
        if implicit.flag(name)? == Some(true) {
            let remedy = "Send false; use the authorization code flow with PKCE.";
            return Err(Refusal::invalid(
                implicit.full_name(name),
                "There is no implicit grant here.",
                remedy,
            ));
        }
    }
    nothing_else(&implicit, &[], "microsoft.graph.implicitGrantSettings")
}

/// Terraform asks for tokens of the first version wherever nobody wrote down a version, and wants to read that again.
fn first_tokens(api: &mut Fields) -> Result<Option<bool>, Refusal> {
    let Some(asked) = api.take("requestedAccessTokenVersion") else { return Ok(None) };
    match asked.as_i64() {
        Some(1) => Ok(Some(true)),
        Some(2) => Ok(Some(false)),
        None if asked.is_null() => Ok(Some(false)),
        _ => {
            let field = "api.requestedAccessTokenVersion";
            Err(Refusal::invalid(field, "There is no such version of access tokens.", "Send 1, 2 or null."))
        }
    }
}

fn optional_claims(body: &mut Fields) -> Result<Edit<OptionalClaims>, Refusal> {
    let cleared = body.is_null("optionalClaims");
    let Some(mut claims) = body.object("optionalClaims")? else {
        return Ok(if cleared { Edit::Clear } else { Edit::Keep });
    };
    let mut list =
        |name: &str| each(claims.edit_objects(name)?, optional_claim).map(|e| e.value().unwrap_or_default());
    let read = OptionalClaims { id_token: list("idToken")?, access_token: list("accessToken")? };
    nothing_else(&claims, &["saml2Token"], "microsoft.graph.optionalClaims")?;
    Ok(Edit::Set(read))
}

fn optional_claim(mut claim: Fields) -> Result<OptionalClaim, Refusal> {
    let read = OptionalClaim {
        name: claim.required_text("name")?,
        essential: claim.flag("essential")?.unwrap_or(false),
        additional_properties: claim.texts("additionalProperties")?,
    };
    nothing_else(&claim, &["source"], "microsoft.graph.optionalClaim")?;
    Ok(read)
}

fn required(mut access: Fields) -> Result<RequiredAccess, Refusal> {
    let resource: ClientId = id(&mut access, "resourceAppId").map(ClientId)?;
    let (mut scopes, mut roles) = (Vec::new(), Vec::new());
    for mut permission in access.objects("resourceAccess")? {
        let id = id(&mut permission, "id")?;
        match permission.text("type")?.as_deref() {
            Some("Scope") => scopes.push(id),
            Some("Role") => roles.push(id),
            _ => {
                let field = permission.full_name("type");
                return Err(Refusal::invalid(
                    field,
                    "The kind of permission is missing.",
                    "Use Scope or Role.",
                ));
            }
        }
        nothing_else(&permission, &[], "microsoft.graph.resourceAccess")?;
    }
    nothing_else(&access, &[], "microsoft.graph.requiredResourceAccess")?;
    Ok(RequiredAccess { resource, scopes, roles })
}

fn app_role(mut role: Fields) -> Result<AppRole, Refusal> {
    let types = role.texts("allowedMemberTypes")?;
    let has = |kind: &str| types.iter().any(|known| known == kind);
    let for_whom = match (has("User"), has("Application")) {
        _ if types.iter().any(|kind| kind != "User" && kind != "Application") => None,
        (true, true) => Some(RoleFor::Both),
        (true, false) => Some(RoleFor::Users),
        (false, true) => Some(RoleFor::Applications),
        (false, false) => None,
    };
    let for_whom = for_whom.ok_or_else(|| {
        let remedy = "Use User, Application or both.";
        Refusal::invalid(
            role.full_name("allowedMemberTypes"),
            "It is not said who can have the role.",
            remedy,
        )
    })?;
    let read = AppRole {
        id: id(&mut role, "id")?,
        value: role.text("value")?.unwrap_or_default(),
        display_name: role.required_text("displayName")?,
        description: role.text("description")?.unwrap_or_default(),
        for_whom,
        enabled: role.flag("isEnabled")?.unwrap_or(true),
    };
    role.take("origin");
    nothing_else(&role, &[], "microsoft.graph.appRole")?;
    Ok(read)
}

fn exposed_scope(mut scope: Fields) -> Result<ExposedScope, Refusal> {
    let admin_only = match scope.text("type")?.as_deref() {
        Some("Admin") => true,
        None | Some("User") => false,
        Some(_) => {
            let remedy = "Use User if people may grant it for themselves, else Admin.";
            return Err(Refusal::invalid(scope.full_name("type"), "The value is not known.", remedy));
        }
    };
    let read = ExposedScope {
        id: id(&mut scope, "id")?,
        value: scope.required_text("value")?,
        admin_only,
        enabled: scope.flag("isEnabled")?.unwrap_or(true),
        admin_name: scope.text("adminConsentDisplayName")?.unwrap_or_default(),
        admin_description: scope.text("adminConsentDescription")?.unwrap_or_default(),
        user_name: scope.text("userConsentDisplayName")?,
        user_description: scope.text("userConsentDescription")?,
    };
    scope.take("origin");
    nothing_else(&scope, &[], "microsoft.graph.permissionScope")?;
    Ok(read)
}

/// An id that must be there.
pub(in super::super) fn id(body: &mut Fields, name: &str) -> Result<Uuid, Refusal> {
    let field = body.full_name(name);
    body.id(name)?.ok_or_else(|| Refusal::invalid(field, "The value is missing.", "Give a GUID."))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn field(text: &str) -> Result<(), String> {
        match read(Fields::read(text.as_bytes()).unwrap()) {
            Ok(_) => Ok(()),
            Err(Refusal::Invalid(invalid)) => Err(invalid.field),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_clients_send_is_read() {
        let azure = r#"{"displayName":"orders","identifierUris":null,"isFallbackPublicClient":null,"keyCredentials":[],
            "signInAudience":"AzureADMyOrg","api":{"requestedAccessTokenVersion":null},
            "web":{"redirectUris":["https://app.example/cb"],"homePageUrl":null,
                "implicitGrantSettings":{"enableAccessTokenIssuance":false,"enableIdTokenIssuance":false}},
            "requiredResourceAccess":[{"resourceAppId":"00000003-0000-0000-c000-000000000000",
                "resourceAccess":[{"id":"e1fe6dd8-ba31-4d61-89e7-88639da4683d","type":"Scope"}]}]}"#;
        let (edit, credentials) = read(Fields::read(azure.as_bytes()).unwrap()).unwrap();
        assert_eq!(edit.web, Edit::Set(vec!["https://app.example/cb".to_owned()]));
        assert_eq!((edit.home_page_url, credentials.keys), (Edit::Clear, Edit::Set(Vec::new())));
        assert_eq!(edit.required_access.value().unwrap()[0].scopes.len(), 1);
        assert_eq!(read(Fields::read(b"{\"notes\":\"x\"}").unwrap()).unwrap().0.web, Edit::Keep);
    }

    #[test]
    fn e3_what_cannot_be_kept_is_refused_by_name() {
        for (text, expected) in [
            (r#"{"id":"1"}"#, "id"),
            (r#"{"appId":"1"}"#, "appId"),
            (r#"{"publisherDomain":"x"}"#, "publisherDomain"),
            (r#"{"passwordCredentials":[{"secretText":"x"}]}"#, "passwordCredentials.secretText"),
            (r#"{"signInAudience":"AzureADMultipleOrgs"}"#, "signInAudience"),
            (
                r#"{"web":{"implicitGrantSettings":{"enableIdTokenIssuance":true}}}"#,
                "web.implicitGrantSettings.enableIdTokenIssuance",
            ),
            (r#"{"web":{"redirectUris":"https://app.example"}}"#, "web.redirectUris"),
            (r#"{"api":{"requestedAccessTokenVersion":3}}"#, "api.requestedAccessTokenVersion"),
            (r#"{"groupMembershipClaims":"Some"}"#, "groupMembershipClaims"),
            (r#"{"hospes.signingAlgorithm":"HS256"}"#, "hospes.signingAlgorithm"),
            (
                r#"{"appRoles":[{"id":"84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f","value":"R","displayName":"R"}]}"#,
                "appRoles.allowedMemberTypes",
            ),
            (r#"{"appRoles":[{"id":"x"}]}"#, "appRoles.allowedMemberTypes"),
            (r#"{"requiredResourceAccess":[{"resourceAppId":"x"}]}"#, "requiredResourceAccess.resourceAppId"),
            (r#"{"keyCredentials":[{"key":"?"}]}"#, "keyCredentials.key"),
            (r#"{"keyCredentials":[{"type":"Symmetric"}]}"#, "keyCredentials.type"),
            (r#"{"tenant":"x"}"#, "tenant"),
        ] {
            assert_eq!(field(text).unwrap_err(), expected, "{text}");
        }
    }
}
