"""
Layers, weights, optimizer memory and operations of two models, from Keras and TensorFlow's profiler.

    pip install keras==3.15 tensorflow-cpu==2.18 && python test/golden/make-inspect.py > test/golden/inspect.json
"""
import json
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import tensorflow as tf
from tensorflow.python.profiler import model_analyzer, option_builder

L = keras.layers
MODELS = {
    "image": (
        [20, 20, 3],
        [L.Conv2D(8, 3), L.BatchNormalization(), L.ReLU(), L.MaxPooling2D(2), L.Conv2D(6, (3, 5), padding="same", strides=2),
         L.AveragePooling2D(2), L.Flatten(), L.Dense(32, activation="relu"), L.Dropout(0.2), L.Dense(10)],
    ),
    "table": ([7], [L.Dense(16, use_bias=False), L.Dense(16, activation="tanh"), L.Dense(3)]),
}
OPTIMIZERS = {
    "sgd": lambda: keras.optimizers.SGD(),
    "momentum": lambda: keras.optimizers.SGD(momentum=0.9),
    "adam": lambda: keras.optimizers.Adam(),
}


def operations(model, shape):
    """Of matrix products and convolutions, for one example: two for each product that is added up."""
    call = tf.function(model).get_concrete_function(tf.TensorSpec([1, *shape]))
    options = option_builder.ProfileOptionBuilder(option_builder.ProfileOptionBuilder.float_operation()).with_empty_output().build()
    node = model_analyzer.profile(call.graph, cmd="op", options=options)
    total = 0
    while node.children:
        node = node.children[0]
        if node.name in ("Conv2D", "MatMul"):
            total += node.float_ops
    return total


def memory(optimizer, model):
    """Numbers that it keeps, but for the learning rate and the number of the step."""
    optimizer.build(model.trainable_variables)
    return sum(variable.numpy().size for variable in optimizer.variables[2:])


def describe(shape, layers):
    model = keras.Sequential([keras.Input(shape), *layers])
    return {
        "inputShape": shape,
        "layers": [
            {"output": list(layer.output.shape[1:]), "parameters": int(sum(keras.ops.size(w) for w in layer.trainable_weights))}
            for layer in layers
        ],
        "weights": int(model.count_params()),
        "slots": {name: memory(make(), model) for name, make in OPTIMIZERS.items()},
        "flops": operations(model, shape),
    }


print(json.dumps({name: describe(*parts) for name, parts in MODELS.items()}, indent=2))
