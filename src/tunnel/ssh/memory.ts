/**
 * What a person typed for a connection, kept in memory only, so that reconnects in the background ask nobody.
 * With ssh2 no passphrase is kept, but the key that it opened; the system's ssh has to be given it again. Codes are never
 * kept. What was refused once is forgotten.
 */
const MOST_ENTRIES = 64;

/** Held by whoever reconnects; one for each tunnel. Nothing of it is ever written to a disk. */
export class SshMemory {
  private readonly passwords = new Map<string, string>();
  private readonly keys = new Map<string, unknown>();
  private readonly answers = new Map<string, string>();

  /** The password that was accepted for `user@host:port`. */
  password(login: string): string | undefined {
    return this.passwords.get(login);
  }

  /** Keeps a password once the server took it. At 64 of them the oldest is forgotten. */
  keepPassword(login: string, password: string): void {
    keep(this.passwords, login, password);
  }

  /** A password was refused: it is not sent again. */
  forgetPassword(login: string): void {
    this.passwords.delete(login);
  }

  /** The opened private key of a file, whose owner is keys.ts. `stamp` is what the file was then (size and time). */
  key(path: string, stamp: string): unknown {
    return this.keys.get(`${path}\0${stamp}`);
  }

  keepKey(path: string, stamp: string, key: unknown): void {
    keep(this.keys, `${path}\0${stamp}`, key);
  }

  /** What was typed when the system's ssh asked this for a password, a passphrase or a PIN, and worked. */
  answer(question: string): string | undefined {
    return this.answers.get(question);
  }

  get hasAnswers(): boolean {
    return this.answers.size > 0;
  }

  keepAnswer(question: string, answer: string): void {
    keep(this.answers, question, answer);
  }

  forgetAnswer(question: string): void {
    this.answers.delete(question);
  }

  /** Forgets everything. */
  clear(): void {
    this.answers.clear();
    this.passwords.clear();
    this.keys.clear();
  }
}

function keep<T>(map: Map<string, T>, name: string, value: T): void {
  map.delete(name);
  if (map.size >= MOST_ENTRIES) map.delete(map.keys().next().value!);
  map.set(name, value);
}
