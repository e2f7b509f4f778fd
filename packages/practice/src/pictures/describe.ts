import type { UnreadableFile } from "trazo";
import type { Inspection } from "./inspect.js";
import { measuredShare } from "./interval.js";
import { median } from "./settings.js";
import { acrossSplits, type PictureSplit } from "./split.js";

/** How many entries of a long list are printed. */
const mostNamed = 5;
/** With fewer test pictures than this an accuracy says little. */
const fewTests = 100;

/** What is in a folder of pictures, in lines for a terminal. */
export function describeInspection(inspection: Inspection): string[] {
  const { directory, classNames, pictures, unreadable, hasParts } = inspection;
  const total = pictures.length + unreadable.length;
  return [
    `${directory}: ${counted(total, "picture")} of ${classNames.length} classes${hasParts ? `, in the folders ${partsOf(inspection)}` : ""}`,
    ...classLines(inspection),
    sizeLine(inspection),
    colorLine(inspection),
    ...unreadableLines(unreadable),
    ...lookAlikeLines(inspection),
  ];
}

/** What a split means for what can be said at the end. */
export function describeSplit(inspection: Inspection, split: PictureSplit): string[] {
  const { train, validation, test } = split;
  const across = acrossSplits(inspection, split);
  const fewest = Math.min(
    ...inspection.classNames.map(
      (_, label) => test.filter((i) => inspection.pictures[i]?.class === label).length,
    ),
  );
  const reach = measuredShare(Math.round(0.9 * test.length), test.length);
  const points = Math.round(50 * (reach.high - reach.low));
  return [
    `${train.length} to train, ${validation.length} to validate, ${test.length} to test; the test pictures are looked at once, at the end.`,
    ...(across.length > 0
      ? [
          `Warning: ${counted(across.length, "picture")} ${across.length === 1 ? "is" : "are"} in more than one part of the split, so results will look better than they are: ` +
            `${named(across.map(({ pictures }) => pictures.map((i) => inspection.pictures[i]?.file).join(" = ")))}.`,
        ]
      : []),
    ...(test.length < fewTests || fewest < 5
      ? [
          `Note: ${counted(test.length, "test picture")}${fewest < 5 ? `, ${fewest} of the rarest class,` : ""} can say little: an accuracy measured on them is accurate to about ±${points} points.`,
        ]
      : []),
  ];
}

function partsOf({ pictures }: Inspection): string {
  return [...new Set(pictures.map(({ file }) => file.slice(0, file.indexOf("/"))))].join(", ");
}

const mostClasses = 40;

function classLines({ classNames, pictures }: Inspection): string[] {
  const counts = classNames.map((_, label) => pictures.filter((picture) => picture.class === label).length);
  const width = Math.max(...classNames.slice(0, mostClasses).map((name) => name.length));
  const most = Math.max(...counts);
  const lines = classNames.slice(0, mostClasses).map((name, label) => {
    const count = counts[label] as number;
    return `  ${name.padEnd(width)} ${String(count).padStart(7)} ${"█".repeat(Math.max(count > 0 ? 1 : 0, Math.round((24 * count) / most)))}`;
  });
  const rest = classNames.length - mostClasses;
  return rest > 0 ? [...lines, `  … and ${rest} more classes`] : lines;
}

function sizeLine({ pictures }: Inspection): string {
  const sides = pictures.flatMap(({ width, height }) => [width, height]);
  const sizes = new Set(pictures.map(({ width, height }) => `${width}×${height}`));
  if (sizes.size === 1) return `Size: ${[...sizes][0]} pixels, all of them`;
  const [width, height] = [
    median(pictures.map((one) => one.width)),
    median(pictures.map((one) => one.height)),
  ];
  return `Size: ${sizes.size} different ones, sides from ${Math.min(...sides)} to ${Math.max(...sides)} pixels, the usual one about ${Math.round(width)}×${Math.round(height)}`;
}

function colorLine({ pictures }: Inspection): string {
  const gray = pictures.filter(({ isGray }) => isGray).length;
  const transparent = pictures.filter(({ isTransparent }) => isTransparent).length;
  const color =
    gray === 0
      ? "all in color"
      : gray === pictures.length
        ? "all gray"
        : `${gray} gray, ${pictures.length - gray} in color`;
  return `Color: ${color}${transparent > 0 ? `; ${transparent} partly transparent` : ""}`;
}

function unreadableLines(unreadable: readonly UnreadableFile[]): string[] {
  if (unreadable.length === 0) return ["Unreadable: none"];
  return [
    `Unreadable: ${counted(unreadable.length, "file")}, left out:`,
    ...unreadable.slice(0, mostNamed).map(({ reason }) => `  ${reason}`),
    ...more(unreadable.length),
  ];
}

function lookAlikeLines({ lookAlikes, pictures, classNames }: Inspection): string[] {
  if (lookAlikes.length === 0) return ["Duplicates: none"];
  const nameOf = (i: number): string => pictures[i]?.file ?? "";
  const across = lookAlikes.filter(
    ({ pictures: group }) => new Set(group.map((i) => pictures[i]?.class)).size > 1,
  );
  const list = (groups: typeof lookAlikes): string[] => [
    ...groups.slice(0, mostNamed).map(
      ({ pictures: group, areSame }) =>
        `  ${group
          .slice(0, 4)
          .map(nameOf)
          .join(areSame ? " = " : " ≈ ")}`,
    ),
    ...more(groups.length),
  ];
  return [
    `Duplicates: ${counted(lookAlikes.length, "picture")} (= the same file, ≈ nearly the same pixels); copies stay in the same part of the split:`,
    ...list(lookAlikes),
    ...(across.length > 0
      ? [
          `Warning: ${counted(across.length, "picture")} of these in different classes (${[
            ...new Set(
              across.flatMap(({ pictures: group }) => group.map((i) => classNames[pictures[i]?.class ?? 0])),
            ),
          ]
            .slice(0, mostNamed)
            .join(", ")}): one of the labels is wrong.`,
        ]
      : []),
  ];
}

const more = (count: number): string[] => (count > mostNamed ? [`  … and ${count - mostNamed} more`] : []);

const named = (names: readonly string[]): string =>
  [
    ...names.slice(0, mostNamed),
    ...(names.length > mostNamed ? [`and ${names.length - mostNamed} more`] : []),
  ].join("; ");

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
