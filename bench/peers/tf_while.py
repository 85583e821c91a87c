"""A whole epoch as one `while` loop in one tf.function: what TensorFlow itself can do on this machine."""

import numpy as np
import tensorflow as tf
from peer import initial_arrays, read_task, serve

MOMENTUM = 0.99

task = read_task()
net = task.net
rng = np.random.default_rng(1)
first_weights, first_statistics = initial_arrays(net, rng)
weights = [tf.Variable(value) for value in first_weights]
statistics = [tf.Variable(value, trainable=False) for value in first_statistics]
slots = [(tf.Variable(tf.zeros_like(w)), tf.Variable(tf.zeros_like(w))) for w in weights]
beta_powers = tf.Variable(1.0), tf.Variable(1.0)
inputs, labels = tf.constant(task.inputs), tf.constant(task.labels)


def forward(x):
    next_weight, next_statistic = iter(weights), iter(statistics)

    def chain(layers, x):
        for layer in layers:
            x = apply(layer, x)
        return x

    def activated(x, layer):
        return tf.nn.relu(x) if layer.get("activation") == "relu" else x

    def apply(layer, x):
        op = layer["op"]
        if op == "dense":
            return activated(tf.nn.bias_add(tf.matmul(x, next(next_weight)), next(next_weight)), layer)
        if op == "conv":
            x = tf.nn.conv2d(x, next(next_weight), layer.get("stride", 1), layer["padding"].upper())
            return activated(tf.nn.bias_add(x, next(next_weight)) if layer.get("bias") else x, layer)
        if op == "batchNorm":
            gamma, beta = next(next_weight), next(next_weight)
            x, mean, variance = tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, epsilon=1e-3)
            for value in mean, variance:
                average = next(next_statistic)
                average.assign_sub((1 - MOMENTUM) * (average - value))
            return x
        if op == "relu":
            return tf.nn.relu(x)
        if op == "maxPool":
            return tf.nn.max_pool2d(x, 2, 2, "VALID")
        if op == "flatten":
            return tf.reshape(x, [task.batch, -1])
        if op == "globalAveragePool":
            return tf.reduce_mean(x, [1, 2])
        return chain(layer["main"], x) + chain(layer["shortcut"], x)

    return chain(net["layers"], x)


def step(batch):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(weights)
        logits = forward(tf.gather(inputs, batch))
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.gather(labels, batch), logits=logits)
        )
    gradients = tape.gradient(loss, weights)
    powers = beta_powers[0].assign(beta_powers[0] * 0.9), beta_powers[1].assign(beta_powers[1] * 0.999)
    for weight, (m, v), gradient in zip(weights, slots, gradients):
        # One kernel for the whole update of a weight.
        tf.raw_ops.ResourceApplyAdam(
            var=weight.handle, m=m.handle, v=v.handle, beta1_power=powers[0], beta2_power=powers[1],
            lr=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-7, grad=gradient,
        )
    return loss


@tf.function
def epoch(order):
    def body(index, total):
        start = index * task.batch
        return index + 1, total + step(tf.slice(order, [start], [task.batch]))

    _, total = tf.while_loop(lambda index, _: index < task.batches, body, [0, 0.0], parallel_iterations=1)
    return total / task.batches


serve(
    lambda: epoch(tf.constant(rng.permutation(task.rows).astype("int32"))).numpy(),
    {"versions": {"tensorflow": tf.__version__}},
)
