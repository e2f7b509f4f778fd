/** Bytes as MIME bundles have them. */
export function encodeBase64(bytes: Uint8Array): string {
  let characters = "";
  // In pieces: a function takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    characters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(characters);
}
