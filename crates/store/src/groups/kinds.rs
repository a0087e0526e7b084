//! Objects of several kinds in one list of members. Refuses to find or sort by a name that the caller does not see.

use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::TenantId;
use hospes_domain::query::{List, ObjectField};

use crate::filter_sql::Statement;

/// Of which kinds a list of members is, and of which of them its caller sees the names.
#[derive(Clone, Copy, Debug)]
pub struct Kinds<'a> {
    /// The one that is listed; `None` for all.
    pub only: Option<PrincipalKind>,
    /// Those with names; objects of the others are there without one.
    pub named: &'a [PrincipalKind],
}

impl Kinds<'_> {
    /// Joins the members `m` with what they are, and picks those of the kinds.
    pub(crate) fn pick(self, all: &mut Statement, tenant: TenantId, list: &List<ObjectField>) {
        let named = |kind: PrincipalKind| self.named.contains(&kind);
        // Of people it is looked at whether they were deleted, whatever is seen of them.
        all.push(if named(PrincipalKind::User) {
            " LEFT JOIN users u"
        } else {
            " LEFT JOIN (SELECT tenant_id, id, deleted_at, '' AS display_name_key FROM users) u"
        });
        all.push(" ON u.tenant_id = m.tenant_id AND u.id = m.member_id");
        for (kind, joined, its) in [
            (
                PrincipalKind::Group,
                " LEFT JOIN groups g ON ",
                "g.tenant_id = m.tenant_id AND g.id = m.member_id",
            ),
            (
                PrincipalKind::ServicePrincipal,
                " LEFT JOIN service_principals s ON ",
                "s.tenant_id = m.tenant_id AND s.id = m.member_id",
            ),
        ] {
            all.push(joined).push(if named(kind) { its } else { "1 = 0" });
        }
        all.push(" WHERE u.deleted_at IS NULL AND m.tenant_id = ").bind(tenant);
        if let Some(kind) = self.only {
            all.push(" AND m.member_kind = ").bind(kind.name());
        }
        // The words of names are kept elsewhere.
        if list.filter.as_ref().is_some_and(|filter| filter.fields().contains(&ObjectField::DisplayName)) {
            all.push(" AND m.member_kind IN (''");
            for kind in self.named {
                all.push(", ").bind(kind.name());
            }
            all.push(")");
        }
    }
}
