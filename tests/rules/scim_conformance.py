"""Holds a running server against SCIM 2.0 with scim2-tester, an independent client.

    scim_conformance.py BASE TOKEN

Prints what is not as it should be, and how many checks there were; ends with 1 when something is wrong. What differs on
purpose is listed below with its reason; a difference that is no longer there ends with 1 as well.
"""

import sys

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

# By check and resource.
ON_PURPOSE = {
    # RFC 7644, 3.4.3: for filters too long for an address. Entra ID and Okta never use it; filters come in the address.
    ("search_with_attributes", "User"),
    ("search_with_attributes", "Group"),
    # Whoever signs in needs an address, so an account does not lose its last one.
    ("check_remove_attribute", "User"),
    # The name of a member is added to what was sent, which carried none.
    ("check_add_attribute", "Group"),
    ("check_replace_attribute", "Group"),
}

base, token = sys.argv[1:]
# The demonstration's certificate is of its own making.
client = httpx2.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, verify=False, timeout=30)
results = check_server(SyncSCIMClient(client))
counts = {}
seen = set()
for result in results:
    which = (result.title, result.resource_type)
    if result.status == Status.ERROR and which in ON_PURPOSE:
        seen.add(which)
        counts["ON PURPOSE"] = counts.get("ON PURPOSE", 0) + 1
        continue
    counts[result.status.name] = counts.get(result.status.name, 0) + 1
    if result.status not in (Status.SUCCESS, Status.SKIPPED):
        print(f"{result.status.name} {result.title} {result.resource_type or ''}: {result.reason}")
        if result.data is not None and "-v" in sys.argv:
            print("   ", result.data)
print(", ".join(f"{count} {name.lower()}" for name, count in sorted(counts.items())))
for title, resource in sorted(ON_PURPOSE - seen):
    print(f"{title} {resource} is no longer different: take it off the list")
wrong = {name for name in counts if name not in ("SUCCESS", "SKIPPED", "ON PURPOSE")}
sys.exit(1 if wrong or seen != ON_PURPOSE or counts.get("SUCCESS", 0) < 20 else 0)
