"""Points of the plain Sobol sequence from SciPy, as 32-bit fractions, for test/samplers/sobol.test.ts.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 && venv/bin/python test/golden/make-sobol.py > test/golden/sobol.json

"first": the first points in all 256 dimensions. "far": points further on, in the first dimensions.
"""
import json, warnings
from scipy.stats import qmc

warnings.simplefilter("ignore")

def point(engine):
    return [int(x * 2**32) for x in engine.random(1)[0]]

everywhere = qmc.Sobol(256, scramble=False, bits=32)
first = [point(everywhere) for _ in range(20)]
far = []
for index in [63, 64, 1000, 65535, 65536, 1_000_003]:
    engine = qmc.Sobol(12, scramble=False, bits=32)
    engine.fast_forward(index)
    far.append({"index": index, "point": point(engine)})
rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in first)
print('{"first": [\n' + rows + '\n],\n"far": ' + json.dumps(far) + "}")
