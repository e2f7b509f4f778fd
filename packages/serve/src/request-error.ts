import { TrazoError } from "trazo";

/** What can be wrong, each with its HTTP status and what it means: the `code` of every error answer is one of these. */
export const errorCodes = {
  malformed_request: [400, "The request is not valid HTTP, or its address cannot be decoded."],
  malformed_json: [400, "The body is not valid JSON."],
  malformed_form: [400, "The multipart form is damaged or contains something other than picture files."],
  wrong_parameter: [400, "A query parameter is unknown or has an invalid value."],
  wrong_shape: [400, "The body or an image in it does not have the expected structure."],
  wrong_value: [400, "A pixel is out of range, or the range of the pixels is unclear."],
  too_many_images: [400, "The request contains too many images."],
  unreadable_picture: [
    400,
    "A picture is not a PNG, JPEG, WebP, GIF or AVIF file, is damaged, is too large, or shows nothing.",
  ],
  unknown_host: [403, "The server does not answer under the name in the Host header."],
  not_found: [404, "The address does not exist."],
  method_not_allowed: [
    405,
    "The address does not support this method; the header Allow lists those that it supports.",
  ],
  request_timeout: [408, "The request did not arrive within the time limit."],
  body_too_large: [413, "The body is larger than the limit."],
  unsupported_media_type: [415, "The type or encoding of the body is not supported."],
  expectation_failed: [417, "The header Expect asks for something other than 100-continue."],
  headers_too_large: [431, "The headers are larger than the limit."],
  internal_error: [500, "The server failed. Its log says why."],
  overloaded: [503, "The server is busy. Try again after the time in the header Retry-After."],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type ErrorCode = keyof typeof errorCodes;

/** The body of every answer that reports an error. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

/** A request that cannot be served, with what to tell its sender. */
export class RequestError extends TrazoError {
  override name = "RequestError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return errorCodes[this.code][0];
  }

  get body(): ErrorBody {
    return { error: { code: this.code, message: this.message } };
  }
}
