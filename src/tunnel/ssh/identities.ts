/** The keys that one login may be tried with, in order: the named one, the agent's, those of the configuration's files. */
import { readFileSync } from "node:fs";
import { BaseAgent, OpenSSHAgent, utils, type ParsedKey } from "ssh2";
import { asFugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import { agentKeys, type AgentKey } from "./agent-keys.ts";
import type { SshConfiguration } from "./configuration.ts";
import { openKey, readKeyFile, type KeyFile } from "./keys.ts";
import { fingerprint } from "./known-hosts.ts";
import type { SshMemory } from "./memory.ts";
import type { Patience } from "./patience.ts";

/** A key that can be offered to a server, which is asked first whether it would take it. */
export interface Identity {
  /** `~/.ssh/id_ed25519 (SHA256:…)`: for messages. */
  readonly label: string;
  /** For ssh2: an agent that holds this one key, and opens it only when a signature is wanted. */
  readonly agent: BaseAgent;
}

/** What was found, and what was passed over. */
export interface Identities {
  readonly list: readonly Identity[];
  /** Why keys are not in the list. */
  readonly notes: string[];
  /** Types of keys that only the system's ssh can use (FIDO, certificates). */
  readonly foreign: readonly string[];
}

/** ssh2 asks an agent for keys and signatures; this one answers for a single key. */
class OneKey extends BaseAgent {
  constructor(private readonly key: ParsedKey, private readonly signer: (data: Buffer, hash: string | undefined) => Promise<Buffer>) {
    super();
  }

  override getIdentities(callback: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    callback(undefined, [this.key]);
  }

  override sign(_key: ParsedKey, data: Buffer, options: { hash?: string }, callback: (error: Error | undefined, signature?: Buffer) => void): void {
    this.signer(data, options.hash).then((signature) => callback(undefined, signature), callback);
  }
}

/** A key could not sign; the next one is tried. */
export class SigningFailure extends Error {}

const key = (blob: string | Buffer): ParsedKey | undefined => {
  const parsed = utils.parseKey(blob);
  return parsed instanceof Error ? undefined : Array.isArray(parsed) ? parsed[0] : parsed;
};

/** Collects the keys of a configuration. Never fails: what is wrong with one key is a note. */
export async function findIdentities(
  configuration: SshConfiguration, named: string | undefined, patience: Patience, memory: SshMemory,
): Promise<Identities> {
  const notes: string[] = [];
  const files = configuration.identityFiles.flatMap((path) => {
    try {
      const file = readKeyFile(path) ?? [];
      if (Array.isArray(file) && path === named) notes.push(`${path} does not exist`);
      return file;
    } catch (error) {
      notes.push(asFugueError(error).message);
      return [];
    }
  });
  const held = await heldByAgent(configuration, notes, patience);
  const foreign = held.map(({ type }) => type).filter((type) => /^sk-|-cert-v01@/.test(type));
  const fromAgent = held.flatMap((entry) => agentIdentity(configuration.agent!, entry, notes));
  const wanted = new Map(configuration.identityFiles.map((path) => [path, publicBlob(path, files)]));
  const inFiles = fromAgent.filter(({ blob }) => [...wanted.values()].some((other) => other?.equals(blob)));
  const others = configuration.identitiesOnly ? [] : fromAgent.filter((entry) => !inFiles.includes(entry));
  const first = named === undefined ? undefined : wanted.get(configuration.identityFiles[0]!);
  const fromFiles = files
    .filter((file) => !fromAgent.some(({ blob }) => file.publicKey?.getPublicSSH().equals(blob)))
    .map((file) => ({ file, identity: fileIdentity(file, patience, memory, notes) }));
  const namedFile = fromFiles.filter(({ file }) => named !== undefined && file.path === configuration.identityFiles[0]);
  const rest = fromFiles.filter((entry) => !namedFile.includes(entry));
  // the key that was named comes first, wherever it lies; then as OpenSSH does
  inFiles.sort((a, b) => Number(first?.equals(b.blob) ?? 0) - Number(first?.equals(a.blob) ?? 0));
  return { list: [...namedFile, ...inFiles, ...others, ...rest].map(({ identity }) => identity), notes, foreign };
}

async function heldByAgent(configuration: SshConfiguration, notes: string[], patience: Patience): Promise<AgentKey[]> {
  if (configuration.agent === undefined) return [];
  try {
    return await patience.race(agentKeys(configuration.agent));
  } catch (error) {
    notes.push(asFugueError(error).message);
    return [];
  }
}

function agentIdentity(socket: string, entry: AgentKey, notes: string[]): { blob: Buffer; identity: Identity }[] {
  const publicKey = key(`${entry.type} ${entry.blob.toString("base64")}`);
  if (!publicKey) return [];
  const label = `${printable(entry.comment, 60) || "a key"} of the agent (${fingerprint(entry.blob)})`;
  const agent = new OpenSSHAgent(socket);
  const signer = (data: Buffer, hash: string | undefined) => new Promise<Buffer>((resolve, reject) => {
    agent.sign(publicKey, data, { hash }, (error, signature) => {
      if (signature) return resolve(signature);
      notes.push(`the agent refused to sign with ${label}`);
      reject(new SigningFailure(`the agent refused to sign with ${label}`, { cause: error }));
    });
  });
  return [{ blob: entry.blob, identity: { label, agent: new OneKey(publicKey, signer) } }];
}

/** The public key that belongs to a configured file, also if only its `.pub` is here and the agent holds the rest. */
function publicBlob(path: string, files: readonly KeyFile[]): Buffer | undefined {
  const file = files.find((each) => each.path === path);
  if (file?.publicKey) return file.publicKey.getPublicSSH();
  for (const name of [`${path}.pub`, path]) {
    try {
      return key(readFileSync(name, "utf8"))?.getPublicSSH();
    } catch {
      // not there: the next one
    }
  }
  return undefined;
}

function fileIdentity(file: KeyFile, patience: Patience, memory: SshMemory, notes: string[]): Identity {
  const open = async () => {
    const opened = await openKey(file, patience, memory).catch((error: unknown) => {
      // whoever gives up at a passphrase does not want the next key to be tried
      patience.fail(asFugueError(error));
      throw error;
    });
    if (opened) return opened;
    notes.push(`${file.path} needs a passphrase${patience.prompter ? " and did not get the right one" : ""}`);
    throw new SigningFailure(`${file.path} stayed locked`);
  };
  const sign = async (data: Buffer, hash: string | undefined) => {
    const signature = (await open()).sign(data, hash);
    if (signature instanceof Error) throw new SigningFailure(`${file.path} can't sign`, { cause: signature });
    return signature;
  };
  if (file.publicKey) {
    const label = `${file.path} (${fingerprint(file.publicKey.getPublicSSH())})`;
    return { label, agent: new OneKey(file.publicKey, sign) };
  }
  return { label: file.path, agent: new LockedKey(open, sign) };
}

/** A key whose public part is unknown until it is opened. */
class LockedKey extends BaseAgent {
  constructor(private readonly open: () => Promise<ParsedKey>, private readonly signer: (data: Buffer, hash: string | undefined) => Promise<Buffer>) {
    super();
  }

  override getIdentities(callback: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    this.open().then((opened) => callback(undefined, [opened]), callback);
  }

  override sign(_key: ParsedKey, data: Buffer, options: { hash?: string }, callback: (error: Error | undefined, signature?: Buffer) => void): void {
    this.signer(data, options.hash).then((signature) => callback(undefined, signature), callback);
  }
}
