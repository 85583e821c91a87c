"""Expected numbers of test/train/augment.test.ts, from Keras, NumPy and SciPy.

    python -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.18.1 scipy==1.17.1 && venv/bin/python test/golden/make-augment.py > test/golden/augment.json

`cases` gives what an augmentation makes of `image` (7 x 5 x 2: noise, so that every mistake shows) when it has drawn
`drawn`, a number in [-1, 1] for each random amount. `quantiles` are of Beta(alpha, alpha) at 0.02, 0.04 ... 0.98.
"""
import json, os
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
import numpy as np, keras
from scipy import ndimage, stats

image = np.random.default_rng(1).normal(size=(7, 5, 2)).astype(np.float32)
height, width, _ = image.shape

def numbers(array):
    return [round(float(x), 6) for x in np.asarray(array, dtype=np.float64).ravel()]

def case(source, name, amount, drawn, fill_mode, result):
    assert result.shape == image.shape
    return {"source": source, "name": name, "amount": amount, "drawn": drawn, "fillMode": fill_mode, "result": numbers(result)}

layers = keras.layers
cases = []
one = np.ones((1, 1), np.float32)
for fill_mode in ["reflect", "nearest", "constant", "wrap"]:
    layer = layers.RandomTranslation(0.5, 0.5, fill_mode=fill_mode, seed=1)
    for down, right in [(0.3, -0.7), (-0.9, 0.2)]:
        translations = np.array([[0.5 * right * width, 0.5 * down * height]], np.float32)
        result = layer.transform_images(image[None], {"translations": translations}, training=True)
        cases.append(case("Keras RandomTranslation", "shift", 0.5, [down, right], fill_mode, np.asarray(result)[0]))
    layer = layers.RandomRotation(0.2, fill_mode=fill_mode, seed=1)
    for share in [1, -0.6]:
        angle = np.full([1], 0.2 * share * 360, np.float32)
        matrix = layer._compute_affine_matrix(
            center_x=0.5, center_y=0.5, angle=angle, translate_x=np.zeros(1), translate_y=np.zeros(1), scale=np.ones(1),
            shear_x=np.zeros(1), shear_y=np.zeros(1), height=height, width=width)
        result = layer.transform_images(image[None], {"rotation_matrix": matrix}, training=True)
        cases.append(case("Keras RandomRotation", "rotate", 0.2, [share], fill_mode, np.asarray(result)[0]))
    layer = layers.RandomZoom(0.4, fill_mode=fill_mode, seed=1)
    for share in [0.9, -0.8]:
        zoom = one * (1 + 0.4 * share)
        result = layer.transform_images(image[None], {"height_zoom": zoom, "width_zoom": zoom}, training=True)
        cases.append(case("Keras RandomZoom", "zoom", 0.4, [share], fill_mode, np.asarray(result)[0]))

# SciPy's names. Its grid-wrap interpolates between the last and the first pixel, TensorFlow's wrap does not: so that is
# for whole pixels alone.
modes = {"reflect": "reflect", "nearest": "nearest", "constant": "grid-constant"}

def affine(matrix, offset, mode):
    channels = [ndimage.affine_transform(image[..., c].astype(np.float64), matrix, offset, order=1, mode=mode) for c in range(2)]
    return np.stack(channels, -1)

def around_centre(matrix, mode):
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    return affine(matrix, centre - matrix @ centre, mode)

for fill_mode, mode in modes.items():
    for down, right in [(0.3, -0.7), (-0.9, 0.2)]:
        offset = [-0.5 * down * height, -0.5 * right * width]
        cases.append(case("SciPy affine_transform", "shift", 0.5, [down, right], fill_mode, affine(np.eye(2), offset, mode)))
    for share in [0.9, -0.8]:
        cases.append(case("SciPy affine_transform", "zoom", 0.4, [share], fill_mode, around_centre(np.eye(2) * (1 + 0.4 * share), mode)))
    for share in [1, -0.6]:
        t = 2 * np.pi * 0.2 * share
        # Rows first: y, x.
        matrix = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]])
        cases.append(case("SciPy affine_transform", "rotate", 0.2, [share], fill_mode, around_centre(matrix, mode)))

pads = {"reflect": "symmetric", "nearest": "edge", "constant": "constant", "wrap": "wrap"}
for fill_mode, pad in pads.items():
    padded = np.pad(image, [(7, 7), (5, 5), (0, 0)], mode=pad)
    for down, right in [(2, 1), (-3, 2), (0, -1)]:
        result = padded[7 - down : 14 - down, 5 - right : 10 - right]
        cases.append(case("NumPy pad", "shift", 0.5, [down / 3.5, right / 2.5], fill_mode, result))

square = np.random.default_rng(2).normal(size=(6, 6, 2)).astype(np.float32)
quarters = {str(turns): numbers(np.rot90(square, turns)) for turns in [1, 2, -1]}

probabilities = np.arange(1, 50) / 50
print(json.dumps({
    "image": numbers(image),
    "cases": cases,
    "square": numbers(square),
    "quarters": quarters,
    "quantiles": {str(alpha): [float(q) for q in stats.beta.ppf(probabilities, alpha, alpha)] for alpha in [0.05, 0.2, 1, 4]},
    "variances": {str(alpha): float(stats.beta.var(alpha, alpha)) for alpha in [0.05, 0.2, 1, 4]},
    # Largest distance of the distribution function of 20,000 numbers from the true one, in all but one of a million tries.
    "distance": float(stats.kstwo.isf(1e-6, 20_000)),
}))
