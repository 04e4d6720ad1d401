import csv
import glob

import pytest
import yaml

from catalogue.publiccode.places import resolve_users
from members.models import Region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]


def test_probe():
    rows = list(csv.DictReader(open("/work/shared/data/demo/region_name_resolution_gold.csv")))
    import time

    b = time.process_time()
    uses = resolve_users([r["input_name"] for r in rows])
    print("CPU", time.process_time() - b)
    right = asked = 0
    for r, u in zip(rows, uses):
        meant = Region.objects.valid().filter(key=r["expected_ars"]).select_related("canonical").first()
        if u.region and meant and u.region.key == meant.counted().key:
            right += 1
        elif not u.region:
            asked += 1
            print("asked", r["input_name"], [(c.key, c.label) for c in u.choices])
        else:
            print("WRONG", r["input_name"], u.region.key, u.region.label, r["expected_ars"])
    print(right, asked, len(rows))
    for f in sorted(glob.glob("/work/shared/data/publiccode/open/*.yml")):
        d = yaml.safe_load(open(f))
        for u in resolve_users([str(x) for x in (d.get("usedBy") or [])]):
            if u.region:
                print(f[-40:], u.name, "->", u.region.key, u.region.label)
