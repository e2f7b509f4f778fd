import { inkPicture } from "../pictures.js";
import type { TechniqueSummary } from "../summary.js";
import { type Markup, markup, raw } from "./markup.js";
import type { Scene } from "./scene.js";
import { swatch } from "./swatch.js";

/** Misread test digits that are offered beside the paper. */
const examples = 8;

const digits = Array.from({ length: 10 }, (_, digit) => digit);

/** The runs whose networks the page carries. */
export const carried = (summaries: readonly TechniqueSummary[]): readonly TechniqueSummary[] =>
  summaries.filter(({ shown }) => shown.network !== undefined);

/** Paper, and what each network makes of what is drawn. Shown by its program alone; undefined where no network is carried. */
export async function drawSection(scene: Scene): Promise<Markup | undefined> {
  const { text, numbers } = scene;
  const networks = carried(scene.summaries);
  if (networks.length === 0) return undefined;
  const { draw } = text;
  const copies = draw.copies({
    of: numbers.count(networks[0]?.shown.network?.agreement.of ?? 0),
    networks: networks.map(({ technique, shown }) => [
      text.technique(technique).short,
      numbers.count(shown.network?.agreement.same ?? 0),
    ]),
  });
  return markup`<section id="draw" hidden>
<h2>${draw.section}</h2>
<p class="intro">${draw.intro}</p>
<div class="grid draw">
<div class="card"><canvas class="paper" width="320" height="320" tabindex="0" role="application" aria-label="${draw.area}" aria-describedby="draw-keyboard"></canvas>
<p class="hidden" id="draw-keyboard">${draw.keyboard}</p>
<p class="tools"><button class="more undo" type="button">${draw.undo}</button> <button class="more clear" type="button">${draw.clear}</button></p>
<div class="seen-by"><canvas class="seen" width="28" height="28" role="img" aria-label="${draw.seen}"></canvas><small>${draw.seen}</small></div></div>
<div class="card"><table class="readings" aria-live="polite"><thead><tr><th scope="col">${draw.network}</th><th scope="col">${draw.reads}</th><th scope="col">${draw.sure}</th><th scope="col">${draw.allDigits}</th></tr></thead>
<tbody>${networks.map(({ technique }) => row(technique, scene))}</tbody></table>
${await offered(networks, scene)}</div>
</div>
<p class="intro"><small>${copies}</small></p>
</section>`;
}

function row(technique: string, { text }: Scene): Markup {
  return markup`<tr data-reads="${technique}"><th scope="row"><span>${swatch(technique)}${text.technique(technique).short}</span></th><td class="digit"></td><td class="share"></td><td class="bars" aria-hidden="true">${digits.map((digit) => markup`<i><b>${digit}</b></i>`)}</td></tr>`;
}

/** The most confident mistakes of each network in turn. */
async function offered(networks: readonly TechniqueSummary[], { text }: Scene): Promise<Markup> {
  const lists = networks.map(({ shown }) => shown.misread ?? []);
  const turns = Array.from({ length: examples }, (_, place) => lists.map((list) => list[place])).flat();
  const distinct = new Map(
    turns.flatMap((one) => (one === undefined ? [] : [[one.pixels.join(), one] as const])),
  );
  const chosen = [...distinct.values()].slice(0, examples);
  if (chosen.length === 0) return raw("");
  const items = await Promise.all(
    chosen.map(async ({ pixels, actual }) => {
      const { address } = await inkPicture(pixels);
      return markup`<li><button type="button" data-digit aria-label="${text.draw.example(String(actual))}"><img class="ink" src="${address}" width="28" height="28" alt=""></button></li>`;
    }),
  );
  return markup`<p class="note">${text.draw.examples}</p><ul class="offered">${items}</ul>`;
}

/** What the page's program reads with: the networks, as JSON. */
export function heldNetworks(summaries: readonly TechniqueSummary[]): Markup {
  const held = carried(summaries).map(({ technique, shown }) => ({
    technique,
    weights: Buffer.from(shown.network?.weights ?? []).toString("base64"),
  }));
  // Base64 and names of techniques hold nothing that ends an element; a run's name could.
  return raw(JSON.stringify(held).replaceAll("<", "\\u003c"));
}
