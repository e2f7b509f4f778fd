import {
  comparisonsNote,
  comparisonsTable,
  comparisonTexts,
  seedComparisons,
} from "../../statistics/index.js";
import { comparisonPlot } from "../figures/comparison.js";
import { knownReport } from "../known-report.js";
import type { TechniqueSummary } from "../summary.js";
import { type Markup, markup } from "./markup.js";
import { embedded, type Scene } from "./scene.js";
import { swatch } from "./swatch.js";

/** The table of all techniques and, above it, their wrong digits as bars. */
export async function comparisonSection(scene: Scene): Promise<Markup> {
  const { text, numbers, summaries, testImages } = scene;
  const { comparison } = text.figures;
  const several = summaries.some(({ runs }) => runs.length > 1);
  const title = comparison.title(numbers.count(testImages));
  const alternative = `${title}. ${summaries
    .map(({ technique, meanWrong }) => `${text.technique(technique).name}: ${numbers.mean(meanWrong)}`)
    .join("; ")}.`;
  return markup`<section id="comparison">
<h2>${text.sections.comparison}</h2>
<div class="grid">
<figure class="card"><h3 class="title">${title}</h3><p class="note">${comparison.description(several)}</p>
${await embedded(comparisonPlot(1060, scene), scene, alternative, "wide")}${await embedded(comparisonPlot(340, scene), scene, alternative, "narrow")}</figure>
<div class="card">${table(scene)}<ul class="notes">${text.table
    .notes({
      several,
      penalties: summaries.some(({ technique }) => knownReport(technique)?.penalty !== undefined),
      ofLosses: summaries.flatMap(({ technique }) => knownReport(technique)?.lossNote?.[text.language] ?? []),
      notebook: summaries.some(({ published }) => published !== undefined),
    })
    .map((note) => markup`<li>${note}</li>`)}</ul></div>
${differences(scene)}</div>
</section>`;
}

/** Which techniques differ by more than luck, where several seeds can tell. */
function differences({ data, text }: Scene): Markup | string {
  const comparisons = seedComparisons(
    data.runs.map(({ technique, seed, test }) => ({ technique, seed, accuracy: 100 * test.accuracy })),
  );
  if (comparisons.length === 0) return "";
  const words = comparisonTexts[text.language];
  const nameOf = (technique: string): string => text.technique(technique).name;
  const { head, rows } = comparisonsTable(
    comparisons.map((one) => ({ ...one, first: nameOf(one.first), second: nameOf(one.second) })),
    text.language,
    2,
  );
  return markup`<div class="card" id="differences"><h3 class="title">${words.title}</h3><p class="note">${text.table.differences} ${comparisonsNote(comparisons, text.language)}</p>
<div class="scroll" role="region" tabindex="0" aria-label="${words.title}"><table>
<caption class="hidden">${words.title}</caption>
<thead><tr>${head.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(([name = "", ...cells]) => markup`<tr><th scope="row">${name}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div></div>
`;
}

function table(scene: Scene): Markup {
  const { text, summaries } = scene;
  const { table: words } = text;
  const best = bestOf(scene);
  const heads = [
    words.technique,
    words.testAccuracy,
    words.wrong,
    words.testLoss,
    words.valAccuracy,
    words.gap,
    words.time,
    words.notebook,
  ];
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${text.sections.comparison}"><table>
<caption class="hidden">${words.caption}</caption>
<thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${summaries.map((summary) => row(summary, best, scene))}</tbody>
</table></div>`;
}

/** Whether its loss is the cross-entropy alone, which can be compared. */
function hasPlainLoss(technique: string): boolean {
  const { penalty, lossNote } = knownReport(technique) ?? {};
  return penalty === undefined && lossNote === undefined;
}

/** The best figure of each column, as it is written: techniques that look equally good are all marked. */
interface Best {
  readonly testAccuracy: string;
  readonly testLoss: string;
  readonly valAccuracy: string;
}

function bestOf({ summaries, numbers }: Scene): Best {
  const highest = (key: "testAccuracy" | "valAccuracy") =>
    numbers.percent(Math.max(...summaries.map((summary) => summary[key].mean)));
  // A loss with a penalty in it, or against other targets, is of another kind.
  const plain = summaries.filter(({ technique }) => hasPlainLoss(technique));
  return {
    testAccuracy: highest("testAccuracy"),
    testLoss: numbers.figure(Math.min(...plain.map(({ testLoss }) => testLoss.mean))),
    valAccuracy: highest("valAccuracy"),
  };
}

function row(summary: TechniqueSummary, best: Best, { text, numbers, summaries }: Scene): Markup {
  const { technique, testAccuracy, testLoss, trainAccuracy, valAccuracy, seconds, meanWrong, published } =
    summary;
  const several = summaries.length > 1;
  const cell = (content: string | Markup, isTop: boolean) =>
    several && isTop ? markup`<td class="top">${content}</td>` : markup`<td>${content}</td>`;
  const isComparable = hasPlainLoss(technique);
  const epochs = [...new Set(summary.runs.map(({ bestEpoch }) => bestEpoch))].sort((a, b) => a - b);
  return markup`<tr data-technique="${technique}">
<th scope="row"><a href="#${technique}">${swatch(technique)}${text.technique(technique).name}</a></th>
${cell(numbers.percentOf(testAccuracy), numbers.percent(testAccuracy.mean) === best.testAccuracy)}
<td>${numbers.mean(meanWrong)}</td>
${cell(numbers.figure(testLoss.mean), isComparable && numbers.figure(testLoss.mean) === best.testLoss)}
${cell(markup`${numbers.percentOf(valAccuracy)}<small>${text.table.epoch} ${epochs.join(", ")}</small>`, numbers.percent(valAccuracy.mean) === best.valAccuracy)}
<td>${numbers.pointsBetween(trainAccuracy.mean, valAccuracy.mean)}</td>
<td>${numbers.duration(seconds.mean)}</td>
<td>${
    published === undefined
      ? markup`<small>${text.table.notPublished}</small>`
      : markup`${numbers.percent(published.valAccuracy)}<small>${text.table.byEpoch(numbers.count(published.epoch))}</small><small>${text.table.here(numbers.percent(published.here))}</small>`
  }</td>
</tr>`;
}
