"""NPZ files of test/train/data/npz.test.ts as base64, from NumPy.

    python -m venv venv && venv/bin/pip install numpy==2.4.6 && venv/bin/python test/golden/make-npz.py > test/golden/npz.json
"""
import base64, io, json, sys
import numpy as np

def saved(save, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return base64.b64encode(file.getvalue()).decode()

x = (100 * np.sin(np.arange(12)).reshape(4, 3)).astype("<f4")
y = np.array([7, -1, 7, 3])
parts = {"x_train": np.arange(24, dtype="u1").reshape(4, 3, 2), "y_train": y, "x_test": np.arange(12, dtype="u1").reshape(2, 3, 2), "y_test": y[1:3]}

json.dump(
    {
        "x": x.ravel().tolist(),
        "stored": saved(np.savez, x=x, y=y),
        "compressed": saved(np.savez_compressed, x=x, y=y),
        "parts": saved(np.savez_compressed, **parts),
        "named": saved(np.savez, features=x, labels=y, x=x[::-1]),
        "positional": saved(lambda file: np.savez(file, x, y)),
        "fortran": saved(np.savez, x=np.asfortranarray(x), y=y),
    },
    sys.stdout,
    indent=1,
)
