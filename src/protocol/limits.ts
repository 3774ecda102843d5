/** Bounds of the protocol between clients and daemons. */
export const PROTOCOL_MAGIC = "fugue";
/** Versions this build speaks. Neighbouring releases overlap. */
export const PROTOCOL_MIN = 1;
export const PROTOCOL_MAX = 1;
/** Longest message before and after authentication, in bytes without the length. */
export const LARGEST_STRANGER_MESSAGE = 64 * 1024;
export const LARGEST_MESSAGE = 16 * 1024 * 1024;
/** Time a connection has to finish its handshake. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Nonces of the handshake, and proofs (HMAC-SHA-256), in bytes. */
export const NONCE_BYTES = 32;
export const PROOF_BYTES = 32;
/** Clients look this often whether something was received, and ask for life if not; after three times in vain it is dead. */
export const HEARTBEAT_MS = 1_200;
/** A client that has asked for life before, and says nothing for this long, is dropped. */
export const SILENT_CLIENT_MS = 30_000;
/** Largest text of one Input event; longer pastes come in several. */
export const LARGEST_INPUT_TEXT = 64 * 1024;
/** Sizes of terminals, in cells. */
export const LARGEST_SIDE = 1000;
/** Prompts, and outputs of commands, that a pane remembers. */
export const MOST_MARKS = 10_000;
/** Client id under which commands type. No client may call itself that. */
export const COMMAND_CLIENT = 0xffffffff;
/** Input events a client may have sent without an acknowledgement. */
export const MOST_UNACKED_INPUTS = 1024;
/** Notices in one message, and those that wait for a subscriber: beyond them they are counted and left out. */
export const MOST_NOTICES = 1000;
/** Panes that a client may show besides those of its session. */
export const MOST_WATCHED_PANES = 256;
