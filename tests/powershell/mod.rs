//! The PowerShell module without an engine: its files follow the grammar, its table of requests is true of its text and of
//! the server, its feed answers package managers, and the articles' scripts are kept as printed. What only an engine can
//! show is checked by `clients/powershell/Test-Hospes.ps1`.

mod articles;
mod feed;
mod grammar;
mod mapping;
mod page;

use std::path::PathBuf;

/// The folder of the module.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../clients/powershell")
}

/// A file of it.
fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// Every script, module and manifest below it.
fn scripts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in ["", "Hospes", "AzureADPreview", "Microsoft.Graph"] {
        for file in std::fs::read_dir(folder().join(part)).unwrap().map(|file| file.unwrap().path()) {
            let ending = file.extension().unwrap_or_default().to_string_lossy().into_owned();
            if ["ps1", "psm1", "psd1"].contains(&ending.as_str()) {
                found.push((file.display().to_string(), std::fs::read_to_string(&file).unwrap()));
            }
        }
    }
    assert!(found.len() > 20, "{}", found.len());
    found
}
