"""A jitted training step in JAX. The loop over the minibatches is compiled too, where that is faster."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from peer import initial_arrays, read_task, serve

MOMENTUM = 0.99
LAYOUT = ("NHWC", "HWIO", "NHWC")

task = read_task()
net = task.net
rng = np.random.default_rng(1)


def forward(weights, statistics, x):
    next_weight, next_statistic = iter(weights), iter(statistics)
    moved = []

    def chain(layers, x):
        for layer in layers:
            x = apply(layer, x)
        return x

    def activated(x, layer):
        return jax.nn.relu(x) if layer.get("activation") == "relu" else x

    def apply(layer, x):
        op = layer["op"]
        if op == "dense":
            return activated(x @ next(next_weight) + next(next_weight), layer)
        if op == "conv":
            stride = layer.get("stride", 1)
            x = lax.conv_general_dilated(
                x, next(next_weight), (stride, stride), layer["padding"].upper(), dimension_numbers=LAYOUT
            )
            return activated(x + next(next_weight) if layer.get("bias") else x, layer)
        if op == "batchNorm":
            gamma, beta = next(next_weight), next(next_weight)
            mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
            moved.extend(
                next(next_statistic) * MOMENTUM + value * (1 - MOMENTUM) for value in (mean, variance)
            )
            return (x - mean) * (gamma * lax.rsqrt(variance + 1e-3)) + beta
        if op == "relu":
            return jax.nn.relu(x)
        if op == "maxPool":
            return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        if op == "flatten":
            return x.reshape(task.batch, -1)
        if op == "globalAveragePool":
            return x.mean((1, 2))
        return chain(layer["main"], x) + chain(layer["shortcut"], x)

    return chain(net["layers"], x), moved


def loss_of(weights, statistics, x, y):
    logits, moved = forward(weights, statistics, x)
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)), moved


def step(inputs, labels, state, batch):
    weights, statistics, ms, vs, t = state
    (loss, statistics), gradients = jax.value_and_grad(loss_of, has_aux=True)(
        weights, statistics, inputs[batch], labels[batch]
    )
    t = t + 1
    ms = [m + 0.1 * (g - m) for m, g in zip(ms, gradients)]
    vs = [v + 0.001 * (g * g - v) for v, g in zip(vs, gradients)]
    rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    weights = [w - rate * m / (jnp.sqrt(v) + 1e-7) for w, m, v in zip(weights, ms, vs)]
    return (weights, statistics, ms, vs, t), loss


def scan_epoch(inputs, labels, state, batches):
    state, losses = lax.scan(partial(step, inputs, labels), state, batches)
    return state, losses.mean()


# The old state's memory serves the new one.
jitted_step = jax.jit(step, donate_argnums=2)
jitted_epoch = jax.jit(scan_epoch, donate_argnums=2)


def looped_epoch(inputs, labels, state, batches):
    losses = []
    for batch in batches:
        state, loss = jitted_step(inputs, labels, state, batch)
        losses.append(loss)
    return state, jnp.stack(losses).mean()


weights, statistics = jax.tree.map(jnp.asarray, initial_arrays(net, rng))
state = (weights, statistics, [w * 0 for w in weights], [w * 0 for w in weights], jnp.float32(0))
inputs, labels = jnp.asarray(task.inputs), jnp.asarray(task.labels)
# XLA's convolutions are six times slower on a CPU inside a compiled loop.
train_epoch = looped_epoch if any(layer["op"] == "conv" for layer in net["layers"]) else jitted_epoch


def epoch():
    global state
    order = rng.permutation(task.rows).astype("int32")
    state, loss = train_epoch(inputs, labels, state, order.reshape(task.batches, task.batch))
    return loss.item()


serve(epoch, {"versions": {"jax": jax.__version__}})
