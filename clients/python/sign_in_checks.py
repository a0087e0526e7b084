"""People sign in to apps through msal, azure-identity and Authlib; tokens are verified by libraries that issued nothing."""

import threading
from urllib.parse import parse_qsl, urlsplit

import jwt
import msal
import requests
from authlib.integrations.requests_client import OAuth2Session
from azure.identity import DeviceCodeCredential
from joserfc import jwk, jwt as jose_jwt

from graph import CREDENTIAL, SDKS
from suite import BASE, TENANT, check, same, setting, true
from token_checks import verified
from walk import Browser, Page, mailed, newest_mail

# Public clients that every tenant knows, with loopback redirects.
COMMAND_LINE = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
AZURE_COMMAND_LINE = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
REDIRECT = "http://localhost:53683/"
DISCOVERY = f"{BASE}/{TENANT}/v2.0/.well-known/openid-configuration"


def member(kind="USER_ADMIN"):
    """A browser of somebody of the organisation."""
    return Browser(setting(f"{kind}_USER"), setting(f"{kind}_PASSWORD"))


def public_app(authority=TENANT):
    """msal as an installed program has it, with a cache of its own."""
    return msal.PublicClientApplication(
        COMMAND_LINE, authority=f"{BASE}/{authority}", instance_discovery=False
    )


def by_code(app, browser, scopes, **options):
    """The answer of msal's code flow; msal itself compares state, nonce and PKCE."""
    flow = app.initiate_auth_code_flow(scopes, redirect_uri=REDIRECT, **options)
    true("auth_uri" in flow, f"no flow: {flow}")
    answer = app.acquire_token_by_auth_code_flow(flow, browser.sign_in(flow["auth_uri"]))
    true("access_token" in answer, f"no token: {answer.get('error_description')}")
    return answer


@check
def msal_code_silent_refresh():
    """msal: code with PKCE for a member; silent from the cache, then a refreshed token"""
    app, browser = public_app(), member()
    first = by_code(app, browser, ["User.Read"])
    claims = first["id_token_claims"]
    same((claims["tid"], claims["ver"]), (TENANT, "2.0"))
    same(claims["preferred_username"], setting("USER_ADMIN_USER"))
    account = app.get_accounts()[0]
    same(account["home_account_id"], f"{claims['oid']}.{TENANT}", "account, from client_info")
    cached = app.acquire_token_silent(["User.Read"], account)
    same((cached["access_token"], cached["token_source"]), (first["access_token"], "cache"))
    fresh = app.acquire_token_silent_with_error(["User.Read"], account, force_refresh=True)
    true("access_token" in fresh, f"not refreshed: {fresh}")
    same(fresh["token_source"], "identity_provider")
    true(fresh["access_token"] != first["access_token"], "the refreshed token is the old one")
    same(verified(fresh["access_token"])["oid"], claims["oid"])
    me = requests.get(f"{BASE}/v1.0/me", headers={"Authorization": "Bearer " + fresh["access_token"]}, timeout=30)
    same((me.status_code, me.json()["id"]), (200, claims["oid"]))


@check
def msal_interactive():
    """msal: acquire_token_interactive, which listens on this machine and wants its answer in a form (form_post)"""
    asked = []

    def browse(url):
        asked.append(dict(parse_qsl(urlsplit(url).query)))
        threading.Thread(target=member().walk, args=(url,), daemon=True).start()

    answer = public_app().acquire_token_interactive(["User.Read"], auth_uri_callback=browse, timeout=60)
    true("access_token" in answer, f"no token: {answer}")
    same(asked[0]["response_mode"], "form_post", "what msal asks for")
    same(answer["id_token_claims"]["preferred_username"], setting("USER_ADMIN_USER"))


@check
def msal_common():
    """msal: the same under organizations, where the person chooses; tokens name the real organisation"""
    flow_app = public_app("organizations")
    flow = flow_app.initiate_auth_code_flow(["User.Read"], redirect_uri=REDIRECT, domain_hint=setting("USER_ADMIN_USER").split("@")[1])
    answer = flow_app.acquire_token_by_auth_code_flow(flow, member().sign_in(flow["auth_uri"]))
    true("access_token" in answer, f"no token: {answer.get('error_description')}")
    same(answer["id_token_claims"]["tid"], TENANT)


@check
def msal_declined_and_silent():
    """msal: prompt=none without a session is login_required, and the app is told"""
    app = public_app()
    flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=REDIRECT, prompt="none")
    told = member().sign_in(flow["auth_uri"])
    same(told["error"], "login_required")
    same(told["state"], flow["state"])


async def redeemed(name):
    """A guest who has redeemed with a mailed code: object id and address."""
    sdk = SDKS[0]
    mail, since = sdk.address(name), newest_mail()
    guest = (await sdk.invited(sdk.client(), name)).invited_user.id
    answer = requests.get(f"{BASE}/v1.0/users/{guest}", headers=bearer(), timeout=30).json()
    same(answer["mail"], mail)
    return guest, mail, since


def bearer():
    """The automation's token."""
    return {"Authorization": "Bearer " + CREDENTIAL.get_token(f"{BASE}/.default").token}


@check
async def guest_survives_reset():
    """msal: a guest signs in by mailed code; after a reset the refresh token is worth nothing, oid and sub stay"""
    guest, mail, _ = await redeemed("nia")
    app, other = public_app(), SDKS[0].address("nia2")
    before = by_code(app, Browser(mail), ["User.Read"])["id_token_claims"]
    same((before["oid"], before.get("email")), (guest, mail))
    account = app.get_accounts()[0]
    requests.patch(f"{BASE}/v1.0/users/{guest}", headers=bearer(), json={"mail": other}, timeout=30).raise_for_status()
    reset = {
        "invitedUserEmailAddress": other,
        "inviteRedirectUrl": f"{BASE}/sample",
        "invitedUser": {"id": guest},
        "resetRedemption": True,
    }
    requests.post(f"{BASE}/v1.0/invitations", headers=bearer(), json=reset, timeout=30).raise_for_status()
    refused = app.acquire_token_silent_with_error(["User.Read"], account, force_refresh=True)
    same(refused.get("error"), "invalid_grant", "error of the old refresh token")
    after = by_code(public_app(), Browser(other), ["User.Read"])["id_token_claims"]
    same((after["oid"], after["sub"], after["email"]), (before["oid"], before["sub"], other))


def approve(browser, where, user_code):
    """What a person does with a device code: types it, signs in, says yes."""
    page = browser.walk(where, user_code=user_code)
    true(isinstance(page, Page), "the page of the code sends the browser away")
    return page


@check
def msal_device_code():
    """msal: device code; waiting, then approved on the page; the message names address and code"""
    app = public_app()
    flow = app.initiate_device_flow(["User.Read"])
    true("user_code" in flow, f"no flow: {flow}")
    true(flow["verification_uri"] in flow["message"] and flow["user_code"] in flow["message"], flow["message"])
    waiting = app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)
    same(waiting.get("error"), "authorization_pending")
    approve(member(), flow["verification_uri"], flow["user_code"])
    flow["interval"] = 1
    answer = app.acquire_token_by_device_flow(flow)
    true("access_token" in answer, f"no token: {answer}")
    same(answer["id_token_claims"]["preferred_username"], setting("USER_ADMIN_USER"))


@check
def azure_identity_device_code():
    """azure-identity: DeviceCodeCredential, approved while it polls; a second token without asking"""
    asked = []

    def prompt(where, code, _until):
        asked.append(code)
        threading.Thread(target=approve, args=(member(), where, code), daemon=True).start()

    with DeviceCodeCredential(
        AZURE_COMMAND_LINE, tenant_id=TENANT, authority=BASE, disable_instance_discovery=True, prompt_callback=prompt
    ) as credential:
        first = credential.get_token("https://graph.microsoft.com/User.Read")
        credential.get_token("https://graph.microsoft.com/User.Read")
    same(verified(first.token)["upn"], setting("USER_ADMIN_USER"))
    same(len(asked), 1, "device codes")


def published_keys():
    """The tenant's keys as joserfc reads them."""
    where = requests.get(DISCOVERY, timeout=30).json()
    return jwk.KeySet.import_key_set(requests.get(where["jwks_uri"], timeout=30).json()), where


@check
def authlib_code():
    """Authlib: code with PKCE, id token verified by joserfc with nonce and at_hash rules, userinfo, refresh"""
    keys, where = published_keys()
    session = OAuth2Session(
        COMMAND_LINE,
        scope="openid profile email offline_access User.Read",
        redirect_uri=REDIRECT,
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )
    verifier = "v" * 64
    url, state = session.create_authorization_url(where["authorization_endpoint"], nonce="n-0S6", code_verifier=verifier)
    answer = member().sign_in(url)
    same(answer["state"], state)
    same(answer["iss"], where["issuer"], "iss of the answer (RFC 9207)")
    tokens = session.fetch_token(where["token_endpoint"], code=answer["code"], code_verifier=verifier)
    claims = jose_jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
    same((claims["iss"], claims["aud"], claims["nonce"]), (where["issuer"], COMMAND_LINE, "n-0S6"))
    info = session.get(where["userinfo_endpoint"], timeout=30).json()
    same((info["sub"], info["name"]), (claims["sub"], claims["name"]))
    by_post = session.post(where["userinfo_endpoint"], timeout=30).json()
    same(by_post, info, "userinfo by POST")
    renewed = session.refresh_token(where["token_endpoint"])
    again = jose_jwt.decode(renewed["id_token"], keys, algorithms=["RS256"]).claims
    same((again["sub"], again["oid"]), (claims["sub"], claims["oid"]))
    true("nonce" not in again or again["nonce"] == "n-0S6", "another nonce after the refresh")


@check
def altered_id_token():
    """joserfc and PyJWT: an id token with one bit changed is not verified"""
    keys, _ = published_keys()
    token = by_code(public_app(), member(), ["User.Read"])["id_token"]
    jose_jwt.decode(token, keys, algorithms=["RS256"])
    head, body, signature = token.split(".")
    last = "A" if signature[10] != "A" else "B"
    forged = ".".join([head, body, signature[:10] + last + signature[11:]])
    for verify in (
        lambda: jose_jwt.decode(forged, keys, algorithms=["RS256"]),
        lambda: jwt.decode(forged, verified.__globals__["jwt"].PyJWK(keys.as_dict()["keys"][0]), audience=COMMAND_LINE),
    ):
        try:
            verify()
        except Exception:  # noqa: BLE001 - each library has errors of its own
            continue
        raise AssertionError("a changed id token was verified")
