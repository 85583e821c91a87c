"""What make-keras.py, make-optim.py and make-recurrent.py share: inputs and first weights that are waves, and training on them."""
import os
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")
import numpy as np, keras, tensorflow as tf

def wave(shape, phase, amplitude=0.5):
    n = int(np.prod(shape))
    return (amplitude * np.sin(0.7 * np.arange(n) + phase)).astype(np.float32).reshape(shape)

def numbers(array):
    return [float(x) for x in np.asarray(array, dtype=np.float64).ravel()]

def optimizer_run(optimizer):
    """20 steps on fixed gradients."""
    weight = keras.Variable(wave([6], 0))
    for t in range(20):
        optimizer.apply([tf.constant(wave([6], t + 1))], [weight])
    return numbers(weight)

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
        if hasattr(optimizer, "loss"):
            optimizer.loss = float(total)
        optimizer.apply(tape.gradient(total, model.trainable_variables), model.trainable_variables)
        losses.append(float(data_loss))
    return {
        "losses": losses,
        "weights": [numbers(w) for w in model.trainable_variables],
        "statistics": [numbers(w) for w in model.non_trainable_variables],
        "outputs": numbers(model(x, training=False)),
    }
