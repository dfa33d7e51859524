#!/usr/bin/env python3
"""Truth set of four Stack Exchange sites: display names, network-wide person as owner.

usage: stackexchange.py DATA FOLDER

DATA is the shared data folder. Two accounts are of one person when the network says so; about two
per cent of that is noise, because people register again.
"""
import csv
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

from truth_set import TruthSet


def main():
    data, folder = pathlib.Path(sys.argv[1]) / "stackexchange", sys.argv[2]
    with open(data / "truth_accounts.tsv") as lines:
        owners = {(row["site"], row["user_id"]): row["account_id"] for row in csv.DictReader(lines, delimiter="\t")}
    truth = TruthSet(folder, "stackexchange")
    for site in sorted({site for site, _ in owners}):
        for _, row in ElementTree.iterparse(data / site / "Users.xml"):
            name = (row.get("DisplayName") or "").strip()
            if row.tag == "row" and name:
                truth.add(site, row.get("Id"), name, owners.get((site, row.get("Id"))))
    truth.note("the account -1 of each site (its own bot) has no owner in the truth and is unjudged")
    truth.write()


main()
