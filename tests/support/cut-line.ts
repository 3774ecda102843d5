/** A line to a unix socket that a test can cut: all its connections end at once, new ones are taken. */
import { createConnection, createServer, type Server, type Socket } from "node:net";

export class CutLine {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** Listens at `path` and leads to `target`. Use it with `await using`. */
  static async start(path: string, target: string): Promise<CutLine> {
    const server = createServer();
    const line = new CutLine(server);
    server.on("connection", (near) => {
      const far = createConnection(target);
      for (const [one, other] of [[near, far], [far, near]] as const) {
        line.sockets.add(one);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          line.sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, resolve);
    });
    return line;
  }

  /** What is on its way is lost. */
  cut(): void {
    for (const socket of [...this.sockets]) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.cut();
    await closed;
  }
}
