"""Microsoft's two Graph SDKs pointed at Hospes, and the few words that checks share."""

import contextlib
import functools
import importlib
import inspect
import re
import secrets

from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration

from suite import BASE, CHECKS, CLIENT, SECRET, TENANT, same

CREDENTIAL = ClientSecretCredential(
    TENANT, CLIENT, SECRET, authority=BASE, disable_instance_discovery=True
)

# Runs against one server may follow each other: the guests of this one have addresses that begin so.
RUN = "py" + secrets.token_hex(4)
NOBODY = "11111111-2222-4333-8444-555555555555"


def snake(name):
    """The name of the file that holds this class in a generated SDK."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Sdk:
    """One of the SDKs. They are generated alike, so that a check is written once; `sdk.User` is the model of that name."""

    def __init__(self, distribution, package, version):
        self.distribution = distribution
        self.version = version
        self.package = package
        self.run = f"{RUN}-{version}"

    def __getattr__(self, name):
        if not name[0].isupper():
            raise AttributeError(name)
        folder = "models.o_data_errors" if name == "ODataError" else "models"
        module = importlib.import_module(f"{self.package}.generated.{folder}.{snake(name)}")
        setattr(self, name, getattr(module, name))
        return getattr(self, name)

    def client(self):
        """The SDK's client."""
        graph = importlib.import_module(self.package).GraphServiceClient(CREDENTIAL, [f"{BASE}/.default"])
        graph.request_adapter.base_url = f"{BASE}/{self.version}"
        return graph

    def asking(self, folder, builder, **query):
        """A request configuration with these query parameters, for the builder of that name in that folder."""
        module = importlib.import_module(f"{self.package}.generated.{folder}.{snake(builder)}")
        kind = getattr(getattr(module, builder), f"{builder}GetQueryParameters")
        return RequestConfiguration(query_parameters=kind(**query))

    def body(self, folder, name, **fields):
        """The body of an action: a class that the SDK keeps beside the action's builder."""
        module = importlib.import_module(f"{self.package}.generated.{folder}.{snake(name)}")
        return getattr(module, name)(**fields)

    def users(self, **query):
        """How lists of users are asked."""
        return self.asking("users", "UsersRequestBuilder", **query)

    def one_user(self, *select):
        """How one user is asked for these properties."""
        return self.asking("users.item", "UserItemRequestBuilder", select=list(select))

    def address(self, name, domain="adatum.test"):
        """An address nobody had before this run."""
        return f"{self.run}-{name}@{domain}"

    async def invited(self, graph, name):
        """A new pending guest: the answer of the invitation."""
        return await graph.invitations.post(
            self.Invitation(
                invited_user_email_address=self.address(name),
                invited_user_display_name=f"{self.run} {name}",
                invite_redirect_url=f"{BASE}/sample",
            )
        )

    @contextlib.asynccontextmanager
    async def refused(self, status, code, message=None):
        """What is inside must be refused by the server so, as the SDK tells it."""
        try:
            yield
        except self.ODataError as error:
            same(error.response_status_code, status, "status")
            same(error.error.code, code, "code")
            if message is not None:
                same(error.primary_message, message, "message")
            assert error.error.inner_error.request_id, "innerError has no request-id"
            assert error.error.inner_error.date, "innerError has no date"
        else:
            raise AssertionError(f"not refused, {status} {code} expected")


SDKS = [
    Sdk("msgraph-sdk", "msgraph", "v1.0"),
    Sdk("msgraph-beta-sdk", "msgraph_beta", "beta"),
]


def each_sdk(function):
    """Registers a check once for each SDK."""
    for sdk in SDKS:
        CHECKS.append((f"{sdk.distribution}: {inspect.getdoc(function)}", functools.partial(function, sdk)))
    return function
