import json

LONGEST_REASON = 200


def read_reason(body: bytes, *, secret: str) -> str:
    """What the service says went wrong, in one line, from the usual places or as it is.

    Services quote keys they do not know, so `secret` is blotted out.
    """
    try:
        reason = json.loads(body)
    except (ValueError, RecursionError):
        reason = body.decode(errors="replace")
    for key in ("error", "message", "detail"):
        if isinstance(reason, dict) and reason.get(key):
            reason = reason[key]
    line = " ".join(str(reason).split())
    if secret:
        line = line.replace(secret, "***")
    return line[:LONGEST_REASON] or "no reason given"
