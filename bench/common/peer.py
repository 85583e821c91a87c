"""What every peer in Python does alike; the twin of peer.js."""

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np

WARM_UP_EPOCHS = 2


def read_task():
    """The net and its data, as the command line names them: `<net> <data file>`."""
    name, data_file = sys.argv[1:3]
    net = json.loads(Path(__file__).with_name("nets.json").read_text())[name]
    rows = net["batch"] * net["batches"]
    values = np.fromfile(data_file, dtype="<f4", count=rows * int(np.prod(net["input"])))
    labels = np.fromfile(data_file, dtype="<i4", offset=values.nbytes)
    return SimpleNamespace(
        net=net, rows=rows, batch=net["batch"], batches=net["batches"],
        inputs=values.reshape([rows, *net["input"]]), labels=labels,
    )


def glorot_uniform(kernel, rng):
    fan_in, fan_out = kernel[-2:]
    limit = np.sqrt(6 / (np.prod(kernel[:-2]) * (fan_in + fan_out)))
    return rng.uniform(-limit, limit, kernel).astype("float32")


def initial_arrays(net, rng):
    """First values of weights and of statistics, each in the order in which a forward pass takes them."""
    weights, statistics = [], []

    def visit(layers):
        for layer in layers:
            op = layer["op"]
            if "kernel" in layer:
                weights.append(glorot_uniform(layer["kernel"], rng))
            if op == "dense" or layer.get("bias"):
                weights.append(np.zeros(layer["kernel"][-1], "float32"))
            if op == "batchNorm":
                channels = layer["channels"]
                weights.extend([np.ones(channels, "float32"), np.zeros(channels, "float32")])
                statistics.extend([np.zeros(channels, "float32"), np.ones(channels, "float32")])
            if op == "residual":
                visit(layer["main"])
                visit(layer["shortcut"])

    visit(net["layers"])
    return weights, statistics


def serve(epoch, about):
    """For peers with a loop of their own: `epoch` trains one and returns its mean loss."""
    for _ in range(WARM_UP_EPOCHS):
        epoch()
    say({"ready": True, **about})
    while True:
        next_request()
        started = time.perf_counter()
        loss = epoch()
        say({"milliseconds": (time.perf_counter() - started) * 1000, "loss": float(loss)})


class EpochGate:
    """For peers whose whole training is one call of a `fit`: the hooks of a callback that holds each epoch."""

    epochs = 1_000_000

    def __init__(self, about):
        self.about = about
        self.started = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        if epoch >= WARM_UP_EPOCHS:
            next_request()
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        if epoch >= WARM_UP_EPOCHS:
            milliseconds = (time.perf_counter() - self.started) * 1000
            say({"milliseconds": milliseconds, "loss": float(logs["loss"])})
        elif epoch == WARM_UP_EPOCHS - 1:
            say({"ready": True, **self.about})


def next_request():
    """Returns when the next epoch is asked for; when stdin ends, so does the peer."""
    if not sys.stdin.readline():
        sys.exit(0)


def say(message):
    print(json.dumps(message), flush=True)
