"""Predicts with SavedModels in TensorFlow.

    python predict.py <jobs.json: [{ folder, shape, values, dtype }]>     prints [{ name, shape, values }]
"""
import json, os, sys
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
import tensorflow as tf

results = []
for job in json.load(open(sys.argv[1])):
    predict = tf.saved_model.load(job["folder"]).signatures["serving_default"]
    ((name, output),) = predict(inputs=tf.reshape(tf.constant(job["values"], job["dtype"]), job["shape"])).items()
    results.append({"name": name, "shape": list(output.shape), "values": output.numpy().astype(float).ravel().tolist()})
json.dump(results, sys.stdout)
