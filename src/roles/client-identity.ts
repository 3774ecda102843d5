/** What a client process says of itself in its hello. */

/** A random u32 that tells this client from all others. */
export function newClientId(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! || 1;
}

/** Number in `FUGUE_PANE`, if this process runs in one of our panes. */
export function callingPane(env: Record<string, string | undefined>): number | undefined {
  const text = env.FUGUE_PANE ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
