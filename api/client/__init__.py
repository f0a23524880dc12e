"""A client of the HTTP service: the same objects that the Engine answers with, asked over the network.

Methods are called as the Engine's are, and as the operations of the OpenAPI page.

Example:
    ::

        from api.client import Client

        with Client("http://127.0.0.1:8000", key) as skillway:
            for entry in skillway.pool("Junior Data Analyst").entries:
                print(entry.person.name, entry.readiness)
"""

from api.client.bridges import BridgeQuestions
from api.client.matches import MatchQuestions
from api.client.objects import Objects, TaggedObject
from api.client.operations import Operations
from api.client.people import PersonRecords
from api.client.sending import ServiceProblem

__all__ = ["Client", "ServiceProblem", "TaggedObject"]


class Client(BridgeQuestions, MatchQuestions, PersonRecords, Objects, Operations):
    """Asks a Skillway service. What failed for a moment is asked again, and nothing is written twice.

    Args:
        url: Address of the service, such as ``https://skillway.example.org``.
        key: API key or bearer token.
        timeout: Seconds to wait for one answer.
        reason: Why an admin asks about people; it goes on record.

    Raises:
        ServiceProblem: Of every method: the service refused.
        httpx2.TransportError: Of every method: the service was not reached, again and again.
    """
