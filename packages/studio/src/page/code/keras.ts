import type { RunSettings } from "../../protocol/settings.js";

/** The same as the notebook's cell, with Keras. */
export function kerasCode({ l1, l2, dropout, batchNorm, augmentation, seed, epochs }: RunSettings): string {
  const dense = [
    `    layers.Dense(1024, activation="relu"${penalty(l1, l2)}),`,
    ...(batchNorm ? ["    layers.BatchNormalization(),"] : []),
    ...(dropout > 0 ? [`    layers.Dropout(${dropout}),`] : []),
  ];
  const imports = `import keras
from keras import layers${l1 > 0 || l2 > 0 ? ", regularizers" : ""}
from sklearn.model_selection import train_test_split
${augmentation ? "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n" : ""}`;
  return `${imports}
keras.utils.set_random_seed(${seed})
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x, x_test = x[..., None] / 255, x_test[..., None] / 255
y, y_test = keras.utils.to_categorical(y, 10), keras.utils.to_categorical(y_test, 10)
x_train, x_val, y_train, y_val = train_test_split(x, y, test_size=0.2, random_state=42)

model = keras.Sequential([
    layers.Input((28, 28, 1)),
    layers.Conv2D(6, 5, activation="relu"),
    layers.AveragePooling2D(2, 2),
    layers.Conv2D(16, 5, activation="relu"),
    layers.AveragePooling2D(2, 2),
    layers.Flatten(),
${[...dense, ...dense].join("\n")}
    layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer=keras.optimizers.Adam(0.001),
    loss="categorical_crossentropy",
    metrics=["accuracy"],
)
callbacks = [
    keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.2, patience=2, min_lr=1e-5),
    keras.callbacks.ModelCheckpoint("best_model.h5", monitor="val_accuracy", save_best_only=True),
]
${fit(augmentation, epochs)}
best = keras.models.load_model("best_model.h5")
print(best.evaluate(x_test, y_test))
`;
}

function fit(augmentation: RunSettings["augmentation"], epochs: number): string {
  if (!augmentation) {
    return `model.fit(
    x_train, y_train, batch_size=128, epochs=${epochs},
    validation_data=(x_val, y_val), callbacks=callbacks,
)`;
  }
  const { rotation, shift, zoom } = augmentation;
  return `generator = ImageDataGenerator(
    rotation_range=${rotation},
    width_shift_range=${shift},
    height_shift_range=${shift},
    zoom_range=${zoom},
    fill_mode="nearest",
)
model.fit(
    generator.flow(x_train, y_train, batch_size=128), epochs=${epochs},
    validation_data=(x_val, y_val), callbacks=callbacks,
)`;
}

function penalty(l1: number, l2: number): string {
  if (l1 > 0 && l2 > 0) return `, kernel_regularizer=regularizers.L1L2(${l1}, ${l2})`;
  if (l1 > 0) return `, kernel_regularizer=regularizers.L1(${l1})`;
  return l2 > 0 ? `, kernel_regularizer=regularizers.L2(${l2})` : "";
}
