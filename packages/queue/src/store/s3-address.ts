import { QueueError } from "../failures/index.js";

/** Where objects lie in an S3-compatible store. */
export interface S3Address {
  readonly bucket: string;
  /** Before every object's name, with a slash at its end unless it is empty. */
  readonly prefix: string;
  /** Of a store that is not Amazon's, e.g. `http://localhost:9000`. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

const form = "s3://bucket/prefix?endpoint=https://minio.example.com:9000&region=eu-west-1";

/** Whether a store is named as an address of S3, and not as a folder. */
export const isS3Address = (text: string): boolean => /^s3:/i.test(text);

/**
 * Reads `s3://bucket/prefix`. Endpoint and region may also come from the variables `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` and
 * `AWS_REGION`.
 *
 * @throws TrazoError when it has another form, or carries a password
 */
export function parseS3Address(text: string, env: Readonly<NodeJS.ProcessEnv> = process.env): S3Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "s3:" || url.hostname === "") {
    throw new QueueError(({ noStoreAddress }) => noStoreAddress(text, form));
  }
  if (url.username || url.password) {
    throw new QueueError(({ keyInAddress }) => keyInAddress);
  }
  const unknown = [...url.searchParams.keys()].filter((name) => name !== "endpoint" && name !== "region");
  if (unknown.length > 0) {
    throw new QueueError(({ unknownStoreOption }) => unknownStoreOption(text, unknown.join(", ")));
  }
  const endpoint = url.searchParams.get("endpoint") ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  if (endpoint && !/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : "")) {
    throw new QueueError(({ noEndpoint }) => noEndpoint(endpoint));
  }
  const path = decodeURIComponent(url.pathname).split("/").filter(Boolean).join("/");
  return {
    bucket: url.hostname,
    prefix: path === "" ? "" : `${path}/`,
    endpoint: endpoint || undefined,
    region: url.searchParams.get("region") ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? undefined,
  };
}
