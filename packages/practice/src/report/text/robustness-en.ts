import type { RobustnessText } from "./robustness.js";

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
const listed = new Intl.ListFormat("en", { type: "conjunction" });

export const robustnessEn: RobustnessText = {
  section: "When the digits change",
  short: "Changed digits",
  intro: ({ digits, of, all }) =>
    `${all ? `All ${of} test digits` : `${digits} of the ${of} test digits, spread evenly over them,`} are shifted ` +
    "(a quarter of them in each direction), rotated (half of them each way) or zoomed. Every network reads the same pictures " +
    "with the weights that were kept. This is measured after training and describes the networks; nothing is chosen by it.",
  title: "Accuracy on changed test digits",
  note: "Share of the digits read right. A large shift, rotation or zoom can push part of a digit out of the picture.",
  panels: { shift: "Shift (pixels)", rotation: "Rotation (degrees)", zoom: "Zoom (factor)" },
  change: (distortion, amount, grows) => {
    if (distortion === "shift") return `shifted by ${amount} px`;
    if (distortion === "rotation") return `rotated by ${amount}°`;
    return `${grows ? "enlarged" : "shrunk"} to ${amount}×`;
  },
  unchanged: "as they are",
  tip: ({ name, change, accuracy, wrong, of }) =>
    `${name} · ${change}\n${accuracy} right, ${wrong} of ${of} wrong`,
  alt: ({ name, accuracies }) =>
    `${name}: ${accuracies.map(([change, accuracy]) => `${accuracy} right ${change}`).join(", ")}.`,
  table: "Change",
  baseAndShift: ({ amount, from, to }) =>
    `Shifting the digits by ${amount} pixels raises the base network’s errors from ${from} to ${to}: its convolutions look for ` +
    "the same strokes everywhere, but its dense layers decide by where they find them.",
  leader: ({ name, changes, isOnlyAugmented }) =>
    `${capital(name)} makes the fewest errors on digits ${listed.format(
      changes.map(({ change, own, next, nextWrong }) => `${change} (${own}; next: ${next}, ${nextWrong})`),
    )}.${isOnlyAugmented ? " It is the only one of these networks that was trained on altered digits." : ""}`,
};
