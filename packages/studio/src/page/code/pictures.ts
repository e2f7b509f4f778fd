import type { PictureSettings } from "../../protocol/pictures.js";
import type { Programs } from "./programs.js";

/** Programs that train what the studio trained, on a folder with one folder of pictures for each class. */
export const picturesCode = (settings: PictureSettings): Programs => ({
  typescript: typescript(settings),
  keras: keras(settings),
});

const filters = [16, 32, 64, 96];
const filtersOf = (side: number): readonly number[] => filters.slice(0, Math.floor(Math.log2(side / 4)));

function typescript({ side, channels, classes, epochs, seed, varied }: PictureSettings): string {
  const blocks = filtersOf(side).map(
    (
      count,
    ) => `    layers.conv2d({ filters: ${count}, kernelSize: 3, padding: "same", useBias: false, kernelInitializer: "heNormal" }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.activation({ activation: "relu" }),
    layers.maxPooling2d({ poolSize: 2 }),`,
  );
  const imports = [
    "callbacks",
    "divide",
    ...(varied ? ["imageDataGenerator"] : []),
    "imagesFromDirectory",
    "layers",
    "optimizers",
    "sequential",
  ];
  return `import {
  ${imports.join(",\n  ")},
} from "trazo";

// One folder for each class: ${classes.join(", ")}.
const options = { height: ${side}, width: ${side}, channels: ${channels}, fit: "crop", validationSplit: 0.2, seed: ${seed} } as const;
const train = await imagesFromDirectory("pictures", { ...options, subset: "training" });
const validation = await imagesFromDirectory("pictures", { ...options, subset: "validation" });

const model = sequential(
  [
    layers.input({ shape: [${side}, ${side}, ${channels}] }),
${blocks.join("\n")}
    layers.globalAveragePooling2d(),
    layers.dense({ units: ${classes.length}, activation: "softmax" }),
  ],
  { seed: ${seed} },
);
model.compile({
  optimizer: optimizers.adam({ learningRate: 0.002 }),
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
});
model.classNames = train.classNames;
${varied ? varying : ""}await model.fit(${
    varied
      ? "generator.flow(divide(train.images, 255), train.labels, { batchSize: 16 }), {"
      : "divide(train.images, 255), train.labels, {\n  batchSize: 16,"
  }
  epochs: ${epochs},
  validationData: [divide(validation.images, 255), validation.labels],
  callbacks: [
    callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.3, patience: 4, minLr: 1e-5 }),
    callbacks.modelCheckpoint({ filepath: "pictures.keras", monitor: "val_loss", saveBestOnly: true }),
  ],
});
`;
}

const varying = `const generator = imageDataGenerator({
  rotationRange: 10,
  widthShiftRange: 0.08,
  heightShiftRange: 0.08,
  zoomRange: 0.12,
  fillMode: "nearest",
});
`;

function keras({ side, channels, classes, epochs, seed, varied }: PictureSettings): string {
  const blocks = filtersOf(side).map(
    (
      count,
    ) => `    layers.Conv2D(${count}, 3, padding="same", use_bias=False, kernel_initializer="he_normal"),
    layers.BatchNormalization(momentum=0.9),
    layers.Activation("relu"),
    layers.MaxPooling2D(2),`,
  );
  const generator = varied
    ? `ImageDataGenerator(
    rotation_range=10,
    width_shift_range=0.08,
    height_shift_range=0.08,
    zoom_range=0.12,
    fill_mode="nearest",
    rescale=1 / 255,
    validation_split=0.2,
)`
    : "ImageDataGenerator(rescale=1 / 255, validation_split=0.2)";
  return `import keras
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

keras.utils.set_random_seed(${seed})
# One folder for each class: ${classes.join(", ")}.
options = dict(
    target_size=(${side}, ${side}), color_mode="${channels === 1 ? "grayscale" : "rgb"}", class_mode="sparse",
    batch_size=16, seed=${seed}, keep_aspect_ratio=True,
)
train = ${generator}.flow_from_directory("pictures", subset="training", **options)
plain = ImageDataGenerator(rescale=1 / 255, validation_split=0.2)
validation = plain.flow_from_directory("pictures", subset="validation", shuffle=False, **options)

model = keras.Sequential([
    layers.Input((${side}, ${side}, ${channels})),
${blocks.join("\n")}
    layers.GlobalAveragePooling2D(),
    layers.Dense(${classes.length}, activation="softmax"),
])
model.compile(
    optimizer=keras.optimizers.Adam(0.002),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(
    train, epochs=${epochs}, validation_data=validation,
    callbacks=[
        keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.3, patience=4, min_lr=1e-5),
        keras.callbacks.ModelCheckpoint("pictures.keras", monitor="val_loss", save_best_only=True),
    ],
)
`;
}

/** Programs that find the pictures that the network mistakes, of those that it was not trained with. */
export const pictureMistakesCode = ({ side, channels, seed }: PictureSettings): Programs => ({
  typescript: `import { argMax, divide, imagesFromDirectory, loadModel } from "trazo";

const options = { height: ${side}, width: ${side}, channels: ${channels}, fit: "crop", validationSplit: 0.2, seed: ${seed} } as const;
const { images, labels, files, classNames } = await imagesFromDirectory("pictures", { ...options, subset: "validation" });
const model = await loadModel("pictures.keras");
const answers = await model.predict(divide(images, 255));
for (const [i, read] of argMax(answers).data.entries()) {
  if (read === labels.data[i]) continue;
  const share = answers.data[classNames.length * i + read];
  console.log(files[i], \`is taken for \${classNames[read]} (\${(100 * share).toFixed(0)}%)\`);
}
`,
  keras: `import keras
from tensorflow.keras.preprocessing.image import ImageDataGenerator

options = dict(
    target_size=(${side}, ${side}), color_mode="${channels === 1 ? "grayscale" : "rgb"}", class_mode="sparse",
    batch_size=16, seed=${seed}, keep_aspect_ratio=True,
)
plain = ImageDataGenerator(rescale=1 / 255, validation_split=0.2)
pictures = plain.flow_from_directory("pictures", subset="validation", shuffle=False, **options)
model = keras.models.load_model("pictures.keras")
answers = model.predict(pictures, verbose=0)
names = list(pictures.class_indices)
for file, label, answer in zip(pictures.filenames, pictures.classes, answers):
    read = answer.argmax()
    if read != label:
        print(file, f"is taken for {names[read]} ({100 * answer[read]:.0f}%)")
`,
});
