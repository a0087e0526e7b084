//! `docs/reference/routes.md` from the route tables. Refuses a route without a purpose.

use std::fmt::Write as _;

use hospes_web::http::Access;
use hospes_web::{graph, health, oidc, pages, portal, powershell};

use super::purposes::{named, purpose};
use super::{NOTE, cell};

fn access(access: Access) -> &'static str {
    match access {
        Access::Public => "anybody",
        Access::Bearer => "access token",
        Access::Browser => "browser",
    }
}

/// The heading of a table and one line for each route.
fn table(page: &mut String, routes: &[(&str, &str, Access)]) {
    page.push_str("| Method | Path | For | What it does |\n|---|---|---|---|\n");
    for (method, path, who) in routes {
        let purpose = purpose(method, path)
            .unwrap_or_else(|| panic!("say in tests/reference/purposes.rs what {method} {path} is for"));
        writeln!(page, "| {method} | `{path}` | {} | {} |", access(*who), cell(purpose)).unwrap();
    }
}

/// The whole file.
pub fn page() -> String {
    let mut page = format!(
        "# Routes\n\n{NOTE}\n\
         \"Access token\" means `Authorization: Bearer …`; cookies are never read there. \"Browser\" means pages for\n\
         people, which live on cookies and take forms only from themselves. `GET` answers `HEAD` too, but not in a batch. Every other path\n\
         is a 404 (in the directory API, as in the original, a 400), every other method a 405 that names those that stand\n\
         there, in the dialect of the surface.\n"
    );
    page.push_str(
        "\n## Directory API\n\n\
         Behind `/v1.0` and `/beta`, which answer alike. `{id}` is an object id; for users also the user principal\n\
         name with `#` written as `%23`. `/users('{id}')` and `/users/{id}` are the same, and so are `graph.user` and\n\
         `microsoft.graph.user`. Wherever `{id}` is the id of an application or service principal, `(appId='…')` serves,\n\
         too: `/applications(appId='…')/owners`. Behind every list `/$count` gives the number alone, as text.\n\
         Behind members, owners and the like `/$ref` gives their addresses instead, and `DELETE …/$ref?@id={address}` is another\n\
         spelling of `DELETE …/{id}/$ref`. Behind `/me` there is whatever is behind `/users/{id}`, for the signed-in person.\n\
         `@odata.id` and `…@odata.bind` in bodies take the address of an object by its id, of a\n\
         user by the user principal name and of a service principal by `(appId='…')`, if the caller may read who that is.\n\n",
    );
    let graph: Vec<_> = graph::ROUTES.iter().map(|r| (r.method, r.path, r.access)).collect();
    table(&mut page, &graph);
    page.push_str(
        "\n## Around the directory API\n\n\
         A batch, the description, and what command lines ask of a management service before they begin.\n\n",
    );
    let around: Vec<_> = graph::AROUND.iter().map(|r| (r.method, r.path, r.access)).collect();
    table(&mut page, &around);
    page.push_str(
        "\n## Sign-in for apps\n\n\
         `{tenant}` is the tenant's id or one of its domains; `common` and `organizations` work for discovery.\n\n",
    );
    let oidc: Vec<_> = oidc::ROUTES.iter().map(|r| (r.method, r.path, r.access)).collect();
    table(&mut page, &oidc);
    page.push_str(
        "\n## Pages\n\n\
         The style sheet and the icon are served from `/assets/` under names that change with their content. A\n\
         development server has more pages; [the guide](../guide/development-server.md) lists them.\n\n",
    );
    let pages: Vec<_> =
        pages::ROUTES.iter().copied().flatten().map(|r| (r.method, r.path, r.access)).collect();
    table(&mut page, &pages);
    page.push_str(
        "\n## Portal\n\n\
         Pages for administrators. What one sees and may do follows directory roles; whoever is not signed in is led to\n\
         the sign-in and back.\n\n",
    );
    let portal: Vec<_> =
        portal::ROUTES.iter().copied().flatten().map(|r| (r.method, r.path, r.access)).collect();
    table(&mut page, &portal);
    page.push_str(
        "\n## PowerShell\n\n\
         The packages of [the module](../guide/powershell.md) for `Install-Module` and `Install-PSResource`, in two feeds of\n\
         NuGet version 2.\n\n",
    );
    let feeds: Vec<_> = powershell::ROUTES.iter().map(|r| (r.method, r.path, r.access)).collect();
    table(&mut page, &feeds);
    page.push_str(
        "\n## Health\n\n\
         For load balancers and supervisors, so the only ones that answer for any `Host`. The body is one word: `alive`;\n\
         `ready`, or with 503 and `Retry-After` the reason: `stopping`, `reads` (the database does not answer) or `writes`\n\
         (the writer takes nothing).\n\n",
    );
    let health: Vec<_> = health::ROUTES.iter().map(|r| (r.method, r.path, r.access)).collect();
    table(&mut page, &health);
    page
}

#[test]
fn no_purpose_outlives_its_route() {
    let page = page();
    for (method, path) in named() {
        assert!(page.contains(&format!("| {method} | `{path}` |")), "{method} {path} is no route any more");
    }
}
