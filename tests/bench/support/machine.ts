/** On what machine figures were taken. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import type { Subject } from "../subjects/subject.ts";

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryMb: number;
  readonly kernel: string;
  readonly system: string;
  readonly bun: string;
  readonly versions: Record<string, string>;
  /** Of the last minute, when the bench began. */
  readonly load: number;
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}

/** Facts about this machine and the subjects. */
export function machineFacts(subjects: readonly Subject[]): Machine {
  return {
    cores: cpus().length, cpu: cpus()[0]?.model ?? "?", memoryMb: Math.round(totalmem() / 1e6), kernel: release(), system: systemName(),
    bun: Bun.version, versions: Object.fromEntries(subjects.map((subject) => [subject.name, subject.version()])), load: loadavg()[0]!,
  };
}
