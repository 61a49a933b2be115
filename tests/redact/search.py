"""Searches a capture for secrets: search.py SECRETS CAPTURE

Exit code 0: none is there; 1: some are, and each is printed. It looks at the bytes of the file, at
every key, string and number of every line with its escapes resolved, also of JSON text in a string,
and at the digits alone, so that a phone number is found in any spelling.
"""

import json
import sys
import unicodedata


def texts(value):
    """Every key, string and number in a JSON value."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from texts(below)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value
        try:
            yield from texts(json.loads(value)) if value.lstrip()[:1] in "{[" else ()
        except ValueError:
            pass
    elif value is not None and not isinstance(value, bool):
        yield repr(value)


def folded(text):
    return unicodedata.normalize("NFKC", text).casefold()


def digits(text):
    return "".join(one for one in text if one.isdigit())


def main(secrets, capture):
    secrets = [line for line in open(secrets, encoding="utf-8").read().split("\n") if line]
    raw = open(capture, "rb").read()
    found = [secret for secret in secrets if secret.encode() in raw]
    for number, line in enumerate(raw.decode("utf-8").splitlines(), 1):
        for text in texts(json.loads(line)):
            for secret in secrets:
                number_of = digits(secret)
                if folded(secret) in folded(text) or (
                    len(number_of) > 7 and number_of in digits(text)
                ):
                    found.append(f"line {number}: {secret}")
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main(*sys.argv[1:]))
