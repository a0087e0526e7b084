//! Tells the program which profile it was built with, for `hospes bench`. Cargo itself says only whether it is a debug
//! build; the folder it builds in is named after the profile. Refuses to guess: an unusual layout is `unknown`.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // target/<profile>/build/<package>/out
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    let profile = Path::new(&out).ancestors().nth(3).and_then(Path::file_name).and_then(|name| name.to_str());
    println!("cargo:rustc-env=HOSPES_BUILD_PROFILE={}", profile.unwrap_or("unknown"));
}
