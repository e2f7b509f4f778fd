/** Has the browser keep the page's files, so that it opens without a connection from the second visit on. */
export function keepForOffline(): void {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const script = new URL(/* @vite-ignore */ "./service-worker.js", document.baseURI);
  // Where it is not allowed, the page works all the same, with a connection.
  const keep = (): void => void serviceWorker.register(script).catch(() => undefined);
  keep();
  // The connection may have been lost before everything was kept.
  addEventListener("online", keep);
}
