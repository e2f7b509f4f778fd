/**
 * What the library says of files, in Spanish: each phrase with its other words. The library itself speaks English, and what is not
 * here stays as it is.
 */
const phrases: readonly (readonly [said: RegExp, words: string])[] = [
  [/^Cannot read the folder (.+?): (?=there|it|a part|the name)/, "No se puede leer la carpeta $1: "],
  [/^Cannot read (.+?): (?=there|it|a part|the name)/, "No se puede leer $1: "],
  [/^(.+?) could not be written: (?=the|a |it)/, "No se ha podido escribir $1: "],
  [/^The log file (.+?) cannot be written: (?=the|a |it)/, "No se puede escribir el registro $1: "],
  [/^(.+?) cannot be used: (?=the|a |it)/, "No se puede usar $1: "],
  [/: there is no such file\.$/, ": no existe ese archivo."],
  [/: there is no such folder\.$/, ": no existe esa carpeta."],
  [/: it is a folder\.$/, ": es una carpeta."],
  [/: it is a file\.$/, ": es un archivo."],
  [
    /: a part of the path is a file, not a folder\.$/,
    ": una parte de la ruta es un archivo, no una carpeta.",
  ],
  [/: the name is too long\.$/, ": el nombre es demasiado largo."],
  [/: it may not be read \(permission denied\)\.$/, ": no hay permiso para leerlo."],
  [/: the disk is full\.$/, ": el disco está lleno."],
  [/: the disk quota is used up\.$/, ": se ha agotado la cuota de disco."],
  [/: the folder is not writable\.$/, ": en la carpeta no se puede escribir."],
  [
    /: a folder of its path does not exist and cannot be made\.$/,
    ": no existe una carpeta de la ruta, y no se puede crear.",
  ],
  [/^No such folder: (.+?)\. Give the folder/, "No existe la carpeta $1. Give the folder"],
  [/^(.+?) is a file, not a folder\. Give the folder/, "$1 es un archivo, no una carpeta. Give the folder"],
  [/Give the folder of the four IDX files\.$/, "Da la carpeta de los cuatro archivos IDX."],
  [/^(.+?) holds no train images; looked for /, "En $1 no hay imágenes de entrenamiento; se buscaron "],
  [/^(.+?) holds no train labels; looked for /, "En $1 no hay etiquetas de entrenamiento; se buscaron "],
  [/^(.+?) holds no test images; looked for /, "En $1 no hay imágenes de test; se buscaron "],
  [/^(.+?) holds no test labels; looked for /, "En $1 no hay etiquetas de test; se buscaron "],
  [
    /: this is neither a \.keras file nor an HDF5 file \(its first bytes are the signature of neither\)\./,
    ": no es un archivo .keras ni HDF5 (sus primeros bytes no son los de ninguno de los dos).",
  ],
  [/: the HDF5 file is damaged and cannot be read/, ": el archivo HDF5 está dañado y no se puede leer"],
  [/: the zip archive is damaged and cannot be read/, ": el archivo zip está dañado y no se puede leer"],
  [
    /Copy or download it again, or restore it from a backup\./,
    "Cópialo o descárgalo otra vez, o recupéralo de una copia de seguridad.",
  ],
  [/: this is not an ONNX file, or it is damaged/, ": no es un archivo ONNX, o está dañado"],
  [
    / is not a picture in a supported format \((.+?) and (\w+)\)\.$/,
    " no es una imagen en un formato admitido ($1 y $2).",
  ],
  [
    /^(.+?) has no folders: a folder for each class is expected, with its pictures, e\.g\. /,
    "En $1 no hay carpetas: se espera una carpeta por clase, con sus imágenes, p. ej. ",
  ],
];

/** A message of the library in Spanish, as far as it is known. */
export const librarySpanish = (message: string): string =>
  phrases.reduce((text, [said, words]) => text.replace(said, words), message);
