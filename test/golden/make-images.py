"""Image files of test/train/data/images.test.ts as base64, and what Keras reads from their folders.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.18.1 keras==3.15 && venv/bin/python test/golden/make-images.py > test/golden/images.json
"""
import base64, json, os, sys, tempfile
import keras
import numpy as np
import tensorflow as tf

rng = np.random.default_rng(1)

def picture(height, width, channels):
    """Smooth, as photographs are: JPEG keeps it."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 120 * np.sin(x / rng.uniform(3, 9) + y / rng.uniform(3, 9) + rng.uniform(0, 6)) for _ in range(channels)]
    return np.stack(waves, axis=-1).round().astype(np.uint8)

def bmp(image):
    """24 bits, bottom up, blue first, rows padded to four bytes."""
    height, width, _ = image.shape
    rows = [row[:, ::-1].tobytes() + bytes(-3 * width % 4) for row in image[::-1]]
    size = 54 + sum(map(len, rows))
    header = b"BM" + size.to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little") + (40).to_bytes(4, "little")
    header += width.to_bytes(4, "little") + height.to_bytes(4, "little") + b"\1\0\x18\0" + bytes(24)
    return header + b"".join(rows)

def gif(*frames):
    """Four colours. A clear code before each pixel keeps all codes at three bits."""
    height, width = frames[0].shape
    data = b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\xf1\0\0"
    data += bytes([0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255])
    for frame in frames:
        bits = "".join(format(code, "03b")[::-1] for pixel in frame.ravel() for code in (4, int(pixel))) + "101"
        packed = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
        data += b"\x2c\0\0\0\0" + data[6:10] + b"\0\2" + bytes([len(packed)]) + packed + b"\0"
    return data + b"\x3b"

def png(image):
    return tf.io.encode_png(image).numpy()

def jpeg(image):
    return tf.io.encode_jpeg(image, quality=95).numpy()


colour = {
    "cats/b.png": png(picture(9, 14, 3)),
    "cats/a.jpg": jpeg(picture(24, 16, 3)),
    "dogs/alpha.png": png(np.concatenate([picture(8, 8, 3), np.full((8, 8, 1), 255, np.uint8)], axis=-1)),
    "dogs/plain.bmp": bmp(picture(5, 7, 3)),
    "dogs/shown.gif": gif(np.arange(48).reshape(6, 8) // 5 % 4, np.full((6, 8), 3)),
    "dogs/small.png": png(picture(3, 4, 3)),
}
grey = {
    "0/a.png": png(picture(12, 12, 1)),
    "1/b.jpeg": jpeg(picture(10, 13, 1)),
    "10/c.png": png(picture(6, 5, 1)),
    "2/d.png": png(picture(6, 6, 1)),
}

def read(files, size, mode):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        dataset = keras.utils.image_dataset_from_directory(
            folder, image_size=size, color_mode=mode, shuffle=False, batch_size=None, verbose=False
        )
        paths = [os.path.relpath(path, folder) for path in dataset.file_paths]
        values = {path: image.numpy().round(3).ravel().tolist() for path, (image, _) in zip(paths, dataset)}
        return {"classes": dataset.class_names, "values": values}

def case(files, size, mode):
    return {
        "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
        "size": size,
        **read(files, size, mode),
    }

json.dump(
    {
        "colour": case(colour, [6, 8], "rgb"),
        "grey": case(grey, [6, 6], "grayscale"),
        "greyed": {"values": read({k: v for k, v in colour.items() if k.endswith(("png", "jpg"))}, [6, 8], "grayscale")["values"]},
    },
    sys.stdout,
    indent=1,
)
