"""Keras `model.fit` on its TensorFlow backend, with default settings."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow as tf
from peer import EpochGate, read_task


def chain(layers, x):
    for layer in layers:
        x = make(layer, x)
    return x


def make(layer, x):
    op = layer["op"]
    if op == "dense":
        return keras.layers.Dense(layer["kernel"][-1], activation=layer.get("activation"))(x)
    if op == "conv":
        return keras.layers.Conv2D(
            layer["kernel"][-1],
            layer["kernel"][:2],
            strides=layer.get("stride", 1),
            padding=layer["padding"],
            use_bias=layer.get("bias", False),
            activation=layer.get("activation"),
        )(x)
    if op == "batchNorm":
        return keras.layers.BatchNormalization()(x)
    if op == "relu":
        return keras.layers.ReLU()(x)
    if op == "maxPool":
        return keras.layers.MaxPooling2D(2)(x)
    if op == "flatten":
        return keras.layers.Flatten()(x)
    if op == "globalAveragePool":
        return keras.layers.GlobalAveragePooling2D()(x)
    return keras.layers.Add()([chain(layer["main"], x), chain(layer["shortcut"], x)])


class Gate(EpochGate, keras.callbacks.Callback):
    def __init__(self, about):
        keras.callbacks.Callback.__init__(self)
        EpochGate.__init__(self, about)


task = read_task()
keras.utils.set_random_seed(1)
inputs = keras.Input(task.net["input"])
model = keras.Model(inputs, chain(task.net["layers"], inputs))
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    # What "auto", the default, comes to on a machine without a GPU.
    jit_compile=False,
)
gate = Gate({"versions": {"keras": keras.__version__, "tensorflow": tf.__version__}})
model.fit(
    task.inputs, task.labels, batch_size=task.batch, epochs=gate.epochs, shuffle=True, verbose=0, callbacks=[gate]
)
