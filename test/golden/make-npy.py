"""NPY files of test/train/data/npy.test.ts as base64, from NumPy.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 && venv/bin/python test/golden/make-npy.py > test/golden/npy.json
"""
import base64, io, json, sys
import numpy as np

def saved(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), version=version)
    return base64.b64encode(file.getvalue()).decode()

def case(array, version=None):
    return {"file": saved(array, version), "shape": list(array.shape), "values": array.astype(np.float64).ravel().tolist()}

wave = 100 * np.sin(np.arange(12)).reshape(4, 3)
types = ["<f4", ">f4", "<f8", ">f8", "|u1", "|i1", "<i2", ">i2", "<u2", ">u2", "<i4", ">i4", "<u4", ">u4", "<i8", ">i8", "<u8", ">u8", "|b1"]

json.dump(
    {
        "types": {kind: case((np.abs(wave) if "u" in kind else wave).astype(kind)) for kind in types},
        "versions": {str(major): case(wave.astype("<f4"), (major, 0)) for major in (1, 2, 3)},
        "images": case(np.arange(4 * 3 * 2, dtype="u1").reshape(4, 3, 2)),
        "column": case(wave[:, 0].astype("<f4")),
        "classes": case(np.array([7, -1, 7, 3])),
        "values": case(np.array([0.5, 1.5, -2.5, 1.0])),
        "pairs": case(wave[:, :2].astype("<f8")),
        "scalar": {"file": saved(np.array(1, "<f4"))},
        "empty": {"file": saved(np.zeros((0, 3), "<f4"))},
        "fortran": {"file": saved(np.asfortranarray(wave.astype("<f4")))},
        "half": {"file": saved(wave.astype("<f2"))},
        "structured": {"file": saved(np.zeros(3, dtype=[("x", "<f4"), ("y", "<i4")]))},
        "text": {"file": saved(np.array(["a", "b"]))},
        "notFinite": {"file": saved(np.array([[1, 2], [np.nan, 3], [np.inf, 1e300], [4, 5]]))},
    },
    sys.stdout,
    indent=1,
)
