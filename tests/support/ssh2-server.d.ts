/** The server's part of ssh2 that tests use. */
declare module "ssh2" {
  import type { EventEmitter } from "node:events";

  export interface AuthContext {
    readonly method: string;
    readonly username: string;
    readonly password?: string;
    /** Of a public key: what is offered; with `signature` it is proven. */
    readonly key?: { algo: string; data: Buffer };
    readonly signature?: Buffer;
    accept(): void;
    reject(methodsLeft?: string[], partial?: boolean): void;
    prompt(prompts: { prompt: string; echo: boolean }[], title: string, instructions: string, answered: (answers: string[]) => void): void;
  }

  export class Server extends EventEmitter {
    constructor(config: { hostKeys: string[]; banner?: string; ident?: string }, connected: (client: EventEmitter & { end(): void }) => void);
    listen(port: number, host: string, ready: () => void): this;
    address(): { port: number };
    close(done?: () => void): this;
  }
}
