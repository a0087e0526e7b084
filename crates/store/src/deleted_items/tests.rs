//! What is moved aside comes back as it was: no table has a column that its counterpart lacks, on a real SQLite file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::Role;
use hospes_domain::application::PrincipalKind;
use hospes_domain::group::Group;
use uuid::Uuid;

use super::*;
use crate::groups::{self, Member};
use crate::roles::{self, RoleAssignment};
use crate::testing::{HERE, done, two_tenants};

fn group(n: u128) -> Group {
    Group {
        id: ObjectId(Uuid::from_u128(n)),
        revision: 1,
        display_name: format!("Group {n}"),
        description: Some("For tests".to_owned()),
        mail: None,
        mail_nickname: format!("group{n}"),
        security_enabled: true,
        role_assignable: n == 3,
        created_at: Time(7),
    }
}

fn member(group: &Group) -> Member {
    Member { id: group.id, kind: PrincipalKind::Group }
}

#[tokio::test]
async fn every_column_has_its_place_aside() {
    let (db, _scratch) = two_tenants("deleted-columns").await;
    done(&db, |tx| {
        for kind in Kind::ALL {
            let (own, links) = moved(kind);
            for Moved { table, columns, .. } in own.iter().chain(links.iter().copied()) {
                // A row that cannot be is enough to have the names of all columns compared.
                let all = format!("SELECT count(*) FROM (SELECT * FROM {table} UNION ALL SELECT {columns} FROM deleted_{table}) x");
                tx.row(&all, &[])?;
                let aside = format!("SELECT count(*) FROM (SELECT * FROM deleted_{table} UNION ALL SELECT {columns} FROM {table}) x");
                tx.row(&aside, &[])?;
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn links_wait_until_both_ends_are_there() {
    let (db, _scratch) = two_tenants("deleted-links").await;
    let (outer, inner, roles_of) = (group(1), group(2), group(3));
    let (o, i, r) = (outer.id, inner.id, roles_of.id);
    done(&db, move |tx| {
        for one in [&outer, &inner, &roles_of] {
            assert!(groups::insert(tx, HERE, one)?);
        }
        groups::add_member(tx, HERE, o, member(&inner))?;
        let assignment = RoleAssignment {
            id: Uuid::from_u128(9),
            principal: r,
            principal_kind: PrincipalKind::Group,
            role: Role::GuestInviter.id(),
        };
        roles::insert(tx, HERE, &assignment)?;
        // Both ends go, and come back in the order they went in.
        set_aside(tx, HERE, (Kind::Group, i), "Group 2")?;
        assert_eq!(groups::by_id(tx, HERE, i)?, None);
        assert_eq!(groups::groups_in(tx, HERE, &[o])?, []);
        set_aside(tx, HERE, (Kind::Group, o), "Group 1")?;
        take_back(tx, HERE, Kind::Group, i)?;
        assert_eq!(groups::groups_above(tx, HERE, &[i])?, []);
        take_back(tx, HERE, Kind::Group, o)?;
        assert_eq!(groups::groups_above(tx, HERE, &[i])?, [o]);
        let back = groups::by_id(tx, HERE, i)?.unwrap();
        assert_eq!(
            (back.display_name, back.description, back.created_at),
            (inner.display_name.clone(), inner.description.clone(), Time(7))
        );
        // What was held is held again; what was purged is not.
        set_aside(tx, HERE, (Kind::Group, r), "Group 3")?;
        assert_eq!(roles::held_directly(tx, HERE, r)?, []);
        take_back(tx, HERE, Kind::Group, r)?;
        assert_eq!(roles::held_directly(tx, HERE, r)?, [Role::GuestInviter]);
        set_aside(tx, HERE, (Kind::Group, i), "Group 2")?;
        purge(tx, HERE, Kind::Group, i)?;
        assert_eq!(kind_of(tx, HERE, i, Time(0))?, None);
        let waiting = tx.row("SELECT count(*) FROM deleted_group_members", &[])?.unwrap();
        assert_eq!(waiting.int(0)?, 0);
        Ok(())
    })
    .await;
}
