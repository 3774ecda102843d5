/** The messages of SSH's connection protocol (RFC 4254 9), as a master connection takes them. */
import { WireWriter } from "./wire.ts";

/** Message numbers of RFC 4254 9. */
export const MESSAGE = {
  globalRequest: 80, requestFailure: 82, open: 90, opened: 91, openFailure: 92, windowAdjust: 93, data: 94, extendedData: 95,
  eof: 96, close: 97, request: 98, success: 99, failure: 100,
} as const;

/** How much the peer may send before it is told that we took it. */
export const WINDOW_BYTES = 2 << 20;

/** The beginning of a packet: no padding, and its type. */
export function message(type: number): WireWriter {
  return new WireWriter().byte(0).byte(type);
}
