import type { ServeSettings } from "./options.js";
import { type ErrorCode, RequestError } from "./request-error.js";

const pictureTypes = "application/json, image/png, image/jpeg or multipart/form-data";

/** What went wrong, in words for the sender; anything unforeseen becomes an `internal_error` without details. */
export function toRequestError(error: unknown, settings: ServeSettings): RequestError {
  if (error instanceof RequestError) return error;
  const { code, message, statusCode } = error as Error & { code?: string; statusCode?: number };
  const as = (as: ErrorCode, text: string): RequestError => new RequestError(as, text, { cause: error });
  switch (code) {
    case "ECONNRESET":
      return as("malformed_request", "The request was broken off.");
    case "FST_ERR_CTP_BODY_TOO_LARGE":
    case "FST_REQ_FILE_TOO_LARGE":
      return as("body_too_large", tooLarge(settings));
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return as("unsupported_media_type", `The body's type is not taken here. Expected ${pictureTypes}.`);
    case "FST_FILES_LIMIT":
    case "FST_PARTS_LIMIT":
    case "FST_FIELDS_LIMIT":
      return as("too_many_images", `At most ${settings.maxImages} images are taken at once.`);
    case "FST_ERR_BAD_URL":
      return as("malformed_request", "The address cannot be decoded.");
  }
  if (code?.startsWith("FST_ERR_CTP_")) return as("malformed_request", message);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return as(code?.startsWith("FST_") ? "malformed_form" : "malformed_request", message);
  }
  return as("internal_error", "The server failed to answer. Its log says why.");
}

export const tooLarge = ({ maxBody }: ServeSettings): string =>
  `The body is larger than the ${maxBody} bytes that are taken.`;
