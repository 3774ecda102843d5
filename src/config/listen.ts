/** `[server]`: where this machine's own server listens, besides its socket. */
import { FugueError } from "../base/errors.ts";
import { formatAddress, isLoopback, parseAddress, type Address } from "./address.ts";
import { readFields } from "./fields.ts";
import type { Complaints } from "./problem.ts";
import { isTable } from "./toml-document.ts";
import { BOOL, TEXTS } from "./value-types.ts";
import type { ValueType } from "./value-types.ts";

/** Addresses on which a server listens at most. */
export const MOST_LISTEN_ADDRESSES = 16;

/** The fields of `[server]` as they stand in the file. */
export const LISTEN_FIELDS = { listen: TEXTS, advertise: BOOL } satisfies Readonly<Record<string, ValueType<unknown>>>;

/** An address that a server may listen on: tcp only for this machine itself. */
export type ListenAddress = Exclude<Address, { kind: "ssh" }>;

/** Reads an address to listen on. @throws FugueError `usage` that says what to write instead */
export function parseListenAddress(url: string, home?: string): ListenAddress {
  const address = parseAddress(url, home);
  if (address.kind === "ssh") {
    throw new FugueError("usage", `a server can't listen on ${formatAddress(address)}`, "ssh reaches its own socket: nothing has to listen");
  }
  if (address.kind === "tcp" && !isLoopback(address.host)) {
    throw new FugueError(
      "usage", `tcp is not encrypted, and ${address.host} is not only this machine`,
      `write ${formatAddress({ ...address, kind: "tls" })}, or tcp://127.0.0.1:${address.port} behind ssh`,
    );
  }
  return address;
}

/** Where this machine's own server listens besides its socket, and whether the local network is told. */
export interface ListenSettings {
  readonly listen: readonly ListenAddress[];
  readonly advertise: boolean;
}

/** Reads `[server]`. Addresses with mistakes are left out. @param home the user's home, for `~/` */
export function readListen(raw: unknown, complaints: Complaints, home: string): ListenSettings {
  const path = ["server"];
  if (!isTable(raw)) {
    complaints.at(path, "is not a table", "write [server] with listen = [\"tls://0.0.0.0:9999\"] below it");
    return { listen: [], advertise: false };
  }
  const { values } = readFields(path, raw, LISTEN_FIELDS, "the server", complaints);
  const addresses = new Map<string, ListenAddress>();
  for (const url of values.listen ?? []) {
    const address = complaints.try([...path, "listen"], () => parseListenAddress(url, home));
    if (address) addresses.set(formatAddress(address), address);
  }
  if (addresses.size > MOST_LISTEN_ADDRESSES) {
    complaints.at([...path, "listen"], "there are too many addresses", `${MOST_LISTEN_ADDRESSES} at most`);
  }
  return { listen: [...addresses.values()].slice(0, MOST_LISTEN_ADDRESSES), advertise: values.advertise ?? false };
}
