"""Text: splitting, joining, replacing, formatting."""

TEXT = "the quick brown fox jumps over the lazy dog and the naïve weaver " * 40


def work(shared, thread):
    total = 0
    for n in range(60):
        words = TEXT.split()
        line = " ".join(word.capitalize() for word in words if len(word) > 3)
        line = line.replace("Quick", f"{n:>6}").upper()
        total += len(line) + line.count("FOX") + line.find("WEAVER")
    return total
