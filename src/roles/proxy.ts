/** `fugue proxy`: this machine's daemon on standard input and output, for clients that come over SSH. */
import { systemClock } from "../base/clock.ts";
import { NonblockingWriter } from "../base/nonblocking-writer.ts";
import { followAgent, paneAgentLink } from "../base/agent-link.ts";
import { ensureHome, type Paths } from "../base/paths.ts";
import { RELEASE } from "../base/release.ts";
import type { ProxyOptions } from "../commands/tunnel-context.ts";
import type { Duplex } from "../transport/duplex.ts";
import { connectUnix } from "../transport/unix.ts";
import { dialLocal } from "./local-server.ts";

/** Beyond this much waiting for standard output the daemon is not read. */
const MOST_WAITING_BYTES = 256 * 1024;
const LOOK_EVERY_MS = 5;

/** Runs until either side ends. @returns the exit status. @throws FugueError `noServer` if there is no daemon */
export async function runProxy(paths: Paths, env: Record<string, string | undefined>, options: ProxyOptions): Promise<number> {
  const socket = options.socket ?? paths.socket;
  const daemon = options.socket === undefined ? await dialLocal(paths, withAgent(paths, env), options.start) : await connectUnix(socket);
  const { promise, resolve } = Promise.withResolvers<number>();
  const out = new NonblockingWriter(1, systemClock, () => resolve(0));
  const about = `${options.mark ?? "fugue"} ${JSON.stringify({ socket, release: RELEASE })}\n`;
  // a start file of the login shell may have printed something without an end
  out.write(new TextEncoder().encode(options.mark === undefined ? about : `\n${about}`));
  if (options.where) {
    daemon.listen({ data() {}, close() {} });
    daemon.close(true);
    while (out.waiting > 0) await Bun.sleep(1);
    return 0;
  }
  join(daemon, out, () => resolve(0));
  return promise;
}

/** An agent that came with this session is where panes find it, those of a server that is started now included. */
function withAgent(paths: Paths, env: Record<string, string | undefined>): Record<string, string | undefined> {
  ensureHome(paths);
  const link = paneAgentLink(paths);
  return followAgent(link, env.SSH_AUTH_SOCK) ? { ...env, SSH_AUTH_SOCK: link } : env;
}

function join(daemon: Duplex, out: NonblockingWriter, ended: () => void): void {
  let paused = false;
  const resume = (): void => {
    if (paused && out.waiting <= MOST_WAITING_BYTES) {
      paused = false;
      daemon.resume();
    }
  };
  daemon.listen({
    data(bytes) {
      out.write(bytes.slice(), resume);
      if (paused || out.waiting <= MOST_WAITING_BYTES) return;
      paused = true;
      daemon.pause();
    },
    close: () => whenWritten(out, ended),
  });
  void pump(daemon).then(() => {
    daemon.close();
    whenWritten(out, ended);
  });
}

/** Standard input to the daemon, until its end. */
async function pump(daemon: Duplex): Promise<void> {
  for await (const bytes of Bun.stdin.stream()) {
    daemon.write(bytes);
    while (daemon.buffered > MOST_WAITING_BYTES) await new Promise<void>((resolve) => void systemClock.after(LOOK_EVERY_MS, resolve));
  }
}

/** The last words still leave, but nobody waits for a reader that has gone. */
function whenWritten(out: NonblockingWriter, then: () => void): void {
  const end = systemClock.now() + 2000;
  const look = (): void => {
    if (out.waiting === 0 || systemClock.now() > end) then();
    else systemClock.after(LOOK_EVERY_MS, look);
  };
  look();
}
