/** One login: which method comes next, what was tried, and what the person is asked (RFC 4252, RFC 4256). */
import type { AuthMethod, Prompt } from "ssh2";
import { FugueError, asFugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import type { SshConfiguration } from "./configuration.ts";
import { authenticationFailure } from "./failures.ts";
import type { Identities, Identity } from "./identities.ts";
import type { SshMemory } from "./memory.ts";
import type { Patience } from "./patience.ts";

/** A prompt that a password answers; anything else may be a code, which is good for one time only. */
const ASKS_PASSWORD = /^\s*(\S+'s\s+)?(password|passwort|mot de passe|contraseña)\b[^?]*:?\s*$/i;
const MOST_ROUNDS = 20;
const LONGEST_PROMPT = 400;

/** Decides what is offered to one server. Made for one connection. */
export class Authentication {
  /** What was offered, in words. */
  readonly tried: string[] = [];
  private methods: readonly string[] = [];
  private next = 0;
  private passwordTries = 0;
  private keyboardTries = 0;
  /** Where the password that is on its way came from: it is forgotten or kept once the server has answered. */
  private pending: { password: string; remembered: boolean } | undefined;
  private usedMemory = false;
  private rounds = 0;
  /** More than keys was offered: another login might ask a person, or send them a code. */
  asked = false;

  constructor(
    private readonly configuration: SshConfiguration,
    private readonly identities: Identities,
    private readonly patience: Patience,
    private readonly memory: SshMemory,
  ) {}

  /** The server refused the last method. Called for every refusal, also of single keys. @param methods that may go on */
  refused(methods: readonly string[], partial: boolean): void {
    this.methods = methods;
    // with partial success the password was right, and something more is wanted
    if (this.pending && !partial) {
      this.memory.forgetPassword(this.configuration.label);
      this.pending = undefined;
    } else this.accepted();
  }

  /** The server let us in: a password that was typed may be used again. */
  accepted(): void {
    if (this.pending && !this.pending.remembered) this.memory.keepPassword(this.configuration.label, this.pending.password);
    this.pending = undefined;
  }

  /** The next method, or false if nothing is left. @throws FugueError `interrupted` if the person gave up */
  async nextMethod(first: boolean): Promise<AuthMethod | false> {
    const username = this.configuration.user;
    // "none" asks which methods there are
    if (first) return { type: "none", username };
    for (const method of this.configuration.authentications) {
      if (!this.methods.includes(method)) continue;
      const chosen = method === "publickey" ? this.nextKey(username)
        : method === "password" ? await this.nextPassword(username)
        : method === "keyboard-interactive" ? this.nextKeyboard(username) : undefined;
      if (!chosen) continue;
      this.asked ||= method !== "publickey";
      return chosen;
    }
    return false;
  }

  /** Why nobody let us in. */
  failure(): FugueError {
    return authenticationFailure(
      this.configuration.label, this.tried, this.identities.notes, this.methods, this.patience.prompter === undefined,
    );
  }

  private nextKey(username: string): AuthMethod | undefined {
    const identity: Identity | undefined = this.identities.list[this.next++];
    if (!identity) return undefined;
    this.tried.push(identity.label);
    return { type: "agent", username, agent: identity.agent };
  }

  /** The remembered password once; it was typed for this very login. */
  private remembered(): string | undefined {
    const password = this.usedMemory ? undefined : this.memory.password(this.configuration.label);
    if (password !== undefined) this.usedMemory = true;
    return password;
  }

  private async nextPassword(username: string): Promise<AuthMethod | undefined> {
    const { alias, user, passwordPrompts } = this.configuration;
    const kept = this.remembered();
    if (kept !== undefined) {
      this.pending = { password: kept, remembered: true };
      this.tried.push("the password typed before");
      return { type: "password", username, password: kept };
    }
    if (!this.patience.prompter || this.passwordTries >= passwordPrompts) return undefined;
    const wrong = this.passwordTries++ > 0 ? "Wrong. " : "";
    const password = await this.patience.ask(`${wrong}Password for ${user}@${alias}: `, false);
    this.pending = { password, remembered: false };
    if (!wrong) this.tried.push("a password");
    return { type: "password", username, password };
  }

  private nextKeyboard(username: string): AuthMethod | undefined {
    const canAnswer = this.patience.prompter !== undefined || (!this.usedMemory && this.memory.password(this.configuration.label) !== undefined);
    if (!canAnswer || this.keyboardTries >= this.configuration.passwordPrompts) return undefined;
    if (this.keyboardTries++ === 0) this.tried.push("questions of the server");
    return {
      type: "keyboard-interactive", username,
      prompt: (name, instructions, _language, prompts, finish) => {
        this.answer(name, instructions, prompts).then(finish, (error) => this.patience.fail(asFugueError(error)));
      },
    };
  }

  private async answer(name: string, instructions: string, prompts: readonly Prompt[]): Promise<string[]> {
    if (++this.rounds > MOST_ROUNDS) throw new FugueError("refused", `${this.configuration.label} asks too many questions`);
    const onlyPassword = prompts.length === 1 && !prompts[0]!.echo && ASKS_PASSWORD.test(prompts[0]!.prompt);
    const kept = onlyPassword ? this.remembered() : undefined;
    if (kept !== undefined) {
      this.pending = { password: kept, remembered: true };
      return [kept];
    }
    // an empty answer would count as a wrong one, and servers lock out who gives too many; no questions need no answer
    if (!this.patience.prompter && prompts.length > 0) {
      throw new FugueError("refused", `nobody is there to answer: ${printable(prompts[0]!.prompt, LONGEST_PROMPT)}`, "connect once in the foreground");
    }
    const answers: string[] = [];
    const before = [name, instructions].map((text) => printable(text.trim(), LONGEST_PROMPT)).filter(Boolean).join(": ");
    for (const { prompt, echo } of prompts) {
      const from = `${this.configuration.user}@${this.configuration.alias}`;
      const lead = answers.length === 0 && before !== "" ? `${before}. ` : "";
      answers.push(await this.patience.ask(`(${from}) ${lead}${printable(prompt, LONGEST_PROMPT)}`, echo));
    }
    if (onlyPassword) this.pending = { password: answers[0]!, remembered: false };
    return answers;
  }
}
