import type { QueueText } from "./en.js";

/** Por qué no se puede usar una cola, en español. */
export const es: QueueText = {
  isNoAddress: (text) =>
    `${text} no es la dirección de una cola. Debe ser como redis://localhost:6379 o rediss://usuario:clave@servidor:6379/0.`,
  doesNotAnswer: (address, why) => `La cola de ${address} no responde: ${why}.`,
  takesNoRuns: (address, why) => `La cola de ${address} no admite entrenamientos: ${why}.`,
  memoryIsFull: "su memoria está llena (maxmemory)",
  isReadOnly: "sigue a otro servidor y es de solo lectura",
  diskIsFull: "no puede escribir en su disco",
  replicasAreMissing: "le faltan réplicas",
  isLoading: "todavía está leyendo sus datos del disco",
  leaderIsMissing: "sigue a un servidor al que no llega",
  clusterIsDown: "su clúster no funciona",
  endedConnection: "su servidor cerró la conexión",
  nothingListens: "allí no escucha nadie; inicia Redis o Valkey",
  noSuchHost: "no existe ese servidor",
  noAnswer: "no ha respondido en 5 segundos",
  wrongPassword: "falta la contraseña o no es correcta",
  workerDied: "la máquina que lo hacía ha dejado de responder",
};
