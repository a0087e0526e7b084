//! The packages: files that are compiled in, packed the same to the last byte every time, so that a hash in a list holds
//! for what is fetched later. Refuses to read files at run time.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::feed::escaped;

/// Version of every package: that of the server.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A package.
#[derive(Debug)]
pub struct Package {
    /// Its name, which is that of the module.
    pub id: &'static str,
    /// As in the manifest of the module.
    pub description: &'static str,
    /// Commands that it brings, as the package manager lists them.
    pub commands: &'static [&'static str],
    /// Whether it needs the module `Hospes`.
    pub on_hospes: bool,
    files: &'static [(&'static str, &'static [u8])],
    packed: &'static LazyLock<Packed>,
}

/// What is fetched.
#[derive(Debug)]
pub struct Packed {
    /// The archive.
    pub bytes: Bytes,
    /// Its SHA-512 in base64, as lists name it.
    pub hash: String,
}

/// The module alone.
pub const HOSPES: &[&Package] = &[&MODULE];
/// The module, and what gives it foreign names.
pub const WITH_FAMILIAR_NAMES: &[&Package] = &[&MODULE, &AZURE_AD_PREVIEW, &MICROSOFT_GRAPH];

macro_rules! files {
    ($folder:literal, $($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../../clients/powershell/", $folder, "/", $name)))),+]
    };
}

static MODULE: Package = Package {
    id: "Hospes",
    description: "Guests of a Hospes directory from PowerShell: invite, find, change and reset, with the cmdlets of the well-known articles.",
    commands: &[
        "Connect-HospesMgGraph",
        "Disconnect-HospesMgGraph",
        "Get-HospesMgContext",
        "Select-HospesMgProfile",
        "Get-HospesMgUser",
        "Update-HospesMgUser",
        "Get-HospesMgUserMemberOf",
        "New-HospesMgInvitation",
        "Connect-HospesAzureAD",
        "Disconnect-HospesAzureAD",
        "Get-HospesAzureADUser",
        "Set-HospesAzureADUser",
        "New-HospesAzureADMSInvitation",
        "Reset-HospesGuest",
        "Enable-HospesFamiliarName",
        "Disable-HospesFamiliarName",
    ],
    on_hospes: false,
    files: files!(
        "Hospes",
        "AzureAD.ps1",
        "Connect.ps1",
        "Connection.ps1",
        "Errors.ps1",
        "FamiliarNames.ps1",
        "Guests.ps1",
        "Hospes.psd1",
        "Hospes.psm1",
        "Invitations.ps1",
        "Json.ps1",
        "Output.ps1",
        "SetAzureADUser.ps1",
        "Transport.ps1",
        "Types.ps1",
        "UpdateUser.ps1",
        "Users.ps1",
    ),
    packed: &PACKED_MODULE,
};

static AZURE_AD_PREVIEW: Package = Package {
    id: "AzureADPreview",
    description: "NOT the module of Microsoft: its names of commands as aliases for the module Hospes, so that scripts for AzureADPreview run against a Hospes directory.",
    commands: &[
        "Connect-AzureAD",
        "Disconnect-AzureAD",
        "Get-AzureADUser",
        "Set-AzureADUser",
        "New-AzureADMSInvitation",
    ],
    on_hospes: true,
    files: files!("AzureADPreview", "AzureADPreview.psd1", "AzureADPreview.psm1"),
    packed: &PACKED_AZURE_AD_PREVIEW,
};

static MICROSOFT_GRAPH: Package = Package {
    id: "Microsoft.Graph",
    description: "NOT the module of Microsoft: its names of commands as aliases for the module Hospes, so that scripts for Microsoft.Graph run against a Hospes directory.",
    commands: &[
        "Connect-MgGraph",
        "Disconnect-MgGraph",
        "Get-MgContext",
        "Select-MgProfile",
        "Get-MgUser",
        "Update-MgUser",
        "Get-MgUserMemberOf",
        "New-MgInvitation",
    ],
    on_hospes: true,
    files: files!("Microsoft.Graph", "Microsoft.Graph.psd1", "Microsoft.Graph.psm1"),
    packed: &PACKED_MICROSOFT_GRAPH,
};

static PACKED_MODULE: LazyLock<Packed> = LazyLock::new(|| pack(&MODULE));
static PACKED_AZURE_AD_PREVIEW: LazyLock<Packed> = LazyLock::new(|| pack(&AZURE_AD_PREVIEW));
static PACKED_MICROSOFT_GRAPH: LazyLock<Packed> = LazyLock::new(|| pack(&MICROSOFT_GRAPH));
static FOLDER: LazyLock<Bytes> = LazyLock::new(|| {
    let files = MODULE.files.iter().map(|(name, bytes)| (format!("{}/{name}", MODULE.id), *bytes));
    archive(files)
});

impl PartialEq for Package {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Package {}

impl Package {
    /// The archive and its hash.
    pub fn packed(&self) -> &Packed {
        self.packed
    }

    /// What somebody who looks for packages can ask for: `PSModule` tells the package manager what it is.
    pub fn tags(&self) -> String {
        let mut tags =
            "PSModule Hospes Guest Invitation PSEdition_Desktop PSEdition_Core PSIncludes_Function"
                .to_owned();
        for command in self.commands {
            // Writing to a string does not fail.
            let _ = write!(tags, " PSFunction_{command} PSCommand_{command}");
        }
        tags
    }

    /// The package's own description of itself (NuGet `.nuspec`, schema of 2011/08).
    fn nuspec(&self) -> String {
        let depends = format!("<dependency id=\"Hospes\" version=\"{VERSION}\" />");
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <package xmlns=\"http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd\">\n<metadata>\n\
             <id>{}</id>\n<version>{VERSION}</version>\n<authors>{AUTHORS}</authors>\n<owners>{AUTHORS}</owners>\n\
             <requireLicenseAcceptance>false</requireLicenseAcceptance>\n<description>{}</description>\n\
             <tags>{}</tags>\n<dependencies>{}</dependencies>\n</metadata>\n</package>\n",
            self.id,
            escaped(self.description),
            self.tags(),
            if self.on_hospes { depends.as_str() } else { "" },
        )
    }
}

/// Whose packages they are.
pub const AUTHORS: &str = "The Hospes authors";

/// The module as a folder in an archive, for those who register no repository.
pub fn folder() -> Bytes {
    FOLDER.clone()
}

/// A `.nupkg`: the files, the description, and the two parts that every package of that format has (ECMA-376 part 2).
fn pack(package: &Package) -> Packed {
    let nuspec = format!("{}.nuspec", package.id);
    let relation = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Type=\"http://schemas.microsoft.com/packaging/2010/07/manifest\" Target=\"/{nuspec}\" Id=\"R1\" />\
         </Relationships>\n"
    );
    let text = package.nuspec();
    let parts = [
        ("_rels/.rels".to_owned(), relation.as_bytes()),
        ("[Content_Types].xml".to_owned(), CONTENT_TYPES.as_bytes()),
        (nuspec, text.as_bytes()),
    ];
    let files = package.files.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes));
    let bytes = archive(parts.into_iter().chain(files));
    let hash = STANDARD.encode(digest(&SHA512, &bytes));
    Packed { bytes, hash }
}

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
    <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\" />\
    <Default Extension=\"nuspec\" ContentType=\"application/octet\" />\
    <Default Extension=\"ps1\" ContentType=\"application/octet\" />\
    <Default Extension=\"psd1\" ContentType=\"application/octet\" />\
    <Default Extension=\"psm1\" ContentType=\"application/octet\" /></Types>\n";

fn archive<'a>(files: impl Iterator<Item = (String, &'a [u8])>) -> Bytes {
    // No time and no owner of this machine in it.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let written = files.into_iter().try_for_each(|(name, bytes)| {
        writer.start_file(name, options)?;
        writer.write_all(bytes)?;
        Ok::<(), zip::result::ZipError>(())
    });
    // A few small files in memory: neither can fail; an archive that a test would find empty is better than a panic.
    match written.and_then(|()| writer.finish()) {
        Ok(cursor) => Bytes::from(cursor.into_inner()),
        Err(error) => {
            tracing::error!(%error, "the PowerShell package was not made");
            Bytes::new()
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn a_manifest_and_its_package_say_the_same() {
        for package in WITH_FAMILIAR_NAMES {
            let manifest = format!("{}.psd1", package.id);
            let (_, bytes) = package.files.iter().find(|(name, _)| *name == manifest).unwrap();
            let text = std::str::from_utf8(bytes).unwrap();
            assert!(
                text.contains(&format!("= '{VERSION}'")),
                "{manifest}: the version is that of the server"
            );
            assert!(text.contains(&format!("= '{}'", package.description)), "{manifest}");
            let exported = text.split_once("ToExport").unwrap().1;
            for command in package.commands {
                assert!(exported.contains(&format!("'{command}'")), "{manifest}: {command}");
            }
            for (name, _) in package.files {
                assert!(text.contains(&format!("'{name}'")), "{manifest} lists {name}");
            }
        }
    }

    #[test]
    fn packages_are_the_same_to_the_last_byte() {
        for package in WITH_FAMILIAR_NAMES {
            assert_eq!(pack(package).bytes, package.packed().bytes);
            assert!(package.packed().bytes.starts_with(b"PK"));
        }
    }
}
