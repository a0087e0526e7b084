//! `/powershell`: two lines with the server's own address, for the organisation that is meant.

use http::StatusCode;

use crate::harness::{Browser, Server};

#[tokio::test]
async fn the_two_lines_name_this_server_and_its_only_organisation() {
    let server = Server::start().await;
    let page = Browser::new().get(&server, "/powershell").await;
    assert_eq!(page.status, StatusCode::OK);
    for said in [
        "Register-PSRepository Hospes -SourceLocation https://hospes.example/powershell/api/v2 ",
        "Connect-HospesMgGraph -Server https://hospes.example -TenantId fabrikam.example ",
        "https://hospes.example/powershell/hospes.zip",
        "https://hospes.example/powershell/familiar/api/v2",
    ] {
        assert!(page.html.contains(said), "{said}");
    }
    assert!(!page.html.contains("authority.pem"), "that is for development");
}

#[tokio::test]
async fn a_server_of_several_organisations_lists_none_of_them() {
    let server = Server::start().await;
    server.second_tenant("contoso.example").await;
    let page = Browser::new().get(&server, "/powershell").await;
    assert!(
        !page.html.contains("fabrikam.example") && !page.html.contains("contoso.example"),
        "{}",
        page.html
    );
    let page = Browser::new().get(&server, "/powershell?organisation=contoso.example").await;
    assert!(page.html.contains("-TenantId contoso.example "), "{}", page.html);
    let page = Browser::new().get(&server, "/powershell?organisation=%22%3E%3Cscript%3E").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.html.contains("No organisation on this server has that domain")
            && !page.html.contains("<script>")
    );
}
