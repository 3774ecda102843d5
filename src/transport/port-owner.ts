/** Which process listens on a port of this machine, for the error that a busy port deserves. Linux; elsewhere by lsof. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { printable } from "../base/names.ts";

/** State of a listening socket in /proc/net/tcp. */
const LISTENING = "0A";

/** `ssh (pid 4711): ssh -L 9999:localhost:9999 gpu`, or words for an owner that can't be found. */
export function describePortOwner({ port }: { readonly port: number }): string {
  const owner = process.platform === "linux" ? ownerInProc(port) : ownerByLsof(port);
  return owner ?? "a process of another user";
}

function ownerInProc(port: number): string | undefined {
  const inodes = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => listeningInodes(readText(table), port)));
  if (inodes.size === 0) return undefined;
  for (const pid of list("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const fd of list(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) return describeProcess(pid);
    }
  }
  return undefined;
}

/** Inodes of the sockets that listen on a port, in a table as in proc(5): `sl local_address rem_address st … inode`. */
export function listeningInodes(table: string, port: number): string[] {
  return table.split("\n").slice(1).flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [, local = "", , state] = fields;
    const mine = state === LISTENING && Number.parseInt(local.slice(local.lastIndexOf(":") + 1), 16) === port;
    return mine && fields[9] !== undefined ? [fields[9]] : [];
  });
}

function describeProcess(pid: string): string {
  const name = readText(`/proc/${pid}/comm`).trim() || "a process";
  const command = readText(`/proc/${pid}/cmdline`).split("\0").join(" ").trim();
  return printable(command === "" ? `${name} (pid ${pid})` : `${name} (pid ${pid}): ${command}`, 160);
}

function ownerByLsof(port: number): string | undefined {
  try {
    const lines = Bun.spawnSync(["lsof", "-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]).stdout.toString().split("\n");
    const pid = lines.find((line) => line.startsWith("p"))?.slice(1);
    const name = lines.find((line) => line.startsWith("c"))?.slice(1);
    return pid === undefined ? undefined : printable(`${name ?? "a process"} (pid ${pid})`, 160);
  } catch {
    return undefined;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // another user's process, or one that just ended
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
