//! The feed as package managers use it: they look a package up, fetch what the answer names, compare the hash and unpack.

use std::io::{Cursor, Read as _};

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use zip::ZipArchive;

use super::text;
use crate::harness::Server;

const BASE: &str = "https://hospes.example";

async fn fetch(server: &Server, path: &str) -> Response<Vec<u8>> {
    let path = path.strip_prefix(BASE).unwrap_or(path);
    let request = Request::builder().uri(path).header("host", "hospes.example").body(Body::empty()).unwrap();
    let (head, body) = server.router.clone().oneshot(request).await.unwrap().into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes().to_vec())
}

async fn read(server: &Server, path: &str) -> String {
    let answer = fetch(server, path).await;
    assert_eq!(answer.status(), 200, "{path}");
    String::from_utf8(answer.into_body()).unwrap()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).unwrap().1.split_once(to).unwrap().0
}

/// Names and texts of an archive.
fn unpacked(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.push((file.name().unwrap().into_owned(), text));
    }
    files
}

#[tokio::test]
async fn a_package_is_found_fetched_and_whole() {
    let server = Server::start().await;
    for (feed, id) in [
        ("/powershell/api/v2", "Hospes"),
        ("/powershell/familiar/api/v2", "AzureADPreview"),
        ("/powershell/familiar/api/v2", "Microsoft.Graph"),
        ("/powershell/familiar/api/v2", "Hospes"),
    ] {
        assert!(read(&server, feed).await.contains("<collection href=\"Packages\">"));
        let found = read(&server, &format!("{feed}/FindPackagesById()?id='{id}'&$skip=0&$top=40")).await;
        assert_eq!(found.matches("<m:properties>").count(), 1, "{found}");
        let version = between(&found, "<d:Version>", "</d:Version>");
        let source = between(&found, "src=\"", "\"");
        assert_eq!(source, format!("{BASE}{feed}/package/{id}/{version}"));
        assert!(between(&found, "<d:Tags>", "</d:Tags>").split(' ').any(|tag| tag == "PSModule"));

        let packed = fetch(&server, source).await;
        assert_eq!(
            (packed.status().as_u16(), &packed.headers()["content-type"]),
            (200, &"application/zip".parse().unwrap())
        );
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, packed.body());
        assert_eq!(between(&found, "<d:PackageHash>", "</d:PackageHash>"), STANDARD.encode(hash));

        let files = unpacked(packed.into_body());
        let manifest = files.iter().find(|(name, _)| *name == format!("{id}.psd1")).unwrap();
        assert_eq!(manifest.1, text(&format!("{id}/{id}.psd1")));
        let nuspec = &files.iter().find(|(name, _)| *name == format!("{id}.nuspec")).unwrap().1;
        assert!(
            nuspec.contains(&format!("<id>{id}</id>"))
                && nuspec.contains(&format!("<version>{version}</version>"))
        );
        let depends = id != "Hospes";
        assert_eq!(nuspec.contains("<dependency id=\"Hospes\""), depends);
        assert_eq!(between(&found, "<d:Dependencies>", "</d:Dependencies>").starts_with("Hospes:"), depends);
        assert_eq!(
            files.iter().filter(|(name, _)| name == "[Content_Types].xml" || name == "_rels/.rels").count(),
            2
        );

        let one = read(&server, &format!("{feed}/Packages(Id='{id}',Version='{version}')")).await;
        assert!(one.contains("<entry ") && !one.contains("<feed "), "{one}");
        let latest = fetch(&server, &format!("{feed}/package/{id}")).await;
        assert_eq!(latest.into_body(), fetch(&server, source).await.into_body());
    }
}

#[tokio::test]
async fn nobody_gets_foreign_names_by_accident() {
    let server = Server::start().await;
    for id in ["AzureADPreview", "Microsoft.Graph"] {
        let found = read(&server, &format!("/powershell/api/v2/FindPackagesById()?id='{id}'")).await;
        assert!(!found.contains("<entry"), "{found}");
        assert_eq!(fetch(&server, &format!("/powershell/api/v2/package/{id}/0.1.0")).await.status(), 404);
    }
    let all = read(&server, "/powershell/api/v2/Search()?searchTerm=''").await;
    assert_eq!(all.matches("<entry").count(), 1);
    let all = read(&server, "/powershell/familiar/api/v2/Search()?searchTerm='tag:PSModule'").await;
    assert_eq!(all.matches("<entry").count(), 3);
    assert_eq!(all.matches("NOT the module of Microsoft").count(), 4, "twice in each of two");
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_ends_paging() {
    let server = Server::start().await;
    for path in ["package/Hospes/9.9.9", "package/x", "GetUpdates()", "Packages(Id='Hospes',Version='9.9.9')"]
    {
        assert_eq!(fetch(&server, &format!("/powershell/api/v2/{path}")).await.status(), 404, "{path}");
    }
    let second = read(&server, "/powershell/api/v2/FindPackagesById()?id='Hospes'&$skip=40&$top=40").await;
    assert!(!second.contains("<entry"));
    assert!(read(&server, "/powershell/api/v2/$metadata").await.contains("FindPackagesById"));
}

#[tokio::test]
async fn the_folder_can_be_fetched_without_a_repository() {
    let server = Server::start().await;
    let files = unpacked(fetch(&server, "/powershell/hospes.zip").await.into_body());
    let manifest = files.iter().find(|(name, _)| name == "Hospes/Hospes.psd1").unwrap();
    assert_eq!(manifest.1, text("Hospes/Hospes.psd1"));
    assert!(files.iter().all(|(name, _)| name.starts_with("Hospes/")));
    let there = std::fs::read_dir(super::folder().join("Hospes")).unwrap().count();
    assert_eq!(files.len(), there, "every file of the module is packed");
}
