/** Loads Node's cryptography when it is first used: it takes longer than any other module of Node's here. */
export const sha256 = (content: Uint8Array | string): Buffer =>
  process.getBuiltinModule("node:crypto").createHash("sha256").update(content).digest();
