//! What a list may be asked for: a closed, typed tree of conditions, an order and a page. Surfaces build
//! it from text, the store maps it to columns, so text from an address never becomes SQL. Refuses any
//! field that is not named here, and knows neither a surface's spelling nor a column's name.

mod grants;
mod logs;
mod page;

pub use grants::{AppRoleAssignmentField, GrantField, RoleAssignmentField};
pub use logs::{AuditField, SignInField};
pub use page::{After, Found, List, Order, Page};

use uuid::Uuid;

use crate::time::Time;

/// What a user can be filtered or sorted by (reference/user-object.md section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum UserField {
    Id,
    DisplayName,
    Mail,
    UserPrincipalName,
    GivenName,
    Surname,
    UserType,
    CreationType,
    ExternalUserState,
    AccountEnabled,
    MailNickname,
    CompanyName,
    Department,
    JobTitle,
    EmployeeId,
    Country,
    City,
    UsageLocation,
    OfficeLocation,
    StreetAddress,
    State,
    PostalCode,
    EmployeeType,
    MobilePhone,
    PreferredLanguage,
    ShowInAddressList,
    /// A collection of one text at most: only inside [`Filter::Any`] and [`Filter::Has`].
    BusinessPhones,
    /// A collection of text: only inside [`Filter::Any`].
    OtherMails,
    /// A collection of text, each with its `SMTP:` or `smtp:` prefix: only inside [`Filter::Any`].
    ProxyAddresses,
    /// A collection with parts: only inside [`Filter::Any`].
    Identities,
    /// A relation: only inside [`Filter::Has`].
    OwnedObjects,
    CreatedDateTime,
    /// Only deleted users have one.
    DeletedDateTime,
    ExternalUserStateChangeDateTime,
    /// `signInActivity/lastSignInDateTime`.
    LastSignInDateTime,
    /// `signInActivity/lastNonInteractiveSignInDateTime`.
    LastNonInteractiveSignInDateTime,
    /// `signInActivity/lastSuccessfulSignInDateTime`.
    LastSuccessfulSignInDateTime,
    /// A property that the directory does not keep: no user has a value.
    Unkept(Unkept),
}

/// What kind of value a property would have that the directory does not keep. Nobody has one, so it equals null only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the kind of the same name")]
pub enum Unkept {
    Text,
    Flag,
    Time,
    Collection,
}

/// What a group can be filtered or sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum GroupField {
    Id,
    DisplayName,
    Mail,
    MailNickname,
    SecurityEnabled,
    MailEnabled,
    IsAssignableToRole,
    CreatedDateTime,
    /// Only deleted ones have one.
    DeletedDateTime,
    /// Only inside [`Filter::Words`].
    Description,
    /// A relation: only inside [`Filter::Has`].
    Owners,
    /// A property that the directory does not keep: no group has a value.
    Unkept(Unkept),
}

/// What a service principal can be filtered or sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum ServicePrincipalField {
    Id,
    AppId,
    DisplayName,
    AccountEnabled,
    AppRoleAssignmentRequired,
    AppOwnerOrganizationId,
    CreatedDateTime,
    /// Only deleted ones have one.
    DeletedDateTime,
    ServicePrincipalType,
    /// Only inside [`Filter::Words`].
    Description,
    /// A collection of text: only inside [`Filter::Any`] and [`Filter::Has`].
    Tags,
    /// Likewise: the application id and the names of the application.
    ServicePrincipalNames,
    /// A relation: only inside [`Filter::Has`].
    Owners,
    /// A property that the directory does not keep.
    Unkept(Unkept),
}

/// What an application can be filtered or sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum ApplicationField {
    Id,
    AppId,
    DisplayName,
    CreatedDateTime,
    /// Only deleted ones have one.
    DeletedDateTime,
    SignInAudience,
    /// Only inside [`Filter::Words`].
    Description,
    /// A collection of text: only inside [`Filter::Any`] and [`Filter::Has`].
    Tags,
    /// Likewise.
    IdentifierUris,
    /// A relation: only inside [`Filter::Has`].
    Owners,
    /// A property that the directory does not keep.
    Unkept(Unkept),
}

/// What queued mails can be filtered or sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum MailField {
    Id,
    Kind,
    Recipient,
    State,
    UserId,
    CreatedDateTime,
}

/// What sent invitations can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum InvitationField {
    Id,
    InvitedUserEmailAddress,
}

/// What a list of objects of different kinds (members, memberships) can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of the same name")]
pub enum ObjectField {
    Id,
    DisplayName,
    /// `isBuiltIn`, of directory roles alone.
    IsBuiltIn,
}

/// A value to compare with. The surface has already checked that its kind is the field's kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text as typed; the store folds its letter case as it folds its own keys.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// The id of an object or application.
    Id(Uuid),
    /// An instant.
    Time(Time),
    /// "Has no value".
    Null,
}

/// How a field is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The same; with [`Value::Null`]: the field has no value.
    Equal,
    /// Not the same: the exact opposite of [`Comparison::Equal`], so a missing value counts in.
    NotEqual,
    /// The same or later in order. A missing value never matches.
    AtLeast,
    /// The same or earlier in order. A missing value never matches.
    AtMost,
    /// Later in order. A missing value never matches.
    Above,
    /// Earlier in order. A missing value never matches.
    Below,
}

/// A condition on one object. It is either true or false, never unknown: a missing value fails every
/// test but "equal to null" and "not equal", and [`Filter::Not`] turns the answer round.
///
/// Surfaces bound it (threats.md J2): at most 100 leaves, so recursion over it is safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter<F> {
    /// Both hold.
    And(Box<Filter<F>>, Box<Filter<F>>),
    /// At least one holds.
    Or(Box<Filter<F>>, Box<Filter<F>>),
    /// It does not hold.
    Not(Box<Filter<F>>),
    /// The field compares so with the value.
    Compare {
        /// Of the object.
        field: F,
        /// How.
        op: Comparison,
        /// With what.
        value: Value,
    },
    /// The field's text begins with `value`, without regard to letter case.
    StartsWith {
        /// A text field.
        field: F,
        /// The beginning; empty matches every object that has the field.
        value: String,
    },
    /// The field's text ends with `value`, without regard to letter case. No index helps.
    EndsWith {
        /// A text field.
        field: F,
        /// The end; empty matches every object that has the field.
        value: String,
    },
    /// The field's text has, for each of these, a word that begins so, in any order ([`crate::words`]).
    Words {
        /// A text field that is kept in words.
        field: F,
        /// What [`crate::words::asked`] makes of a text; at least one.
        words: Vec<String>,
    },
    /// The field's text has `value` somewhere in it, without regard to letter case. No index helps, so it is for people
    /// who search, not for programs.
    Contains {
        /// A text field.
        field: F,
        /// The text looked for; empty matches every object that has the field.
        value: String,
    },
    /// The field equals one of the values; at least one is given.
    In {
        /// Of the object.
        field: F,
        /// Each of the field's kind.
        values: Vec<Value>,
    },
    /// At least one element of the collection passes all tests; at least one test is given.
    Any {
        /// A collection.
        field: F,
        /// What the element must pass.
        tests: Vec<ElementTest>,
    },
    /// The collection has so many elements, or more.
    Has {
        /// A collection.
        field: F,
        /// How many; 0 or less holds always.
        at_least: i64,
    },
}

impl<F: Copy> Filter<F> {
    /// Every field that is looked at.
    pub fn fields(&self) -> Vec<F> {
        match self {
            Self::And(one, other) | Self::Or(one, other) => {
                let mut fields = one.fields();
                fields.extend(other.fields());
                fields
            }
            Self::Not(inner) => inner.fields(),
            Self::Compare { field, .. }
            | Self::StartsWith { field, .. }
            | Self::EndsWith { field, .. }
            | Self::Words { field, .. }
            | Self::Contains { field, .. }
            | Self::In { field, .. }
            | Self::Any { field, .. }
            | Self::Has { field, .. } => vec![*field],
        }
    }
}

impl<F> Filter<F> {
    /// Both conditions together.
    pub fn and(self, other: Self) -> Self {
        Self::And(Box::new(self), Box::new(other))
    }

    /// Either condition.
    pub fn or(self, other: Self) -> Self {
        Self::Or(Box::new(self), Box::new(other))
    }

    /// The field equals the value.
    pub fn equal(field: F, value: Value) -> Self {
        Self::Compare { field, op: Comparison::Equal, value }
    }
}

/// One test on one element of a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementTest {
    /// Which part of the element is looked at.
    pub part: Part,
    /// What that part must be.
    pub matches: ElementMatch,
}

/// The part of an element a test looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The element itself: an address.
    Whole,
    /// `issuer` of an identity.
    Issuer,
    /// `issuerAssignedId` of an identity.
    IssuerAssignedId,
    /// `id` of a target.
    Id,
    /// `displayName` of a target.
    DisplayName,
    /// `identityChangedDateTime` of an identity.
    ChangedAt,
}

/// What the part of an element must be, without regard to letter case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementMatch {
    /// This text.
    Equal(String),
    /// Text that begins so.
    StartsWith(String),
    /// Text that ends so.
    EndsWith(String),
    /// This text or one that is later in order.
    AtLeast(String),
    /// This text or one that is earlier in order.
    AtMost(String),
    /// The opposite.
    Not(Box<ElementMatch>),
    /// Anything: the part has a value.
    Given,
}
