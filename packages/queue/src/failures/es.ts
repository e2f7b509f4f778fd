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
};
