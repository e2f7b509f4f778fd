import type { DisplayBundle } from "../display/displayed.js";
import type { Notebook } from "../ports/notebook.js";

/** What Deno's Jupyter kernel offers to the cells that it runs. */
interface DenoJupyter {
  broadcast(type: string, content: Readonly<Record<string, unknown>>): Promise<void>;
}

/** The notebook of Deno's Jupyter kernel; undefined in Node, and in Deno outside of notebooks. */
export function denoNotebook(): Notebook | undefined {
  const jupyter = denoJupyter();
  if (!jupyter) return undefined;
  const send = async (type: string, id: string, data: DisplayBundle): Promise<void> =>
    await jupyter.broadcast(type, { data, metadata: {}, transient: { display_id: id } });
  return {
    async show(bundle) {
      const id = crypto.randomUUID();
      await send("display_data", id, bundle);
      return { update: (next) => send("update_display_data", id, next) };
    },
  };
}

function denoJupyter(): DenoJupyter | undefined {
  const { Deno } = globalThis as { Deno?: { readonly jupyter?: DenoJupyter } };
  try {
    return typeof Deno?.jupyter?.broadcast === "function" ? Deno.jupyter : undefined;
  } catch {
    // Outside of notebooks the property throws.
    return undefined;
  }
}
