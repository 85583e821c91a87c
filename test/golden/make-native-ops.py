"""Expected numbers of test/backend/native-ops/ops.test.ts, from TensorFlow.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.18.1 && venv/bin/python test/golden/make-native-ops.py > test/golden/native-ops.json

Each op as its formula in float64, differentiated by TensorFlow; the random ones as they are.
"""
import json, os
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
import numpy as np, tensorflow as tf

def wave(shape, phase, amplitude=1.5):
    n = int(np.prod(shape))
    return np.float32(amplitude * np.sin(0.7 * np.arange(n) + phase)).astype(np.float64).reshape(shape)

def tensor(array):
    array = np.asarray(array)
    return {"shape": list(array.shape), "values": [float(f"{x:.7g}") for x in array.ravel()]}

cases = {}

def case(name, formula, *inputs):
    """A formula gives a tensor, or several of which the first is differentiated."""
    inputs = [tf.constant(x, tf.float64) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        values = formula(*inputs)
        values = values if isinstance(values, tuple) else (values,)
    dy = tf.constant(wave(values[0].shape, 2))
    gradients = tape.gradient(values[0], inputs, dy)
    cases[name] = {"inputs": [tensor(x) for x in inputs], "dy": tensor(dy), "values": [tensor(v) for v in values], "gradients": [tensor(g) for g in gradients]}

points = np.array([[-100, -20, -3, -0.5], [0, 1e-3, 0.5, 3], [6, 7, 20, 100]])
case("relu", tf.nn.relu, points)
case("relu6", tf.nn.relu6, points)
case("leakyRelu", lambda x: tf.nn.leaky_relu(x, 0.25), points)
case("elu", tf.nn.elu, points)
case("selu", tf.nn.selu, points)
case("sigmoid", tf.nn.sigmoid, points)
case("tanh", tf.nn.tanh, points)
case("softplus", tf.nn.softplus, points)
case("abs", tf.abs, points)

for shape in ([2, 3], [2, 2, 3], [2, 2, 2, 3], [2, 1, 2, 2, 3]):
    case(f"biasAdd rank {len(shape)}", lambda x, b: x + b, wave(shape, 0), wave([3], 1))

case("mean of one axis", lambda x: tf.reduce_mean(x, -1), wave([2, 3, 3], 0))
case("mean of all", tf.reduce_mean, wave([2, 3], 0))
case("maxout", lambda x: tf.reduce_max(tf.reshape(x, [2, 2, 3, 2]), -2), wave([2, 2, 6], 0))

logits = np.array([[-100, 0, 100], [100, 100, -100], [0.5, -1, 2], [0, 0, 0]])
labels = np.array([[0, 0.25, 0.75], [1, 0, 0], [0.2, 0.3, 0.5], [0, 1, 0]])
case("softmaxCrossEntropy", lambda x: -tf.reduce_sum(labels * tf.nn.log_softmax(x), -1), logits)
case("sparseSoftmaxCrossEntropy", lambda x: -tf.reduce_sum(tf.one_hot([0, 1, 2, 0], 3, dtype=tf.float64) * tf.nn.log_softmax(x), -1), logits)
case("sigmoidCrossEntropy", lambda x: tf.nn.sigmoid_cross_entropy_with_logits(labels, x), logits)

def normalize(x, scale, offset):
    mean, variance = tf.nn.moments(x, list(range(len(x.shape) - 1)))
    return tf.nn.batch_normalization(x, mean, variance, offset, scale, 1e-3), mean, variance

scale, offset = [1.5, -0.5, 2], [0.1, 0.2, -0.3]
for shape in ([5, 3], [2, 3, 3], [2, 2, 2, 3], [2, 1, 2, 2, 3]):
    case(f"batchNormTraining rank {len(shape)}", normalize, wave(shape, 0), scale, offset)
    case(f"batchNormInference rank {len(shape)}", lambda x, s, o: tf.nn.batch_normalization(x, wave([3], 1), wave([3], 1) ** 2, o, s, 1e-3), wave(shape, 0), scale, offset)
case("batchNormTraining one example", normalize, wave([1, 3], 0), scale, offset)

random = {
    name: tensor(op(shape=[2, 3], seed=[7, 5]))
    for name, op in (("statelessUniform", tf.raw_ops.StatelessRandomUniform), ("statelessNormal", tf.raw_ops.StatelessRandomNormal))
}

def lines(entries):
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in entries.items()) + "\n}"

print(lines({
    "versions": {"tensorflow": tf.__version__},
    "labels": tensor(labels),
    "mean": tensor(wave([3], 1)),
    "variance": tensor(wave([3], 1) ** 2),
    "random": random,
})[:-2] + ',\n"cases": ' + lines(cases) + "\n}")
