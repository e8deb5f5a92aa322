"""placeholder"""

from starlette.responses import Response

from gatepost.admin.ask import Ask, answer


async def document(ask: Ask) -> Response:
    return answer({})
