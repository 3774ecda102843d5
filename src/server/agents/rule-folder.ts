/**
 * Rules for agents: those that come with fugue, and the user's own files `agents/*.toml` beside config.toml, read again
 * when they change. A file with mistakes changes nothing: its rules stay as they were, and the mistakes are told.
 */
import { readdirSync, statSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import { builtinRules, builtinRulesOf, RULE_TEXTS } from "../../agents/builtin-rules.ts";
import { readRules } from "../../agents/rule-file.ts";
import type { AgentRules } from "../../agents/rules.ts";
import { sleep, type Clock, type Timer } from "../../base/clock.ts";
import type { Disposable } from "../../base/lifecycle.ts";
import type { Logger } from "../../base/log.ts";
import { formatProblem, type Problem } from "../../config/problem.ts";
import { readConfigText } from "../../config/config-source.ts";

const SETTLE_MS = 50;
const POLL_MS = 2000;
const MOST_FILES = 100;
/** Between the files that are read ahead. */
const AHEAD_MS = 20;

/** What is known of agents at the moment. */
export interface RuleSource {
  /** Called when the rules are others. */
  changed?: () => void;
  readonly rules: readonly AgentRules[];
  /** What is wrong in the user's files. */
  readonly problems: readonly Problem[];
}

export class RuleFolder implements RuleSource, Disposable {
  changed: (() => void) | undefined;
  private readonly kept = new Map<string, AgentRules>();
  /** Undefined until somebody asks: a start does not wait for them. */
  private list: readonly AgentRules[] | undefined;
  private found: readonly Problem[] = [];
  private stamp = "";
  private watcher: FSWatcher | undefined;
  private settling: Timer | undefined;
  private readonly polling: Timer;

  constructor(private readonly folder: string, private readonly clock: Clock, private readonly log: Logger) {
    this.polling = clock.every(POLL_MS, () => this.list && this.read());
  }

  /** The user's own first, so that they can replace ours; the generic ones last. */
  get rules(): readonly AgentRules[] {
    if (!this.list) {
      this.list = builtinRules();
      this.read();
    }
    return this.list;
  }

  /** What is wrong in the user's files. */
  get problems(): readonly Problem[] {
    void this.rules;
    return this.found;
  }

  /** Reads everything in pieces, before somebody asks for it and has to wait. */
  async readAhead(): Promise<void> {
    for (const name of Object.keys(RULE_TEXTS)) {
      await sleep(this.clock, AHEAD_MS);
      builtinRulesOf(name);
    }
    void this.rules;
  }

  dispose(): void {
    this.polling.cancel();
    this.settling?.cancel();
    this.watcher?.close();
  }

  private files(): { path: string; stamp: string }[] {
    try {
      const names = readdirSync(this.folder).filter((name) => name.endsWith(".toml")).sort().slice(0, MOST_FILES);
      this.watch();
      return names.flatMap((name) => {
        const path = join(this.folder, name);
        const stat = statSync(path, { throwIfNoEntry: false });
        return stat ? [{ path, stamp: `${path}:${stat.ino}:${stat.size}:${stat.mtimeMs}` }] : [];
      });
    } catch {
      // no such folder: nothing of the user's own
      this.watcher?.close();
      this.watcher = undefined;
      return [];
    }
  }

  private watch(): void {
    if (this.watcher) return;
    try {
      this.watcher = watch(this.folder, { persistent: false }, () => {
        this.settling ??= this.clock.after(SETTLE_MS, () => {
          this.settling = undefined;
          this.read();
        });
      });
      this.watcher.on("error", () => void (this.watcher = undefined));
    } catch {
      // no watches left: looking now and then has to do
    }
  }

  private read(): void {
    const files = this.files();
    const stamp = files.map((file) => file.stamp).join("\n");
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    const problems: Problem[] = [];
    const there = new Set(files.map(({ path }) => path));
    for (const path of this.kept.keys()) if (!there.has(path)) this.kept.delete(path);
    for (const { path } of files) this.readFile(path, problems);
    const own = [...this.kept.values()];
    const ours = builtinRules().filter(({ agent }) => !own.some((rules) => rules.agent === agent));
    this.list = [...own, ...ours];
    this.found = problems;
    this.log.info("rules for agents were read", { files: files.length, problems: problems.length });
    for (const problem of problems) this.log.warn("rules for agents", { problem: formatProblem(problem) });
    this.changed?.();
  }

  private readFile(path: string, problems: Problem[]): void {
    const source = readConfigText(path);
    if (source.kind === "missing") return;
    if (source.kind === "unreadable") return void problems.push({ file: path, line: 0, key: "", message: source.message, hint: source.hint });
    const { rules, problems: found } = readRules(path, source.text);
    if (rules) this.kept.set(path, rules);
    problems.push(...found);
  }
}
