//! What a creation or change says about an application, and what comes of it. Refuses by the rules of
//! [`super::check`], on the whole that would be saved: a change cannot smuggle in what a registration could not.

use super::{
    AppRole, Application, ExposedScope, GroupClaims, OptionalClaims, Platform, PrincipalNotes, RedirectUri,
    RequiredAccess, ServicePrincipal, check,
};
use crate::edit::Edit;
use crate::refusal::Refusal;

/// What is said about an application; properties that are not mentioned stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationEdit {
    /// `displayName`.
    pub display_name: Option<String>,
    /// `description`.
    pub description: Edit<String>,
    /// `notes`.
    pub notes: Edit<String>,
    /// `tags`.
    pub tags: Edit<Vec<String>>,
    /// `identifierUris`.
    pub identifier_uris: Edit<Vec<String>>,
    /// `web.redirectUris`.
    pub web: Edit<Vec<String>>,
    /// `spa.redirectUris`.
    pub spa: Edit<Vec<String>>,
    /// `publicClient.redirectUris`.
    pub public: Edit<Vec<String>>,
    /// `web.homePageUrl`.
    pub home_page_url: Edit<String>,
    /// `web.logoutUrl`.
    pub logout_url: Edit<String>,
    /// `isFallbackPublicClient`.
    pub public_client: Option<bool>,
    /// `groupMembershipClaims`.
    pub group_claims: Edit<GroupClaims>,
    /// `optionalClaims`.
    pub optional_claims: Edit<OptionalClaims>,
    /// `requiredResourceAccess`.
    pub required_access: Edit<Vec<RequiredAccess>>,
    /// `api.oauth2PermissionScopes`.
    pub exposed_scopes: Edit<Vec<ExposedScope>>,
    /// `api.requestedAccessTokenVersion`: the first.
    pub first_tokens_requested: Option<bool>,
    /// `appRoles`.
    pub app_roles: Edit<Vec<AppRole>>,
    /// `hospes.deviceCode`.
    pub device_code: Option<bool>,
    /// `hospes.backChannelLogoutUrl`.
    pub back_channel_logout_url: Edit<String>,
    /// `hospes.signingAlgorithm`: ES256 instead of RS256.
    pub es256: Option<bool>,
}

/// What of an application decides who can act as it: changed only by those who reach it (threats E2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Names, notes, what it declares.
    Plain,
    /// Where answers go, and how people sign in with it.
    Reach,
}

impl ApplicationEdit {
    /// How far the change goes.
    pub fn shape(&self) -> Shape {
        let reaching = self.web.is_given()
            || self.spa.is_given()
            || self.public.is_given()
            || self.public_client.is_some()
            || self.device_code == Some(true)
            || self.back_channel_logout_url.is_given();
        if reaching { Shape::Reach } else { Shape::Plain }
    }

    /// The application afterwards. `roles` are its app roles now, `domains` those the organisation owns.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what cannot be declared.
    pub fn apply(
        self,
        before: Application,
        roles: &[AppRole],
        domains: &[String],
    ) -> Result<Application, Refusal> {
        let mut after = before.clone();
        if let Some(name) = self.display_name {
            check::display_name(&name)?;
            name.trim().clone_into(&mut after.display_name);
        }
        for (platform, edit) in
            [(Platform::Web, self.web), (Platform::Spa, self.spa), (Platform::PublicClient, self.public)]
        {
            if edit.is_given() {
                after.redirect_uris.retain(|known| known.platform != platform);
                after.redirect_uris.extend(RedirectUri::all(platform, edit.value().unwrap_or_default()));
            }
        }
        after.redirect_uris.sort();
        if after.redirect_uris != before.redirect_uris {
            check::check_redirect_uris(&after.redirect_uris)?;
        }
        after.public_client = self.public_client.unwrap_or(after.public_client);
        after.es256 = self.es256.unwrap_or(after.es256);
        replace(self.group_claims, &mut after.group_claims);
        let settings = &mut after.settings;
        self.description.apply(&mut settings.description);
        self.notes.apply(&mut settings.notes);
        self.home_page_url.apply(&mut settings.home_page_url);
        self.logout_url.apply(&mut settings.logout_url);
        self.back_channel_logout_url.apply(&mut settings.back_channel_logout_url);
        settings.device_code = self.device_code.unwrap_or(settings.device_code);
        settings.first_tokens_requested =
            self.first_tokens_requested.unwrap_or(settings.first_tokens_requested);
        replace(self.tags, &mut settings.tags);
        replace(self.identifier_uris, &mut settings.identifier_uris);
        replace(self.optional_claims, &mut settings.optional_claims);
        replace(self.required_access, &mut settings.required_access);
        let scopes = settings.exposed_scopes.clone();
        replace(self.exposed_scopes, &mut settings.exposed_scopes);
        roles.clone_into(&mut settings.app_roles);
        replace(self.app_roles, &mut settings.app_roles);
        check::app_roles(roles, &settings.app_roles)?;
        check::exposed_scopes(&scopes, &settings.exposed_scopes)?;
        check::text("description", settings.description.as_deref())?;
        check::text("notes", settings.notes.as_deref())?;
        check::tags(&settings.tags)?;
        check::addresses(settings)?;
        check::required_access(&settings.required_access)?;
        check::optional_claims(&settings.optional_claims)?;
        check::identifier_uris(&settings.identifier_uris, after.client_id, domains)?;
        Ok(after)
    }

    /// Whether a new application is one that cannot keep a secret: as it says, or if it has addresses of such programs
    /// and none of a server.
    pub fn is_public(&self) -> bool {
        let some = |edit: &Edit<Vec<String>>| matches!(edit, Edit::Set(uris) if !uris.is_empty());
        self.public_client.unwrap_or_else(|| (some(&self.spa) || some(&self.public)) && !some(&self.web))
    }
}

fn replace<T: Default>(edit: Edit<T>, place: &mut T) {
    if edit.is_given() {
        *place = edit.value().unwrap_or_default();
    }
}

/// What is said about a service principal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrincipalEdit {
    /// `displayName`.
    pub display_name: Option<String>,
    /// `accountEnabled`.
    pub enabled: Option<bool>,
    /// `appRoleAssignmentRequired`.
    pub assignment_required: Option<bool>,
    /// `homepage`.
    pub home_url: Edit<String>,
    /// `description`.
    pub description: Edit<String>,
    /// `notes`.
    pub notes: Edit<String>,
    /// `tags`.
    pub tags: Edit<Vec<String>>,
}

impl PrincipalEdit {
    /// The service principal afterwards.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what does not fit.
    pub fn apply(self, before: &ServicePrincipal) -> Result<ServicePrincipal, Refusal> {
        let mut after = before.clone();
        if let Some(name) = self.display_name {
            check::display_name(&name)?;
            name.trim().clone_into(&mut after.display_name);
        }
        after.enabled = self.enabled.unwrap_or(after.enabled);
        after.assignment_required = self.assignment_required.unwrap_or(after.assignment_required);
        self.home_url.apply(&mut after.home_url);
        if let Some(address) = &after.home_url {
            check::check_home_page("homepage", address)?;
        }
        let PrincipalNotes { description, notes, tags } = &mut after.notes;
        self.description.apply(description);
        self.notes.apply(notes);
        replace(self.tags, tags);
        check::text("description", description.as_deref())?;
        check::text("notes", notes.as_deref())?;
        check::tags(tags)?;
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use uuid::Uuid;

    use super::*;
    use crate::application::ApplicationSettings;
    use crate::ids::{ClientId, ObjectId};
    use crate::time::Time;

    fn application() -> Application {
        Application {
            id: ObjectId(Uuid::from_u128(1)),
            revision: 1,
            client_id: ClientId(Uuid::from_u128(2)),
            display_name: "Orders".into(),
            public_client: false,
            es256: false,
            group_claims: GroupClaims::None,
            redirect_uris: RedirectUri::all(Platform::Web, ["https://app.example/cb".to_owned()]),
            settings: ApplicationSettings::default(),
            created_by: None,
            created_at: Time(0),
        }
    }

    #[test]
    fn what_is_not_mentioned_stays() {
        let same = ApplicationEdit::default().apply(application(), &[], &[]).unwrap();
        assert_eq!(same, application());
        let spa = ApplicationEdit {
            spa: Edit::Set(vec!["https://app.example/spa".into()]),
            ..ApplicationEdit::default()
        };
        assert_eq!(spa.shape(), Shape::Reach);
        let both = spa.apply(application(), &[], &[]).unwrap();
        assert_eq!(both.redirect_uris.len(), 2);
        let none = ApplicationEdit { web: Edit::Clear, ..ApplicationEdit::default() };
        assert!(none.apply(application(), &[], &[]).unwrap().redirect_uris.is_empty());
    }

    #[test]
    fn a_change_is_refused_as_a_registration_would_be() {
        for edit in [
            ApplicationEdit { display_name: Some(" ".into()), ..ApplicationEdit::default() },
            ApplicationEdit { web: Edit::Set(vec!["https://*/".into()]), ..ApplicationEdit::default() },
            ApplicationEdit {
                identifier_uris: Edit::Set(vec!["urn:x".into()]),
                ..ApplicationEdit::default()
            },
            ApplicationEdit {
                logout_url: Edit::Set("http://app.example/out".into()),
                ..ApplicationEdit::default()
            },
            ApplicationEdit { tags: Edit::Set(vec![String::new()]), ..ApplicationEdit::default() },
        ] {
            assert!(edit.clone().apply(application(), &[], &[]).is_err(), "{edit:?}");
        }
    }

    #[test]
    fn programs_on_peoples_devices_keep_no_secret() {
        let uris = || Edit::Set(vec!["http://localhost".to_owned()]);
        let edit = |web, public| ApplicationEdit { web, public, ..ApplicationEdit::default() };
        assert!(edit(Edit::Keep, uris()).is_public());
        assert!(!edit(uris(), uris()).is_public());
        assert!(!edit(Edit::Keep, Edit::Keep).is_public());
        let said = ApplicationEdit { public_client: Some(false), ..edit(Edit::Keep, uris()) };
        assert!(!said.is_public());
    }
}
