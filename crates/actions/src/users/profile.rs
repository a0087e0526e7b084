//! What can be written into a person's profile. Refuses texts that are too long and characters that could break a
//! line of a mail or a log (threats I2, H9).

use hospes_domain::edit::Edit;
use hospes_domain::refusal::Refusal;
use hospes_domain::text::{Lines, has_hidden};
use hospes_domain::user::Profile;

macro_rules! texts {
    ($($field:ident = $name:literal, $longest:literal;)*) => {
        /// Changes to a profile; an empty text counts as none.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct ProfileEdit {
            /// `displayName`; cannot be emptied.
            pub display_name: Option<String>,
            /// `mobilePhone`
            pub mobile_phone: Edit<String>,
            /// The one value of `businessPhones`.
            pub business_phone: Edit<String>,
            /// `preferredLanguage`
            pub preferred_language: Edit<String>,
            $(#[doc = $name] pub $field: Edit<String>,)*
        }

        impl ProfileEdit {
            /// The plain texts, as the API spells them.
            pub const TEXTS: &[&str] = &[$($name),*];

            /// Sets one of [`Self::TEXTS`].
            pub fn set(&mut self, name: &str, edit: Edit<String>) {
                match name {
                    $($name => self.$field = edit,)*
                    _ => {}
                }
            }

            /// Names of the plain texts that change, `displayName` among them.
            pub(super) fn basic(&self) -> Vec<&'static str> {
                let mut names = Vec::new();
                if self.display_name.is_some() { names.push("displayName"); }
                $(if self.$field.is_given() { names.push($name); })*
                names
            }

            fn apply_texts(self, profile: &mut Profile) -> Result<(), Refusal> {
                $(text($name, $longest, self.$field)?.apply(&mut profile.$field);)*
                Ok(())
            }
        }
    };
}

texts! {
    given_name = "givenName", 64;
    surname = "surname", 64;
    job_title = "jobTitle", 128;
    company_name = "companyName", 64;
    department = "department", 64;
    employee_id = "employeeId", 16;
    employee_type = "employeeType", 64;
    office_location = "officeLocation", 128;
    street_address = "streetAddress", 1024;
    city = "city", 128;
    state = "state", 128;
    postal_code = "postalCode", 40;
    country = "country", 128;
    usage_location = "usageLocation", 2;
}

impl ProfileEdit {
    /// Names of everything that changes, for the audit record.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let others = [
            ("mobilePhone", &self.mobile_phone),
            ("businessPhones", &self.business_phone),
            ("preferredLanguage", &self.preferred_language),
        ];
        let others = others.into_iter().filter(|(_, edit)| edit.is_given()).map(|(name, _)| name);
        self.basic().into_iter().chain(others).collect()
    }

    /// Whether every text is one a profile takes, for a form that asks before it has somebody to change.
    ///
    /// # Errors
    /// [`Refusal::Invalid`].
    pub fn check(&self) -> Result<(), Refusal> {
        self.clone().apply(&mut Profile::default())
    }

    /// Carries the changes out.
    pub(super) fn apply(mut self, profile: &mut Profile) -> Result<(), Refusal> {
        if let Some(name) = self.display_name.take() {
            profile.display_name = display_name("displayName", &name)?;
        }
        text("mobilePhone", 64, std::mem::take(&mut self.mobile_phone))?.apply(&mut profile.mobile_phone);
        text("businessPhones", 64, std::mem::take(&mut self.business_phone))?
            .apply(&mut profile.business_phone);
        let language = text("preferredLanguage", 35, std::mem::take(&mut self.preferred_language))?;
        language.apply(&mut profile.preferred_language);
        self.apply_texts(profile)
    }
}

/// A display name: 1 to 256 characters on one line.
pub fn display_name(field: &str, name: &str) -> Result<String, Refusal> {
    match text(field, 256, Edit::Set(name.to_owned()))? {
        Edit::Set(name) => Ok(name),
        _ => Err(Refusal::invalid(field, "The name is empty.", "Give 1 to 256 characters.")),
    }
}

fn text(field: &str, longest: usize, edit: Edit<String>) -> Result<Edit<String>, Refusal> {
    let Edit::Set(text) = edit else { return Ok(edit) };
    // Looked at before it is trimmed: a line end at the edge is no less a line end.
    if has_hidden(&text, Lines::One) {
        return Err(Refusal::invalid(
            field,
            "The text holds a control character.",
            "Give one line of plain text.",
        ));
    }
    let text = text.trim();
    if text.is_empty() {
        return Ok(Edit::Clear);
    }
    if text.chars().count() > longest {
        return Err(Refusal::invalid(
            field,
            "The text is too long.",
            format!("Give at most {longest} characters."),
        ));
    }
    Ok(Edit::Set(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounded_and_stand_on_one_line() {
        let mut profile =
            Profile { display_name: "Ana".into(), city: Some("Graz".into()), ..Profile::default() };
        let mut edit = ProfileEdit::default();
        edit.set("surname", Edit::Set(" Novak ".into()));
        edit.set("city", Edit::Set(String::new()));
        assert_eq!(edit.names(), ["surname", "city"]);
        assert_eq!(edit.apply(&mut profile), Ok(()));
        assert_eq!((profile.surname.as_deref(), profile.city.as_deref()), (Some("Novak"), None));
        for (name, bad) in
            [("surname", "x".repeat(65)), ("city", "a\r\nBcc: b".into()), ("state", "a\u{2028}b".into())]
        {
            let mut edit = ProfileEdit::default();
            edit.set(name, Edit::Set(bad));
            assert!(edit.apply(&mut profile).is_err(), "{name}");
        }
        assert!(display_name("displayName", "  ").is_err());
    }
}
