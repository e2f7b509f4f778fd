import type { KeepThese } from "./service-worker.js";

/** Has the browser keep the page's files, so that it opens without a connection from the second visit on. */
export function keepForOffline(): void {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const script = new URL(/* @vite-ignore */ "./service-worker.js", document.baseURI);
  void serviceWorker.register(script).catch(() => undefined);
  // What had been loaded before there was a service worker, it has not seen.
  void serviceWorker.ready.then(({ active }) => {
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    active?.postMessage({ keep: [location.href.split(/[?#]/)[0] as string, ...loaded] } satisfies KeepThese);
  });
}
