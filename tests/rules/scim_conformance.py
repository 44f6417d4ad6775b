"""Holds a running server against SCIM 2.0 with scim2-tester, an independent client.

    scim_conformance.py BASE TOKEN

Prints what is not as it should be, and how many checks there were; ends with 1 when something is wrong.
"""

import sys

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

base, token = sys.argv[1:]
# The demonstration's certificate is of its own making.
client = httpx2.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, verify=False, timeout=30)
results = check_server(SyncSCIMClient(client))
counts = {}
for result in results:
    counts[result.status.name] = counts.get(result.status.name, 0) + 1
    if result.status not in (Status.SUCCESS, Status.SKIPPED):
        print(f"{result.status.name} {result.title} {result.resource_type or ''}: {result.reason}")
        if result.data is not None and "-v" in sys.argv:
            print("   ", result.data)
print(", ".join(f"{count} {name.lower()}" for name, count in sorted(counts.items())))
wrong = {name for name in counts if name not in ("SUCCESS", "SKIPPED")}
sys.exit(1 if wrong or counts.get("SUCCESS", 0) < 20 else 0)
