import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TrazoError } from "trazo";

/** Where the build puts the page. The path is the same from the sources, from which tests run. */
const folder = fileURLToPath(new URL("../../dist/page/", import.meta.url));

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

/**
 * The page's files by their addresses, all read at the start: an address is looked up among them and is never a path.
 *
 * @throws TrazoError when the page was not built
 */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const files = names.flatMap((name): [string, PageFile][] => {
      const type = types[extname(name)];
      if (type === undefined) return [];
      return [[`/${name.replaceAll("\\", "/")}`, { type, bytes: readFileSync(join(folder, name)) }]];
    });
    return new Map(files);
  } catch (cause) {
    throw new TrazoError("The files of the studio's page are missing. Run npm run build first.", { cause });
  }
}

/**
 * The page as this server gives it: told that the engine runs in the server. The file in the folder has the page train by itself.
 *
 * @throws TrazoError when the page was not built
 */
export function nativePage(files: ReadonlyMap<string, PageFile>): PageFile {
  const index = files.get("/index.html");
  if (!index) throw new TrazoError("The studio's page is missing. Run npm run build first.");
  const text = index.bytes.toString("utf8").replace('data-engine="page"', 'data-engine="native"');
  return { ...index, bytes: Buffer.from(text) };
}
