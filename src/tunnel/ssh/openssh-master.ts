/** A master process of the system's ssh: started, waited for until it has logged in, and never left behind. */
import { lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep, type Clock } from "../../base/clock.ts";
import type { FugueError } from "../../base/errors.ts";
import { Disposables } from "../../base/lifecycle.ts";
import { IDENTIFY_MS, noSshServer } from "./failures.ts";
import { LONGEST_SOCKET_PATH } from "../../transport/unix.ts";
import { AskpassServer } from "./askpass.ts";
import { configArguments, type SshConfiguration } from "./configuration.ts";
import type { SshOptions, SshTarget } from "./connection.ts";
import { SshMemory } from "./memory.ts";
import type { Master } from "./openssh-connection.ts";
import { brokenFailure, loginFailure } from "./openssh-failures.ts";
import type { Patience } from "./patience.ts";
import { removeStale, socketName } from "./socket-files.ts";

/** ssh binds its socket under a longer name first: a dot and 16 characters. */
const SUFFIX_BYTES = 17;
const POLL_MS = 10;
/** How long ssh's standard error is read on after its end. */
const LAST_WORDS_MS = 200;
const MOST_SAID = 64 * 1024;

/**
 * Runs ssh under a shell that ends with it, beside another that ends it when our end of the standard input closes, which
 * the system does for us if we are killed. `ssh -N` itself would not notice.
 */
const GUARD = [
  "exec 3<&0 </dev/null", '"$@" 3<&- >/dev/null & ssh=$!', '{ read -r _ <&3; kill "$ssh"; } >/dev/null 2>&1 & guard=$!', "exec 3<&-",
  'wait "$ssh"', 'kill "$guard" 2>/dev/null',
].join("\n");

/** What holds for every master: nothing of the user's forwards and commands, a short keepalive, and a log to learn from. */
const SETTINGS = [
  "ControlMaster=yes", "ControlPersist=no", "ClearAllForwardings=yes", "ExitOnForwardFailure=no", "PermitLocalCommand=no",
  "RemoteCommand=none", "RequestTTY=no", "Tunnel=no", "ForwardX11=no", "ServerAliveInterval=5", "ServerAliveCountMax=3",
  "LogLevel=DEBUG1",
];

export class OpensshMaster implements Master {
  /** The control socket; it appears once the login has worked. */
  readonly socket: string;
  private readonly owned = new Disposables();
  private said = "";
  private readonly ended: Promise<void>;
  private over = false;
  /** The host has said that it speaks SSH. */
  private identified = false;
  private readonly clock: Clock;
  /** Ends ssh, soon. */
  private readonly kill: () => void;

  private constructor(
    private readonly configuration: SshConfiguration, ssh: string, target: SshTarget, options: SshOptions, base: string,
    askpass: AskpassServer | undefined, private readonly patience: Patience,
  ) {
    this.clock = options.clock;
    this.socket = `${base}.m`;
    const settings = [...SETTINGS, ...(askpass ? ["BatchMode=no"] : ["BatchMode=yes"]), ...(patience.prompter ? [] : ["NumberOfPasswordPrompts=1"])];
    const argv = [ssh, ...configArguments(target), "-M", "-N", "-T", "-S", this.socket, ...settings.flatMap((line) => ["-o", line]), "--", target.host];
    const child = Bun.spawn(["/bin/sh", "-c", GUARD, "sh", ...argv], {
      env: { ...options.env, ...askpass?.environment }, cwd: "/", stdin: "pipe", stdout: "ignore", stderr: "pipe",
    });
    const reader = child.stderr.getReader();
    const words = this.read(reader);
    this.ended = child.exited.then(async () => {
      void child.stdin.end();
      // what a ProxyCommand started may hold standard error for ever
      await Promise.race([words, sleep(this.clock, LAST_WORDS_MS)]);
      this.over = true;
      await reader.cancel();
    });
    this.kill = () => void child.stdin.end();
    this.owned.defer(() => {
      this.kill();
      rmSync(this.socket, { force: true });
    });
    if (askpass) this.owned.own(askpass);
  }

  /** Starts ssh and waits until it has logged in. @throws FugueError as openSsh */
  static async start(target: SshTarget, configuration: SshConfiguration, ssh: string, options: SshOptions, patience: Patience): Promise<OpensshMaster> {
    const memory = options.memory ?? new SshMemory();
    const place = shortPlace(options.folder);
    const mayAsk = options.askpass !== undefined && (patience.prompter !== undefined || memory.hasAnswers);
    let askpass: AskpassServer | undefined;
    try {
      askpass = mayAsk ? await AskpassServer.start(place.base, options.askpass!, patience, memory) : undefined;
    } catch (error) {
      place.remove();
      throw error;
    }
    const master = new OpensshMaster(configuration, ssh, target, options, place.base, askpass, patience);
    master.owned.defer(() => place.remove());
    try {
      await patience.race(master.ready());
      askpass?.accepted();
      return master;
    } catch (error) {
      // ssh first: without the one whom it asks it would send an empty answer
      master.kill();
      await master.ended;
      master.dispose();
      throw error;
    }
  }

  async reason(): Promise<FugueError> {
    // the socket closes a moment before ssh has said why
    await Promise.race([this.ended, sleep(this.clock, 500)]);
    return brokenFailure(this.said, this.configuration.label);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async ready(): Promise<void> {
    while (!this.over) {
      if (lstatSync(this.socket, { throwIfNoEntry: false })?.isSocket()) return;
      await Promise.race([sleep(this.clock, POLL_MS), this.ended]);
    }
    throw loginFailure(this.said, this.configuration, this.patience.prompter === undefined);
  }

  private async read(stderr: { read(): Promise<{ done: boolean; value?: Uint8Array }> }): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await stderr.read();
      if (done) return;
      const text = decoder.decode(value, { stream: true });
      // the last words are those that explain an end
      this.said = (this.said + text).slice(-MOST_SAID);
      if (!this.patience.done) this.follow(text);
    }
  }

  private follow(text: string): void {
    if (/debug1: Remote protocol version /.test(text)) this.identified = true;
    if (/banner line 0: /.test(text)) {
      this.clock.after(IDENTIFY_MS, () => !this.identified && this.patience.fail(noSshServer(this.configuration.label)));
    }
    if (/debug1: Connecting to /.test(text)) this.patience.progress("connecting", this.configuration.hostName);
    if (/debug1: Authenticating to /.test(text)) this.patience.progress("authenticating", this.configuration.label);
  }
}

/** A base name for sockets that stays short enough: in the given folder, else in a new one among the temporary files. */
function shortPlace(folder: string): { base: string; remove(): void } {
  removeStale(folder);
  const base = join(folder, socketName());
  if (Buffer.byteLength(base) + 2 + SUFFIX_BYTES <= LONGEST_SOCKET_PATH) return { base, remove: () => {} };
  const own = mkdtempSync(join(tmpdir(), "fugue-"));
  return { base: join(own, "s"), remove: () => rmSync(own, { recursive: true, force: true }) };
}
