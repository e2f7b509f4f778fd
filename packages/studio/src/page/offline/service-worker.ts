interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", listener: (event: WorkerEvent) => void): void;
  addEventListener(name: "fetch", listener: (event: FetchEvent) => void): void;
};

const cacheName = "trazo-page";
const isOwn = (url: string): boolean => new URL(url).origin === scope.location.origin;
/** Files of a build bear a digest in their names and never change. */
const isForever = (url: string): boolean => new URL(url).pathname.includes("/assets/");
/** The digits are kept by the module that reads them. */
const isKeptElsewhere = (url: string): boolean => url.endsWith(".gz");
/** Whatever else hosts let their answers vary by, it is the same file. */
const anyForm = { ignoreSearch: true, ignoreVary: true } as const;

scope.addEventListener("install", (event) => event.waitUntil(keepAll()));
// A new build's worker waits for this until no page of the build before is open, which may yet need a file that it has not loaded.
scope.addEventListener("activate", (event) =>
  event.waitUntil(forgetOldBuilds().then(() => scope.clients.claim())),
);
scope.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && isOwn(url) && !isKeptElsewhere(url)) {
    // Where nothing can be kept any more, the network is left.
    event.respondWith(answer(event).catch(() => fetch(event.request)));
  }
});

/** All that the build made and the page may need; `files.json` lists it. The page comes last: it is of no use without its files. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  const [list, page] = await Promise.all([fetched("files.json"), fetched("./")]);
  const names = (await list.clone().json()) as readonly string[];
  await Promise.all(names.map((name) => keepNew(cache, name)));
  await keep(cache, new Request("files.json").url, list);
  await keep(cache, new Request("./").url, page);
}

async function keepNew(cache: Cache, name: string): Promise<void> {
  const { url } = new Request(name);
  if (!(await cache.match(url, anyForm))) await keep(cache, url, await fetched(name));
}

/** @throws an error when there is no such file */
async function fetched(name: string): Promise<Response> {
  const request = new Request(name);
  const response = await fetch(request, { cache: modeFor(request) });
  if (!response.ok) throw new Error(`${request.url}: ${response.status}`);
  return response;
}

/** What may have changed is asked for anew, although the host allows to keep it for a while: a build's files only fit each other. */
const modeFor = ({ url }: Request): RequestCache => (isForever(url) ? "default" : "no-cache");

/** Under its address without a query. */
async function keep(cache: Cache, url: string, response: Response): Promise<void> {
  const { redirected, status, statusText, headers } = response;
  // Browsers refuse to show a page by an answer that came from another address.
  const whole = redirected ? new Response(await response.blob(), { status, statusText, headers }) : response;
  await cache.put(url.split(/[?#]/)[0] as string, whole);
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
async function answer(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request, anyForm);
  if (kept && isForever(request.url)) return kept;
  try {
    const response = await fetch(request, { cache: modeFor(request) });
    // Without room for it, it is fetched again next time.
    if (response.ok) event.waitUntil(keep(cache, request.url, response.clone()).catch(() => undefined));
    return response;
  } catch (error) {
    // The page may have been opened by its file's name, under which nothing is kept.
    const instead = kept ?? (request.mode === "navigate" ? await cache.match("./", anyForm) : undefined);
    if (instead) return instead;
    throw error;
  }
}
