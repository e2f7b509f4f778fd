import { overviewPlot, trainingPlot } from "../figures/curves.js";
import { curve, type TechniqueSummary } from "../summary.js";
import { type Markup, markup } from "./markup.js";
import { embedded, type Scene } from "./scene.js";
import { swatch } from "./swatch.js";

/** Validation curves of all techniques, then training against validation one by one, then the numbers. */
export async function curvesSection(scene: Scene): Promise<Markup> {
  const { text, summaries } = scene;
  const panels = await Promise.all(summaries.map((summary) => trainingPanel(summary, scene)));
  return markup`<section id="curves">
<h2>${text.sections.curves}</h2>
<div class="grid two">${await overview("accuracy", scene)}${await overview("loss", scene)}</div>
<section><h4>${text.figures.againstTraining.title}</h4>
<p class="intro">${text.figures.againstTraining.note}</p>
${legend(scene)}
<div class="grid three">${panels}</div></section>
<details><summary>${text.numbersTable}</summary>${epochTable(scene)}</details>
</section>`;
}

async function overview(which: "accuracy" | "loss", scene: Scene): Promise<Markup> {
  const { title, note } = scene.text.figures[which];
  const alternative = `${title}. ${scene.summaries.map((summary) => spoken(summary, which, scene)).join(" ")}`;
  return markup`<figure class="card"><h4>${title}</h4><p class="note">${note}</p>
${await embedded(overviewPlot(which, 540, scene), scene, alternative, "wide")}${await embedded(overviewPlot(which, 330, scene), scene, alternative, "narrow")}
${which === "accuracy" ? legendOfPoints(scene) : legendOfBest(scene)}</figure>`;
}

async function trainingPanel(summary: TechniqueSummary, scene: Scene): Promise<Markup> {
  const { technique } = summary;
  const { name } = scene.text.technique(technique);
  const plot = trainingPlot(summary, scene);
  const alternative = `${plot.title}. ${spoken(summary, "accuracy", scene)}`;
  return markup`<figure class="card"><h4>${swatch(technique)} ${name}</h4>${await embedded(plot, scene, alternative)}</figure>`;
}

function spoken(
  { technique, runs }: TechniqueSummary,
  which: "accuracy" | "loss",
  { text, numbers }: Scene,
): string {
  const points = curve(runs, which === "accuracy" ? "valAccuracy" : "valLoss").map(({ mean }) => mean);
  const value = which === "accuracy" ? numbers.percent : numbers.figure;
  const best = which === "accuracy" ? Math.max(...points) : Math.min(...points);
  return text.figures.alt({
    name: text.technique(technique).name,
    from: value(points[0] ?? Number.NaN),
    to: value(best),
  });
}

const line = (look: string) =>
  markup`<svg viewBox="0 0 30 14" aria-hidden="true"><path d="M1,7H29" fill="none" stroke="currentColor" stroke-width="2" ${look === "dashed" ? markup`stroke-dasharray="5 3"` : ""}${look === "faint" ? markup`opacity=".35"` : ""}/></svg>`;
const mark = (fill: "none" | "currentColor") =>
  markup`<svg viewBox="0 0 30 14" aria-hidden="true"><circle cx="15" cy="7" r="4.5" fill="${fill}" stroke="currentColor" stroke-width="1.5"/></svg>`;

function legend({ text, summaries }: Scene): Markup {
  const { legend: words } = text;
  return markup`<ul class="legend"><li>${line("solid")}${words.validation}</li><li>${line("dashed")}${words.training}</li>
${summaries.length > 1 ? markup`<li>${line("faint")}${words.otherTechniques}</li>` : ""}<li>${mark("none")}${words.notebook}</li><li>${mark("currentColor")}${words.best}</li></ul>`;
}

function legendOfPoints({ text, summaries }: Scene): Markup {
  return markup`<ul class="legend"><li>${mark("none")}${text.legend.notebook}</li><li>${mark("currentColor")}${text.legend.best}</li>${bandNote(summaries, text.legend.range)}</ul>`;
}

function legendOfBest({ text, summaries }: Scene): Markup {
  return markup`<ul class="legend"><li>${mark("currentColor")}${text.legend.best}</li>${bandNote(summaries, text.legend.range)}</ul>`;
}

function bandNote(summaries: readonly TechniqueSummary[], words: string): Markup {
  if (summaries.every(({ runs }) => runs.length < 2)) return markup``;
  return markup`<li><svg viewBox="0 0 30 14" aria-hidden="true"><path d="M1,2H29V12H1Z" fill="currentColor" opacity=".25"/></svg>${words}</li>`;
}

function epochTable({ text, numbers, summaries }: Scene): Markup {
  const curves = summaries.map(({ runs }) => ({
    training: curve(runs, "accuracy"),
    validation: curve(runs, "valAccuracy"),
    loss: curve(runs, "valLoss"),
  }));
  const epochs = Math.max(...summaries.map((summary) => summary.epochs));
  const { measures } = text;
  const short = [measures.accuracy, measures.valAccuracy, measures.valLoss];
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${text.numbersTable}"><table>
<thead><tr><th scope="col" rowspan="2">${text.axes.epoch}</th>${summaries.map(({ technique }) => markup`<th scope="colgroup" colspan="3">${text.technique(technique).name}</th>`)}</tr>
<tr>${summaries.flatMap(() => short.map((word) => markup`<th scope="col">${word}</th>`))}</tr></thead>
<tbody>${Array.from({ length: epochs }, (_, i) => i + 1).map(
    (epoch) =>
      markup`<tr><td>${epoch}</td>${curves.flatMap(({ training, validation, loss }) => {
        const at = (points: typeof loss) => points.find((point) => point.epoch === epoch)?.mean;
        const write = (value: number | undefined, format: (value: number) => string) =>
          markup`<td>${value === undefined ? "" : format(value)}</td>`;
        return [
          write(at(training), numbers.percent),
          write(at(validation), numbers.percent),
          write(at(loss), numbers.figure),
        ];
      })}</tr>`,
  )}</tbody></table></div>`;
}
