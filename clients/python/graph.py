"""The Graph SDK pointed at Hospes, and the few words that checks share."""

import contextlib
import secrets

from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.models.invitation import Invitation
from msgraph.generated.models.o_data_errors.o_data_error import ODataError

from suite import BASE, CLIENT, SECRET, TENANT, same

CREDENTIAL = ClientSecretCredential(
    TENANT, CLIENT, SECRET, authority=BASE, disable_instance_discovery=True
)

# Runs against one server may follow each other: the guests of this one have addresses that begin so.
RUN = "py" + secrets.token_hex(4)


def client(version="v1.0"):
    """The SDK's client at this version of the directory API."""
    graph = GraphServiceClient(CREDENTIAL, [f"{BASE}/.default"])
    graph.request_adapter.base_url = f"{BASE}/{version}"
    return graph


def address(name, domain="adatum.test"):
    """An address nobody had before this run."""
    return f"{RUN}-{name}@{domain}"


def asking(**query):
    """A request configuration with these query parameters, by the class that its builder wants."""
    kind = query.pop("kind")
    return RequestConfiguration(query_parameters=kind(**query))


async def invited(graph, name):
    """A new pending guest: the answer of the invitation."""
    return await graph.invitations.post(
        Invitation(
            invited_user_email_address=address(name),
            invited_user_display_name=f"{RUN} {name}",
            invite_redirect_url=f"{BASE}/sample",
        )
    )


@contextlib.asynccontextmanager
async def refused(status, code, message=None):
    """What is inside must be refused by the server so, as the SDK tells it."""
    try:
        yield
    except ODataError as error:
        same(error.response_status_code, status, "status")
        same(error.error.code, code, "code")
        if message is not None:
            same(error.error.message, message, "message")
        assert error.error.inner_error.request_id, "innerError has no request-id"
    else:
        raise AssertionError(f"not refused, {status} {code} expected")
