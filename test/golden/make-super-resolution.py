"""
Images halved and enlarged again by bicubic interpolation, and their peak signal-to-noise ratios, from TensorFlow.

    pip install tensorflow-cpu==2.18 && python test/golden/make-super-resolution.py > test/golden/super-resolution.json
"""
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

side = np.arange(28)
waves = [np.outer(np.sin(a * side), np.cos(b * side)) for a, b in [(0.3, 0.4), (0.9, 0.2), (1.7, 2.3)]]
images = np.stack([np.round(0.5 + 0.5 * wave, 3) for wave in waves])[..., None].astype("float32")
halves = images.reshape(-1, 14, 2, 14, 2, 1).mean((2, 4))
enlarged = np.clip(tf.image.resize(halves, (28, 28), method="bicubic").numpy(), 0, 1)
psnr = tf.image.psnr(images, enlarged, 1.0).numpy()
flat = lambda values: [[round(float(x), 6) for x in row.ravel()] for row in values]
print(json.dumps({"images": flat(images), "enlarged": flat(enlarged), "psnr": [round(float(x), 5) for x in psnr]}))
