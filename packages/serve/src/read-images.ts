import type { Multipart } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import type { ImageClassifier } from "trazo";
import { TrazoError } from "trazo";
import { type PicturePreparation, readPicture } from "trazo/node";
import { fromBase64 } from "./base64.js";
import type { Limiter } from "./limiter.js";
import { checkKind, tamePicture } from "./picture-file.js";
import { describe, pixelsFromArrays, readScale } from "./pixels.js";
import { supportedTypes } from "./report-error.js";
import { RequestError } from "./request-error.js";

export interface ReadImagesContext {
  readonly imageShape: ImageClassifier["imageShape"];
  /** How picture files become images. */
  readonly preparation: PicturePreparation;
  /** Most images of one request. */
  readonly maxImages: number;
  /** Most bytes of all files of a form. */
  readonly maxBody: number;
  /** Decoding takes memory and processor time: only some pictures are decoded at once. */
  readonly limiter: Limiter;
  /** Told about each picture whose decoding starts. */
  readonly onDecode: () => void;
}

/** A picture file that is to be decoded. */
interface PictureFile {
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** An image as the model gets it. */
export interface ReadImage {
  /** `height * width * channels` values from 0 to 255. */
  readonly pixels: Uint8Array;
  /** Why a picture may not have been read as it was meant, in sentences. */
  readonly doubts: readonly string[];
}

/**
 * The images of a request to `/predict`, whichever way they were sent.
 *
 * @param signal of the request: when it is aborted, pictures that wait are not decoded
 * @throws RequestError
 * @throws the signal's reason when it is aborted
 */
export async function readImages(
  request: FastifyRequest,
  context: ReadImagesContext,
  signal: AbortSignal,
): Promise<ReadImage[]> {
  const images = await parseRequest(request, context);
  checkCount(images.length, context);
  for (const image of images) if (!(image instanceof Uint8Array)) checkKind(image.bytes, image.name);
  // Everything that can be refused at once has been: to decode takes a thousand times as long.
  return await Promise.all(
    images.map(async (image) =>
      image instanceof Uint8Array
        ? { pixels: image, doubts: [] }
        : await decodePicture(image, request, context, signal),
    ),
  );
}

/** The images of a request: pixels, or files to decode. */
async function parseRequest(
  request: FastifyRequest,
  context: ReadImagesContext,
): Promise<(Uint8Array | PictureFile)[]> {
  if (request.isMultipart()) return await parseForm(request, context);
  const { body } = request;
  if (body instanceof Uint8Array) return [{ bytes: body, name: "The picture" }];
  if (body !== undefined) return parseJson(body, context);
  throw new RequestError(
    "unsupported_media_type",
    `The request has no body with a Content-Type. Supported: ${supportedTypes}.`,
  );
}

function parseJson(body: unknown, context: ReadImagesContext): (Uint8Array | PictureFile)[] {
  const { images, scale } = parseBody(body);
  checkCount(images.length, context);
  const pixelScale = readScale(scale);
  return images.map((image, i) => {
    const name = `images[${i}]`;
    if (typeof image === "string") return { bytes: fromBase64(image, name), name };
    if (Array.isArray(image)) return pixelsFromArrays(image, context.imageShape, name, pixelScale);
    throw new RequestError(
      "wrong_shape",
      `${name} must be arrays of pixel values or a picture file in base64, but got ${describe(image)}.`,
    );
  });
}

function parseBody(body: unknown): { readonly images: readonly unknown[]; readonly scale: unknown } {
  const expected = 'The body must be { "images": [...] }';
  if (body === null || typeof body !== "object" || Array.isArray(body)) {
    throw new RequestError("wrong_shape", `${expected}, but got ${describe(body)}.`);
  }
  const { images, scale, ...others } = body as { readonly images?: unknown; readonly scale?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new RequestError("wrong_shape", `${expected}, but it contains ${describe(unknown)}.`);
  }
  if (Array.isArray(images)) return { images, scale };
  throw new RequestError(
    "wrong_shape",
    `${expected} with a list of images, but images is ${describe(images)}.`,
  );
}

function checkCount(count: number, { maxImages }: ReadImagesContext): void {
  if (count === 0)
    throw new RequestError("wrong_shape", "The request contains no image; expected at least one.");
  if (count <= maxImages) return;
  throw new RequestError(
    "too_many_images",
    `The request contains ${count} images; the limit is ${maxImages}.`,
  );
}

async function parseForm(request: FastifyRequest, context: ReadImagesContext): Promise<PictureFile[]> {
  return await formFiles(request.parts(), context).catch((error: Error & { code?: string }) => {
    if (error.code !== undefined) throw error;
    throw new RequestError("malformed_form", `The form is damaged: ${error.message}.`, { cause: error });
  });
}

async function formFiles(
  parts: AsyncIterable<Multipart>,
  context: ReadImagesContext,
): Promise<PictureFile[]> {
  const files: PictureFile[] = [];
  let size = 0;
  for await (const part of parts) {
    if (part.type === "field") {
      throw new RequestError(
        "malformed_form",
        `The form field ${describe(part.fieldname)} is not a file; expected picture files only.`,
      );
    }
    const bytes = await part.toBuffer();
    size += bytes.length;
    if (size > context.maxBody) {
      throw new RequestError(
        "body_too_large",
        `The files are too large; the limit is ${context.maxBody} bytes in total.`,
      );
    }
    files.push({ bytes, name: part.filename || `File ${files.length + 1}` });
  }
  return files;
}

/** Work for a client that has left would only delay the others'. @throws RequestError when it has */
export function checkWanted({ socket }: FastifyRequest): void {
  if (socket.destroyed) throw new RequestError("malformed_request", "The request was interrupted.");
}

async function decodePicture(
  { bytes, name }: PictureFile,
  request: FastifyRequest,
  { imageShape, preparation, limiter, onDecode }: ReadImagesContext,
  signal: AbortSignal,
): Promise<ReadImage> {
  try {
    const least = Math.max(imageShape[0], imageShape[1]);
    const isExact = preparation.interpolation !== undefined;
    const read = (): Promise<Uint8Array> => tamePicture(bytes, name, least, isExact);
    const decoded = await limiter(() => {
      checkWanted(request);
      onDecode();
      return readPicture(read, name, imageShape, preparation);
    }, signal);
    return { pixels: decoded.image.data, doubts: decoded.doubts };
  } catch (error) {
    if (error instanceof RequestError || !(error instanceof TrazoError)) throw error;
    throw new RequestError("unreadable_picture", error.message, { cause: error });
  }
}
