import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";

const folder = fileURLToPath(new URL("../../dist/page", import.meta.url));
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

/** A server of the built page's files, as any host of static files is. */
export interface StaticHost {
  readonly port: number;
  /** Bytes of the page's files that were asked for, without the digits, compressed as most servers would. */
  sent(): Promise<number>;
  close(): Promise<void>;
}

/** @param isIsolated whether pages may use several threads */
export async function openStaticHost({ isIsolated = false, port = 0 } = {}): Promise<StaticHost> {
  const asked: string[] = [];
  const server = createServer(({ url = "/" }, response) => {
    const [path = "/"] = url.split("?");
    const file = join(folder, path === "/" ? "index.html" : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    asked.push(file);
    response.writeHead(200, {
      "content-type": types[extname(file)] ?? "application/octet-stream",
      "content-length": statSync(file).size,
      ...(isIsolated && isolation),
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async sent() {
      const sizes = await Promise.all(asked.filter((file) => !file.endsWith(".gz")).map(compressedSize));
      return sizes.reduce((sum, size) => sum + size, 0);
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
