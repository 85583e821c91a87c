"""Expected numbers of test/train/keras.test.ts, from Keras on TensorFlow.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.18.1 && venv/bin/python test/golden/make-keras.py > test/golden/keras.json

Inputs and first weights are waves, so that both sides can make them without a file.
"""
import json
from waves import keras, np, numbers, optimizer_run, tf, train, wave

optimizers = {
    "sgd": optimizer_run(keras.optimizers.SGD(0.05)),
    "momentum": optimizer_run(keras.optimizers.SGD(0.05, momentum=0.8)),
    "adam": optimizer_run(keras.optimizers.Adam(0.05, beta_1=0.8, beta_2=0.95, epsilon=1e-5)),
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
