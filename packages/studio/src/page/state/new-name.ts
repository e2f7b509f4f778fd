/** A name that nothing else has. Pages that are not secure have no `crypto.randomUUID`. */
export const newName = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
