"""Files of pretrained weights in test/golden/weights/, as Keras 3, Keras 2 and the converter of TensorFlow.js write them,
with what is in them in weights.json.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.18.1 keras==3.15.1
    venv/bin/pip install --no-deps --target keras2 tf_keras==2.18.0
    venv/bin/pip install --no-deps --target converter tensorflowjs==4.22.0
    venv/bin/python test/golden/make-weights.py test/golden/weights keras2 converter
"""
import importlib, json, os, sys, types
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
import h5py, keras, numpy as np

folder, keras2, converter = sys.argv[1:]
sys.path += [keras2]
import tf_keras
# The package itself would import every converter with all that those need.
for name in ("tensorflowjs", "tensorflowjs.converters"):
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = [os.path.join(converter, *name.split("."))]
h5_conversion = importlib.import_module("tensorflowjs.converters.keras_h5_conversion")
write_weights = importlib.import_module("tensorflowjs.write_weights")

def path(name):
    return os.path.join(folder, name)

def set_weights(model):
    """Waves, and no two values alike."""
    offset = 0
    values = []
    for weight in model.get_weights():
        n = weight.size
        if weight.dtype == np.float32:
            values.append((np.sin(0.7 * np.arange(offset, offset + n)) + 0.001 * offset).astype(np.float32).reshape(weight.shape))
            offset += n
        else:
            values.append(weight)
    model.set_weights(values)
    return model

def layers_of(model):
    """Layers with weights, those of nested models in their place."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from layers_of(layer)
        else:
            weights = [w for w in layer.get_weights() if w.dtype == np.float32]
            if weights:
                yield {"name": layer.name, "tensors": [{"shape": list(w.shape), "values": w.astype(float).ravel().tolist()} for w in weights]}

def cnn(k):
    model = k.Sequential([
        k.layers.InputLayer((5, 5, 1)),
        k.layers.Conv2D(2, 3, name="zeta"),
        k.layers.BatchNormalization(name="norm"),
        k.layers.Dropout(0.5, seed=1, name="drop"),
        k.layers.Flatten(name="flat"),
        k.layers.Dense(3, name="middle"),
        k.layers.Dense(2, name="alpha"),
    ], name="cnn")
    # So that the file has memory of the optimizer too.
    model.compile("adam", "mse")
    model.fit(np.zeros((1, 5, 5, 1)), np.zeros((1, 2)), verbose=0)
    return set_weights(model)

def nested(k):
    """Eleven layers of one class, a model in the model, and cells in a layer."""
    inner = k.Sequential([k.layers.InputLayer((None, 2)), k.layers.Dense(2, name="inner_b"), k.layers.Dense(2, name="inner_a")], name="inner")
    inputs = k.layers.Input((3, 2))
    x = k.layers.LSTM(2, name="lstm")(inner(inputs))
    for i in range(11):
        x = k.layers.Dense(2, name=f"step{10 - i}")(x)
    return set_weights(k.Model(inputs, x, name="nested"))

expected = {}
for make in (cnn, nested):
    name = make.__name__
    for k, label in ((keras, "keras3"), (tf_keras, "keras2")):
        model = make(k)
        expected[f"{name}-{label}"] = list(layers_of(model))
        model.save(path(f"{name}-{label}.keras"))
        model.save(path(f"{name}-{label}.h5"))
        model.save_weights(path(f"{name}-{label}.weights.h5"))

# A layer of two parts. Its weights go by their names, which each format forms in its own way.
parts = set_weights(keras.Sequential([keras.layers.InputLayer((3, 2)), keras.layers.Bidirectional(keras.layers.GRU(2, name="gru"), name="both")]))
parts.save(path("parts-keras3.keras"))
parts.save(path("parts-keras3.h5"))
names = ["kernel", "recurrent_kernel", "bias"]
values = [w.astype(float).ravel().tolist() for w in parts.get_weights()]
expected["parts.h5"] = {f"{way}_gru/gru_cell/{names[i]}": values[3 * (way == "backward") + i] for way in ("forward", "backward") for i in range(3)}
expected["parts.keras"] = {f"{way}_layer/cell/{i}": values[3 * (way == "backward") + i] for way in ("forward", "backward") for i in range(3)}

# What h5py allows and Keras does not write by itself.
values = np.arange(600, dtype="f4").reshape(20, 30) / 7
with h5py.File(path("types.h5"), "w", libver="latest") as file:
    file.attrs["layer_names"] = np.array([b"layer"])
    group = file.create_group("layer")
    group.attrs["weight_names"] = np.array([b"half", b"double", b"packed", b"seed"])
    group["half"] = values[0].astype("f2")
    group["double"] = values[0].astype(">f8")
    group["seed"] = np.array([1, 2], "u4")
    group.create_dataset("packed", data=values, compression="gzip", shuffle=True, chunks=(7, 11))
expected["types"] = [{"name": "layer", "tensors": [
    {"shape": list(w.shape), "values": w.astype("f4").astype(float).ravel().tolist()} for w in (values[0].astype("f2"), values[0], values)]}]

# Hostile: values from another file, links into it and back, more values than the file can hold.
with h5py.File(path("external.h5"), "w") as file:
    group = file.create_group("layers/dense/vars")
    group.create_dataset("0", shape=(4,), dtype="f4", external=[("/etc/passwd", 0, 16)])
with h5py.File(path("linked.h5"), "w") as file:
    file["layers/dense/vars"] = h5py.ExternalLink("/etc/passwd", "/")
with h5py.File(path("loop.h5"), "w") as file:
    file["layers/a"] = file["/"]
    file["layers/b"] = file["/"]
with h5py.File(path("huge.h5"), "w") as file:
    file.create_group("layers/dense/vars").create_dataset("0", shape=(1 << 30,), dtype="f4", chunks=(1 << 20,))

# The converter: plain, and quantized each way: the reference of quantize.ts..
with h5py.File(path("cnn-keras2.h5")) as file:
    topology, groups = h5_conversion.h5_merged_saved_model_to_tfjs_format(file)
kinds = {"float32": None, "uint8": np.uint8, "uint16": np.uint16, "float16": np.float16}
for kind, dtype in kinds.items():
    target = path(f"tfjs-{kind}")
    os.makedirs(target, exist_ok=True)
    chosen = {kind: True} if dtype else None
    # Several small files, so that tensors cross their ends.
    manifest = write_weights.write_weights(groups, target, write_manifest=False, quantization_dtype_map=chosen, shard_size_bytes=100)
    with open(os.path.join(target, "model.json"), "w") as file:
        json.dump({"format": "layers-model", "generatedBy": "keras v2.18.0", "convertedBy": "TensorFlow.js Converter v4.22.0", "modelTopology": topology, "weightsManifest": manifest}, file)

json.dump(expected, open(path("weights.json"), "w"))

# Numbers of 16 bits: the values of some, and which ones stand for numbers between any two of them, and halfway.
every = np.arange(1 << 16).astype(np.uint16).view(np.float16)
some = list(range(0, 1 << 16, 97)) + [0x0001, 0x03FF, 0x0400, 0x7BFF, 0x7C00, 0x8000, 0x8001, 0xFBFF, 0xFC00]
numbers = every[np.isfinite(every)][::331].astype(np.float32)
between = np.concatenate([numbers * np.float32(f) for f in (1 + 2**-11, 1 + 2**-11 + 2**-20, 1 + 2**-12)] + [np.array([65504, 65519.996, 65520, 1e9, 2**-25, 2**-25 * 1.01, 3 * 2**-25, -2**-26], "f4")])
with np.errstate(over="ignore"):
    bits = between.astype(np.float16).view(np.uint16)
json.dump(
    {"decoded": [[b, str(float(every[b])).replace("inf", "Infinity")] for b in some],
     "encoded": [[float(x), int(b)] for x, b in zip(between, bits)]},
    open(path("half.json"), "w"))
