import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";

/** What the build has made. */
export const builtPage = fileURLToPath(new URL("../../dist/page", import.meta.url));
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".gz": "application/gzip",
  ".json": "application/json",
};
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** What hosts do differently. */
export interface HostOptions {
  /** Whether pages may use several threads. Default false. */
  readonly isIsolated?: boolean;
  /** Default: any free one. */
  readonly port?: number;
  /** The folder's path on the host. Default `/`. */
  readonly under?: string;
  /** Sent with every file. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether files are compressed on their way. Default false. */
  readonly compresses?: boolean;
}

/** A server of the built page's files, as any host of static files is. */
export interface StaticHost {
  readonly port: number;
  /** The page's address. */
  readonly address: string;
  /** Bytes of the page's files that were asked for, without the digits, compressed as most servers would. */
  sent(): Promise<number>;
  /** Gives the files of another folder from now on, as after a new build. */
  show(folder: string): void;
  close(): Promise<void>;
}

export async function openStaticHost(options: HostOptions = {}): Promise<StaticHost> {
  const { isIsolated = false, port = 0, under = "/", headers = {}, compresses = false } = options;
  const asked: string[] = [];
  let folder = builtPage;
  const server = createServer(({ url = "/" }, response) => {
    const [path = "/"] = url.split("?");
    const name = path.startsWith(under) ? path.slice(under.length) || "index.html" : "..";
    const file = join(folder, name);
    if (!existsSync(file) || statSync(file).isDirectory()) return void response.writeHead(404).end();
    asked.push(file);
    const type = types[extname(file)] ?? "application/octet-stream";
    const length = compresses
      ? { "content-encoding": "gzip", vary: "Accept-Encoding, Accept" }
      : { "content-length": statSync(file).size };
    response.writeHead(200, { "content-type": type, ...length, ...(isIsolated && isolation), ...headers });
    const bytes = createReadStream(file);
    (compresses ? bytes.pipe(createGzip()) : bytes).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const chosen = (server.address() as AddressInfo).port;
  return {
    port: chosen,
    address: `http://localhost:${chosen}${under}`,
    async sent() {
      const sizes = await Promise.all(asked.filter((file) => !file.endsWith(".gz")).map(compressedSize));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
    show(other) {
      folder = other;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function compressedSize(file: string): Promise<number> {
  let size = 0;
  for await (const chunk of createReadStream(file).pipe(createGzip())) size += (chunk as Buffer).length;
  return size;
}
