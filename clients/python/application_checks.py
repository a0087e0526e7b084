"""Applications registered over the directory API, and how they prove who they are: secret and certificate."""

import datetime
import base64
import functools
import time

import msal
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from azure.identity import CertificateCredential, ClientSecretCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt as jose_jwt

from graph import RUN
from sign_in_checks import by_code, member, public_app, published_keys
from suite import BASE, TENANT, check, same, true

CALLBACK = "https://app.example/callback"


@functools.cache
def administrator():
    """The header of a Global Administrator who lets the command line register applications."""
    answer = by_code(public_app(), member("ADMIN"), ["Application.ReadWrite.All"])
    return {"Authorization": "Bearer " + answer["access_token"]}


def graph(method, path, body=None, status=None):
    """A call of the directory API as the administrator; the answer's JSON."""
    answer = requests.request(method, f"{BASE}/v1.0{path}", headers=administrator(), json=body, timeout=30)
    if status is None:
        true(answer.ok, f"{method} {path}: {answer.status_code} {answer.text}")
    else:
        same(answer.status_code, status, f"{method} {path}: {answer.text}")
    return answer.json() if answer.content else None


@functools.cache
def certificate():
    """A self-signed certificate and its key, as PEM; the certificate as DER."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Hospes client check")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made, pem, made.public_bytes(serialization.Encoding.DER)


@functools.cache
def application():
    """An app with a service principal, a secret and a certificate: its ids and the secret."""
    _, _, der = certificate()
    made = graph(
        "POST",
        "/applications",
        {
            "displayName": f"{RUN} Orders",
            "web": {"redirectUris": [CALLBACK]},
            "keyCredentials": [
                {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(der).decode()}
            ],
            "optionalClaims": {"idToken": [{"name": "acct"}, {"name": "upn"}]},
        },
        201,
    )
    graph("POST", "/servicePrincipals", {"appId": made["appId"]}, 201)
    secret = graph(
        "POST", f"/applications/{made['id']}/addPassword", {"passwordCredential": {"displayName": "check"}}, 200
    )
    true(secret["secretText"].startswith(secret["hint"]), "the hint is not the beginning of the secret")
    shown = graph("GET", f"/applications/{made['id']}")
    same([c.get("secretText") for c in shown["passwordCredentials"]], [None], "secrets that can be read later")
    same(len(shown["keyCredentials"]), 1, "certificates")
    return made["id"], made["appId"], secret


def by_certificate():
    """msal's form of the credential."""
    made, pem, _ = certificate()
    return {
        "private_key": pem.decode(),
        "thumbprint": made.fingerprint(hashes.SHA1()).hex(),
        "public_certificate": made.public_bytes(serialization.Encoding.PEM).decode(),
    }


def confidential(credential):
    """msal as a server has it."""
    return msal.ConfidentialClientApplication(
        application()[1],
        client_credential=credential,
        authority=f"{BASE}/{TENANT}",
        instance_discovery=False,
    )


@check
def registered_secret():
    """msal, azure-identity: an app registered over the API signs itself in with its secret"""
    _, app_id, secret = application()
    answer = confidential(secret["secretText"]).acquire_token_for_client([f"{BASE}/.default"])
    true("access_token" in answer, f"no token: {answer}")
    with ClientSecretCredential(
        TENANT, app_id, secret["secretText"], authority=BASE, disable_instance_discovery=True
    ) as credential:
        true(credential.get_token(f"{BASE}/.default").token, "no token")


@check
def registered_certificate():
    """msal, azure-identity: the same with a certificate (private_key_jwt)"""
    _, pem, _ = certificate()
    answer = confidential(by_certificate()).acquire_token_for_client([f"{BASE}/.default"])
    true("access_token" in answer, f"no token: {answer}")
    together = certificate()[0].public_bytes(serialization.Encoding.PEM) + pem
    with CertificateCredential(
        TENANT, application()[1], certificate_data=together, authority=BASE, disable_instance_discovery=True
    ) as credential:
        true(credential.get_token(f"{BASE}/.default").token, "no token")


@check
def confidential_code():
    """msal: a person signs in to that app; form_post, the certificate at the token endpoint, optional claims"""
    app = confidential(by_certificate())
    flow = app.initiate_auth_code_flow(["User.Read"], redirect_uri=CALLBACK)
    answer = app.acquire_token_by_auth_code_flow(flow, member().sign_in(flow["auth_uri"]))
    true("access_token" in answer, f"no token: {answer.get('error_description')}")
    claims = answer["id_token_claims"]
    same((claims["acct"], claims["upn"]), (0, claims["preferred_username"]))
    account = app.get_accounts()[0]
    fresh = app.acquire_token_silent_with_error(["User.Read"], account, force_refresh=True)
    true("access_token" in fresh, f"not refreshed: {fresh}")


@check
def authlib_confidential():
    """Authlib: code flow with client_secret_basic, client credentials with private_key_jwt"""
    keys, where = published_keys()
    _, app_id, secret = application()
    session = OAuth2Session(
        app_id,
        secret["secretText"],
        scope="openid profile",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    )
    verifier = "w" * 64
    url, _ = session.create_authorization_url(where["authorization_endpoint"], code_verifier=verifier)
    tokens = session.fetch_token(
        where["token_endpoint"], code=member().sign_in(url)["code"], code_verifier=verifier
    )
    same(jose_jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims["aud"], app_id)
    made, pem, _ = certificate()
    header = {"x5t#S256": base64.urlsafe_b64encode(made.fingerprint(hashes.SHA256())).decode().rstrip("=")}
    # An assertion that lives longer than ten minutes is refused; the library makes hours of it.
    claims = {"exp": int(time.time()) + 300}
    machine = OAuth2Session(app_id, pem, token_endpoint_auth_method="private_key_jwt", scope=f"{BASE}/.default")
    machine.register_client_auth_method(PrivateKeyJWT(where["token_endpoint"], claims=claims, headers=header))
    true(machine.fetch_token(where["token_endpoint"], grant_type="client_credentials")["access_token"], "no token")


@check
def removed_secret():
    """msal: a secret that was removed and a certificate that was taken away are invalid_client"""
    app, _, secret = application()
    graph("POST", f"/applications/{app}/removePassword", {"keyId": secret["keyId"]}, 204)
    graph("PATCH", f"/applications/{app}", {"keyCredentials": []}, 204)
    for credential in (secret["secretText"], by_certificate()):
        answer = confidential(credential).acquire_token_for_client([f"{BASE}/.default"])
        same(answer.get("error"), "invalid_client")
    graph("DELETE", f"/applications/{app}", status=204)
    gone = confidential(secret["secretText"]).acquire_token_for_client([f"{BASE}/.default"])
    same(gone.get("error_codes"), [700016])
