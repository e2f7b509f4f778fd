// The plotting library formats numbers for the browser's language as soon as it is loaded. On a system without a language WebKit calls
// that "C", which is none, and the page would stay empty.
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en", configurable: true });
}
