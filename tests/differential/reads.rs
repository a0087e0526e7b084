//! Reading: lists with every kind of filter, order and page, and single objects with what hangs on them.

use super::texts::encoded;
use super::walk::Walk;

/// Pages of one list at most.
const PAGES: usize = 12;

const TEXTS: &[&str] = &[
    "displayName",
    "mail",
    "userPrincipalName",
    "givenName",
    "surname",
    "mailNickname",
    "companyName",
    "department",
    "jobTitle",
    "employeeId",
    "country",
    "city",
    "usageLocation",
    "userType",
    "creationType",
    "externalUserState",
    "id",
];
/// What groups, applications and their like can be asked by.
const OF_OTHERS: &[&str] = &["displayName", "displayName", "displayName", "mailNickname", "id", "appId"];
const STAMPS: &[&str] =
    &["2026-11-21T14:22:00Z", "2026-11-21T15:00:00.5Z", "2026-12-01T00:00:00Z", "2030-01-01T00:00:00+05:30"];
const ORDERS: &[&str] = &[
    "displayName",
    "displayName desc",
    "userPrincipalName",
    "userPrincipalName desc",
    "createdDateTime",
    "createdDateTime desc",
    "createdDateTime asc",
];
const SELECTS: &[&str] = &[
    "id",
    "id,displayName,mail",
    "id,userPrincipalName,otherMails,proxyAddresses",
    "displayName,identities,externalUserState,accountEnabled",
    "displayName,jobTitle,companyName,city,country,createdDateTime",
];
const LISTS: &[&str] = &[
    "/users",
    "/users",
    "/users",
    "/users",
    "/users",
    "/users",
    "/users/$count",
    "/groups",
    "/groups",
    "/groups/$count",
    "/servicePrincipals/$count",
    "/servicePrincipals",
    "/applications",
    "/roleManagement/directory/roleAssignments",
    "/roleManagement/directory/roleDefinitions",
    "/directoryRoles",
    "/directoryRoles/62e90394-69f5-4237-9190-012177145e10/members",
    "/organization",
];
const OF_A_USER: &[&str] = &[
    "",
    "",
    "",
    "",
    "/memberOf",
    "/memberOf/microsoft.graph.group",
    "/memberOf/microsoft.graph.directoryRole",
    "/transitiveMemberOf",
    "/transitiveMemberOf/microsoft.graph.group",
    "/transitiveMemberOf/microsoft.graph.directoryRole",
    "/appRoleAssignments",
    "/sponsors",
    "/hospes.bindings",
];
const OF_A_GROUP: &[&str] = &[
    "",
    "/members",
    "/members",
    "/members/microsoft.graph.user",
    "/members/microsoft.graph.group",
    "/members/microsoft.graph.servicePrincipal",
    "/owners",
    "/appRoleAssignments",
];

impl Walk {
    /// A list, mostly to its end.
    pub async fn read_a_list(&mut self) {
        let path = self.dice.pick(LISTS);
        let token = self.token().await;
        let query = self.query(path);
        let mut reply = self.graph_as(&token, "GET", &format!("{path}{query}"), None).await;
        for _ in 0..PAGES {
            let Some(next) = reply.json["@odata.nextLink"].as_str().map(str::to_owned) else { break };
            reply = self.graph_as(&token, "GET", &next, None).await;
        }
    }

    /// One object, or a list that hangs on it.
    pub async fn read_one(&mut self) {
        let resource = self.pair.one().portal.service_principal.id;
        let path = match self.dice.below(12) {
            0..=6 => format!("/users/{}{}", self.user(), self.dice.pick(OF_A_USER)),
            7..=9 => format!("/groups/{}{}", self.group(), self.dice.pick(OF_A_GROUP)),
            10 => {
                format!("/directoryObjects/{}", if self.dice.one_in(3) { self.group() } else { self.user() })
            }
            _ if self.dice.one_in(2) => format!(
                "/me{}",
                self.dice.pick(&["", "/memberOf", "/transitiveMemberOf", "/appRoleAssignments"])
            ),
            _ => format!(
                "/servicePrincipals/{resource}{}",
                self.dice.pick(&["", "/appRoleAssignedTo", "/appRoleAssignments"])
            ),
        };
        let query = if self.dice.one_in(3) { self.query(&path) } else { String::new() };
        self.graph("GET", &format!("{path}{query}"), None).await;
    }

    fn query(&mut self, path: &str) -> String {
        let mut options = Vec::new();
        if self.dice.below(10) < 6 {
            let filter = match path {
                "/roleManagement/directory/roleAssignments" => format!("principalId eq '{}'", self.user()),
                _ if path.starts_with("/users") => self.filter(0),
                _ => self.filter_of_others(),
            };
            options.push(format!("$filter={}", encoded(&filter)));
        }
        if self.dice.below(10) < 3 {
            options.push(format!("$orderby={}", encoded(self.dice.pick(ORDERS))));
        }
        if self.dice.below(10) < 8 {
            let top = self.dice.pick(&["1", "3", "3", "5", "5", "7", "10", "20", "50"]);
            options.push(format!("$top={}", if self.dice.one_in(25) { "999" } else { top }));
        }
        if self.dice.below(10) < 7 {
            options.push("$count=true".to_owned());
        }
        if self.dice.below(10) < 6 {
            let names = match self.dice.below(20) {
                0 => "nonsense",
                _ if path.starts_with("/users") => self.dice.pick(SELECTS),
                _ => self.dice.pick(&["id", "displayName", "id,displayName"]),
            };
            options.push(format!("$select={names}"));
        }
        if self.dice.one_in(20) {
            let relations = ["sponsors", "memberOf", "transitiveMemberOf($select=id)", "members", "owners"];
            options.push(format!("$expand={}", self.dice.pick(&relations)));
        }
        if self.dice.one_in(6) {
            let property = self.dice.pick(&["displayName", "displayName", "mail", "mailNickname"]);
            let begin = self.beginning(property).replace(['\'', '"', '\\'], " ");
            let clause = format!("\"{property}:{begin}\"");
            let joined = self.dice.pick(&["", " OR \"displayName:a\"", " AND \"mail:a\""]);
            options.push(format!("$search={}", encoded(&format!("{clause}{joined}"))));
        }
        if options.is_empty() { String::new() } else { format!("?{}", options.join("&")) }
    }

    fn filter_of_others(&mut self) -> String {
        let field = self.dice.pick(OF_OTHERS);
        if self.dice.one_in(2) {
            return format!("startsWith({field},{})", self.beginning(field));
        }
        format!("{field} {} {}", self.dice.pick(&["eq", "ne"]), self.literal(field))
    }

    fn filter(&mut self, depth: usize) -> String {
        let field = self.dice.pick(TEXTS);
        match self.dice.below(if depth > 2 { 14 } else { 17 }) {
            0..=4 => {
                let operator = self.dice.pick(&["eq", "eq", "eq", "ne", "ge", "le"]);
                format!("{field} {operator} {}", self.literal(field))
            }
            5..=7 => format!("startsWith({field},{})", self.beginning(field)),
            8 => format!(
                "{field} in ({},{},{})",
                self.literal(field),
                self.literal(field),
                self.literal(field)
            ),
            9 => format!("{field} {} null", self.dice.pick(&["eq", "ne"])),
            10 => format!(
                "accountEnabled {} {}",
                self.dice.pick(&["eq", "ne"]),
                self.dice.pick(&["true", "false"])
            ),
            11 => {
                format!("createdDateTime {} {}", self.dice.pick(&["ge", "le", "eq"]), self.dice.pick(STAMPS))
            }
            12 => {
                let list = self.dice.pick(&["otherMails", "proxyAddresses"]);
                let inner = match self.dice.below(4) {
                    0 => format!("startsWith(x,{})", self.beginning("mail")),
                    1 => format!("endsWith(x,{})", self.beginning("mail")),
                    2 => format!("x {} {}", self.dice.pick(&["ge", "le"]), self.literal("mail")),
                    _ => format!("x eq {}", self.literal("mail")),
                };
                match self.dice.below(5) {
                    0 => format!("{list}/$count {} 1", self.dice.pick(&["eq", "ne", "ge", "le"])),
                    1 => format!("{list}/all(x:{inner})"),
                    _ => format!("{list}/any(x:{inner})"),
                }
            }
            13 => format!(
                "identities/any(c:c/issuerAssignedId eq {} and c/issuer eq 'mail')",
                self.literal("mail")
            ),
            14 => format!("not({})", self.filter(depth + 1)),
            _ => {
                let (one, other) = (self.filter(depth + 1), self.filter(depth + 1));
                format!("({one} {} {other})", self.dice.pick(&["and", "or"]))
            }
        }
    }

    /// A value that may well be somebody's.
    fn value(&mut self, field: &str) -> String {
        match field {
            "mail" | "userPrincipalName" | "mailNickname" => self.address(),
            "userType" => self.dice.pick(&["Guest", "Member", "guest"]).to_owned(),
            "creationType" => "Invitation".to_owned(),
            "externalUserState" => self.dice.pick(&["Accepted", "PendingAcceptance"]).to_owned(),
            "id" | "appId" => self.user(),
            "usageLocation" => self.dice.pick(&["DE", "TR", "de"]).to_owned(),
            _ => self.name(),
        }
    }

    fn literal(&mut self, field: &str) -> String {
        quoted(&self.value(field))
    }

    /// The first letters of a value.
    fn beginning(&mut self, field: &str) -> String {
        let letters = 1 + self.dice.below(4);
        quoted(&self.value(field).chars().take(letters).collect::<String>())
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
