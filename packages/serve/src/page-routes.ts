import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import type { FastifyInstance } from "fastify";
import { TrazoError } from "trazo";
import { pageIn } from "./page.js";
import { errorResponses, textSchema } from "./schemas.js";
import { languageCodes, languageFor } from "./texts/language.js";

/** Where the build puts the page's files. The path is the same from the sources, from which tests run. */
const folder = new URL("../dist/browser/", import.meta.url);

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Adds the page to draw on at `/`, and the files that it loads. */
export function addPage(app: FastifyInstance, classes: readonly string[]): void {
  const pages = new Map(languageCodes.map((code) => [code, Buffer.from(pageIn(code, classes))]));
  app.get("/", {
    schema: {
      summary: "A page to draw digits on",
      querystring: { type: "object", properties: { lang: { type: "string", enum: languageCodes } } },
      response: { 200: textSchema("text/html", "The page."), ...errorResponses() },
    },
    // A language that there is not falls back to the browser's.
    validatorCompiler: () => () => true,
    handler: async ({ query, headers }, reply) => {
      const code = languageFor((query as { lang?: unknown }).lang, headers["accept-language"]);
      return reply
        .type("text/html; charset=utf-8")
        .headers({
          "content-language": code,
          vary: "accept-language",
          "content-security-policy": policy,
          "x-content-type-options": "nosniff",
        })
        .send(pages.get(code));
    },
  });
  for (const { name, type, bytes } of pageFiles()) {
    app.get(`/page/${name}`, {
      schema: { hide: true },
      handler: async (_request, reply) =>
        reply.type(type).header("x-content-type-options", "nosniff").send(bytes),
    });
  }
}

interface PageFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

function pageFiles(): PageFile[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const type = types[extname(name)];
      return type === undefined ? [] : [{ name, type, bytes: readFileSync(new URL(name, folder)) }];
    });
  } catch (cause) {
    throw new TrazoError("The files of the server's page are missing. Run npm run build first.", { cause });
  }
}
