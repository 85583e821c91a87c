"""Expected numbers of test/train/layers.test.ts, from Keras on TensorFlow, or where Keras has no such layer from the
paper's equations.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.18.1 && venv/bin/python test/golden/make-layers.py > test/golden/layers.json

Each network trains by gradient descent for 20 steps on the mean squared distance from a wave. Inputs, first weights and
noise are waves, so that both sides can make them without a file. Of many outputs, some 64 are kept.
"""
import json, os
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
import numpy as np, keras, tensorflow as tf

k = keras.layers
STEPS, RATE = 20, 0.1

def wave(shape, phase, amplitude=0.5):
    n = int(np.prod(shape))
    return (amplitude * np.sin(0.7 * np.arange(n) + phase)).astype(np.float32).reshape(shape)

def numbers(array):
    return [float(f"{x:.8g}") for x in np.asarray(array, dtype=np.float64).ravel()]

def train(predict, weights, statistics, x):
    """predict(x, training, step) gives outputs, or outputs and a penalty."""
    losses, first = [], None
    for step in range(STEPS):
        with tf.GradientTape() as tape:
            output = predict(x, True, step)
            output, penalty = output if isinstance(output, tuple) else (output, 0.0)
            loss = tf.reduce_mean((output - wave(output.shape, 2, 1.0)) ** 2) + penalty
        gradients = tape.gradient(loss, weights)
        first = first or [numbers(g) for g in gradients]
        for weight, gradient in zip(weights, gradients):
            weight.assign(weight - RATE * gradient)
        losses.append(float(loss))
    outputs = predict(x, False, STEPS)
    outputs = outputs[0] if isinstance(outputs, tuple) else outputs
    return {
        "losses": numbers(losses),
        "gradients": first,
        "weights": [numbers(w) for w in weights],
        "statistics": [numbers(s) for s in statistics],
        "outputs": numbers(outputs)[::max(1, int(np.prod(outputs.shape)) // 64)],
    }

def first_values(model):
    for i, w in enumerate(model.trainable_variables):
        name = w.path.split("/")[-1]
        w.assign(np.ones(w.shape) if name == "gamma" else np.zeros(w.shape) if name in ("bias", "beta") else wave(w.shape, i, 0.3))

def keras_run(shape, build):
    """A functional model; the order of its weights is that of its layers."""
    inputs = keras.Input(shape[1:])
    model = keras.Model(inputs, build(inputs))
    first_values(model)
    return train(lambda x, training, _: model(x, training=training), model.trainable_variables, model.non_trainable_variables, wave(shape, 3, 1.0))

def sequence(*layers):
    def build(x):
        for layer in layers:
            x = layer(x)
        return x
    return build

image, vector = [6, 6, 6, 2], [8, 5]
conv = lambda filters, size=3, **kw: k.Conv2D(filters, size, **{"padding": "same", **kw})

def residual_dense(x):
    before = k.Dense(4)(x)
    inside = k.Dense(3, activation="tanh")(before)
    # In this order the weights are those of the layers inside, then the shortcut's.
    both = k.Add()([k.Dense(3)(inside), k.Dense(3, use_bias=False)(before)])
    return both

def residual_conv(x):
    a = conv(3, strides=2, use_bias=False)(x)
    a = conv(3)(k.Activation("tanh")(k.BatchNormalization(momentum=0.9)(a)))
    return k.Flatten()(k.Activation("relu")(k.Add()([a, conv(3, 1, strides=2, use_bias=False)(x)])))

def residual_identity(x):
    a = conv(3)(x)
    return k.Flatten()(k.Activation("elu")(k.Add()([conv(3)(k.Activation("tanh")(conv(3)(a))), a])))

def repeat_last(x):
    x = conv(3)(x)
    c, b = conv(3, use_bias=False), k.BatchNormalization(momentum=0.8, epsilon=0.1)
    for _ in range(2):
        x = k.Activation("tanh")(b(c(x)))
    return k.Flatten()(x)

runs = {
    "depthwiseConv2d": keras_run(image, sequence(conv(2), k.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2, activation="tanh"), k.Flatten())),
    "depthwiseConv2d valid": keras_run(image, sequence(conv(2), k.DepthwiseConv2D([2, 3], use_bias=False), k.Flatten())),
    "separableConv2d": keras_run(image, sequence(conv(2), k.SeparableConv2D(3, 3, strides=2, padding="same", depth_multiplier=2, activation="elu"), k.Flatten())),
    "conv2dTranspose same": keras_run(image, sequence(conv(2), k.Conv2DTranspose(3, 3, strides=2, padding="same", activation="tanh"), k.Flatten())),
    "conv2dTranspose valid": keras_run(image, sequence(conv(2), k.Conv2DTranspose(3, [4, 3], strides=[2, 1], padding="valid"), k.Flatten())),
    "conv2dTranspose larger strides": keras_run(image, sequence(conv(2), k.Conv2DTranspose(2, 2, strides=3, padding="valid", use_bias=False), k.Flatten())),
    "globalAveragePool": keras_run(image, sequence(conv(4), k.Activation("tanh"), k.GlobalAveragePooling2D())),
    "globalMaxPool": keras_run(image, sequence(conv(4), k.GlobalMaxPooling2D())),
    "reshape": keras_run(vector, sequence(k.Dense(24), k.Reshape([3, -1, 2]), conv(3), k.Flatten())),
    "upsample nearest": keras_run(image, sequence(conv(2), k.UpSampling2D([2, 3]), conv(2), k.Flatten())),
    "upsample bilinear": keras_run(image, sequence(conv(2), k.UpSampling2D([2, 3], interpolation="bilinear"), conv(2), k.Flatten())),
    "residual, dense shortcut": keras_run(vector, residual_dense),
    "residual, convolution as shortcut": keras_run(image, residual_conv),
    "residual, identity": keras_run(image, residual_identity),
    "repeat, last": keras_run(image, repeat_last),
}

# From here on by equations: Keras has no such layer, or draws noise of its own.

def variables(*shapes):
    """Biases are vectors and begin with 0."""
    return [tf.Variable(np.zeros(s, np.float32) if len(s) == 1 else wave(s, i, 0.3)) for i, s in enumerate(shapes)]

def equation_run(shape, weights, predict):
    return train(predict, weights, [], wave(shape, 3, 1.0))

def conv2d(x, w, stride=1):
    return tf.nn.conv2d(x, w, stride, "SAME")

def uniform(shape, step):
    return (0.5 + wave(shape, step, 0.49)).astype(np.float32)

def normal(shape, step):
    return wave(shape, step, 1.5)

# DRCN (Kim et al. 2016), eq. 6: the output is the weighted sum of all recursions.
w1, b1, _, w2, b2 = variables([3, 3, 2, 3], [3], [4], [3, 3, 3, 3], [3])
share = tf.Variable(np.full([4], 0.25, np.float32))

def drcn(x, training, step):
    h = conv2d(x, w1) + b1
    y = 0.0
    for t in range(4):
        h = tf.tanh(conv2d(h, w2) + b2)
        y += share[t] * h
    return y

runs["repeat, learned"] = equation_run(image, [w1, b1, share, w2, b2], drcn)

# An autoencoder whose decoder is the transposed encoder.
w, b, c = variables([5, 3], [3], [5])
runs["tied, dense, the way back"] = equation_run(vector, [w, b, c], lambda x, *_: tf.matmul(tf.tanh(x @ w + b), w, transpose_b=True) + c)

w_, b_, c_ = variables([5, 5], [5], [5])
runs["tied, dense"] = equation_run(vector, [w_, b_, c_], lambda x, *_: tf.tanh(x @ w_ + b_) @ w_ + c_)

v, d, e = variables([3, 3, 2, 4], [4], [2])
runs["tied, convolution, the way back"] = equation_run(
    image, [v, d, e],
    lambda x, *_: tf.nn.conv2d_transpose(tf.tanh(conv2d(x, v, 2) + d), v, [6, 6, 6, 2], 2, "SAME") + e)

v_, d_, e_ = variables([3, 3, 2, 2], [2], [2])
runs["tied, convolution"] = equation_run(image, [v_, d_, e_], lambda x, *_: tf.tanh(conv2d(tf.tanh(conv2d(x, v_) + d_), v_) + e_))

# Srivastava et al. 2014, section 10: noise from N(1, rate / (1 - rate)).
g, h = variables([5, 4], [4])

def gaussian(x, training, step):
    y = x @ g + h
    return y * (1 + np.sqrt(0.3 / 0.7).astype(np.float32) * normal([8, 4], step)) if training else y

runs["gaussianDropout"] = equation_run(vector, [g, h], gaussian)

# Tompson et al. 2015: one number for each channel of each example.
s, t = variables([3, 3, 2, 4], [4])

def spatial(x, training, step):
    y = conv2d(x, s) + t
    return y * np.float32(uniform([6, 1, 1, 4], step) >= 0.4) / 0.6 if training else y

runs["spatialDropout"] = equation_run(image, [s, t], spatial)

# Gal, Hron & Kendall 2017, eqs. 3 to 5, in terms of p itself.
def concrete(x, w, logit, u, temperature=0.1):
    p = tf.sigmoid(logit)
    z = tf.sigmoid((tf.math.log(p) - tf.math.log(1 - p) + tf.math.log(u) - tf.math.log(1 - u)) / temperature)
    entropy = p * tf.math.log(p) + (1 - p) * tf.math.log(1 - p)
    penalty = 0.01 * tf.reduce_sum(w ** 2) / (1 - p) + 0.02 * x.shape[-1] * entropy
    return x * (1 - z) / (1 - p), penalty

q, r, o, n = variables([5, 4], [4], [4, 3], [3])
logit = tf.Variable(np.float32(np.log(0.2 / 0.8)))

def concrete_dense(x, training, step):
    x = tf.tanh(x @ q + r)
    if not training:
        return x @ o + n
    x, penalty = concrete(x, o, logit, uniform([8, 4], step))
    return x @ o + n, penalty

runs["concreteDropout, dense"] = equation_run(vector, [q, r, o, n, logit], concrete_dense)

q_, r_, o_, n_ = variables([3, 3, 2, 4], [4], [3, 3, 4, 3], [3])
logit_ = tf.Variable(np.float32(np.log(0.2 / 0.8)))

def concrete_conv(x, training, step):
    x = tf.tanh(conv2d(x, q_) + r_)
    if not training:
        return conv2d(x, o_) + n_
    x, penalty = concrete(x, o_, logit_, uniform([6, 1, 1, 4], step))
    return conv2d(x, o_) + n_, penalty

runs["concreteDropout, channels"] = equation_run(image, [q_, r_, o_, n_, logit_], concrete_conv)

versions = json.dumps({"keras": keras.__version__, "tensorflow": tf.__version__})
lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(run)}" for name, run in runs.items())
print(f'{{\n"versions": {versions},\n"runs": {{\n{lines}\n}}\n}}')
