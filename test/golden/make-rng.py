"""Random numbers of src/study/rng.ts from a second implementation with Python's big integers, for test/study/rng.test.ts.

    python test/golden/make-rng.py > test/golden/rng.json
"""
import json, math

def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k[1], p0 & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c

# Random123, examples/kat_vectors
assert philox([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0]) == [
    0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]

def fnv1a(text):
    value = 0xCBF29CE484222325
    data = text.encode("utf-16-le")
    for unit in (int.from_bytes(data[i:i + 2], "little") for i in range(0, len(data), 2)):
        value = (value ^ unit) * 0x100000001B3 % 2**64
    return value

class Rng:
    def __init__(self, seed, *stream):
        self.key = [seed % 2**32, seed >> 32]
        self.counter = fnv1a(json.dumps(stream, separators=(",", ":"), ensure_ascii=False)) << 64
        self.words = []

    def word(self):
        if not self.words:
            self.words = philox([(self.counter >> shift) % 2**32 for shift in (0, 32, 64, 96)], self.key)
            self.counter += 1
        return self.words.pop(0)

    def bits(self):
        high = self.word() >> 5
        return high << 26 | self.word() >> 6

    def uniform(self):
        return self.bits() / 2**53

    def int(self, n):
        while True:
            drawn = self.bits()
            if drawn < 2**53 // n * n:
                return drawn % n

    def normals(self, pairs):
        for _ in range(pairs):
            radius, angle = math.sqrt(-2 * math.log(1 - self.uniform())), 2 * math.pi * self.uniform()
            yield from (radius * math.cos(angle), radius * math.sin(angle))

    def shuffle(self, values):
        for last in range(len(values) - 1, 0, -1):
            other = self.int(last + 1)
            values[last], values[other] = values[other], values[last]
        return values

streams = [(0, []), (1, ["sampler", 3]), (2**32 + 7, ["trial", 12]), (2**53 - 1, ["Größe", "🎲", 5])]
sizes = [1, 2, 10, 1000, 2**32, 3 * 2**51, 2**53]
print(json.dumps([{
    "seed": seed,
    "stream": stream,
    "uniform": [rng.uniform() for rng in [Rng(seed, *stream)] for _ in range(9)],
    "normal": list(Rng(seed, *stream).normals(4)),
    "int": [[n, rng.int(n)] for rng in [Rng(seed, *stream)] for n in sizes],
    "shuffle": Rng(seed, *stream).shuffle(list(range(12))),
    "trialSeeds": [1 + Rng(seed, "trial", trial).int(2**31 - 1) for trial in range(3)],
} for seed, stream in streams], indent=1, ensure_ascii=False))
