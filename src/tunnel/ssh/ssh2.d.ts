/** The part of ssh2 1.17.0 that is used here. The package ships no types; it is pinned exactly, so its insides may be named. */
declare module "ssh2" {
  import type { EventEmitter } from "node:events";
  import type { Duplex, Readable } from "node:stream";

  export interface ParsedKey {
    readonly type: string;
    readonly comment: string;
    /** Signs with a private key; an error is returned, not thrown. */
    sign(data: Uint8Array, hash?: string): Buffer | Error;
    isPrivateKey(): boolean;
    getPublicSSH(): Buffer;
  }

  export class BaseAgent {
    getIdentities(callback: (error: Error | undefined, keys?: ParsedKey[]) => void): void;
    sign(key: ParsedKey, data: Buffer, options: { hash?: string }, callback: (error: Error | undefined, signature?: Buffer) => void): void;
  }

  export class OpenSSHAgent extends BaseAgent {
    constructor(socketPath: string);
  }

  export interface Prompt {
    readonly prompt: string;
    readonly echo: boolean;
  }

  export type AuthMethod =
    | { type: "none"; username: string }
    | { type: "password"; username: string; password: string }
    | { type: "agent"; username: string; agent: BaseAgent }
    | {
        type: "keyboard-interactive"; username: string;
        prompt(name: string, instructions: string, language: string, prompts: Prompt[], finish: (answers: string[]) => void): void;
      };

  export interface Channel extends Duplex {
    readonly stderr: Readable;
    close(): void;
    eof(): void;
  }

  export interface ClientConfig {
    sock: Duplex;
    username: string;
    agent?: BaseAgent;
    hostVerifier(key: Buffer, verify: (permitted: boolean) => void): void;
    authHandler(methodsLeft: string[] | null, partial: boolean | null, next: (method: AuthMethod | false) => void): void;
    algorithms?: { kex?: string[]; cipher?: string[]; hmac?: string[]; serverHostKey?: string[] };
    readyTimeout: number;
    keepaliveInterval: number;
    strictVendor: boolean;
    ident?: string;
  }

  export type ChannelCallback = (error: (Error & { reason?: number | string }) | undefined, channel: Channel) => void;

  export class Client extends EventEmitter {
    connect(config: ClientConfig): this;
    end(): this;
    exec(command: string, options: { agentForward?: boolean }, callback: ChannelCallback): this;
    subsys(name: string, callback: ChannelCallback): this;
    forwardOut(fromHost: string, fromPort: number, host: string, port: number, callback: ChannelCallback): this;
    openssh_forwardOutStreamLocal(path: string, callback: ChannelCallback): this;
    /** Inside: requests whose answers are awaited, in order. */
    readonly _callbacks: ((failed: unknown) => void)[];
    readonly _protocol: {
      /** Sends a global request that every server answers. */
      ping(): void;
      readonly _handlers: {
        USERAUTH_FAILURE(protocol: unknown, methods: string[], partial: boolean): void;
      };
    };
  }

  export const utils: { parseKey(data: string | Buffer, passphrase?: string): ParsedKey | ParsedKey[] | Error };
}

declare module "ssh2/lib/protocol/constants.js" {
  const constants: {
    readonly DEFAULT_KEX: string[];
    readonly DEFAULT_CIPHER: string[];
    readonly DEFAULT_MAC: string[];
    readonly DEFAULT_SERVER_HOST_KEY: string[];
  };
  export default constants;
}
