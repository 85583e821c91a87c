"""search-spaces/mnist-cnn.json as a KerasTuner user writes it: RandomSearch over the same network, rows and space."""

import json
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import keras_tuner
import numpy as np
import tensorflow as tf

job = json.loads(Path(sys.argv[1]).read_text())
folder = Path(job["folder"])
space = job["space"]
epochs = []


def load(part):
    return np.load(folder / f"{part}-inputs.npy"), np.load(folder / f"{part}-targets.npy")


def draw(hp, name):
    param = space[name]
    if param["type"] == "categorical":
        return hp.Choice(name, param["choices"])
    kind = hp.Int if param["type"] == "int" else hp.Float
    return kind(name, param["low"], param["high"], sampling="log" if param.get("log") else "linear")


class Digits(keras_tuner.HyperModel):
    def build(self, hp):
        filters = [draw(hp, f"filters{n}") for n in (1, 2, 3)]
        dropout = draw(hp, "dropout")
        draw(hp, "batchSize")

        def conv(count):
            return keras.layers.Conv2D(count, 3, activation="relu", kernel_initializer="he_uniform")

        model = keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                conv(filters[0]),
                keras.layers.MaxPooling2D(2),
                conv(filters[1]),
                keras.layers.MaxPooling2D(2),
                keras.layers.Dropout(dropout),
                conv(filters[2]),
                keras.layers.AveragePooling2D(3),
                keras.layers.Flatten(),
                keras.layers.Dropout(dropout),
                keras.layers.Dense(10),
            ]
        )
        model.compile(
            optimizer=self.optimizer(hp),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
            jit_compile=False,  # what "auto", the default, comes to on a machine without a GPU
        )
        return model

    def optimizer(self, hp):
        name = draw(hp, "optimizer")
        rate = draw(hp, "learningRate")
        if name == "adam":
            return keras.optimizers.Adam(rate)
        with hp.conditional_scope("optimizer", ["momentum"]):
            return keras.optimizers.SGD(rate, momentum=draw(hp, "momentum"))

    def fit(self, hp, model, *args, **kwargs):
        # Batches of 1024 to validate, as tfjs-tune takes them: smaller ones are slower.
        history = model.fit(*args, batch_size=hp.get("batchSize"), validation_batch_size=1024, **kwargs)
        epochs.append(len(history.epoch))
        return history


tuner = keras_tuner.RandomSearch(
    Digits(),
    objective="val_loss",
    max_trials=job["trials"],
    seed=job["seed"],
    directory=folder / "keras-tuner",
    project_name="mnist",
    overwrite=True,
)
tuner.search(
    *load("train"),
    validation_data=load("validation"),
    epochs=job["epochs"],
    callbacks=[keras.callbacks.EarlyStopping("val_loss", patience=job["patience"])],
    verbose=0,
)
# tfjs-tune ends with a saved model and its test score as well.
best = tuner.get_best_models(1)[0]
best.save(folder / "best.keras")
_, accuracy = best.evaluate(*load("test"), batch_size=1024, verbose=0)
trial = tuner.oracle.get_best_trials(1)[0]
print(
    json.dumps(
        {
            "bestLoss": trial.score,
            "testAccuracy": accuracy,
            "trials": len(epochs),
            "epochs": sum(epochs),
            "versions": {
                "keras-tuner": keras_tuner.__version__,
                "keras": keras.__version__,
                "tensorflow": tf.__version__,
            },
        }
    )
)
