import type { ServeSettings } from "./options.js";
import { type ErrorCode, RequestError } from "./request-error.js";

export const supportedTypes =
  "application/json, multipart/form-data, image/png, image/jpeg, image/webp, image/gif, image/avif";

/** What went wrong, in words for the sender; anything unforeseen becomes an `internal_error` without details. */
export function toRequestError(error: unknown, settings: ServeSettings): RequestError {
  if (error instanceof RequestError) return error;
  const { code, message, statusCode } = error as Error & { code?: string; statusCode?: number };
  const as = (as: ErrorCode, text: string): RequestError => new RequestError(as, text, { cause: error });
  switch (code) {
    case "ECONNRESET":
      return as("malformed_request", "The request was interrupted.");
    case "FST_ERR_CTP_BODY_TOO_LARGE":
    case "FST_REQ_FILE_TOO_LARGE":
      return as("body_too_large", tooLarge(settings));
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return as(
        "unsupported_media_type",
        `The type of the body is not supported. Supported: ${supportedTypes}.`,
      );
    case "FST_FILES_LIMIT":
    case "FST_PARTS_LIMIT":
    case "FST_FIELDS_LIMIT":
      return as("too_many_images", `The form contains too many files; the limit is ${settings.maxImages}.`);
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
  `The body is too large; the limit is ${maxBody} bytes.`;
