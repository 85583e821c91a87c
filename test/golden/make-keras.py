"""Expected numbers of test/train/keras.test.ts, from Keras on TensorFlow.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.18.1 && venv/bin/python test/golden/make-keras.py > test/golden/keras.json

Inputs and first weights are waves, so that both sides can make them without a file.
"""
import json, os
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
import numpy as np, keras, tensorflow as tf

def wave(shape, phase, amplitude=0.5):
    n = int(np.prod(shape))
    return (amplitude * np.sin(0.7 * np.arange(n) + phase)).astype(np.float32).reshape(shape)

def numbers(array):
    return [float(x) for x in np.asarray(array, dtype=np.float64).ravel()]

def optimizer_run(optimizer):
    weight = keras.Variable(wave([6], 0))
    for t in range(20):
        optimizer.apply([tf.constant(wave([6], t + 1))], [weight])
    return numbers(weight)

optimizers = {
    "sgd": optimizer_run(keras.optimizers.SGD(0.05)),
    "momentum": optimizer_run(keras.optimizers.SGD(0.05, momentum=0.8)),
    "adam": optimizer_run(keras.optimizers.Adam(0.05, beta_1=0.8, beta_2=0.95, epsilon=1e-5)),
}

def train(layers, loss, x, y, optimizer=None, steps=20):
    model = keras.Sequential([keras.Input(x.shape[1:]), *layers])
    weights = [w for w in model.weights if w.path.split("/")[-1] not in ("seed_generator_state",)]
    for i, w in enumerate(model.trainable_variables):
        name = w.path.split("/")[-1]
        w.assign(np.ones(w.shape) if name == "gamma" else np.zeros(w.shape) if name in ("bias", "beta") else wave(w.shape, i, 0.3))
    optimizer = optimizer or keras.optimizers.Adam(0.01)
    losses = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            data_loss = tf.reduce_mean(loss(y, model(x, training=True)))
            total = data_loss + (tf.add_n(model.losses) if model.losses else 0.0)
        optimizer.apply(tape.gradient(total, model.trainable_variables), model.trainable_variables)
        losses.append(float(data_loss))
    return {
        "losses": losses,
        "weights": [numbers(w) for w in model.trainable_variables],
        "statistics": [numbers(w) for w in model.non_trainable_variables],
        "outputs": numbers(model(x, training=False)),
    }

L2 = keras.regularizers.L2(0.01)
k = keras.layers

def train_dense(optimizer=None, regularizer=None):
    def dense(units, activation=None):
        return k.Dense(units, activation=activation, kernel_regularizer=regularizer)
    return train(
        [dense(5, "tanh"), dense(4, "sigmoid"), dense(4), k.LeakyReLU(negative_slope=0.1), dense(2)],
        keras.losses.MeanSquaredError(reduction="none"),
        wave([10, 4], 1, 1.0), wave([10, 2], 2, 1.0), optimizer)

runs = {
    "convolutional": train(
        [k.Conv2D(3, 3, padding="same", use_bias=False, kernel_regularizer=L2), k.BatchNormalization(momentum=0.9), k.ReLU(), k.MaxPooling2D(2),
         k.Conv2D(4, 2, strides=1, activation="elu", kernel_regularizer=L2), k.AveragePooling2D(2), k.Flatten(),
         k.Dense(3, kernel_regularizer=L2)],
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none"),
        wave([8, 8, 8, 2], 3, 1.0), np.arange(8) % 3),
    "dense": train_dense(),
    "l1": train_dense(regularizer=keras.regularizers.L1(0.01)),
    "l1 and l2": train_dense(regularizer=keras.regularizers.L1L2(0.01, 0.02)),
    "clipping by value": train_dense(keras.optimizers.SGD(0.2, momentum=0.9, clipvalue=0.02)),
    "clipping by global norm": train_dense(keras.optimizers.SGD(0.2, momentum=0.9, global_clipnorm=0.04)),
}
print(json.dumps({"versions": {"keras": keras.__version__, "tensorflow": tf.__version__}, "optimizers": optimizers, "runs": runs}, indent=1))
