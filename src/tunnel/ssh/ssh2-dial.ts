/** Dialling with ssh2: jump hosts one after another, then key exchange, host key, login. */
import { Client, OpenSSHAgent } from "ssh2";
import constants from "ssh2/lib/protocol/constants.js";
import type { Socket } from "node:net";
import type { Duplex as NodeDuplex } from "node:stream";
import type { Clock, Timer } from "../../base/clock.ts";
import { FugueError, asFugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import { systemRandom } from "../../base/random.ts";
import { Authentication } from "./authentication.ts";
import { readConfiguration, type SshConfiguration } from "./configuration.ts";
import type { SshOptions, SshTarget } from "./connection.ts";
import { IDENTIFY_MS, NeedsOpenssh, NoCommonAlgorithm, handshakeFailure, noSshServer } from "./failures.ts";
import { HostKeys } from "./host-key.ts";
import { joinWrites } from "./joined-writes.ts";
import { findIdentities } from "./identities.ts";
import { parseHop } from "./login.ts";
import { SshMemory } from "./memory.ts";
import { opensshReason } from "./needs-openssh.ts";
import type { Patience } from "./patience.ts";
import { Ssh2Connection } from "./ssh2-connection.ts";
import { connectTcp } from "./tcp-connect.ts";

const MOST_HOPS = 8;
const MOST_FIRST_WORDS = 64 * 1024;

/**
 * Connects through the configuration's jump hosts and logs in.
 * @throws NeedsOpenssh, NoCommonAlgorithm if the system's ssh could do better; FugueError otherwise
 */
export async function dialSsh2(
  target: SshTarget, configuration: SshConfiguration, options: SshOptions, patience: Patience, depth = 0,
): Promise<Ssh2Connection> {
  if (configuration.proxyJump === undefined) return login(target, configuration, options, patience, undefined);
  if (depth >= MOST_HOPS) throw new FugueError("config", `there are more than ${MOST_HOPS} jump hosts, or they jump in a circle`, "look at ProxyJump in your ssh configuration");
  const hops = configuration.proxyJump.split(",").map(parseHop);
  let last: Ssh2Connection | undefined;
  try {
    for (const [i, hop] of hops.slice(0, MOST_HOPS).entries()) {
      const hopTarget: SshTarget = { ...hop, backend: target.backend, ...(target.config === undefined ? {} : { config: target.config }) };
      const own = await readConfiguration(hopTarget, options.env, options.clock, patience.remaining);
      const reason = target.backend === "auto" ? opensshReason(own, options.env) : undefined;
      if (reason !== undefined) throw new NeedsOpenssh(own.label, reason);
      // as in OpenSSH, only the first of a list may have jump hosts of its own
      last = i === 0 ? await dialSsh2(hopTarget, own, options, patience, depth + 1) : await login(hopTarget, own, options, patience, last);
    }
    return await login(target, configuration, options, patience, last);
  } catch (error) {
    last?.dispose();
    throw error;
  }
}

/** Logs in to one host, directly or through another. Owns `through` once it has succeeded. */
async function login(
  target: SshTarget, configuration: SshConfiguration, options: SshOptions, patience: Patience, through: Ssh2Connection | undefined,
): Promise<Ssh2Connection> {
  const hostKeys = new HostKeys(configuration, systemRandom);
  if (hostKeys.certified && target.backend === "auto") throw new NeedsOpenssh(configuration.label, "its host key has a certificate");
  const memory = options.memory ?? new SshMemory();
  const algorithms = chooseAlgorithms(configuration, hostKeys);
  const connecting = through
    ? through.jump(configuration.hostName, configuration.port)
    : connectTcp(configuration, patience, options.clock);
  // the agent is asked while the network is
  const [socket, identities] = await Promise.all([
    patience.race<NodeDuplex>(connecting), findIdentities(configuration, target.identity, patience, memory),
  ]);
  const authentication = new Authentication(configuration, identities, patience, memory);
  patience.progress("authenticating", configuration.label);
  const client = new Client();
  joinWrites(socket);
  try {
    const ready = handshake(client, socket, configuration, algorithms, hostKeys, authentication, patience);
    await Promise.race([patience.race(ready), somethingElse(socket, configuration.label, options.clock)]);
  } catch (error) {
    client.on("error", () => {});
    socket.on("error", () => {});
    client.end();
    socket.destroy();
    if (target.backend === "auto" && identities.foreign.length > 0 && error instanceof FugueError && error.message.includes("accepted no login")) {
      throw new NeedsOpenssh(configuration.label, `the agent holds keys of type ${identities.foreign[0]}`, error);
    }
    throw error;
  }
  const connection = new Ssh2Connection(client, socket, configuration, options.clock, through, authentication.asked ? undefined : addressOf(socket));
  connection.startSession();
  return connection;
}

/** Rejects if what answers talks, but not SSH: it would be waited for until the time is up. */
function somethingElse(socket: NodeDuplex, label: string, clock: Clock): Promise<never> {
  return new Promise((_, reject) => {
    let said = "";
    let timer: Timer | undefined;
    const hear = (bytes: Buffer) => {
      said = `${said}${bytes.toString("latin1")}`.slice(-MOST_FIRST_WORDS);
      timer ??= clock.after(IDENTIFY_MS, () => reject(noSshServer(label)));
      if (!/(^|\n)SSH-/.test(said)) return;
      timer.cancel();
      socket.off("data", hear);
    };
    socket.on("data", hear);
    socket.once("close", () => timer?.cancel());
  });
}

/** Where a socket leads; undefined for one through a jump host. */
function addressOf(socket: NodeDuplex): { host: string; port: number } | undefined {
  const { remoteAddress: host, remotePort: port } = socket as Partial<Socket>;
  return host !== undefined && port !== undefined ? { host, port } : undefined;
}

/** Resolves when the server has let us in. */
function handshake(
  client: Client, socket: NodeDuplex, configuration: SshConfiguration, algorithms: Algorithms, hostKeys: HostKeys,
  authentication: Authentication, patience: Patience,
): Promise<void> {
  const { label } = configuration;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.on("ready", () => {
    authentication.accepted();
    resolve();
  });
  client.on("error", (error: Error & { level?: string }) => {
    // a key that can't sign is passed over, and ssh2 goes on by itself
    if (error.level !== "agent") reject(handshakeFailure(error, label));
  });
  client.on("close", () => reject(new FugueError("closed", `${label} closed the connection during the login`, "look at the log of sshd there")));
  client.on("banner", (text: string) => patience.progress("authenticating", printable(text.trim().split("\n")[0] ?? "", 200)));
  client.connect({
    sock: socket, username: configuration.user, readyTimeout: 0, keepaliveInterval: 0, strictVendor: false, algorithms,
    ...(configuration.forwardAgent === undefined ? {} : { agent: new OpenSSHAgent(configuration.forwardAgent) }),
    hostVerifier: (key, verify) => {
      hostKeys.check(Uint8Array.from(key), patience).then(() => verify(true), (error) => {
        reject(error);
        verify(false);
      });
    },
    authHandler: (methodsLeft, _partial, next) => {
      authentication.nextMethod(methodsLeft === null).then((method) => {
        if (method === false) reject(authentication.failure());
        else next(method);
      }, (error) => reject(asFugueError(error)));
    },
  });
  // ssh2 does not pass on what the server says to a refused key of an agent
  const handlers = client._protocol._handlers;
  const refused = handlers.USERAUTH_FAILURE.bind(handlers);
  handlers.USERAUTH_FAILURE = (protocol, methods, partial) => {
    authentication.refused(methods, partial);
    refused(protocol, methods, partial);
  };
  return promise;
}

interface Algorithms {
  kex: string[];
  cipher: string[];
  hmac: string[];
  serverHostKey: string[];
}

/** What ssh2 can do, in its own order (the fastest first), without what the user's configuration does not allow. */
function chooseAlgorithms(configuration: SshConfiguration, hostKeys: HostKeys): Algorithms {
  const allowed = (name: keyof SshConfiguration["algorithms"], ours: readonly string[]) => {
    const wanted = configuration.algorithms[name];
    const both = ours.filter((algorithm) => wanted?.includes(algorithm) ?? true);
    if (both.length === 0) throw new NoCommonAlgorithm(configuration.label, `your ssh configuration allows none of this program's ${name}`);
    return both;
  };
  return {
    kex: allowed("kexalgorithms", constants.DEFAULT_KEX),
    cipher: allowed("ciphers", constants.DEFAULT_CIPHER),
    hmac: allowed("macs", constants.DEFAULT_MAC),
    serverHostKey: hostKeys.order(allowed("hostkeyalgorithms", constants.DEFAULT_SERVER_HOST_KEY)),
  };
}
