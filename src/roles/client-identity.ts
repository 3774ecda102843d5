/** What a client process says of itself in its hello. */

/** Client ids stay below what an integer argument takes: `detach --client ID`. */
const CLIENT_IDS = 1_000_000_000;

/** A random number that tells this client from all others. */
export function newClientId(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! % CLIENT_IDS || 1;
}

/** Number in `FUGUE_PANE`, if this process runs in one of our panes. */
export function callingPane(env: Record<string, string | undefined>): number | undefined {
  const text = env.FUGUE_PANE ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
