//! Pages of a list: the sealed `$skiptoken` and the absolute `@odata.nextLink` (reference/wire-contract.md 1.16,
//! threats E6). Refuses tokens of another tenant or query; a token gives no right, the verb checks it anew.

use hospes_domain::query::{After, Page};
use hospes_domain::refusal::Refusal;
use percent_encoding::percent_decode_str;

use super::error::Fault;
use super::odata::cursor;
use super::odata::options::QueryOptions;
use super::request::Call;

/// The page a request asks for.
pub(super) fn page(call: &Call, options: &QueryOptions) -> Result<Page, Fault> {
    let after = match &options.skiptoken {
        None => None,
        Some(token) => {
            let query = options.fingerprint(&call.path);
            Some(cursor::open(&key(call)?, call.actor.tenant, &query, token)?)
        }
    };
    Ok(Page { top: options.page_size(), after })
}

/// Where the next page is, if there is one.
pub(super) fn next_link(
    call: &Call,
    options: &QueryOptions,
    after: Option<&After>,
) -> Result<Option<String>, Fault> {
    let Some(after) = after else { return Ok(None) };
    let token = cursor::seal(&key(call)?, call.actor.tenant, &options.fingerprint(&call.path), after);
    let query = without_token(&call.query);
    let joint = if query.is_empty() { "" } else { "&" };
    Ok(Some(format!("{}{}?{query}{joint}$skiptoken={token}", call.root(), call.path)))
}

fn key(call: &Call) -> Result<[u8; 32], Refusal> {
    let keys = call.app().keys(call.actor.tenant).ok_or(Refusal::Internal)?;
    Ok(keys.keyed_hash("cursor", b"graph"))
}

/// The query as it was sent, less the token of the page before.
fn without_token(query: &str) -> String {
    let is_token = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default().replace('+', " ");
        let name = percent_decode_str(&name).decode_utf8_lossy();
        // The dollar sign is optional under `/beta`, and elsewhere nobody reads the name without it.
        name.trim().trim_start_matches('$').eq_ignore_ascii_case("skiptoken")
    };
    query.split('&').filter(|pair| !pair.is_empty() && !is_token(pair)).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_is_left_out() {
        assert_eq!(
            without_token("$top=5&%24SkipToken=abc&$filter=x%20eq%20'y'"),
            "$top=5&$filter=x%20eq%20'y'"
        );
        assert_eq!(without_token("$skiptoken=abc"), "");
        assert_eq!(without_token("skipToken=abc&filter=a"), "filter=a");
    }
}
