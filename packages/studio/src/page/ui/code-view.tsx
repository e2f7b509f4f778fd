import { useEffect, useRef, useState } from "preact/hooks";
import type { Programs } from "../code/programs.js";
import { texts } from "../texts/index.js";
import { Icon } from "./icon.js";

/** A button that shows how a view is made with each library. */
export function CodeButton({ programs }: { readonly programs: Programs }) {
  const [isShown, setIsShown] = useState(false);
  return (
    <>
      <button
        type="button"
        class="quiet tool"
        title={texts.value.techniques.code}
        onClick={() => setIsShown(true)}
      >
        <Icon name="code" /> <span>{texts.value.techniques.code}</span>
      </button>
      {isShown && <CodeView programs={programs} close={() => setIsShown(false)} />}
    </>
  );
}

/** A program in either library, to be copied. */
function CodeView({ programs, close }: { readonly programs: Programs; close(): void }) {
  const { code } = texts.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const [kind, setKind] = useState<keyof Programs>("typescript");
  const shown = useRef<HTMLPreElement>(null);
  const [became, setBecame] = useState<"copied" | "selected" | undefined>(undefined);
  const text = programs[kind];
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => setBecame(undefined), [text]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setBecame("copied");
    } catch {
      // Pages that are not secure, and those that were forbidden to, cannot copy: people can.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
      setBecame("selected");
    }
  };
  return (
    <dialog ref={dialog} class="code" aria-labelledby="code-heading" onClose={close}>
      <header>
        <h2 id="code-heading">{code.heading}</h2>
        <fieldset class="segments">
          <legend class="hidden">{code.heading}</legend>
          {(["typescript", "keras"] as const).map((one) => (
            <label key={one}>
              <input type="radio" name="code" checked={kind === one} onChange={() => setKind(one)} />
              <span>{code[one]}</span>
            </label>
          ))}
        </fieldset>
        <button type="button" onClick={() => void copy()}>
          {code[became ?? "copy"]}
        </button>
        <button type="button" onClick={() => dialog.current?.close()}>
          {code.close}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled, which must work by keyboard */}
      <pre ref={shown} tabIndex={0}>
        <code>{text}</code>
      </pre>
    </dialog>
  );
}
