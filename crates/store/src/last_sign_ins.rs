//! When each user signed in last (`signInActivity`), kept beside the log, which forgets after 30 days. Refuses to touch the
//! row of the user for it: that one is read by everything, and has many indexes.

use std::collections::HashMap;

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::query::{Comparison, ElementMatch, ElementTest, Filter, Part, UserField, Value as Wanted};
use hospes_domain::sign_ins::{Last, LastSignIns};
use hospes_domain::time::Time;
use hospes_domain::user::Times;
use uuid::Uuid;

use crate::engine::{Read, Row, StoreError, Value, WriteTx};
use crate::filter_sql::Statement;

/// Notes a sign-in, or an attempt at one, at the transaction's instant.
pub fn note(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    user: ObjectId,
    request: Uuid,
    (interactive, succeeded): (bool, bool),
) -> Result<(), StoreError> {
    let mut params: Vec<Value> = vec![tenant.into(), user.into()];
    for happened in [interactive, !interactive, succeeded] {
        params.extend([happened.then(|| tx.now()).into(), happened.then_some(request).into()]);
    }
    tx.execute(
        "INSERT INTO last_sign_ins (tenant_id, user_id, interactive_at, interactive_id, silent_at, silent_id, succeeded_at, \
         succeeded_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, user_id) DO UPDATE SET \
         interactive_at = coalesce(excluded.interactive_at, last_sign_ins.interactive_at), \
         interactive_id = coalesce(excluded.interactive_id, last_sign_ins.interactive_id), \
         silent_at = coalesce(excluded.silent_at, last_sign_ins.silent_at), \
         silent_id = coalesce(excluded.silent_id, last_sign_ins.silent_id), \
         succeeded_at = coalesce(excluded.succeeded_at, last_sign_ins.succeeded_at), \
         succeeded_id = coalesce(excluded.succeeded_id, last_sign_ins.succeeded_id)",
        &params,
    )?;
    Ok(())
}

/// What is known beside each of these users, a page of them at most.
pub fn times_of(
    tx: &impl Read,
    tenant: TenantId,
    users: &[ObjectId],
) -> Result<HashMap<ObjectId, Times>, StoreError> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let mut s = Statement::default();
    s.push("SELECT u.id, u.password_hash IS NOT NULL, u.password_set_at, l.interactive_at, l.interactive_id, l.silent_at, ")
        .push("l.silent_id, l.succeeded_at, l.succeeded_id, l.user_id FROM users u LEFT JOIN last_sign_ins l ")
        .push("ON l.tenant_id = u.tenant_id AND l.user_id = u.id WHERE u.tenant_id = ")
        .bind(tenant)
        .push(" AND u.id IN (");
    for (place, user) in users.iter().enumerate() {
        s.push(if place > 0 { ", " } else { "" }).bind(*user);
    }
    s.push(")");
    tx.rows(&s.text, &s.params)?.iter().map(|row| Ok((row.object(0)?, times(row)?))).collect()
}

fn times(row: &Row) -> Result<Times, StoreError> {
    let last = |time: usize| -> Result<Option<Last>, StoreError> {
        Ok(row.opt_time(time)?.zip(row.opt_id(time + 1)?).map(|(at, request)| Last { at, request }))
    };
    let known = row.opt_object(9)?.is_some();
    Ok(Times {
        password_set_at: if row.flag(1)? { row.opt_time(2)? } else { None },
        last_sign_ins: if known {
            Some(LastSignIns { interactive: last(3)?, silent: last(5)?, successful: last(7)? })
        } else {
            None
        },
    })
}

fn column(field: UserField) -> Option<&'static str> {
    match field {
        UserField::LastSignInDateTime => Some("interactive_at"),
        UserField::LastNonInteractiveSignInDateTime => Some("silent_at"),
        UserField::LastSuccessfulSignInDateTime => Some("succeeded_at"),
        _ => None,
    }
}

/// The same filter, with the last sign-ins as what a user has beside it: then they are found by their own indexes, and the
/// few are found first.
pub(crate) fn beside(filter: &Filter<UserField>) -> Filter<UserField> {
    let both = |left: &Filter<UserField>, right: &Filter<UserField>| (beside(left), beside(right));
    match filter {
        Filter::And(left, right) => {
            let (left, right) = both(left, right);
            left.and(right)
        }
        Filter::Or(left, right) => {
            let (left, right) = both(left, right);
            left.or(right)
        }
        Filter::Not(inner) => Filter::Not(Box::new(beside(inner))),
        Filter::Compare { field, op, value: Wanted::Time(time) } if column(*field).is_some() => {
            let time = time.0.to_string();
            let any = |matches| {
                let tests = vec![ElementTest { part: Part::Whole, matches }];
                Filter::Any { field: *field, tests }
            };
            match op {
                Comparison::Equal => any(ElementMatch::Equal(time)),
                Comparison::NotEqual => Filter::Not(Box::new(any(ElementMatch::Equal(time)))),
                Comparison::AtLeast => any(ElementMatch::AtLeast(time)),
                Comparison::AtMost => any(ElementMatch::AtMost(time)),
                // Later or earlier, which the surface does not offer here.
                Comparison::Above | Comparison::Below => filter.clone(),
            }
        }
        other => other.clone(),
    }
}

/// Writes who signed in last at a time that passes all tests; `false` when nobody can have.
pub(crate) fn elements(s: &mut Statement, tenant: TenantId, field: UserField, tests: &[ElementTest]) -> bool {
    let Some(column) = column(field) else { return false };
    s.push("SELECT user_id AS owner FROM last_sign_ins WHERE tenant_id = ").bind(tenant);
    for test in tests {
        let (sign, time) = match &test.matches {
            ElementMatch::Equal(time) => (" = ", time),
            ElementMatch::AtLeast(time) => (" >= ", time),
            ElementMatch::AtMost(time) => (" <= ", time),
            _ => return false,
        };
        let Ok(time) = time.parse::<i64>() else { return false };
        s.push(" AND ").push(column).push(sign).bind(Time(time));
    }
    true
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use hospes_domain::query::{List, Page};

    use super::*;
    use crate::testing::{HERE, THERE, done, member, read, two_tenants};
    use crate::users;
    use crate::users_query::{self, Whom};

    const NOW: Time = Time(5_000_000);

    fn id(n: u128) -> ObjectId {
        ObjectId(Uuid::from_u128(n))
    }

    #[tokio::test]
    async fn each_kind_of_sign_in_keeps_its_last_and_finds_who_had_it() {
        let (db, _scratch) = two_tenants("last-sign-ins").await;
        done(&db, |tx| {
            for n in 1..=3 {
                users::insert(tx, &member(HERE, id(n), &format!("u{n}")), None)?;
            }
            users::insert(tx, &member(THERE, id(9), "there"), None)?;
            note(tx, HERE, id(1), Uuid::from_u128(11), (true, false))?;
            note(tx, HERE, id(1), Uuid::from_u128(12), (false, true))?;
            note(tx, HERE, id(2), Uuid::from_u128(21), (true, true))?;
            note(tx, THERE, id(9), Uuid::from_u128(91), (true, true))
        })
        .await;
        let last = |n: u128| Some(Last { at: NOW, request: Uuid::from_u128(n) });
        let known = read(&db, |tx| times_of(tx, HERE, &[id(1), id(3), id(9)])).await;
        let first = LastSignIns { interactive: last(11), silent: last(12), successful: last(12) };
        assert_eq!(known[&id(1)].last_sign_ins, Some(first));
        assert_eq!((known[&id(3)], known.get(&id(9))), (Times::default(), None), "e6");

        let compare = |field, op, time| Filter::Compare { field, op, value: Wanted::Time(Time(time)) };
        let signed_in = UserField::LastSignInDateTime;
        for (filter, wanted) in [
            (compare(signed_in, Comparison::AtMost, NOW.0), vec![1, 2]),
            (compare(signed_in, Comparison::AtMost, NOW.0 - 1), vec![]),
            (compare(signed_in, Comparison::Equal, NOW.0), vec![1, 2]),
            (compare(signed_in, Comparison::NotEqual, NOW.0), vec![3]),
            (compare(UserField::LastNonInteractiveSignInDateTime, Comparison::AtLeast, 0), vec![1]),
            (
                Filter::Not(Box::new(compare(
                    UserField::LastSuccessfulSignInDateTime,
                    Comparison::AtLeast,
                    NOW.0,
                ))),
                vec![3],
            ),
        ] {
            let list = List { filter: Some(filter.clone()), order: None, page: Page { top: 9, after: None } };
            let (found, count) = read(&db, move |tx| {
                let (found, _) = users_query::list(tx, HERE, &list, Whom::Present)?;
                Ok((found, users_query::count(tx, HERE, list.filter.as_ref(), Whom::Present)?))
            })
            .await;
            let found: Vec<u128> = found.iter().map(|user| user.id().0.as_u128()).collect();
            assert_eq!((count, found), (i64::try_from(wanted.len()).unwrap(), wanted), "{filter:?}");
        }
    }
}
