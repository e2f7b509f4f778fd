import type { RobustnessText } from "./robustness.js";

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
const listed = new Intl.ListFormat("es", { type: "conjunction" });

export const robustnessEs: RobustnessText = {
  section: "Cuando los dígitos cambian",
  short: "Dígitos cambiados",
  intro: ({ digits, of, all }) =>
    `${all ? `Los ${of} dígitos de test` : `${digits} de los ${of} dígitos de test, repartidos por igual entre ellos,`} se ` +
    "desplazan (una cuarta parte en cada dirección), se giran (la mitad en cada sentido) o se amplían y reducen. Todas las redes " +
    "leen las mismas imágenes, con los pesos que se guardaron. Esto se mide después de entrenar y solo describe las redes: no " +
    "se elige nada con ello.",
  title: "Acierto con dígitos de test cambiados",
  note:
    "Proporción de dígitos bien leídos. Un desplazamiento, un giro o una ampliación grandes pueden sacar de la imagen parte " +
    "de un dígito.",
  panels: { shift: "Desplazamiento (píxeles)", rotation: "Giro (grados)", zoom: "Tamaño (factor)" },
  change: (distortion, amount, grows) => {
    if (distortion === "shift") return `desplazados ${amount} px`;
    if (distortion === "rotation") return `girados ${amount}°`;
    return `${grows ? "ampliados" : "reducidos"} a ${amount}×`;
  },
  unchanged: "sin cambios",
  tip: ({ name, change, accuracy, wrong, of }) =>
    `${name} · ${change}\n${accuracy} de acierto, ${wrong} fallos de ${of}`,
  alt: ({ name, accuracies }) =>
    `${name}: ${accuracies.map(([change, accuracy]) => `${change}, ${accuracy} de acierto`).join("; ")}.`,
  table: "Cambio",
  baseAndShift: ({ amount, from, to }) =>
    `Desplazar los dígitos ${amount} píxeles sube los fallos de la red base del ${from} al ${to}: sus convoluciones buscan los ` +
    "mismos trazos en toda la imagen, pero sus capas densas deciden según dónde los encuentran.",
  leader: ({ name, changes, isOnlyAugmented }) =>
    `${capital(name)} es la que menos falla en dígitos ${listed.format(
      changes.map(
        ({ change, own, next, nextWrong }) => `${change} (${own}; siguiente: ${next}, ${nextWrong})`,
      ),
    )}.${isOnlyAugmented ? " Es la única de estas redes entrenada con dígitos modificados." : ""}`,
};
