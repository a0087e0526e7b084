//! A user of the directory as plain data (reference/user-object.md section 2). Refuses to decide: the
//! lifecycle is in [`crate::guest`], the rights in [`crate::access`].

use crate::access::UserType;
use crate::address::Address;
use crate::guest::Guest;
use crate::ids::ObjectId;
use crate::sign_ins::LastSignIns;
use crate::time::Time;

/// `creationType` of guests who were invited; internal users have none.
pub const CREATED_BY_INVITATION: &str = "Invitation";

/// What a person's entry says about the person; every text may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// `displayName`, 256 characters at most, never empty.
    pub display_name: String,
    /// `givenName`, 64.
    pub given_name: Option<String>,
    /// `surname`, 64.
    pub surname: Option<String>,
    /// `jobTitle`, 128.
    pub job_title: Option<String>,
    /// `companyName`, 64.
    pub company_name: Option<String>,
    /// `department`, 64.
    pub department: Option<String>,
    /// `employeeId`, 16.
    pub employee_id: Option<String>,
    /// `employeeType`, 64.
    pub employee_type: Option<String>,
    /// `officeLocation`, 128.
    pub office_location: Option<String>,
    /// `streetAddress`, 1024.
    pub street_address: Option<String>,
    /// `city`, 128.
    pub city: Option<String>,
    /// `state`, 128.
    pub state: Option<String>,
    /// `postalCode`, 40.
    pub postal_code: Option<String>,
    /// `country`, 128.
    pub country: Option<String>,
    /// `usageLocation`, two letters.
    pub usage_location: Option<String>,
    /// `mobilePhone`, 64.
    pub mobile_phone: Option<String>,
    /// The one value of `businessPhones`, 64.
    pub business_phone: Option<String>,
    /// `preferredLanguage`, such as `en-US`.
    pub preferred_language: Option<String>,
}

/// A user with everything a reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Identity, state, generation, binding.
    pub guest: Guest,
    /// Raised by every write that decides on this user.
    pub revision: i64,
    /// `userType`.
    pub user_type: UserType,
    /// `creationType`.
    pub creation_type: Option<String>,
    /// `userPrincipalName`; never changes on redemption or reset.
    pub upn: String,
    /// `mailNickname`.
    pub mail_nickname: String,
    /// `mail`.
    pub mail: Option<Address>,
    /// `otherMails`, in order.
    pub other_mails: Vec<Address>,
    /// `proxyAddresses` as Graph writes them (`SMTP:…`, `smtp:…`).
    pub proxy_addresses: Vec<String>,
    /// Names, job, places.
    pub profile: Profile,
    /// `showInAddressList`.
    pub show_in_address_list: bool,
    /// Who invited, if somebody did.
    pub invited_by: Option<ObjectId>,
    /// `createdDateTime`.
    pub created_at: Time,
}

impl User {
    /// The object id.
    pub fn id(&self) -> ObjectId {
        self.guest.id()
    }

    /// The name the person signs in with: the proven address of a guest, else the UPN.
    pub fn sign_in_name(&self) -> &str {
        self.guest.binding().map_or(self.upn.as_str(), |b| b.sign_in_name.as_str())
    }
}

/// What is kept beside a user and read only when it is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When the password was set (`lastPasswordChangeDateTime`), of somebody who has one.
    pub password_set_at: Option<Time>,
    /// The last sign-ins (`signInActivity`), of somebody who ever tried.
    pub last_sign_ins: Option<LastSignIns>,
}
