import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A package as the mirror holds it. */
export interface MirroredPackage {
  /** What its package.json says of installing it. */
  readonly manifest: { readonly name: string; readonly version: string };
  readonly tarball: string;
}

export interface RegistryMirror {
  readonly url: string;
  /** Paths that were asked for and are not here: names of packages that the mirror does not hold. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** A package registry on the loopback interface that holds the given packages and nothing else, in the npm protocol. */
export async function startRegistryMirror(packages: readonly MirroredPackage[]): Promise<RegistryMirror> {
  const missing: string[] = [];
  const byName = new Map(packages.map((entry) => [entry.manifest.name, entry]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://mirror").pathname).slice(1);
    const [name, file] = path.split("/-/");
    const entry = byName.get(name ?? "");
    if (!entry) {
      missing.push(path);
      response.writeHead(404, { "content-type": "application/json" }).end("{}");
    } else if (file !== undefined) {
      response
        .writeHead(200, { "content-type": "application/octet-stream" })
        .end(readFileSync(entry.tarball));
    } else {
      const origin = `http://${request.headers.host}`;
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify(packument(entry, origin)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    missing,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function packument({ manifest, tarball }: MirroredPackage, origin: string) {
  const { name, version } = manifest;
  const bytes = readFileSync(tarball);
  const dist = {
    tarball: `${origin}/${name}/-/${name.split("/").at(-1)}-${version}.tgz`,
    integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
    shasum: createHash("sha1").update(bytes).digest("hex"),
  };
  return {
    name,
    "dist-tags": { latest: version },
    time: { [version]: "2020-01-01T00:00:00.000Z" },
    versions: { [version]: { ...manifest, dist } },
  };
}
