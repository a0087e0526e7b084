//! The columns of `users` with what stands in them, once: for a new row, whole, and for a changed profile. Refuses to change
//! what the lifecycle decides in a row that is there.

use std::ops::Range;
use std::sync::LazyLock;

use hospes_domain::address::Address;
use hospes_domain::user::User;

use crate::engine::Value;
use crate::users::fold;

macro_rules! columns {
    () => {
        "tenant_id, id, revision, user_type, creation_type, upn, upn_key, mail_nickname, mail_nickname_key, \
         mail, mail_key, display_name, display_name_key, given_name, given_name_key, surname, surname_key, job_title, \
         job_title_key, company_name, company_name_key, department, department_key, employee_id, employee_id_key, city, \
         city_key, country, country_key, usage_location, usage_location_key, office_location, street_address, state, \
         postal_code, employee_type, mobile_phone, business_phone, preferred_language, show_in_address_list, account_enabled, \
         external_user_state, state_changed_at, sign_in_generation, sessions_valid_from, password_hash, invited_by, created_at, \
         office_location_key, street_address_key, state_key, postal_code_key, employee_type_key, mobile_phone_key, \
         business_phone_key, preferred_language_key, password_set_at"
    };
}

/// The columns of a new user, in the order of [`values`].
pub(crate) const COLUMNS: &str = columns!();

/// Inserts one; nothing happens when its UPN is taken.
pub(crate) const INSERT: &str = concat!(
    "INSERT INTO users (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
     $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, \
     $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57) ON CONFLICT DO NOTHING"
);

/// What stands in them.
pub(crate) fn values(user: &User, password_hash: Option<&str>) -> Vec<Value> {
    let (r, p) = (user.guest.record(), &user.profile);
    let folded = |text: &Option<String>| Value::from(text.as_deref().map(fold));
    vec![
        r.tenant.into(),
        r.id.into(),
        user.revision.into(),
        user.user_type.name().into(),
        user.creation_type.clone().into(),
        user.upn.as_str().into(),
        fold(&user.upn).into(),
        user.mail_nickname.as_str().into(),
        fold(&user.mail_nickname).into(),
        user.mail.as_ref().map(Address::as_str).into(),
        user.mail.as_ref().map(Address::key).into(),
        p.display_name.as_str().into(),
        fold(&p.display_name).into(),
        p.given_name.clone().into(),
        folded(&p.given_name),
        p.surname.clone().into(),
        folded(&p.surname),
        p.job_title.clone().into(),
        folded(&p.job_title),
        p.company_name.clone().into(),
        folded(&p.company_name),
        p.department.clone().into(),
        folded(&p.department),
        p.employee_id.clone().into(),
        folded(&p.employee_id),
        p.city.clone().into(),
        folded(&p.city),
        p.country.clone().into(),
        folded(&p.country),
        p.usage_location.clone().into(),
        folded(&p.usage_location),
        p.office_location.clone().into(),
        p.street_address.clone().into(),
        p.state.clone().into(),
        p.postal_code.clone().into(),
        p.employee_type.clone().into(),
        p.mobile_phone.clone().into(),
        p.business_phone.clone().into(),
        p.preferred_language.clone().into(),
        user.show_in_address_list.into(),
        r.enabled.into(),
        r.state.name().into(),
        r.state_changed_at.into(),
        r.generation.into(),
        r.sessions_valid_from.into(),
        password_hash.into(),
        user.invited_by.into(),
        user.created_at.into(),
        folded(&p.office_location),
        folded(&p.street_address),
        folded(&p.state),
        folded(&p.postal_code),
        folded(&p.employee_type),
        folded(&p.mobile_phone),
        folded(&p.business_phone),
        folded(&p.preferred_language),
        password_hash.map(|_| user.created_at).into(),
    ]
}

/// Which of the columns are a profile; the others are ids and what the lifecycle decides.
const PROFILE: [Range<usize>; 2] = [3..40, 48..56];

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<&str> = COLUMNS.split(", ").collect();
    let own: Vec<&str> = PROFILE.into_iter().flat_map(|range| columns[range].iter().copied()).collect();
    let set: Vec<String> = own.iter().zip(1..).map(|(column, n)| format!("{column} = ${n}")).collect();
    let (tenant, id) = (own.len() + 1, own.len() + 2);
    format!("UPDATE users SET {} WHERE tenant_id = ${tenant} AND id = ${id}", set.join(", "))
});

/// Changes the profile of a user, with the parameters for it.
pub(crate) fn update(user: &User) -> (&'static str, Vec<Value>) {
    let all = values(user, None);
    let mut params: Vec<Value> = PROFILE.into_iter().flat_map(|range| all[range].iter().cloned()).collect();
    params.extend([user.guest.record().tenant.into(), user.id().into()]);
    (UPDATE.as_str(), params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_every_column_but_ids_and_what_the_lifecycle_decides() {
        let kept: Vec<&str> =
            COLUMNS.split(", ").filter(|name| !UPDATE.contains(&format!("{name} = "))).collect();
        assert_eq!(
            kept,
            [
                "revision",
                "account_enabled",
                "external_user_state",
                "state_changed_at",
                "sign_in_generation",
                "sessions_valid_from",
                "password_hash",
                "invited_by",
                "created_at",
                "password_set_at",
            ]
        );
        assert!(
            UPDATE.ends_with("preferred_language_key = $45 WHERE tenant_id = $46 AND id = $47"),
            "{}",
            *UPDATE
        );
    }
}
