import { TrazoError } from "trazo";

/** What can be wrong, each with its HTTP status and what it means: the `code` of every error answer is one of these. */
export const errorCodes = {
  malformed_request: [400, "The request is no valid HTTP, or its address cannot be decoded."],
  malformed_json: [400, "The body is no JSON."],
  malformed_form: [400, "The multipart form is damaged or holds something else than picture files."],
  wrong_parameter: [400, "A parameter of the address is unknown or has a value that it cannot have."],
  wrong_shape: [400, "The body or an image in it has another structure than expected."],
  wrong_value: [400, "A pixel is no whole number from 0 to 255."],
  too_many_images: [400, "There are more images than one request may hold."],
  unreadable_picture: [
    400,
    "A picture is no PNG or JPEG, is damaged, has too many pixels, or shows nothing.",
  ],
  not_found: [404, "There is nothing at this address."],
  method_not_allowed: [405, "The address does not take this method; the header Allow names those it takes."],
  request_timeout: [408, "The request did not arrive completely within the server's time limit."],
  body_too_large: [413, "The body is larger than the server takes."],
  unsupported_media_type: [415, "The body's type or encoding is none that the address takes."],
  expectation_failed: [417, "The header Expect asks for something else than 100-continue."],
  headers_too_large: [431, "The request's headers are larger than the server takes."],
  internal_error: [500, "The server failed; its log says why."],
  overloaded: [
    503,
    "Too many images are waiting already. Try again after the time in the header Retry-After.",
  ],
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
