"""Reads the samples of `cargo run --example write_samples FOLDER` with the programs that the
formats are for, and compares what they read with what was written.

    pip install -r requirements.txt
    python check_exports.py FOLDER

Prints one line per format and ends with 1 if any failed. ConvoKit is asked if it is installed;
otherwise the corpus is read by the rules of its documented format, and the line says so. The whole
of ConvoKit brings PyTorch and spaCy; reading a corpus needs less:

    pip install --no-deps convokit==3.5.0
    pip install -r requirements-convokit.txt
"""

import csv
import hashlib
import json
import pathlib
import re
import sys

FOLDER = pathlib.Path(sys.argv[1])
HOSTILE = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
ACCOUNT_COUNT = 2 + len(HOSTILE)
EDGE_COUNT = len(HOSTILE) + 2  # replies, quotations and links


def xml_text(text):
    """What XML can hold of a text."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def check_stix():
    import stix2
    from stix2validator import ValidationOptions, validate_file

    path = str(FOLDER / "world.stix.json")
    # Warning 103: ids of domain objects should be UUIDv4. Ours are functions of keys, as said in
    # the guide; every other recommendation holds.
    results = validate_file(path, ValidationOptions(version="2.1", disabled=["uuid-check"]))
    check(results.is_valid, [str(error) for one in results.object_results for error in one.errors])
    warnings = [str(it) for one in results.object_results for it in one.warnings]
    # Warning 244: types of accounts beyond the open vocabulary, which has no jabber and no telegram.
    check(all("{244}" in it for it in warnings), warnings)
    objects = json.loads((FOLDER / "world.stix.json").read_text(encoding="utf-8"))["objects"]
    by_type = {}
    for one in objects:
        by_type.setdefault(one["type"], []).append(one)
        check(one["type"] not in ("threat-actor", "intrusion-set", "infrastructure"), one["type"])
    extension = by_type["extension-definition"][0]["id"]
    contents = {one.get("content") for one in by_type["media-content"]}
    check(set(HOSTILE) <= contents, "texts of posts differ")
    # Ids of standard observables are those that the library of the standard derives.
    for one in by_type["user-account"]:
        again = stix2.v21.UserAccount(**{k: one[k] for k in ("user_id", "account_type") if k in one})
        check(again.id == one["id"], (one, again.id))
    for one in by_type["file"]:
        check(stix2.v21.File(hashes=one["hashes"]).id == one["id"], one)
    ids = [one["id"] for one in objects]
    known = set(ids)
    check(len(known) == len(ids), "ids repeat")
    for one in by_type["relationship"]:
        check({one["source_ref"], one["target_ref"]} <= known, one)
    links = [one for one in by_type["relationship"] if "confidence" in one]
    check([one["confidence"] for one in links] == [99, 1], links)
    check(len(links[0]["extensions"][extension]["evidence"]) == 3, links[0])
    stix2.parse(json.loads((FOLDER / "world.stix.json").read_text(encoding="utf-8")), allow_custom=True)
    return f"{len(objects)} objects, valid; {len(warnings)} account types beyond the open vocabulary"


def check_misp():
    import pymisp

    event = pymisp.MISPEvent()
    event.load_file(str(FOLDER / "world.misp.json"))
    data = pathlib.Path(pymisp.__file__).parent / "data"
    relations = json.loads((data / "misp-objects/relationships/definition.json").read_text())
    relations = {one["name"] for one in relations["values"]}
    types = json.loads((data / "describeTypes.json").read_text())["result"]
    known = {one.uuid for one in event.objects} | {one.uuid for one in event.attributes}
    references = []
    for one in event.objects:
        template = json.loads((data / f"misp-objects/objects/{one.name}/definition.json").read_text())
        check(one.template_uuid == template["uuid"], one.name)
        check(int(one.template_version) == template["version"], (one.name, template["version"]))
        check(one["meta-category"] == template["meta-category"], one.name)
        present = {it.object_relation for it in one.attributes}
        needed = template.get("requiredOneOf")
        check(not needed or present & set(needed), (one.name, present))
        for it in one.attributes:
            check(template["attributes"][it.object_relation]["misp-attribute"] == it.type, it)
        references += one.references
    for it in event.attributes:
        check(it.type in types["category_type_mappings"][it.category], it)
        check(not it.to_ids, it)
    for it in references:
        check(it.relationship_type in relations, it.relationship_type)
        check(it.referenced_uuid in known, it)
    kinds = [it.relationship_type for it in references]
    check(kinds.count("same-as") == 1 and kinds.count("suspected-link") == 1, kinds)
    check([tag.name for tag in event.tags] == ["tlp:amber"], event.tags)
    posts = [one for one in event.objects if one.name == "microblog"]
    texts = {it.value for one in posts for it in one.attributes if it.object_relation == "post"}
    # PyMISP takes white space off the ends of values, as MISP does.
    check({text.strip() for text in HOSTILE} <= {text.strip() for text in texts}, "texts differ")
    again = pymisp.MISPEvent()
    again.from_json(event.to_json())
    return f"{len(event.objects)} objects, {len(event.attributes)} attributes, {len(references)} references"


def check_graph(graph, key_of):
    check(graph.is_directed(), "not directed")
    check(graph.number_of_nodes() == ACCOUNT_COUNT, graph.number_of_nodes())
    check(graph.number_of_edges() == EDGE_COUNT, graph.number_of_edges())
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    check({xml_text(text) for text in HOSTILE} <= labels, "labels differ")
    first = graph.nodes["account0000000001"]
    check(first["source"] == "webmasters" and first["post_count"] == 2, first)
    links = [data for _, _, data in graph.edges(data=True) if key_of(data) == "link"]
    check(sorted(data["match_probability"] for data in links) == [0.0004, 0.9951], links)
    check(all(data["is_directed"] is False for data in links), links)


def check_gexf():
    import networkx

    graph = networkx.read_gexf(FOLDER / "world.gexf", version="1.3")
    check_graph(graph, lambda data: data["kind"])
    spells = graph.nodes["account0000000001"]["spells"]
    check(spells == [("2019-03-01T12:30:00Z", "2021-03-02T12:30:59Z")], spells)
    return f"{graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges with spells"


def check_graphml():
    import networkx

    graph = networkx.read_graphml(FOLDER / "world.graphml", force_multigraph=True)
    check_graph(graph, lambda data: data["kind"])
    return f"{graph.number_of_nodes()} nodes, {graph.number_of_edges()} edges"


def unguarded(text):
    return text[1:] if isinstance(text, str) and text.startswith("'") else text


def check_gephi_csv():
    import pandas

    nodes = pandas.read_csv(FOLDER / "nodes.csv", keep_default_na=False, dtype=str)
    edges = pandas.read_csv(FOLDER / "edges.csv", keep_default_na=False, dtype=str)
    check(list(nodes.columns[:3]) == ["Id", "Label", "Timeset"], nodes.columns)
    check(list(edges.columns[:3]) == ["Source", "Target", "Type"], edges.columns)
    check(len(nodes) == ACCOUNT_COUNT and len(edges) == EDGE_COUNT, (len(nodes), len(edges)))
    check(set(edges["Source"]) | set(edges["Target"]) <= set(nodes["Id"]), "edges without nodes")
    check(set(edges["Type"]) == {"Directed", "Undirected"}, set(edges["Type"]))
    expected = [text.replace("\x00", "\ufffd") for text in HOSTILE]
    with open(FOLDER / "nodes.csv", newline="", encoding="utf-8") as lines:
        labels = [row["Label"] for row in csv.DictReader(lines)]
    check([unguarded(text) for text in labels[2:]] == expected, labels)
    return f"{len(nodes)} nodes, {len(edges)} edges (read by pandas and csv, not by Gephi)"


def check_csv():
    import pandas

    expected = [text.replace("\x00", "\ufffd") for text in HOSTILE]
    frame = pandas.read_csv(FOLDER / "table.csv", keep_default_na=False, na_values=[], dtype={"text": str})
    check(len(frame) == len(HOSTILE) + 2, len(frame))
    with open(FOLDER / "table.csv", newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines))
    check(rows[0][2] == "'=2+3", rows[0])
    check([unguarded(row[1]) for row in rows[1:]][: len(HOSTILE)] == expected, "texts differ")
    for row in rows[1:]:
        for cell in row:
            is_number = re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", cell) or cell == "-Infinity"
            check(is_number or not cell.startswith(tuple("=+-@\t\r\n")), cell)
    check(frame["match_weight_bits"].astype(float).iloc[0] == 0.1, frame["match_weight_bits"])
    check(int(frame["copy_key"].iloc[0]) == 2**63 - 1, frame["copy_key"].iloc[0])
    return f"{len(frame)} rows"


def check_ndjson():
    import pandas

    lines = (FOLDER / "table.ndjson").read_text(encoding="utf-8").split("\n")[:-1]
    rows = [json.loads(line) for line in lines]
    check([row["text"] for row in rows] == HOSTILE + [None, ""], "texts differ")
    check(rows[2]["match_weight_bits"] is None and rows[0]["copy_key"] == 2**63 - 1, rows[0])
    pandas.to_datetime([row["posted_at"] for row in rows if row["posted_at"]], format="ISO8601")
    return f"{len(rows)} rows"


def check_xlsx():
    import openpyxl
    book = openpyxl.load_workbook(FOLDER / "table.xlsx")
    check(len(book.sheetnames) == 2, book.sheetnames)
    rows = []
    for sheet in book:
        lines = list(sheet.iter_rows())
        check([cell.value for cell in lines[0]][:3] == ["row", "text", "=2+3"], sheet.title)
        rows += lines[1:]
    check(len(rows) == len(HOSTILE) + 2, len(rows))
    # openpyxl leaves escapes of characters that XML cannot hold as they stand in the file.
    plain = [(row[1].value, text) for row, text in zip(rows, HOSTILE) if text in xml_text(text) and
             "\r" not in text and "_x" not in text]
    check(len(plain) > 9 and all(read == text for read, text in plain), plain)
    check(set(HOSTILE) <= xlsx_texts(), set(HOSTILE) - xlsx_texts())
    check(rows[0][6].value == str(2**63 - 1), rows[0][6].value)
    check(rows[8][5].value.year == 1960, rows[8][5].value)
    return f"{len(rows)} rows in {len(book.sheetnames)} sheets"


def xlsx_texts():
    """Shared strings with the escapes of ECMA-376 (part 1, 22.4.2.4) undone."""
    import xml.etree.ElementTree
    import zipfile

    with zipfile.ZipFile(FOLDER / "table.xlsx") as archive:
        tree = xml.etree.ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    items = ["".join(item.itertext()) for item in tree]
    return {re.sub("_x([0-9A-Fa-f]{4})_", lambda it: chr(int(it[1], 16)), item) for item in items}


def xlsx_formula_count():
    """Elements of formulas in the sheets, from the bytes themselves."""
    import zipfile

    with zipfile.ZipFile(FOLDER / "table.xlsx") as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(len(re.findall(rb"<f[ >]", archive.read(name))) for name in sheets)


def check_xlsx_formulas():
    count = xlsx_formula_count()
    check(count == 0, count)
    return "no formula in any sheet"


def check_corpus():
    folder = FOLDER / "corpus"
    try:
        from convokit import Corpus
    except ImportError:
        return check_corpus_by_rules(folder)
    corpus = Corpus(filename=str(folder))
    texts = {one.text for one in corpus.iter_utterances()}
    check(set(HOSTILE) <= texts, "texts differ")
    for conversation in corpus.iter_conversations():
        check(conversation.check_integrity(verbose=False), conversation.id)
    labels = {one.meta["label"] for one in corpus.iter_speakers()}
    check(set(HOSTILE) <= labels, "labels differ")
    counts = (len(list(corpus.iter_speakers())), len(list(corpus.iter_conversations())))
    return f"convokit: {len(corpus.get_utterance_ids())} utterances, {counts[0]} speakers, {counts[1]} conversations"


def check_corpus_by_rules(folder):
    """The documented format: fields of utterances, ids that exist, one root per conversation."""
    load = lambda name: json.loads((folder / name).read_text(encoding="utf-8"))
    speakers, conversations = load("speakers.json"), load("conversations.json")
    index = load("index.json")
    check({"utterances-index", "speakers-index", "conversations-index", "overall-index", "version"} <= index.keys(), index)
    load("corpus.json")
    lines = (folder / "utterances.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    utterances = {one["id"]: one for one in map(json.loads, lines)}
    check(len(utterances) == len(lines), "ids repeat")
    for one in utterances.values():
        check({"conversation_id", "text", "speaker", "meta", "reply-to", "timestamp"} <= one.keys(), one)
        check(one["speaker"] in speakers and one["conversation_id"] in conversations, one)
        if one["reply-to"] is None:
            check(one["id"] == one["conversation_id"], one)
        else:
            parent = utterances[one["reply-to"]]
            check(parent["conversation_id"] == one["conversation_id"], one)
    check(set(HOSTILE) <= {one["text"] for one in utterances.values()}, "texts differ")
    return f"by the documented rules, convokit is not installed: {len(utterances)} utterances, {len(speakers)} speakers, {len(conversations)} conversations"


def check_package():
    import yaml

    folder = FOLDER / "package"
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    for line in lines:
        digits, path = line.split("  ")
        check(hashlib.sha256((folder / path).read_bytes()).hexdigest() == digits, path)
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    check(files == {line.split("  ")[1] for line in lines} | {"SHA256SUMS"}, files)
    citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    check(citation["cff-version"] == "1.2.0" and citation["type"] == "dataset", citation)
    check("\x85" in citation["title"] and "\u2028" in citation["title"], citation["title"])
    check(citation["authors"][0]["family-names"] == "O'Example: née \"Y\"", citation["authors"])
    codebook = json.loads((folder / "codebook.json").read_text(encoding="utf-8"))
    columns = {one["name"]: one for one in codebook[0]["columns"]}
    check(columns["match_weight_bits"]["unit"] == "bits", columns)
    check(columns["text"]["null_means"] == "the source has no text", columns)
    return f"{len(lines)} files with their hashes"


CHECKS = [
    ("STIX 2.1", check_stix),
    ("MISP", check_misp),
    ("GEXF 1.3", check_gexf),
    ("GraphML", check_graphml),
    ("Gephi CSV", check_gephi_csv),
    ("CSV", check_csv),
    ("NDJSON", check_ndjson),
    ("XLSX", check_xlsx),
    ("XLSX formulas", check_xlsx_formulas),
    ("ConvoKit", check_corpus),
    ("package", check_package),
]


def main():
    failed = 0
    for name, run in CHECKS:
        try:
            print(f"{name}: {run()}")
        except Exception as error:  # every format is to be heard
            failed += 1
            print(f"{name}: FAILED {type(error).__name__}: {str(error)[:600]}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
