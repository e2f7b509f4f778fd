import type { Language } from "../../language.js";
import { exerciseTarget } from "../../published.js";
import { checkReportData, type ReportData } from "../data.js";
import { dateIn, timesIn } from "../dates.js";
import { numbersIn } from "../numbers.js";
import { measuredTechniques } from "../robustness.js";
import { summarize, type TechniqueSummary } from "../summary.js";
import { texts } from "../text/index.js";
import { pageTheme } from "../theme.js";
import { comparisonSection } from "./comparison.js";
import { curvesSection } from "./curves.js";
import { carried, drawSection, heldNetworks } from "./draw.js";
import { type Markup, markup, raw } from "./markup.js";
import { networkFigure } from "./network.js";
import { robustnessSection } from "./robustness.js";
import type { Scene } from "./scene.js";
import { script } from "./script.js";
import { style } from "./style.js";
import { swatch } from "./swatch.js";
import { techniqueSection } from "./technique.js";

/** Nothing may be loaded: all the page needs is in it. The networks run in WebAssembly. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'wasm-unsafe-eval'";

/**
 * The report as one HTML page that opens without a network: comparison, learning curves, a place to draw and, technique by technique,
 * what it does, what the runs show, and its pictures; in every language, of which one is shown at first.
 *
 * @throws TrazoError when the data does not fit together
 */
export async function renderReport(data: ReportData, { lang }: { readonly lang: Language }): Promise<string> {
  checkReportData(data);
  const summaries = summarize(data);
  const others = otherLanguages(lang);
  const contents = await Promise.all(
    [lang, ...others].map((language) => contentsIn(sceneIn(language, data, summaries))),
  );
  const [shown, ...hidden] = contents;
  const reader = carried(summaries).length > 0 ? await readerOf(summaries) : "";
  const page = markup`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<title>${texts[lang].title}</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
<div id="page">${shown ?? ""}</div>
${hidden.map((content, i) => markup`<template data-language="${others[i] ?? ""}" data-title="${texts[others[i] ?? lang].title}">${content}</template>`)}
<div id="tip" aria-hidden="true"></div><div id="dot" aria-hidden="true"></div>
<script>${raw(script)}</script>
${reader}
</body>
</html>
`;
  return String(page);
}

/** The networks, and the program that reads with them: of a megabyte, so it is loaded for reports alone. */
async function readerOf(summaries: readonly TechniqueSummary[]): Promise<Markup> {
  const { readerScript } = await import("../generated/reader-script.js");
  return markup`<script type="application/json" id="networks">${heldNetworks(summaries)}</script><script>${raw(readerScript.replaceAll("</script", "<\\/script"))}</script>`;
}

const otherLanguages = (shown: Language): Language[] =>
  (Object.keys(texts) as Language[]).filter((language) => language !== shown);

function sceneIn(language: Language, data: ReportData, summaries: readonly TechniqueSummary[]): Scene {
  const text = texts[language];
  return {
    data,
    summaries,
    testImages: data.images.test,
    text,
    numbers: numbersIn(language, text),
    theme: pageTheme,
    titled: false,
  };
}

/** All that the page says, in the language of a scene. */
async function contentsIn(scene: Scene): Promise<Markup> {
  const [comparison, curves, robustness, draw, ...techniques] = await Promise.all([
    comparisonSection(scene),
    curvesSection(scene),
    robustnessSection(scene),
    drawSection(scene),
    ...scene.summaries.map((summary) => techniqueSection(summary, scene)),
  ]);
  return markup`${head(scene)}
${contents(scene)}
<main>
${comparison ?? ""}
${curves ?? ""}
${robustness ?? ""}
${draw ?? ""}
<section id="techniques"><h2>${scene.text.sections.techniques}</h2>${techniques.map((section) => section ?? "")}</section>
</main>
${foot(scene)}`;
}

function head(scene: Scene): Markup {
  const { data, text, numbers, summaries } = scene;
  const seconds = summaries.reduce((sum, summary) => sum + summary.seconds.mean * summary.runs.length, 0);
  const facts = text.summary.facts({
    train: numbers.count(data.images.train),
    validation: numbers.count(data.images.validation),
    test: numbers.count(data.images.test),
    epochs: numbers.count(Math.max(...summaries.map(({ epochs }) => epochs))),
    seeds: numbers.count(Math.max(...summaries.map(({ runs }) => runs.length))),
    time: numbers.duration(seconds),
  });
  return markup`<header>
<p class="kicker">${text.kicker}</p>
<h1>${text.title}</h1>
<p class="lead">${lead({ data, text, numbers, summaries })}</p>
<dl class="facts">${facts.map(([label, value]) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${networkFigure(scene)}
</header>`;
}

function lead({
  data,
  text,
  numbers,
  summaries,
}: Pick<Scene, "data" | "text" | "numbers" | "summaries">): string {
  const counts = summaries.map(({ meanWrong }) => meanWrong);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const withWrong = (count: number) => summaries.filter(({ meanWrong }) => meanWrong === count);
  const networks = (found: readonly TechniqueSummary[]) =>
    found.map(({ technique }) => text.technique(technique).network);
  const best = withWrong(fewest);
  const { summary: words } = text;
  const figures = {
    accuracy: numbers.percent(best[0]?.testAccuracy.mean ?? Number.NaN),
    wrong: numbers.mean(fewest),
    of: numbers.count(data.images.test),
  };
  const reached = summaries.filter(({ testAccuracy }) => testAccuracy.mean > exerciseTarget).length;
  const goal =
    reached === summaries.length
      ? words.allReach
      : reached === 0
        ? words.noneReaches
        : words.someReach({
            reached: numbers.count(reached),
            of: numbers.count(summaries.length),
            single: reached === 1,
          });
  if (summaries.length === 1) return words.leadOne({ network: networks(best)[0] ?? "", ...figures });
  const all = { networks: numbers.count(summaries.length), ...figures };
  if (fewest === most) return `${words.allAlike(all)} ${goal}`;
  return [
    words.lead({ ...all, best: networks(best) }),
    words.last({ networks: networks(withWrong(most)), wrong: numbers.mean(most) }),
    goal,
  ].join(" ");
}

function contents({ text, summaries }: Scene): Markup {
  const others = otherLanguages(text.language);
  const techniques = summaries.map(
    ({ technique }) =>
      markup`<li><a href="#${technique}" data-technique="${technique}">${swatch(technique)}${text.technique(technique).short}</a></li>`,
  );
  return markup`<nav aria-label="${text.contents}"><ul>
<li><a href="#comparison">${text.sections.comparison}</a></li><li><a href="#curves">${text.sections.curves}</a></li>${
    measuredTechniques(summaries).length === 0
      ? ""
      : markup`<li><a href="#robustness">${text.robustness.short}</a></li>`
  }${carried(summaries).length === 0 ? "" : markup`<li class="scripted"><a href="#draw">${text.draw.short}</a></li>`}<li class="rule" aria-hidden="true"></li>${techniques}<li class="rule scripted" aria-hidden="true"></li><li class="scripted"><button type="button" class="as-screens" aria-pressed="false" data-show="${text.screens.show}" data-leave="${text.screens.leave}">${text.screens.show}</button></li>${others.map((language) => markup`<li class="scripted"><button type="button" class="to-language" lang="${language}" data-to="${language}">${texts[language].languageName}</button></li>`)}</ul></nav>`;
}

function foot({ data, text, numbers }: Scene): Markup {
  const { environment, runs } = data;
  const rates = runs.flatMap(({ history }) => history.map(({ learningRate }) => learningRate));
  const { made } = text;
  const rows: [string, string | Markup][] = [
    [made.command, markup`<code>${environment.command}</code>`],
    [made.machine, environment.machine],
    [made.software, environment.software.join("; ")],
    [made.began, timesIn(text.language, ...environment.began)],
    [made.seeds, [...new Set(runs.map(({ seed }) => seed))].join(", ")],
    [
      made.learningRate,
      made.learningRateFell({
        from: numbers.factor(Math.max(...rates)),
        to: numbers.factor(Math.min(...rates)),
      }),
    ],
    [made.date, dateIn(text.language, environment.date)],
  ];
  return markup`<footer><h2>${text.sections.made}</h2><dl>${rows.map(([term, value]) => markup`<dt>${term}</dt><dd>${value}</dd>`)}</dl><p class="intro">${made.offline}</p></footer>`;
}
