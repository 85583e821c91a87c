"""Expected numbers of test/train/recurrent.test.ts, from Keras on TensorFlow.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.18.1 && venv/bin/python test/golden/make-recurrent.py > test/golden/recurrent.json

Inputs and first weights are waves, so that both sides can make them without a file.
"""
import json
from waves import keras, np, numbers, tf, wave

def first(weight, index):
    name = weight.path.split("/")[-1]
    if name == "gamma": return np.ones(weight.shape)
    if name == "alpha": return np.full(weight.shape, 0.25)
    return wave(weight.shape, index, 0.3)

def train(layers, x, y, dtype="float32", steps=20):
    model = keras.Sequential([keras.Input(x.shape[1:], dtype=dtype), *layers, k.Dense(2)])
    for i, w in enumerate(model.trainable_variables):
        w.assign(first(w, i))
    optimizer = keras.optimizers.Adam(0.01)
    losses = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
        # Rows of an embedding come as slices.
        gradients = [tf.convert_to_tensor(g) for g in tape.gradient(loss, model.trainable_variables)]
        optimizer.apply(gradients, model.trainable_variables)
        losses.append(float(loss))
    return {
        "losses": losses,
        "weights": [numbers(w) for w in model.trainable_variables],
        "outputs": numbers(model(x, training=False)),
    }

k = keras.layers
sequences, images, targets = wave([8, 5, 3], 1, 1.0), wave([8, 4, 4, 2], 1, 1.0), wave([8, 2], 2, 1.0)
ids = ((np.arange(8 * 6) * 7) % 11 % 9).astype(np.int32).reshape(8, 6)

class MaxOut(k.Layer):
    def call(self, x):
        return tf.reduce_max(tf.stack(tf.split(x, 2, axis=-1)), axis=0)

def gru(*args, **knobs):
    return k.GRU(*args, reset_after=False, **knobs)

runs = {
    "lstm": train([k.LSTM(4)], sequences, targets),
    "lstm at every time": train([k.LSTM(4, return_sequences=True), k.Flatten()], sequences, targets),
    "gru": train([gru(4)], sequences, targets),
    "gru at every time": train([gru(4, return_sequences=True), gru(3)], sequences, targets),
    "embedding": train([k.Embedding(9, 3), k.Flatten()], ids, targets, "int32"),
    "embedding and lstm": train([k.Embedding(9, 3), k.LSTM(4)], ids, targets, "int32"),
    "layerNorm": train([k.Dense(6), k.LayerNormalization(), k.Dense(4, activation="tanh")], wave([8, 4], 1, 1.0), targets),
    "layerNorm of sequences": train([k.LayerNormalization(epsilon=0.01), k.LSTM(3)], sequences, targets),
    "groupNorm": train([k.Conv2D(6, 2), k.GroupNormalization(3), k.ReLU(), k.Flatten()], images, targets),
    "groupNorm of vectors": train([k.Dense(6), k.GroupNormalization(2, epsilon=0.01), k.Dense(4, activation="tanh")], wave([8, 4], 1, 1.0), targets),
    "prelu": train([k.Dense(6), k.PReLU()], wave([8, 4], 1, 1.0), targets),
    "prelu of images": train([k.Conv2D(3, 2), k.PReLU(shared_axes=[1, 2]), k.Flatten()], images, targets),
    "maxOut": train([k.Dense(6), MaxOut()], wave([8, 4], 1, 1.0), targets),
    "maxOut of images": train([k.Conv2D(4, 2), MaxOut(), k.Flatten()], images, targets),
}

# 50 points, of which five are special.
points = np.concatenate([np.linspace(-6, 6, 45), [0, -20, 20, -1e-3, 1e-3]]).astype(np.float32)

def function(f, x=points):
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
        # Of a sum with weights, so that the parts do not cancel.
        total = tf.reduce_sum(y * wave(y.shape, 0))
    return {"values": numbers(y), "gradients": numbers(tape.gradient(total, x))}

a = keras.activations
activations = {
    "selu": function(a.selu),
    "gelu": function(a.gelu),
    "gelu by tanh": function(lambda x: a.gelu(x, approximate=True)),
    "silu": function(a.silu),
    "softplus": function(a.softplus),
    # Rows of five. Keras's prelu has a slope of 0 at 0, and not that of one side; TensorFlow's leaky relu is the function of the paper.
    "softmax": function(a.softmax, points.reshape(10, 5)),
    "prelu": function(lambda x: tf.nn.leaky_relu(x, 0.25)),
    "maxOut": function(lambda x: tf.reduce_max(tf.reshape(x, [5, 2, 5]), axis=1), points.reshape(5, 10)),
}
print(json.dumps({"versions": {"keras": keras.__version__, "tensorflow": tf.__version__}, "points": numbers(points), "activations": activations, "runs": runs}, indent=1))
