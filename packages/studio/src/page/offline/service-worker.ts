interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void;
}

const scope = globalThis as unknown as {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: WorkerEvent) => void): void;
  addEventListener(
    name: "fetch",
    listener: (event: { readonly request: Request; respondWith(response: Promise<Response>): void }) => void,
  ): void;
};

const cacheName = "trazo-page";
const isOwn = (url: string): boolean => new URL(url).origin === scope.location.origin;
/** Files of a build bear a digest in their names and never change. */
const isForever = (url: string): boolean => new URL(url).pathname.includes("/assets/");
/** The digits are kept by the module that reads them. */
const isKeptElsewhere = (url: string): boolean => url.endsWith(".gz");

scope.addEventListener("install", (event) => event.waitUntil(keepAll().then(() => scope.skipWaiting())));
scope.addEventListener("activate", (event) =>
  event.waitUntil(forgetOldBuilds().then(() => scope.clients.claim())),
);
scope.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && isOwn(url) && !isKeptElsewhere(url)) event.respondWith(answer(event.request));
});

/** All that the build made and the page may need; `files.json` lists it. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.add("files.json");
  await cache.addAll(["./", ...(await listedFiles(cache))]);
}

async function listedFiles(cache: Cache): Promise<readonly string[]> {
  return (await (await cache.match("files.json"))?.json()) ?? [];
}

async function forgetOldBuilds(): Promise<void> {
  const cache = await caches.open(cacheName);
  const listed = new Set((await listedFiles(cache)).map((name) => new URL(name, scope.location.href).href));
  for (const request of await cache.keys()) {
    if (isForever(request.url) && !listed.has(request.url)) await cache.delete(request);
  }
}

/** What never changes from what is kept; everything else from the network as long as there is one. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept && isForever(request.url)) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request.url.split(/[?#]/)[0] as string, response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
