"""Expected numbers of test/train/{optimizers,schedules,losses,initializers,regularized}.test.ts, from Keras on TensorFlow,
PyTorch and SciPy; those of Eve from its paper's equations, here in NumPy.

    python -m venv venv && venv/bin/pip install tensorflow-cpu==2.18.1 keras==3.15.1 torch scipy
    venv/bin/python test/golden/make-optim.py > test/golden/optim.json

Inputs and first weights are waves, so that both sides can make them without a file.
"""
import json, math, warnings
from waves import keras, np, numbers, optimizer_run, tf, train, wave
import scipy, scipy.stats as st, torch
from keras.src.initializers.random_initializers import compute_fans

warnings.filterwarnings("ignore")
K, k, L = keras.optimizers, keras.layers, keras.losses

class Eve:
    """Koushik & Hayashi 2016, arXiv 1611.01505v2, algorithm 1; loss is f at the weights that the gradients are of."""

    def __init__(self, alpha=1e-3, beta1=0.9, beta2=0.999, beta3=0.999, k=0.1, K=10, epsilon=1e-8):
        self.__dict__.update(locals())
        self.t, self.d, self.loss, self.f_hat, self.memory = 0, 1.0, None, None, {}

    def apply(self, gradients, variables):
        self.t += 1
        t, f = self.t, self.loss
        if t > 1:
            if f >= self.f_hat:
                delta, Delta = self.k + 1, self.K + 1
            else:
                delta, Delta = 1 / (self.K + 1), 1 / (self.k + 1)
            c = min(max(delta, f / self.f_hat), Delta)
            f_hat = c * self.f_hat
            r = abs(f_hat - self.f_hat) / min(f_hat, self.f_hat)
            self.d = self.beta3 * self.d + (1 - self.beta3) * r
            self.f_hat = f_hat
        else:
            self.f_hat, self.d = f, 1.0
        for i, (gradient, variable) in enumerate(zip(gradients, variables)):
            g, theta = np.float64(gradient), np.float64(variable)
            m, v = self.memory.get(i, (0.0, 0.0))
            m = self.beta1 * m + (1 - self.beta1) * g
            v = self.beta2 * v + (1 - self.beta2) * g**2
            self.memory[i] = m, v
            m_hat, v_hat = m / (1 - self.beta1**t), v / (1 - self.beta2**t)
            variable.assign(theta - self.alpha * m_hat / (self.d * np.sqrt(v_hat) + self.epsilon))

def eve_run(eve):
    weight = keras.Variable(wave([6], 0))
    for t in range(1, 21):
        eve.loss = 1 + math.cos(t)
        eve.apply([wave([6], t)], [weight])
    return numbers(weight)

optimizers = {
    "nesterov": optimizer_run(K.SGD(0.05, momentum=0.8, nesterov=True)),
    "adagrad": optimizer_run(K.Adagrad(0.05, epsilon=1e-5)),
    "adadelta": optimizer_run(K.Adadelta(0.5, rho=0.9, epsilon=1e-5)),
    "rmsprop": optimizer_run(K.RMSprop(0.05, rho=0.8, momentum=0.5, epsilon=1e-5)),
    "rmspropCentered": optimizer_run(K.RMSprop(0.05, rho=0.8, momentum=0.5, epsilon=1e-2, centered=True)),
    "adamw": optimizer_run(K.AdamW(0.05, weight_decay=0.1, beta_1=0.8, beta_2=0.95, epsilon=1e-5)),
    "amsgrad": optimizer_run(K.Adam(0.05, beta_1=0.8, beta_2=0.7, epsilon=1e-5, amsgrad=True)),
    "nadam": optimizer_run(K.Nadam(0.05, beta_1=0.8, beta_2=0.95, epsilon=1e-5)),
    "lion": optimizer_run(K.Lion(0.05, beta_1=0.8, beta_2=0.95)),
    "eve": eve_run(Eve(0.05, 0.8, 0.95, 0.9, 0.2, 5, 1e-5)),
}

def dense_net(optimizer, first={}, second={}, third={}, last={}, loss=L.MeanSquaredError(reduction="none"), targets=wave([10, 2], 2, 1.0), all={}):
    return train(
        [k.Dense(5, activation="tanh", **all, **first), k.Dense(4, activation="sigmoid", **all, **second),
         k.Dense(4, **all, **third), k.LeakyReLU(negative_slope=0.1), k.Dense(targets.shape[1] if targets.ndim == 2 else 3, **all, **last)],
        loss, wave([10, 4], 1, 1.0), targets, optimizer)

def kernels_only(optimizer):
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer

def class_weighted(y, outputs):
    losses = L.SparseCategoricalCrossentropy(from_logits=True, reduction="none")(y, outputs)
    return losses * tf.gather(tf.constant([1.0, 5.0, 0.5]), y)

def with_parameter_groups():
    """The dense net in PyTorch, with a learning rate for each layer."""
    sizes, factors = [(4, 5), (5, 4), (4, 4), (4, 2)], [0.1, 0.5, 1, 2]
    layers = [torch.nn.Linear(*size) for size in sizes]
    with torch.no_grad():
        for i, layer in enumerate(layers):
            layer.weight.copy_(torch.tensor(wave(sizes[i], 2 * i, 0.3).T))
            layer.bias.zero_()
    a, b, c, d = layers
    net = torch.nn.Sequential(a, torch.nn.Tanh(), b, torch.nn.Sigmoid(), c, torch.nn.LeakyReLU(0.1), d)
    optimizer = torch.optim.SGD([{"params": l.parameters(), "lr": 0.2 * f} for l, f in zip(layers, factors)], momentum=0.9)
    x, y, losses = torch.tensor(wave([10, 4], 1, 1.0)), torch.tensor(wave([10, 2], 2, 1.0)), []
    for _ in range(20):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    weights = [w for l in layers for w in (numbers(l.weight.detach().T), numbers(l.bias.detach()))]
    return {"losses": losses, "weights": weights, "statistics": [], "outputs": numbers(net(x).detach())}

def maxed():
    return keras.constraints.MaxNorm(0.5, axis=0)

R = keras.regularizers
runs = {
    # Knobs that are not given have the same defaults on both sides.
    "nesterov": dense_net(K.SGD(0.05, momentum=0.9, nesterov=True)),
    "adagrad": dense_net(K.Adagrad(0.05)),
    "adadelta": dense_net(K.Adadelta(1.0)),
    "rmsprop": dense_net(K.RMSprop(0.01)),
    "rmspropCentered": dense_net(K.RMSprop(0.01, centered=True)),
    "adamw": dense_net(kernels_only(K.AdamW(0.01))),
    "amsgrad": dense_net(K.Adam(0.01, amsgrad=True)),
    "nadam": dense_net(K.Nadam(0.01)),
    "lion": dense_net(K.Lion(0.01)),
    "eve": dense_net(Eve(0.01)),
    "decoupled decay, adam": dense_net(kernels_only(K.Adam(0.01, weight_decay=0.5))),
    "decoupled decay, momentum": dense_net(kernels_only(K.SGD(0.05, momentum=0.9, weight_decay=0.5))),
    "max-norm": dense_net(K.Adam(0.02), all={"kernel_constraint": maxed()}),
    "class weights": dense_net(K.Adam(0.01), loss=class_weighted, targets=np.arange(10) % 3),
    "coefficients of layers": dense_net(K.Adam(0.01), first={"kernel_regularizer": R.L1(0.02)}, second={"kernel_regularizer": R.L1L2(0.01, 0.03)}),
    "clipping by norm": dense_net(K.SGD(0.2, momentum=0.9, clipnorm=0.02)),
    "learning rates by layer": with_parameter_groups(),
}

EPOCHS = range(30)
bumpy = [round(1 / (1 + t) + 0.3 * math.sin(1.7 * t) ** 2, 4) for t in EPOCHS]

def keras_schedule(schedule):
    return [float(schedule(t)) for t in EPOCHS]

def torch_schedule(create):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule, rates = create(optimizer), []
    for _ in EPOCHS:
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        schedule.step()
    return rates

def plateau(**knobs):
    model = keras.Sequential([keras.Input((1,)), k.Dense(1)])
    model.compile(K.SGD(1.0), "mse")
    callback = keras.callbacks.ReduceLROnPlateau(**knobs)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for t in EPOCHS:
        rates.append(float(np.asarray(model.optimizer.learning_rate)))
        callback.on_epoch_end(t, {"val_loss": bumpy[t]})
    return rates

S, T = K.schedules, torch.optim.lr_scheduler
schedules = {
    "exponentialDecay": keras_schedule(S.ExponentialDecay(1.0, 4, 0.7)),
    "stepDecay": torch_schedule(lambda o: T.StepLR(o, 7, 0.4)),
    "cosineDecay": keras_schedule(S.CosineDecay(1.0, 30, alpha=0.1)),
    "cosineDecay, short": keras_schedule(S.CosineDecay(1.0, 12)),
    "cosineDecayRestarts": keras_schedule(S.CosineDecayRestarts(1.0, 4, t_mul=2.0, m_mul=0.6, alpha=0.1)),
    "cosineDecayRestarts, equal": keras_schedule(S.CosineDecayRestarts(1.0, 6, t_mul=1.0)),
    "polynomialDecay": keras_schedule(S.PolynomialDecay(1.0, 20, end_learning_rate=0.1, power=2.0)),
    "polynomialDecay, straight": keras_schedule(S.PolynomialDecay(1.0, 30, end_learning_rate=0.0)),
    "oneCycle": torch_schedule(lambda o: T.OneCycleLR(o, 1.0, total_steps=31, cycle_momentum=False)),
    "warmUp": torch_schedule(lambda o: T.LinearLR(o, 0.1, total_iters=5)),
    "warmUp, then cosineDecay": torch_schedule(lambda o: T.SequentialLR(o, [T.LinearLR(o, 0.25, total_iters=3), T.CosineAnnealingLR(o, 27)], [3])),
    "reduceOnPlateau": plateau(patience=2, factor=0.5, min_delta=0.01),
    "reduceOnPlateau, cooldown": plateau(patience=3, factor=0.3, min_delta=0.0, cooldown=2, min_lr=0.05),
}

outputs, values, classes = wave([6, 4], 1, 3.0), wave([6, 4], 5, 3.0), np.array([0, 3, 1, 2, 2, 0])
one_hot = np.eye(4, dtype=np.float32)[classes]

def loss_case(loss, targets, given=outputs):
    """Per example, and the gradient of the mean with respect to the outputs."""
    x = tf.constant(given)
    with tf.GradientTape() as tape:
        tape.watch(x)
        per_example = loss(targets, x)
        mean = tf.reduce_mean(per_example)
    return {"values": numbers(per_example), "gradient": numbers(tape.gradient(mean, x))}

large = np.array([[1e4, -1e4, 0, 3], [-1e4, 1e4, 1e4, -1e4], [0, 0, -1e4, 1e4]], np.float32)
large_classes = np.array([0, 0, 3])
large_one_hot = np.eye(4, dtype=np.float32)[large_classes]
large_values = np.array([[-1e4, 1e4, 0, 3], [-1e4, 0, 1e4, 1e4], [0, 1e-4, 0, -1e4]], np.float32)
n = {"reduction": "none"}
losses = {
    "softmaxCrossEntropy": loss_case(L.SparseCategoricalCrossentropy(from_logits=True, **n), classes),
    "softmaxCrossEntropy, smoothed": loss_case(L.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2, **n), one_hot),
    "sigmoidCrossEntropy": loss_case(L.BinaryCrossentropy(from_logits=True, **n), one_hot),
    "sigmoidCrossEntropy, smoothed": loss_case(L.BinaryCrossentropy(from_logits=True, label_smoothing=0.2, **n), one_hot),
    "focal": loss_case(L.CategoricalFocalCrossentropy(alpha=1.0, gamma=1.5, from_logits=True, **n), one_hot),
    "meanSquaredError": loss_case(L.MeanSquaredError(**n), values),
    "meanAbsoluteError": loss_case(L.MeanAbsoluteError(**n), values),
    "huber": loss_case(L.Huber(delta=1.7, **n), values),
    "logCosh": loss_case(L.LogCosh(**n), values),
    "cosine": loss_case(lambda y, x: 1 + L.CosineSimilarity(**n)(y, x), values),
}
large_losses = {
    "softmaxCrossEntropy": loss_case(L.SparseCategoricalCrossentropy(from_logits=True, **n), large_classes, large),
    "softmaxCrossEntropy, smoothed": loss_case(L.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2, **n), large_one_hot, large),
    "sigmoidCrossEntropy": loss_case(L.BinaryCrossentropy(from_logits=True, **n), large_one_hot, large),
    "sigmoidCrossEntropy, smoothed": loss_case(L.BinaryCrossentropy(from_logits=True, label_smoothing=0.2, **n), large_one_hot, large),
    "meanAbsoluteError": loss_case(L.MeanAbsoluteError(**n), large_values, large),
    "huber": loss_case(L.Huber(delta=1.7, **n), large_values, large),
    "logCosh": loss_case(L.LogCosh(**n), large_values, large),
    "cosine": loss_case(lambda y, x: 1 + L.CosineSimilarity(**n)(y, x), large_values, large),
}

I = keras.initializers
SHAPE = [3, 3, 100, 120]
fan_in, fan_out = compute_fans(SHAPE)
shares = [i / 100 for i in range(1, 100)]

def uniform(low, high):
    return st.uniform(low, high - low)

def cut(mean, deviation):
    return st.truncnorm(-2, 2, mean, deviation)

def he_or_lecun(scale):
    return cut(0, math.sqrt(scale) / 0.87962566103423978)

def limit(scale):
    return uniform(-math.sqrt(3 * scale), math.sqrt(3 * scale))

def distribution(initializer, exact):
    """Moments of a draw of Keras, and quantiles of the exact distribution, which Keras's draw must pass too."""
    drawn = np.sort(np.asarray(initializer(SHAPE), np.float64).ravel())
    assert st.kstest(drawn, exact.cdf).pvalue > 1e-3, initializer
    return {"mean": drawn.mean(), "deviation": drawn.std(), "kurtosis": float(st.kurtosis(drawn)), "quantiles": numbers(exact.ppf(shares))}

initializers = {
    "glorotNormal": distribution(I.GlorotNormal(1), he_or_lecun(2 / (fan_in + fan_out))),
    "glorotUniform": distribution(I.GlorotUniform(2), limit(2 / (fan_in + fan_out))),
    "heNormal": distribution(I.HeNormal(3), he_or_lecun(2 / fan_in)),
    "heUniform": distribution(I.HeUniform(4), limit(2 / fan_in)),
    "lecunNormal": distribution(I.LecunNormal(5), he_or_lecun(1 / fan_in)),
    "lecunUniform": distribution(I.LecunUniform(6), limit(1 / fan_in)),
    "randomNormal": distribution(I.RandomNormal(0.3, 0.7, 7), st.norm(0.3, 0.7)),
    "randomUniform": distribution(I.RandomUniform(-0.2, 1.1, 8), uniform(-0.2, 1.1)),
    "truncatedNormal": distribution(I.TruncatedNormal(0.3, 0.7, 9), cut(0.3, 0.7)),
}
fans = [{"shape": shape, "fans": compute_fans(shape)} for shape in ([7], [5, 3], [4, 3, 2], [3, 3, 2, 4], [3, 3, 8, 1], [5, 4, 3, 2, 6])]

print(json.dumps({
    "versions": {"keras": keras.__version__, "tensorflow": tf.__version__, "torch": torch.__version__, "scipy": scipy.__version__},
    "optimizers": optimizers, "runs": runs,
    "schedules": {"losses": bumpy, "factors": schedules},
    "losses": losses, "largeLosses": large_losses,
    "initializers": {"shape": SHAPE, "shares": shares, "distributions": initializers, "fans": fans},
}, indent=None).replace('}, "', '},\n"'))
