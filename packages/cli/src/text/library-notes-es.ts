/** What the library notes about a model's file and about pictures, in Spanish. */
export const libraryNotes: readonly (readonly [RegExp, string])[] = [
  [
    /The file does not say how pixels are scaled, but scales them itself; they are taken from 0 to 255\./,
    "El archivo no dice cómo se escalan los píxeles, pero los escala él mismo; se toman de 0 a 255.",
  ],
  [
    /The file does not say how pixels are scaled; they are taken from 0 to 1\./,
    "El archivo no dice cómo se escalan los píxeles; se toman de 0 a 1.",
  ],
  [
    /The file does not say how its pictures are prepared; they are made (light|dark) on (light|dark), cropped to the ink and centered, as MNIST's digits are\./,
    "El archivo no dice cómo se preparan sus imágenes; se ponen en $1 sobre $2, se recortan al trazo y se centran, como los dígitos de MNIST.",
  ],
  [
    /The file does not say how its pictures are prepared; they are stretched to (\d+×\d+) as a whole/,
    "El archivo no dice cómo se preparan sus imágenes; se estiran enteras a $1",
  ],
  [/, light on dark\./, ", en claro sobre oscuro."],
  [/se ponen en light sobre dark/, "se ponen en claro sobre oscuro"],
  [/se ponen en dark sobre light/, "se ponen en oscuro sobre claro"],
  [
    /Its outputs are scores from 0 to 1, each class's on its own: they need not add up to 100 %\./,
    "Sus salidas son puntuaciones de 0 a 1, la de cada clase por su cuenta: no tienen por qué sumar el 100 %.",
  ],
  [
    /The outputs are not probabilities; a softmax is applied\./,
    "Las salidas no son probabilidades; se les aplica un softmax.",
  ],
  [
    /Something at the picture's edge was left out, as it does not seem to be part of the digit\./,
    "Se ha dejado fuera algo que hay en el borde de la imagen, porque no parece parte del dígito.",
  ],
  [
    /The ink touches the picture's edge, so the digit may be cut off or more than a digit may be seen\./,
    "El trazo toca el borde de la imagen: el dígito puede estar cortado, o puede verse algo más que un dígito.",
  ],
  [
    /The background is uneven, so part of it may be taken for ink: use a picture with plain paper and even light\./,
    "El fondo es desigual y una parte puede tomarse por trazo: usa una imagen con papel liso y luz uniforme.",
  ],
  [
    /There seems to be more than one digit, but the model reads one at a time: crop the picture to one\./,
    "Parece que hay más de un dígito, pero el modelo los lee de uno en uno: recorta la imagen a uno solo.",
  ],
];
