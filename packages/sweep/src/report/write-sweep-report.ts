import { join } from "node:path";
import {
  comparisonsNote,
  comparisonsTable,
  comparisonTexts,
  escaped,
  type Language,
  type Table,
} from "@trazo/practice";
import { writeFileAtomically } from "trazo/node";
import { reasonIn } from "../failures/reason.js";
import { measured } from "../sweep/measure.js";
import type { SweepSummary } from "../sweep/summary.js";
import { optionsOf, parallelCoordinates, scatter } from "./figures.js";
import { summaryText } from "./summary-text.js";
import { settingsTable } from "./table.js";
import { type SweepText, sweepTexts } from "./text.js";

/**
 * Writes what a sweep has shown into a folder: `report.html`, its figures as SVG, its tables as `summary.txt`, and `runs.csv` with a line for
 * each run.
 *
 * @returns the report's path
 */
export async function writeSweepReport(
  summary: SweepSummary,
  folder: string,
  language: Language = "en",
): Promise<string> {
  const text = sweepTexts[language];
  const figures = figuresOf(summary, text, language);
  for (const { name, svg } of figures) await writeFileAtomically(join(folder, "figures", `${name}.svg`), svg);
  await writeFileAtomically(join(folder, "runs.csv"), runsCsv(summary));
  await writeFileAtomically(join(folder, "summary.txt"), `${summaryText(summary, language)}\n`);
  const path = join(folder, "report.html");
  await writeFileAtomically(path, page(summary, text, figures, language));
  return path;
}

interface Figure {
  readonly name: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly svg: string;
}

function figuresOf(summary: SweepSummary, text: SweepText, language: Language): Figure[] {
  const options = optionsOf(summary);
  if (options.length === 0 || summary.settings.every(({ sample }) => sample === undefined)) return [];
  return [
    {
      name: "parallel",
      title: text.parallel,
      note: text.parallelNote,
      svg: parallelCoordinates(summary, text.parallel, language),
    },
    ...options.map((option) => ({
      name: `by-${option.replace(/[^\w.-]+/g, "-")}`,
      title: text.scatter(option),
      svg: scatter(summary, option, text.scatter(option), language),
    })),
  ];
}

function page(
  summary: SweepSummary,
  text: SweepText,
  figures: readonly Figure[],
  language: Language,
): string {
  const { plan, settings, comparisons } = summary;
  const about = text.summary({
    settings: plan.settings.length,
    seeds: plan.seeds.length,
    measure: plan.measure,
  });
  const failures = settings.flatMap(({ setting, failures }) =>
    failures.map(
      (reason) => `<li><b>${escaped(setting.name)}</b>: ${escaped(reasonIn(reason, language))}</li>`,
    ),
  );
  const hasFinished = settings.some(({ finished }) => finished > 0);
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text.title}</title>
<style>${style}</style>
<main>
<h1>${text.title}</h1>
<p>${escaped(about)}</p>
${hasFinished ? "" : `<p>${text.noneFinished}</p>`}
<h2>${text.settings}</h2>
${tableMarkup(settingsTable(summary, language), text.settings)}
${comparisons.length === 0 ? "" : comparisonsMarkup(summary, language)}
${figures.map(({ title, note, svg }) => `<h2>${escaped(title)}</h2>${note ? `<p>${escaped(note)}</p>` : ""}<div class="figure" role="region" tabindex="0" aria-label="${escaped(title)}">${svg}</div>`).join("\n")}
${failures.length === 0 ? "" : `<h2>${text.failures}</h2><ul>${failures.join("")}</ul>`}
</main>
</html>
`;
}

function comparisonsMarkup({ comparisons }: SweepSummary, language: Language): string {
  const text = comparisonTexts[language];
  return `<h2>${text.title}</h2><p>${escaped(comparisonsNote(comparisons, language))}</p>${tableMarkup(comparisonsTable(comparisons, language), text.title)}`;
}

/** A table that is wider than its page is scrolled, with the keyboard, too. */
const tableMarkup = ({ head, rows }: Table, name: string): string =>
  `<div class="wide" role="region" tabindex="0" aria-label="${escaped(name)}"><table><thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("")}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`)
    .join("\n")}</tbody></table></div>`;

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:1.5rem}main{max-width:80rem;margin:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.3rem .8rem .3rem 0;text-align:left;border-bottom:1px solid #8886;white-space:nowrap}
.wide,.figure{overflow-x:auto}.figure svg{max-width:100%;min-width:32rem;height:auto}`;

/** A line for each run, for spreadsheets. */
function runsCsv({ plan, settings }: SweepSummary): string {
  const options = [...new Set(plan.settings.flatMap(({ values }) => Object.keys(values)))];
  const lines = settings.flatMap(({ setting, rows }) =>
    rows.map(({ seed, result }) => [
      setting.name,
      ...options.map((option) => setting.values[option]),
      seed,
      result?.status ?? "not begun",
      result?.epochs.length ?? 0,
      result && measured(result, plan.measure),
      result?.test?.accuracy,
      result?.test?.loss,
      result?.folder,
    ]),
  );
  const head = [
    "setting",
    ...options,
    "seed",
    "status",
    "epochs",
    plan.measure,
    "test_accuracy",
    "test_loss",
    "folder",
  ];
  return [head, ...lines].map((line) => `${line.map(cell).join(",")}\n`).join("");
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
