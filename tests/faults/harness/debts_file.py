"""CSV files whose right outcome is known row by row."""
import csv
import random
import subprocess

HEADER = ["name", "governmentId", "email", "debtAmount", "debtDueDate", "debtId"]


def cents(amount):
    whole, _, part = amount.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def content(row):
    """A row's content as it is compared: name, id, e-mail, cents, due date."""
    return (row[0], row[1], row[2], cents(row[3]), row[4])


class DebtsFile:
    """`debts`: debt_id -> the contents that the file gives for it."""

    def __init__(self, path):
        self.path = path
        self.debts = {}
        self.accepted = 0
        self.rejected = 0

    @property
    def rows(self):
        return self.accepted + self.rejected

    @property
    def conflicts(self):
        """Rows whose debt stands with other content."""
        return sum(len(contents) - 1 for contents in self.debts.values())

    def add(self, row):
        self.accepted += 1
        self.debts.setdefault(row[5], set()).add(content(row))


def make(program, path, rows, seed, start_id=1, bad=0.002, duplicates=1, conflicts=0.001,
         padding=0):
    """Rows of `bankslip generate` with bad, repeated and conflicting ones mixed in; `padding`
    bytes in a column of no meaning: a slow file then goes through in small portions."""
    subprocess.run([program, "generate", "--rows", str(rows), "--seed", str(seed), "--start-id",
                    str(start_id), "--duplicates", str(duplicates), "--out", str(path)],
                   check=True, stdout=subprocess.DEVNULL)
    with open(path, encoding="utf-8", newline="") as source:
        lines = list(csv.reader(source))[1:]
    out = DebtsFile(path)
    dice = random.Random(seed)
    seen = {line[5]: 0 for line in lines}
    for line in lines:
        seen[line[5]] += 1
    once = [line for line in lines if seen[line[5]] == 1]
    for line in lines:
        out.add(line)
    # One other content for each: whichever row comes first, the other conflicts.
    for line in dice.sample(once, int(rows * conflicts)):
        other = line[:3] + [str(int(line[3].partition(".")[0]) + 1)] + line[4:]
        lines.insert(dice.randrange(len(lines) + 1), other)
        out.add(other)
    for number in range(int(rows * bad)):
        broken = list(dice.choice(once))
        broken[dice.choice([2, 3, 4])] = "not valid"
        broken[5] = f"bad-{seed}-{number}"
        lines.insert(dice.randrange(len(lines) + 1), broken)
        out.rejected += 1
    with open(path, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        note = ["x" * padding] if padding else []
        writer.writerow(HEADER + ["note"] * len(note))
        writer.writerows(line + note for line in lines)
    return out
