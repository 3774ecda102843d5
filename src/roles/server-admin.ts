/** The servers of the configuration file, edited in place and tried out. */
import { systemClock } from "../base/clock.ts";
import { asFugueError, FugueError, systemCode } from "../base/errors.ts";
import { checkName } from "../base/names.ts";
import { replaceUserFile } from "../base/replace-file.ts";
import { RELEASE } from "../base/release.ts";
import type { ServerAdmin, ServerEntry, ServerStep } from "../commands/server-admin.ts";
import { formatAddress, type Address } from "../config/address.ts";
import { configPath } from "../config/location.ts";
import { interpretConfig } from "../config/config-file.ts";
import { readConfigText } from "../config/config-source.ts";
import { loadServers } from "../config/servers-file.ts";
import { formatProblem } from "../config/problem.ts";
import { withoutServer, withServer } from "../config/server-edit.ts";
import type { ServerProfile } from "../config/servers.ts";
import { Connection } from "../client/connection/connection.ts";
import { redeemInvite } from "../client/connection/redeem.ts";
import { explained, type DialStage, type Prompter } from "../transport/dialer.ts";
import { inviteFrom, type Invite } from "../trust/invite.ts";
import { readServerSecret, removeServerSecret, storeServerSecret } from "../trust/server-secrets.ts";
import { newClientId } from "./client-identity.ts";
import type { ServerBook } from "./server-book.ts";

/** @param prompter asks the person while a server is tested */
export function serverAdmin(book: ServerBook, prompter: () => Prompter): ServerAdmin {
  // there may have been no file yet
  book.loadServers ??= loadServers;
  const entry = (profile: ServerProfile): ServerEntry => entryOf(profile, readServerSecret(book.paths, profile.name) !== undefined);
  return {
    list: async () => book.profiles().map(entry),
    async add(name, fields, line) {
      checkName("server", name);
      if (name === "local") throw new FugueError("usage", "'local' always means this machine's own server", "choose another name");
      // the file first, in thought: an invite is used up only for a server that can be written down
      const invite = line === undefined ? undefined : inviteFrom(line);
      const redeem = async (open: Invite): Promise<Address> => {
        const { address, secret, fingerprint } = await redeemInvite(open, identity(), systemClock.wall());
        storeServerSecret(book.paths, name, { secret, ...(fingerprint && { fingerprint }) });
        return address;
      };
      const known = book.profile(name);
      if (invite && known && !known.sshTunnel && Object.keys(fields).length === 0 && (known.addr.kind === "tcp" || known.addr.kind === "tls")) {
        // invited again: only where this server is, lest another one's secret takes its place
        await redeem({ ...invite, addresses: [known.addr] });
        return entry(known);
      }
      const edit = (address: Address | undefined) => editedConfig(book, name, (before) => {
        const addr = fields.addr ?? (address && formatAddress(address));
        return withServer(before, name, { addr: addr!, ...fields });
      });
      let text = edit(invite?.addresses[0]);
      if (invite) text = edit(await redeem(invite));
      writeConfig(book, text);
      book.reload();
      return entry(book.profile(name)!);
    },
    async remove(name) {
      const names = book.profiles().map((profile) => profile.name);
      if (!names.includes(name)) throw book.unknown(name);
      writeConfig(book, editedConfig(book, undefined, (before) => withoutServer(before, name)));
      removeServerSecret(book.paths, name);
    },
    test: (name) => tryServer(book, name, prompter()),
  };
}

function entryOf(profile: ServerProfile, trusted: boolean): ServerEntry {
  const { name, addr, sshTunnel, default: isDefault } = profile;
  const shown: Record<string, string | number | boolean | undefined> = {
    addr: formatAddress(addr), ssh_host: profile.sshHost && (profile.sshUser ? `${profile.sshUser}@${profile.sshHost}` : profile.sshHost),
    ssh_tunnel: sshTunnel || undefined, ssh_port: profile.sshPort, ssh_identity: profile.sshIdentity, ssh_config: profile.sshConfig,
    ssh_backend: profile.sshBackend === "auto" ? undefined : profile.sshBackend, remote_addr: profile.remoteAddr && formatAddress(profile.remoteAddr),
    tunnel_persist: profile.tunnelPersist ? undefined : false, secret_file: profile.secretFile, default: isDefault || undefined,
  };
  const fields = Object.fromEntries(Object.entries(shown).filter((pair): pair is [string, string | number | boolean] => pair[1] !== undefined));
  return { name, address: formatAddress(addr), via: sshTunnel ? "tunnel" : addr.kind, default: isDefault, trusted, fields };
}

/** The text of the file after an edit. @throws FugueError `config` if the server would have mistakes */
function editedConfig(book: ServerBook, name: string | undefined, edit: (text: string) => string): string {
  const path = configPath(book.env);
  const read = readConfigText(path);
  if (read.kind === "unreadable") throw new FugueError("config", `${path} ${read.message}`, read.hint);
  const text = edit(read.kind === "text" ? read.text : "");
  if (name === undefined) return text;
  const { config, problems } = interpretConfig(path, { kind: "text", text, badLine: 0 }, book.env, () => undefined);
  const mistake = problems.find(({ key }) => key === `servers.${name}` || key.startsWith(`servers.${name}.`));
  if (mistake) throw new FugueError("usage", mistake.message, mistake.hint);
  if (!config.servers.some((server) => server.name === name)) throw new FugueError("config", problems[0] ? formatProblem(problems[0]) : `${path} can't be read`, "correct it first: fugue config check");
  return text;
}

/** Replaces the file as a whole; a symbolic link stays one. */
function writeConfig(book: ServerBook, text: string): void {
  const path = configPath(book.env);
  try {
    replaceUserFile(path, text);
  } catch (error) {
    throw new FugueError("system", `can't write ${path}: ${systemCode(error) ?? "failed"}`, "nothing was changed", error);
  }
}

const identity = () => ({ client: newClientId(), kind: "cli" as const, name: "fugue server", pid: process.pid, release: RELEASE });

/** Every step with its time; the one that fails is the last. */
async function tryServer(book: ServerBook, name: string, prompter: Prompter): Promise<ServerStep[]> {
  const steps: ServerStep[] = [];
  let connection: Connection | undefined;
  let step = "configuration";
  let since = systemClock.now();
  const done = (detail: string, next: string) => {
    const now = systemClock.now();
    steps.push({ step, ok: true, ms: Math.round(now - since), detail });
    step = next;
    since = now;
  };
  try {
    book.check(name);
    done(formatAddress(book.addressOf(name)), "dialling");
    let stage: { stage: DialStage; detail?: string } | undefined;
    const progress = (next: DialStage, detail?: string) => {
      // a name is resolved by the configuration, then by the network: one step for people
      if (stage && stage.stage !== next) done(stage.detail ?? "", next);
      else step = next;
      stage = { stage: next, detail };
    };
    const dialed = await book.dialer(name, false)({ ...prompter, progress });
    done(dialed.duplex.label, "handshake");
    connection = await Connection.open(dialed.duplex, identity(), {}, dialed.credentials).catch((error) => {
      throw explained(error, dialed);
    });
    const { release, host } = connection.welcome!;
    done(`fugue ${release} on ${host}`, "command");
    const { sessions } = (await connection.command("ls", {})).result as { sessions: unknown[] };
    done(`${sessions.length} ${sessions.length === 1 ? "session" : "sessions"}`, "");
  } catch (thrown) {
    const error = asFugueError(thrown);
    steps.push({ step, ok: false, ms: Math.round(systemClock.now() - since), detail: error.hint ? `${error.message} (${error.hint})` : error.message });
  } finally {
    connection?.end();
  }
  return steps;
}
