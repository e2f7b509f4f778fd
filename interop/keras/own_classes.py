"""The classes of examples/extend as one writes them for Keras 3 and for tf_keras, registered by the names that files have for ours."""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf


def own_classes(peer):
    register = peer.saving.register_keras_serializable

    @register(package="Custom", name="ResidualBlock")
    class ResidualBlock(peer.layers.Layer):
        def __init__(self, kernel_size=3, **others):
            super().__init__(**others)
            self.kernel_size = kernel_size

        def build(self, shape):
            kernel = (self.kernel_size, self.kernel_size, shape[-1], shape[-1])
            add = lambda name, shape, start: self.add_weight(name=name, shape=shape, initializer=start)
            self.kernel1 = add("kernel1", kernel, "glorot_uniform")
            self.bias1 = add("bias1", (shape[-1],), "zeros")
            self.kernel2 = add("kernel2", kernel, "glorot_uniform")
            self.bias2 = add("bias2", (shape[-1],), "zeros")
            self.built = True

        def call(self, x):
            inner = tf.nn.relu(tf.nn.conv2d(x, self.kernel1, 1, "SAME") + self.bias1)
            return tf.nn.relu(x + tf.nn.conv2d(inner, self.kernel2, 1, "SAME") + self.bias2)

        def get_config(self):
            return {**super().get_config(), "kernel_size": self.kernel_size}

    @register(package="Custom", name="FocalLoss")
    class FocalLoss(peer.losses.Loss):
        def __init__(self, gamma=2.0, name="focal_loss", reduction="sum_over_batch_size", **others):
            super().__init__(name=name, reduction=reduction, **others)
            self.gamma = gamma

        def call(self, truth, predictions):
            p = tf.clip_by_value(predictions, 1e-7, 1 - 1e-7)
            return -tf.reduce_sum(tf.cast(truth, p.dtype) * (1 - p) ** self.gamma * tf.math.log(p), axis=-1)

        def get_config(self):
            return {**super().get_config(), "gamma": self.gamma}

    return {"ResidualBlock": ResidualBlock, "FocalLoss": FocalLoss}
