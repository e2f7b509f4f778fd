import type { PlainNetwork } from "../../protocol/pictures.js";
import type { CameraProblem } from "../state/problem.js";
import { escaped } from "../ui/figure/figure-svg.js";
import page from "./reader.html?raw";

/** What the page says. */
export interface ReaderTexts {
  readonly language: string;
  readonly title: string;
  readonly hint: string;
  readonly open: string;
  readonly camera: string;
  readonly noCamera: Readonly<Record<CameraProblem, string>>;
  readonly unreadable: string;
}

/** A web page in one file that reads pictures with a network, without a server or a connection. */
export function readerPage(network: PlainNetwork, texts: ReaderTexts): string {
  // A class may be called "</script>".
  const data = JSON.stringify({ network, texts }).replaceAll("<", "\\u003c");
  return page
    .replace('lang="en"', `lang="${texts.language}"`)
    .replace("<title>Pictures</title>", () => `<title>${escaped(texts.title)}</title>`)
    .replace('type="application/json">null<', () => `type="application/json">${data}<`);
}
