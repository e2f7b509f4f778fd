import { fromBase64 } from "../../../protocol/base64.js";
import type { PictureFormat, PlainNetwork } from "../../../protocol/pictures.js";
import { picturesCode } from "../../code/pictures.js";
import type { StudioState } from "../../state/studio.js";
import { readerPage } from "../../take-away/web-page.js";
import { filled, language, texts } from "../../texts/index.js";
import { CodeButton } from "../code-view.js";
import { saveFile } from "../save-file.js";

/** The network as files, as a page, and as a program. */
export function TakeAway({ studio }: { readonly studio: StudioState }) {
  const { pictures: words } = texts.value;
  const run = studio.pictureRun.value;
  if (!run) return null;
  const bytesOf = async (format: PictureFormat): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const answer = await studio.ask("savePictures", { format });
    return answer && fromBase64(answer.bytes);
  };
  const save = async (format: "keras" | "onnx"): Promise<void> => {
    const bytes = await bytesOf(format);
    if (bytes) saveFile(`pictures.${format}`, new Blob([bytes]));
  };
  const savePage = async (): Promise<void> => {
    const bytes = await bytesOf("page");
    if (!bytes) return;
    const network = JSON.parse(new TextDecoder().decode(bytes)) as PlainNetwork;
    const { classes } = network;
    const page = readerPage(network, {
      language: language.value,
      title: classes.join(" · "),
      hint: filled(words.readerHint, { classes: classes.join(", ") }),
      open: words.openPicture,
      camera: words.camera,
      noCamera: words.noCamera,
      unreadable: texts.value.problems.unreadable,
    });
    saveFile("pictures.html", new Blob([page], { type: "text/html" }));
  };
  return (
    <section class="card take-away" aria-labelledby="take-away-heading">
      <h2 id="take-away-heading">{words.takeAway}</h2>
      <p class="note">{words.takeAwayHint}</p>
      <div class="tools">
        <button type="button" class="primary" onClick={() => void savePage()}>
          {words.webPage}
        </button>
        <button type="button" onClick={() => void save("onnx")}>
          .onnx
        </button>
        <button type="button" onClick={() => void save("keras")}>
          .keras
        </button>
        <CodeButton programs={picturesCode(run.settings)} />
      </div>
      {run.isUnkept && <p class="callout">{texts.value.runs.unkept}</p>}
      {run.folder !== undefined && <p class="note">{filled(words.keptIn, { folder: run.folder })}</p>}
    </section>
  );
}
