"""Seeded mutations of a valid CSV file, and how many rows a reader may see."""
import random

HEADER = b"name,governmentId,email,debtAmount,debtDueDate,debtId\n"
NOISE = [b'"', b'""', b",", b";", b"\n", b"\r\n", b"\r", b"\0", b"\xff\xfe", b"\xc3", b"\xe2\x82",
         b"'", b"\t", b" ", b"-", b"1e9", b"NaN", b"99999999999999999999", b"=cmd()", b"\xef\xbb\xbf",
         b"\xed\xa0\x80", b"%0d%0a", b"9" * 400, b"a" * 300]


def mutate(dice, data):
    """One to three changes anywhere after the header."""
    out = bytearray(data)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(out) + 1) if out else 0
        kind = dice.randrange(7)
        if kind == 0 and out:
            out[min(at, len(out) - 1)] = dice.randrange(256)
        elif kind == 1:
            out[at:at] = dice.choice(NOISE)
        elif kind == 2:
            del out[at:at + dice.randint(1, 40)]
        elif kind == 3:
            end = dice.randrange(len(out) + 1)
            out[at:at] = out[min(at, end):max(at, end)][:400]
        elif kind == 4:
            del out[at:]
        elif kind == 5:
            lines = bytes(out).split(b"\n")
            dice.shuffle(lines)
            out = bytearray(b"\n".join(lines))
        else:
            out[at:at + 1] = dice.choice(NOISE)
    return bytes(out)


class Records:
    """Cuts as RFC 4180 says: quotes shelter line ends. LF and CR each end a row; a row
    of nothing but separators and blanks is none."""

    @staticmethod
    def count(data):
        """Records after the header, or None where a quote is never closed."""
        rows, filled, quoted, at_start = 0, False, False, True
        i = 0
        while i < len(data):
            c = data[i]
            if quoted:
                if c == 34:
                    if data[i + 1:i + 2] == b'"':
                        i += 1
                    else:
                        quoted = False
            elif c == 34 and at_start:
                quoted, filled, at_start = True, True, False
            elif c in b"\r\n":
                rows += filled
                filled, at_start = False, True
            elif data[i:i + 2] == b"\xc2\xa0":
                at_start = False
                i += 1
            else:
                filled |= c not in b", \t"
                at_start = c == 44
            i += 1
        return None if quoted else rows + filled


def files(seed, count, rows):
    """`count` mutated bodies of `rows` valid rows each, every debt_id its own."""
    dice = random.Random(seed)
    number = 0
    for _ in range(count):
        lines = []
        for _ in range(rows):
            number += 1
            quote = b'"' if dice.random() < 0.3 else b""
            lines.append(b"%sJo\xc3\xa3o %d%s,0123456789,a%d@example.com,%d.%02d,2026-%02d-11,m%d-%d\n" % (
                quote, number, quote, number, dice.randint(1, 9999), dice.randrange(100),
                dice.randint(1, 12), seed, number))
        yield HEADER + mutate(dice, b"".join(lines))
