import { fastify } from "fastify";
import { TrazoError } from "trazo";
import { checkQuestion, QuestionError } from "../protocol/check.js";
import { mostPages } from "../protocol/connection.js";
import { pictureLimits } from "../protocol/pictures.js";
import { type Refusal, Refused, refusalOf } from "../protocol/refusals.js";
import { EventSockets } from "./event-sockets.js";
import { upgradePages } from "./event-upgrade.js";
import { isOwn } from "./origins.js";
import { nativePage, pageFiles } from "./page-files.js";
import { openThreadedLab } from "./threaded-lab.js";

/** Bytes of a question: somebody's own pictures are most of the largest, in base64. */
const mostBody = 2 ** 20 + 4 * Math.ceil(pictureLimits.bytes / 3);

/** Options of `openStudio`. */
export interface StudioOptions {
  /** A folder with the four IDX files of a data set in MNIST's form. Default: MNIST. */
  readonly dataDir?: string | undefined;
  /** Where the folders of runs go. Default `runs/studio`. */
  readonly runsDir?: string | undefined;
  /** Processor threads to train with. Default: all. */
  readonly threads?: number | undefined;
  /** Told about errors that are the studio's own fault. Default: no one. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

/** A studio that can be started once and stopped. */
export interface Studio {
  /**
   * Starts to listen, for this machine alone.
   *
   * @param port 0 for any free one
   * @returns the port
   */
  listen(port: number): Promise<number>;
  /** Saves the run in progress and ends. */
  stop(): Promise<void>;
}

/** What the page may load: itself. Not every browser counts WebSockets of the same address as that. */
const policyAt = (port: number): string =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self' ws://localhost:${port} ws://127.0.0.1:${port}`,
    "img-src 'self' data: blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/**
 * Opens the studio: a page that shows how networks learn, and the native engine that trains them in a thread of this process.
 *
 * @throws TrazoError when the data cannot be read or the page was not built
 * @example
 * ```ts
 * import { openStudio } from "@trazo/studio";
 *
 * const studio = await openStudio({ runsDir: "runs/class" });
 * console.log(`http://localhost:${await studio.listen(0)}`);
 * ```
 */
export async function openStudio(options: StudioOptions = {}): Promise<Studio> {
  const { dataDir, runsDir = "runs/studio", threads, onFailure = () => {} } = options;
  const files = pageFiles();
  const index = nativePage(files);
  const pages = new EventSockets();
  const lab = await openThreadedLab(
    { dataDir, runsDir, threads },
    {
      onEvent: (event) => pages.tell(event),
      onDeath: onFailure,
      // Pages that connect again ask what there is.
      onRestart: () => pages.endAll(),
    },
  );
  const app = fastify({ bodyLimit: mostBody, forceCloseConnections: true });
  let chosen = 0;
  let isStopping = false;
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-content-type-options", "nosniff");
    if (isOwn(request.headers, chosen)) return;
    await reply.code(403).send({ error: `The studio answers its own page only: http://localhost:${chosen}` });
  });
  upgradePages(app.server, {
    port: () => chosen,
    isStopping: () => isStopping,
    hasRoom: () => pages.count < mostPages,
    onPage: (client, socket) => pages.add(client, socket, () => lab.forget(client)),
  });
  app.post("/api/ask", async (request, reply) => {
    try {
      const question = checkQuestion(request.body);
      const answer = await lab.ask(question);
      // Of a page that does not listen, or no more, nothing would end the watching.
      if (question.command === "watch" && !pages.has(question.client)) lab.forget(question.client);
      return { answer };
    } catch (error) {
      if (error instanceof QuestionError) return await reply.code(400).send({ error: error.message });
      if (error instanceof Refused || error instanceof TrazoError) {
        return await reply.code(400).send({ refusal: refusalOf(error) });
      }
      onFailure(error);
      return await reply.code(500).send({ refusal: { kind: "broken" } satisfies Refusal });
    }
  });
  app.get("/*", async (request, reply) => {
    const [path = "/"] = request.url.split("?");
    const file = path === "/" ? index : files.get(path);
    if (!file) return await reply.code(404).send({ error: "There is nothing at this address." });
    if (path.startsWith("/assets/")) reply.header("cache-control", "public, max-age=31536000, immutable");
    else reply.header("cache-control", "no-cache");
    return await reply.type(file.type).header("content-security-policy", policyAt(chosen)).send(file.bytes);
  });
  return {
    async listen(port) {
      await app.listen({ host: "127.0.0.1", port });
      const address = app.server.address();
      chosen = typeof address === "object" && address !== null ? address.port : port;
      return chosen;
    },
    async stop() {
      isStopping = true;
      pages.close();
      await app.close();
      await lab.close();
    },
  };
}
