import type { UnreadableFile } from "trazo";
import type { Language } from "../language.js";
import type { Inspection } from "./inspect.js";
import { measuredShare } from "./interval.js";
import { median } from "./settings.js";
import { acrossSplits, type PictureSplit } from "./split.js";
import { type PictureText, pictureTexts } from "./text/index.js";

/** How many entries of a long list are printed. */
const mostNamed = 5;
/** With fewer test pictures than this an accuracy says little. */
const fewTests = 100;
const fewOfClass = 5;

/** What is in a folder of pictures, in lines for a terminal. */
export function describeInspection(inspection: Inspection, language: Language = "en"): string[] {
  const { directory, classNames, pictures, unreadable, hasParts } = inspection;
  const { folder: words } = pictureTexts[language];
  return [
    words.head({
      directory,
      pictures: pictures.length + unreadable.length,
      classes: classNames.length,
      parts: hasParts ? partsOf(inspection) : "",
    }),
    ...classLines(inspection, words),
    sizeLine(inspection, words),
    colorLine(inspection, words),
    ...unreadableLines(unreadable, words),
    ...lookAlikeLines(inspection, words),
  ];
}

/** What a split means for what can be said at the end. */
export function describeSplit(
  inspection: Inspection,
  split: PictureSplit,
  language: Language = "en",
): string[] {
  const { train, validation, test } = split;
  const { split: words, folder } = pictureTexts[language];
  const across = acrossSplits(inspection, split);
  const fewest = Math.min(
    ...inspection.classNames.map(
      (_, label) => test.filter((i) => inspection.pictures[i]?.class === label).length,
    ),
  );
  const reach = measuredShare(Math.round(0.9 * test.length), test.length);
  const points = Math.round(50 * (reach.high - reach.low));
  const files = across.map(({ pictures }) => pictures.map((i) => inspection.pictures[i]?.file).join(" = "));
  const rarest = fewest < fewOfClass ? fewest : undefined;
  return [
    words.parts({ train: train.length, validation: validation.length, test: test.length }),
    ...(across.length > 0 ? [words.across(across.length, named(files, folder))] : []),
    ...(test.length < fewTests || rarest !== undefined
      ? [words.few({ tests: test.length, rarest, points })]
      : []),
  ];
}

type FolderText = PictureText["folder"];

function partsOf({ pictures }: Inspection): string {
  return [...new Set(pictures.map(({ file }) => file.slice(0, file.indexOf("/"))))].join(", ");
}

const mostClasses = 40;

function classLines({ classNames, pictures }: Inspection, words: FolderText): string[] {
  const counts = classNames.map((_, label) => pictures.filter((picture) => picture.class === label).length);
  const width = Math.max(...classNames.slice(0, mostClasses).map((name) => name.length));
  const most = Math.max(...counts);
  const lines = classNames.slice(0, mostClasses).map((name, label) => {
    const count = counts[label] as number;
    return `  ${name.padEnd(width)} ${String(count).padStart(7)} ${"█".repeat(Math.max(count > 0 ? 1 : 0, Math.round((24 * count) / most)))}`;
  });
  const rest = classNames.length - mostClasses;
  return rest > 0 ? [...lines, words.moreClasses(rest)] : lines;
}

function sizeLine({ pictures }: Inspection, words: FolderText): string {
  const sides = pictures.flatMap(({ width, height }) => [width, height]);
  const sizes = new Set(pictures.map(({ width, height }) => `${width}×${height}`));
  if (sizes.size === 1) return words.oneSize([...sizes][0] as string);
  const [width, height] = [
    median(pictures.map((one) => one.width)),
    median(pictures.map((one) => one.height)),
  ];
  return words.sizes({
    count: sizes.size,
    least: Math.min(...sides),
    most: Math.max(...sides),
    usual: `${Math.round(width)}×${Math.round(height)}`,
  });
}

function colorLine({ pictures }: Inspection, words: FolderText): string {
  const gray = pictures.filter(({ isGray }) => isGray).length;
  const transparent = pictures.filter(({ isTransparent }) => isTransparent).length;
  return words.colors({ gray, color: pictures.length - gray, transparent });
}

function unreadableLines(unreadable: readonly UnreadableFile[], words: FolderText): string[] {
  if (unreadable.length === 0) return [words.allReadable];
  return [
    words.unreadable(unreadable.length),
    ...unreadable.slice(0, mostNamed).map(({ reason }) => `  ${reason}`),
    ...more(unreadable.length, words),
  ];
}

function lookAlikeLines({ lookAlikes, pictures, classNames }: Inspection, words: FolderText): string[] {
  if (lookAlikes.length === 0) return [words.noDuplicates];
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
    ...more(groups.length, words),
  ];
  const classesOf = (groups: typeof lookAlikes): string[] => [
    ...new Set(
      groups.flatMap(({ pictures: group }) =>
        group.map((i) => classNames[pictures[i]?.class ?? 0] as string),
      ),
    ),
  ];
  return [
    words.duplicates(lookAlikes.length),
    ...list(lookAlikes),
    ...(across.length > 0
      ? [words.acrossClasses(across.length, classesOf(across).slice(0, mostNamed).join(", "))]
      : []),
  ];
}

const more = (count: number, words: FolderText): string[] =>
  count > mostNamed ? [`  … ${words.andMore(count - mostNamed)}`] : [];

const named = (names: readonly string[], words: FolderText): string =>
  [
    ...names.slice(0, mostNamed),
    ...(names.length > mostNamed ? [words.andMore(names.length - mostNamed)] : []),
  ].join("; ");
