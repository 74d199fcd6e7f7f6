"""Prints `N passed, N failed`: the tests of each GoogleTest program, and each other program as one. A program that left no report, as it crashed,
counts as one that failed."""

import json
import pathlib
import sys
import xml.etree.ElementTree

reports = pathlib.Path(sys.argv[1])
passed = failed = skipped = 0
reported = set()
for path in sorted(reports.glob("*.json")):
    try:
        report = json.loads(path.read_text())
    except ValueError:
        continue  # Cut short: the program counts below.
    reported.add(path.stem)
    for suite in report["testsuites"]:
        for test in suite["testsuite"]:
            if test.get("failures"):
                failed += 1
            elif test.get("result") == "SKIPPED":
                skipped += 1
            elif test.get("status") == "RUN":
                passed += 1

try:
    programs = xml.etree.ElementTree.parse(reports / "ctest.xml").getroot().iter("testcase")
except (OSError, xml.etree.ElementTree.ParseError):
    programs = []
    failed += 1
    print("no test was run: the build failed")
for program in programs:
    name = program.get("name")
    if name in reported:
        continue
    if program.get("status") == "run":
        passed += 1
    else:
        failed += 1
        print(f"failed: {name}")

if skipped:
    print(f"{skipped} skipped")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
