/** The part of the package that discovery.ts uses; it brings no types of its own. */
declare module "multicast-dns" {
  import type { EventEmitter } from "node:events";

  export interface Packet {
    readonly type: "query" | "response";
    readonly questions: readonly { readonly name: string; readonly type: string }[];
    readonly answers: readonly unknown[];
    readonly additionals: readonly unknown[];
  }

  export interface Multicast extends EventEmitter {
    query(questions: readonly { name: string; type: string }[]): void;
    respond(packet: { answers: readonly unknown[]; additionals?: readonly unknown[] }, done?: () => void): void;
    destroy(done?: () => void): void;
  }

  export default function multicastDns(options?: { interface?: string; bind?: string; port?: number }): Multicast;
}
