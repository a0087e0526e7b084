//! The rules that the compiler and clippy cannot keep. One file per rule: a function from the repository to a
//! list of complaints, each of which says where and why, and a test that it complains.

mod crate_count;
mod crate_directions;
mod dependency_reasons;
mod documented_paths;
mod domain_is_pure;
mod forbidden_words;
mod guest_states;
mod source_shape;
mod sources;
mod sql_drivers;
mod surface_errors;
mod tenant_keys;

use crate::repo::Repo;

/// A rule: what holds, and the function that finds where it does not.
type Invariant = (&'static str, fn(&Repo) -> Vec<String>);

const INVARIANTS: [Invariant; 12] = [
    ("crates depend on each other in one direction", crate_directions::complaints),
    ("domain does no I/O, reads no clock, draws nothing at random", domain_is_pure::complaints),
    ("only the store's engine names a SQL driver", sql_drivers::complaints),
    ("each surface says its refusals in one place", surface_errors::complaints),
    ("every table's key starts with the tenant", tenant_keys::complaints),
    ("only the store rebuilds a guest from a row", guest_states::complaints),
    ("files are short, introduced and free of allow", source_shape::complaints),
    ("every path named in the docs exists", documented_paths::complaints),
    ("every direct dependency has its reason", dependency_reasons::complaints),
    ("the default build has at most 400 crates", crate_count::complaints),
    ("every crate comes from the one registry", sources::complaints),
    ("nothing tells of one person's machine or tools", forbidden_words::complaints),
];

/// Checks every rule, prints a line for each and fails when one has complaints.
pub fn check(repo: &Repo) -> Result<(), String> {
    let mut broken = 0;
    for (rule, complaints) in INVARIANTS {
        let complaints = complaints(repo);
        println!("{}  {rule}", if complaints.is_empty() { "ok    " } else { "BROKEN" });
        for complaint in &complaints {
            println!("        {complaint}");
        }
        broken += usize::from(!complaints.is_empty());
    }
    println!("        {} crates in the default build", repo.shipped.len());
    if broken == 0 { Ok(()) } else { Err(format!("{broken} of {} invariants are broken", INVARIANTS.len())) }
}
