#!/usr/bin/env python3
"""Whether README.pt-BR.md says what README.md says, as far as a program can tell: section by
section the same level, commands, code, links and figures."""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```.*?^```$", re.M | re.S)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)]+)\)")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# What a translation changes inside code.
TRANSLATED = {"ARQUIVO": "FILE", "NOME": "NAME", "texto": "text", "AAAA": "YYYY", "DIAS": "DAYS"}
# Each README names the other one, and links to its own headings.
OWN = {"README.md", "README.pt-BR.md"}


def in_english(code):
    return re.sub(r"[A-Za-z]+", lambda word: TRANSLATED.get(word[0], word[0]), code)


def lines_of(fence):
    """The lines of a block without what a reader is told beside them."""
    for line in fence.splitlines()[1:-1]:
        line = re.sub(r"(^|\s+)#(?!!).*$", "", line).strip()
        if line:
            yield in_english(line)


def figure(text, thousands, point):
    if re.fullmatch(r"\d{1,3}(%s\d{3})+(%s\d+)?" % (re.escape(thousands), re.escape(point)), text):
        text = text.replace(thousands, "")
    # A literal value, such as 0.01, is the same in both.
    return text.replace(point, ".")


def parts_of(text, thousands, point):
    """Each section: its title, level, and what must be equal, by kind."""
    fences = []
    text = FENCE.sub(lambda found: fences.append(found[0]) or f"\n\0{len(fences) - 1}\0\n", text)
    for section in re.split(r"^(?=#)", text, flags=re.M)[1:]:
        title, _, body = section.partition("\n")
        blocks = [line for i in re.findall("\0(\\d+)\0", body) for line in lines_of(fences[int(i)])]
        body = re.sub("\0\\d+\0", "", body)
        links = [link for link in LINK.findall(body) if link[0] != "#" and link not in OWN]
        prose = LINK.sub("]", CODE.sub("", body))
        yield title.lstrip("# "), {
            "level": [str(title.count("#"))],
            "block": blocks,
            "code": [in_english(code) for code in CODE.findall(LINK.sub("]", body))],
            "link": links,
            "figure": [figure(n, thousands, point) for n in NUMBER.findall(prose)],
            "row of a table": ["|"] * len(re.findall(r"^\|", body, re.M)),
        }


def faults(english, portuguese):
    left, right = list(parts_of(english, ",", ".")), list(parts_of(portuguese, ".", ","))
    if len(left) != len(right):
        yield f"README.md has {len(left)} headings, README.pt-BR.md {len(right)}"
    for (title, here), (titulo, there) in zip(left, right):
        for kind, wanted in here.items():
            wanted, found = collections.Counter(wanted), collections.Counter(there[kind])
            for item in wanted - found:
                yield f"{title!r}: {kind} {item!r} is missing in {titulo!r}"
            for item in found - wanted:
                yield f"{titulo!r}: {kind} {item!r} is not in {title!r}"


def selftest():
    text = "# A\n`x` 1,000 and 0.01 [l](l.md)\n\n```sh\nrun  # now\n```\n"
    same = "# B\n`x` 1.000 e 0.01 [l](l.md)\n\n```sh\nrun  # já\n```\n"
    assert not list(faults(text, same)), list(faults(text, same))
    for old, new in (("# B", "## B"), ("`x`", "`y`"), ("1.000", "1.001"), ("l.md", "m.md"),
                     ("run", "ran"), ("0.01", "0.01 2,5")):
        assert list(faults(text, same.replace(old, new, 1))), f"{new} is not seen"
    assert list(faults(text, same + "# C\n"))


def main():
    selftest()
    english, portuguese = ((ROOT / name).read_text() for name in ("README.md", "README.pt-BR.md"))
    found = list(faults(english, portuguese))
    if found:
        sys.exit("\n".join(found))
    print("both READMEs are in step")


if __name__ == "__main__":
    main()
