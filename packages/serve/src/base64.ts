import { RequestError } from "./request-error.js";

/**
 * The bytes of a file in base64 or in a data URL. Line breaks and blanks are allowed, as many programs write them.
 *
 * @param where the text stands, for error messages
 * @throws RequestError naming what is wrong
 */
export function fromBase64(text: string, where: string): Uint8Array {
  const [prefix = ""] = /^\s*data:[\w/+.-]*;base64,/.exec(text) ?? [];
  const data = text.slice(prefix.length).replace(/\s+/g, "");
  const [wrong] = /[^A-Za-z0-9+/=]|=(?!=?$)/.exec(data) ?? [];
  if (wrong !== undefined) throw invalid(where, `its text contains ${JSON.stringify(wrong)}`);
  if (data === "") throw invalid(where, "its text is empty");
  if (data.replace(/=+$/, "").length % 4 === 1) throw invalid(where, "its text is cut off");
  return Buffer.from(data, "base64");
}

const invalid = (where: string, reason: string): RequestError =>
  new RequestError("unreadable_picture", `${where} must be a picture file in base64, but ${reason}.`);
