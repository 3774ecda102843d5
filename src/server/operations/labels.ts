/** What people and agents note on sessions and panes: tags, metadata, variables for panes to come. */
import type { Labels as LabelPort } from "../../commands/caller-context.ts";
import type { Model } from "../model/model.ts";

export class Labels implements LabelPort {
  constructor(private readonly model: Model) {}

  setTags(session: number, tags: readonly string[]): void {
    this.model.session(session).tags = [...tags];
    this.model.touch();
  }

  environment(session: number): Readonly<Record<string, string>> {
    return this.model.session(session).env;
  }

  setEnvironment(session: number, set: Readonly<Record<string, string>>, unset: readonly string[]): void {
    const state = this.model.session(session);
    const gone = new Set(unset);
    state.env = Object.fromEntries(Object.entries({ ...state.env, ...set }).filter(([name]) => !gone.has(name)));
    this.model.touch();
  }

  metadata(kind: "session" | "pane", id: number): Readonly<Record<string, string>> {
    return this.model[kind](id).meta ?? {};
  }

  setMetadata(kind: "session" | "pane", id: number, entries: Readonly<Record<string, string>>): void {
    this.model[kind](id).meta = Object.keys(entries).length === 0 ? undefined : { ...entries };
    this.model.touch();
  }
}
