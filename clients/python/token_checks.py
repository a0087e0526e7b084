"""Tokens through msal and azure-identity, verified by a library that neither of them is."""

import ssl

import jwt
import msal
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential

from suite import BASE, CLIENT, SECRET, TENANT, check, same, setting, true

GRAPH_APP = "00000003-0000-0000-c000-000000000000"


def msal_app(secret=SECRET, **other):
    """An application that signs itself in, with the authority in the plain form."""
    where = other or {"authority": f"{BASE}/{TENANT}", "instance_discovery": False}
    return msal.ConfidentialClientApplication(CLIENT, client_credential=secret, **where)


def verified(token):
    """The claims of a token whose signature, issuer, audience and times are right by the published keys."""
    address = f"{BASE}/{TENANT}/v2.0/.well-known/openid-configuration"
    discovery = requests.get(address, timeout=30).json()
    trust = ssl.create_default_context(cafile=setting("CA_FILE"))
    key = jwt.PyJWKClient(discovery["jwks_uri"], ssl_context=trust).get_signing_key_from_jwt(token)
    return jwt.decode(
        token,
        key,
        algorithms=discovery["id_token_signing_alg_values_supported"],
        issuer=discovery["issuer"],
        audience=GRAPH_APP,
        options={"require": ["exp", "iat", "nbf", "iss", "aud", "sub"]},
    )


@check
def msal_client_credentials():
    """msal: client credentials give a token, the second time from its cache"""
    app = msal_app()
    scopes = ["https://graph.microsoft.com/.default"]
    first = app.acquire_token_for_client(scopes)
    true("access_token" in first, f"no token: {first.get('error_description')}")
    same(first["token_type"], "Bearer")
    second = app.acquire_token_for_client(scopes)
    same(second["access_token"], first["access_token"])
    same(second["token_source"], "cache")


@check
def msal_oidc_authority():
    """msal: the same with oidc_authority, which compares issuer and authority"""
    app = msal_app(oidc_authority=f"{BASE}/{TENANT}/v2.0")
    for scope in [f"{BASE}/.default", f"{GRAPH_APP}/.default"]:
        answer = app.acquire_token_for_client([scope])
        true("access_token" in answer, f"{scope}: {answer.get('error_description')}")


@check
def msal_wrong_secret():
    """msal: a wrong secret is invalid_client, AADSTS7000215"""
    answer = msal_app(secret="wrong").acquire_token_for_client(["https://graph.microsoft.com/.default"])
    same(answer.get("error"), "invalid_client")
    same(answer.get("error_codes"), [7000215])
    true(answer["error_description"].startswith("AADSTS7000215: "), answer["error_description"])


@check
def azure_identity_client_credentials():
    """azure-identity: a token, its signature verified by PyJWT with the published keys"""
    with ClientSecretCredential(
        TENANT, CLIENT, SECRET, authority=BASE, disable_instance_discovery=True
    ) as credential:
        token = credential.get_token("https://graph.microsoft.com/.default")
    claims = verified(token.token)
    same(claims["exp"] - claims["iat"], 3600, "lifetime in seconds")
    true(abs(claims["exp"] - token.expires_on) < 10, "expires_in and exp differ")
    wanted = {"tid": TENANT, "appid": CLIENT, "idtyp": "app", "ver": "2.0", "sub": claims["oid"]}
    same({name: claims.get(name) for name in wanted}, wanted, "claims")
    true("User.ReadWrite.All" in claims["roles"], f"roles: {claims['roles']}")


@check
def altered_token():
    """PyJWT: the same token with one claim altered is not verified, and Hospes refuses it"""
    head, _, signature = msal_app().acquire_token_for_client([f"{BASE}/.default"])["access_token"].split(".")
    body = jwt.utils.base64url_encode(b'{"roles":["Directory.ReadWrite.All"]}').decode()
    forged = ".".join([head, body, signature])
    try:
        verified(forged)
    except jwt.InvalidSignatureError:
        pass
    else:
        raise AssertionError("PyJWT took an altered token")
    answer = requests.get(f"{BASE}/v1.0/users", headers={"Authorization": f"Bearer {forged}"}, timeout=30)
    same(answer.status_code, 401)
    same(answer.json()["error"]["code"], "InvalidAuthenticationToken")


@check
def azure_identity_unknown_tenant():
    """azure-identity: an unknown tenant is an authentication error that names it"""
    nowhere = "11111111-2222-4333-8444-555555555555"
    with ClientSecretCredential(
        nowhere, CLIENT, SECRET, authority=BASE, disable_instance_discovery=True
    ) as credential:
        try:
            credential.get_token("https://graph.microsoft.com/.default")
        except ClientAuthenticationError as error:
            true(nowhere in str(error) or "AADSTS90002" in str(error), str(error))
        else:
            raise AssertionError("a token was given")
