import type { QueueText } from "./en.js";

/** Por qué no se puede usar una cola, en español. */
export const es: QueueText = {
  isNoAddress: (text) =>
    `${text} no es la dirección de una cola. Debe ser como redis://localhost:6379 o rediss://usuario:clave@servidor:6379/0.`,
  doesNotAnswer: (address, why) => `La cola de ${address} no responde: ${why}.`,
  takesNoRuns: (address, why) => `La cola de ${address} no admite entrenamientos: ${why}.`,
  memoryIsFull: "su memoria está llena (maxmemory)",
  isReadOnly: "es de solo lectura, una réplica de otro servidor",
  diskIsFull: "no puede escribir en su disco",
  replicasAreMissing: "no tiene suficientes réplicas conectadas",
  isLoading: "todavía está leyendo sus datos del disco",
  leaderIsMissing: "es una réplica y no puede conectar con su servidor principal",
  clusterIsDown: "su clúster no funciona",
  endedConnection: "su servidor cerró la conexión",
  nothingListens: "allí no escucha nadie; inicia Redis o Valkey",
  noSuchHost: "no existe ese servidor",
  noAnswer: "no ha respondido en 5 segundos",
  wrongPassword: "falta la contraseña o no es correcta",
  workerDied: "la máquina que lo hacía ha dejado de responder",

  sharedFolderOnly: (store) =>
    `Los entrenamientos del barrido se hacen en una carpeta que comparten todas las máquinas, pero este trabajador se inició con --store ${store}.`,
  otherStore: (wanted, own) =>
    `Los entrenamientos del barrido pasan por ${wanted}, pero este trabajador ${own === undefined ? "no tiene almacén" : `usa ${own}`}. Inícialo con --store ${wanted}.`,
  noMetrics: (place, why) => `No se pueden servir las métricas en ${place}: ${why}.`,
  portIsTaken: "otro programa usa ese puerto",
  outsideRuns: (folder, runs) =>
    `${folder} no está dentro de ${runs}, la carpeta que comparten todas las máquinas.`,
  filesNotInStore: (store, digest) =>
    `${store} no contiene los archivos ${digest}. Inicia de nuevo el barrido: los pondrá allí.`,
  filesNotShared: (folder, runs) =>
    `Falta ${folder}, donde el barrido pone sus archivos. ¿Es ${runs} la misma carpeta compartida en todas las máquinas?`,

  noStoreAddress: (text, form) => `${text} no es la dirección de un almacén. Debe ser como ${form}.`,
  keyInAddress:
    "La dirección de un almacén no debe llevar una clave. Ponla en AWS_ACCESS_KEY_ID y AWS_SECRET_ACCESS_KEY.",
  unknownStoreOption: (text, names) =>
    `${text}: no se conoce la opción ${names}. Se conocen endpoint y region.`,
  noEndpoint: (endpoint) => `El endpoint ${endpoint} del almacén no es una dirección http ni https.`,
  needsS3Package:
    "Un almacén en S3 necesita el paquete @aws-sdk/client-s3. Instálalo: npm install @aws-sdk/client-s3",
  noBucket: (bucket) => `no existe el bucket ${bucket}`,
  noKeys: "no se han encontrado claves. Define AWS_ACCESS_KEY_ID y AWS_SECRET_ACCESS_KEY, o configura ~/.aws",
  accessDenied: (name) => `acceso denegado (${name}). Comprueba las claves y lo que permiten`,
  storeNotReached: (place, code) => `no se puede conectar con ${place} (${code})`,
  cannotRead: (path, why) => `No se puede leer ${path}: ${why}.`,
  cannotRemove: (path, why) => `No se puede borrar ${path}: ${why}.`,
  damaged: (what, why) => `${what} está dañado: ${why}.`,
  noJson: "no es JSON",
  noListing: "no es una lista de los archivos de una carpeta",
  pathOutside: (path) => `${path} no es una ruta dentro de la carpeta`,
  sizeMissing: (path) => `faltan el tamaño y el SHA-256 de ${path}`,
  otherContent: (sha256) => `su SHA-256 no es ${sha256}`,
  fileMissing: (file, key) => `Falta ${file} (${key}).`,
  fileOf: (store, path, name) => `${store}: ${path} de ${name}`,
};
