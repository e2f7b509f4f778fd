import { comparisonPlot } from "../figures/comparison.js";
import { isPenalised, isSmoothed } from "../findings.js";
import type { Statistic, TechniqueSummary } from "../summary.js";
import { type Markup, markup } from "./markup.js";
import { embedded, type Scene } from "./scene.js";
import { swatch } from "./swatch.js";

/** The table of all techniques and, above it, their wrong digits as bars. */
export async function comparisonSection(scene: Scene): Promise<Markup> {
  const { text, numbers, summaries, testImages } = scene;
  const { comparison } = text.figures;
  const title = comparison.title(numbers.count(testImages));
  const alternative = `${title}. ${summaries
    .map(({ technique, meanWrong }) => `${text.technique(technique).name}: ${numbers.mean(meanWrong)}`)
    .join("; ")}.`;
  return markup`<section id="comparison">
<h2>${text.sections.comparison}</h2>
<div class="grid">
<figure class="card"><h4>${title}</h4><p class="note">${comparison.description}</p>
${await embedded(comparisonPlot(1060, scene), scene, alternative, "wide")}${await embedded(comparisonPlot(340, scene), scene, alternative, "narrow")}</figure>
<div class="card">${table(scene)}<ul class="notes">${text.table
    .notes({
      several: summaries.some(({ runs }) => runs.length > 1),
      penalties: summaries.some(({ technique }) => isPenalised(technique)),
      smoothed: summaries.some(({ technique }) => isSmoothed(technique)),
    })
    .map((note) => markup`<li>${note}</li>`)}</ul></div>
</div>
</section>`;
}

function table(scene: Scene): Markup {
  const { text, summaries } = scene;
  const { table: words } = text;
  const best = bestOf(summaries);
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

interface Best {
  readonly testAccuracy: number;
  readonly testLoss: number;
  readonly valAccuracy: number;
  readonly seconds: number;
}

function bestOf(summaries: readonly TechniqueSummary[]): Best {
  const means = (key: "testAccuracy" | "testLoss" | "valAccuracy" | "seconds") =>
    summaries.map((summary) => summary[key].mean);
  // A loss with a penalty in it, or against other targets, is of another kind.
  const plain = summaries.filter(({ technique }) => !isPenalised(technique) && !isSmoothed(technique));
  return {
    testAccuracy: Math.max(...means("testAccuracy")),
    testLoss: Math.min(...plain.map(({ testLoss }) => testLoss.mean)),
    valAccuracy: Math.max(...means("valAccuracy")),
    seconds: Math.min(...means("seconds")),
  };
}

function row(summary: TechniqueSummary, best: Best, { text, numbers, summaries }: Scene): Markup {
  const { technique, testAccuracy, testLoss, valAccuracy, gap, seconds, meanWrong, published, runs } =
    summary;
  const several = summaries.length > 1;
  const cell = (content: string | Markup, { mean }: Statistic, top: number) =>
    several && mean === top ? markup`<td class="top">${content}</td>` : markup`<td>${content}</td>`;
  const epochs = [...new Set(runs.map(({ bestEpoch }) => bestEpoch))].sort((a, b) => a - b);
  return markup`<tr data-technique="${technique}">
<th scope="row"><a href="#${technique}">${swatch(technique)}${text.technique(technique).name}</a></th>
${cell(numbers.percentOf(testAccuracy), testAccuracy, best.testAccuracy)}
<td>${numbers.mean(meanWrong)}</td>
${cell(numbers.figure(testLoss.mean), testLoss, best.testLoss)}
${cell(markup`${numbers.percentOf(valAccuracy)}<small>${text.table.epoch} ${epochs.join(", ")}</small>`, valAccuracy, best.valAccuracy)}
<td>${numbers.points(gap.mean, true)}</td>
${cell(numbers.duration(seconds.mean), seconds, best.seconds)}
<td>${
    published === undefined
      ? markup`<small>${text.table.notPublished}</small>`
      : markup`${numbers.percent(published.valAccuracy)}<small>${text.table.byEpoch(numbers.count(published.epoch))}</small><small>${text.table.here(numbers.percent(published.here))}</small>`
  }</td>
</tr>`;
}
