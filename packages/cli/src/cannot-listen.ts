import { TrazoError } from "trazo";
import type { CliText } from "./text/index.js";

/** Why a server cannot listen, in words where the reason is a usual one. */
export function cannotListen(
  error: NodeJS.ErrnoException,
  address: string,
  port: number,
  { errors }: CliText,
): unknown {
  const reasons: Readonly<Record<string, string>> = errors.listenReasons;
  const reason = reasons[error.code ?? ""];
  if (reason === undefined) return error;
  return new TrazoError(errors.cannotListen(address, port, reason));
}
