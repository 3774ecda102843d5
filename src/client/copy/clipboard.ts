/** How copied text reaches the system's clipboard: the user's own command, the terminal (OSC 52), or a tool. */
import type { Clock } from "../../base/clock.ts";
import { encodedLength, nestingOf, osc52 } from "./osc52.ts";

/** Encoded bytes that terminals are known to take in one sequence. */
export const OSC52_LIMIT_BYTES = 100 * 1024;
/** Time a tool has; they put themselves in the background within milliseconds. */
const TOOL_MS = 3000;

type Environment = Readonly<Record<string, string | undefined>>;

export interface ClipboardOptions {
  /** Whether the terminal may be asked with OSC 52. */
  readonly osc52: boolean;
  /** Longest OSC 52 payload, in base64 bytes. */
  readonly limitBytes?: number;
  /** The user's copy-command, for a shell. */
  readonly copyCommand?: string;
  readonly clock: Clock;
  readonly env: Environment;
  readonly platform: string;
  /** Writes to the terminal, in order with everything else. */
  write(bytes: Uint8Array): void;
  /** Whether a program is in the PATH. */
  which(program: string): boolean;
  /**
   * Runs a program with the given input; the exit status. Ends it when the signal says so. Tools that stay in the
   * background to serve the clipboard must not be given a pipe for their output.
   */
  spawn(argv: readonly string[], stdin: Uint8Array, signal: AbortSignal): Promise<number>;
}

interface Tool {
  readonly argv: readonly string[];
  readonly utf16?: boolean;
}

/** The tools that could work here, the likeliest first. */
export function toolsFor(env: Environment, platform: string): readonly Tool[] {
  const tools: Tool[] = [];
  if (platform === "darwin") tools.push({ argv: ["pbcopy"] });
  if (env.WAYLAND_DISPLAY) tools.push({ argv: ["wl-copy"] });
  if (env.DISPLAY) {
    tools.push({ argv: ["xclip", "-selection", "clipboard", "-in"] }, { argv: ["xsel", "--clipboard", "--input"] });
  }
  // takes UTF-16 without a mark at its beginning; UTF-8 would be read as the console's code page
  if (platform === "win32" || env.WSL_DISTRO_NAME || env.WSL_INTEROP) tools.push({ argv: ["clip.exe"], utf16: true });
  return tools;
}

/** An amount of bytes for people. */
function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Runs a tool for a bounded time. @returns whether it took the text. */
async function give(tool: Tool, text: string, options: ClipboardOptions): Promise<boolean> {
  const abort = new AbortController();
  const stdin = tool.utf16 ? Buffer.from(text, "utf16le") : Buffer.from(text, "utf8");
  let timeUp: (status: number) => void;
  const late = new Promise<number>((resolve) => (timeUp = resolve));
  const timer = options.clock.after(TOOL_MS, () => {
    abort.abort();
    timeUp(-1);
  });
  try {
    return (await Promise.race([options.spawn(tool.argv, stdin, abort.signal), late])) === 0;
  } catch {
    return false;
  } finally {
    timer.cancel();
  }
}

/**
 * Brings a text to the clipboard: with the user's command if there is one, else by OSC 52 if that is allowed and the
 * text is short enough, else with the first tool that takes it. Never throws; takes some seconds at most. The caller
 * has put the text into fugue's own buffer.
 * @returns what happened, in one line for the user
 */
export async function copyText(text: string, options: ClipboardOptions): Promise<string> {
  const bytes = Buffer.byteLength(text, "utf8");
  const size = sizeText(bytes);
  if (bytes === 0) return "nothing to copy";
  if (options.copyCommand?.trim()) return withCommand(text, size, options.copyCommand, options);
  const limit = options.limitBytes ?? OSC52_LIMIT_BYTES;
  if (options.osc52 && encodedLength(bytes) <= limit) {
    options.write(osc52(text, nestingOf(options.env)));
    return `copied ${size} to the clipboard`;
  }
  const why = options.osc52 ? "; too large for OSC 52" : "";
  const failed: string[] = [];
  for (const tool of toolsFor(options.env, options.platform)) {
    const name = tool.argv[0]!;
    if (!options.which(name)) continue;
    if (await give(tool, text, options)) return `copied ${size} with ${name}${why}`;
    failed.push(name);
  }
  const reason = failed.length > 0 ? `; ${failed.join(" and ")} failed` : why === "" ? "; no clipboard was found" : "";
  return `copied ${size} to the buffer${why}${reason}`;
}

async function withCommand(text: string, size: string, line: string, options: ClipboardOptions): Promise<string> {
  const [name] = line.trim().split(/\s/, 1);
  if (await give({ argv: ["/bin/sh", "-c", line] }, text, options)) return `copied ${size} with ${name}`;
  return `copied ${size} to the buffer; ${name} failed`;
}
