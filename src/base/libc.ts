/** The few system calls that the runtime does not offer, by FFI. Linux (glibc or musl) and macOS. Loaded on first use. */
import { dlopen, ptr, type FFIFunction, type Library, type Pointer } from "bun:ffi";
import { closeSync, fstatSync } from "node:fs";

const SYMBOLS = {
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  flock: { args: ["i32", "i32"], returns: "i32" },
  ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" },
  cfmakeraw: { args: ["ptr"], returns: "void" },
  tcsetattr: { args: ["i32", "i32", "ptr"], returns: "i32" },
  tcgetattr: { args: ["i32", "ptr"], returns: "i32" },
  ptsname_r: { args: ["i32", "ptr", "u64"], returns: "i32" },
  getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  isatty: { args: ["i32"], returns: "i32" },
  localtime_r: { args: ["ptr", "ptr"], returns: "ptr" },
  poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
} as const;

/** The C library's functions. @throws if it is not found, or lacks one of them */
export function openLibc<Symbols extends Record<string, FFIFunction>>(symbols: Symbols): Library<Symbols>["symbols"] {
  const names = process.platform === "darwin"
    ? ["libSystem.B.dylib"]
    : ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1", "libc.so"];
  let failure: unknown;
  for (const name of names) {
    try {
      return dlopen(name, symbols).symbols;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

let loaded: Library<typeof SYMBOLS>["symbols"] | undefined;

function libc() {
  return (loaded ??= openLibc(SYMBOLS));
}

const F_DUPFD_CLOEXEC = process.platform === "darwin" ? 67 : 1030;
const TIOCGWINSZ = process.platform === "darwin" ? 0x40087468n : 0x5413n;
const TIOCSWINSZ = process.platform === "darwin" ? 0x80087467n : 0x5414n;
const TIOCGPGRP = process.platform === "darwin" ? 0x40047477n : 0x540fn;
const TCSANOW = 0;
/** More than the struct termios of any system here. */
const TERMIOS_BYTES = 128;
const LOCK_EX = 2;
const LOCK_NB = 4;

/** Name of the slave of a PTY master (`/dev/pts/7`), or undefined if `fd` is none. */
export function ptsName(fd: number): string | undefined {
  const name = new Uint8Array(64);
  if (libc().ptsname_r(fd, ptr(name), 64n) !== 0) return undefined;
  return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
}

/** Duplicates an fd with close-on-exec set; the duplicate is at least 3. @returns -1 on failure. */
export function duplicate(fd: number): number {
  return libc().fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

/** Sets the size of a terminal; the kernel sends SIGWINCH to its foreground programs. */
export function setWindowSize(fd: number, cols: number, rows: number): boolean {
  const size = new Uint16Array([rows, cols, 0, 0]);
  return libc().ioctl(fd, TIOCSWINSZ, ptr(size)) === 0;
}

/** The size of a terminal, by either of its ends; undefined if it is none, or does not know. */
export function windowSize(fd: number): { cols: number; rows: number } | undefined {
  const size = new Uint16Array(4);
  if (libc().ioctl(fd, TIOCGWINSZ, ptr(size)) !== 0 || size[0] === 0 || size[1] === 0) return undefined;
  return { cols: size[1]!, rows: size[0]! };
}

/** Whether a descriptor is a terminal. */
export function isTerminal(fd: number): boolean {
  try {
    // most that is none is told apart without the library
    if (!fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return libc().isatty(fd) === 1;
}

/** How a terminal treats what is typed and written (struct termios, as the system has it). */
export type TerminalSettings = Uint8Array;

/** Hands every byte through, unchanged and at once (cfmakeraw(3)). @returns the settings before; undefined if it is no terminal */
export function makeRaw(fd: number): TerminalSettings | undefined {
  const before = new Uint8Array(TERMIOS_BYTES);
  if (libc().tcgetattr(fd, ptr(before)) !== 0) return undefined;
  const raw = before.slice();
  libc().cfmakeraw(ptr(raw));
  libc().tcsetattr(fd, TCSANOW, ptr(raw));
  return before;
}

/** Gives a terminal the settings that `makeRaw` found. */
export function setTerminal(fd: number, settings: TerminalSettings): void {
  libc().tcsetattr(fd, TCSANOW, ptr(settings));
}

/** Opens a terminal by its master, whatever its name leads to (ioctl_tty(2), Linux 4.13). */
const TIOCGPTPEER = 0x5441n;
const O_RDWR_NOCTTY_CLOEXEC = 0o2 | 0o400 | 0o2000000;
const TCXONC = 0x540an;

/**
 * Makes writers to a terminal wait, or lets them go on (tcflow(3) on the program's side). Going on also ends a stop that
 * somebody typed. Linux only.
 * @returns false where the system can't do it
 */
export function stopOutput(master: number, stopped: boolean): boolean {
  if (process.platform !== "linux") return false;
  const terminal = libc().ioctl(master, TIOCGPTPEER, O_RDWR_NOCTTY_CLOEXEC as unknown as Pointer);
  if (terminal < 0) return false;
  const done = libc().ioctl(terminal, TCXONC, (stopped ? 0 : 1) as unknown as Pointer) === 0;
  closeSync(terminal);
  return done;
}

/** The process group in the foreground of a terminal, by either of its ends, or undefined if there is none. */
export function foregroundGroup(fd: number): number | undefined {
  const group = new Int32Array(1);
  if (libc().ioctl(fd, TIOCGPGRP, ptr(group)) !== 0 || group[0]! <= 1) return undefined;
  return group[0];
}

/** More than the struct tm of any system here. */
const TM_BYTES = 128;
/** Where all of them have tm_gmtoff: behind nine ints. */
const TM_GMTOFF = 40;

/** Milliseconds by which local time is ahead of UTC at a moment. @param wall milliseconds since the Unix epoch */
export function utcOffset(wall: number): number {
  const time = new BigInt64Array([BigInt(Math.floor(wall / 1000))]);
  const tm = new Uint8Array(TM_BYTES);
  if (libc().localtime_r(ptr(time), ptr(tm)) === null) return 0;
  return Number(new DataView(tm.buffer).getBigInt64(TM_GMTOFF, true)) * 1000;
}

/** Takes the exclusive lock of an open file without waiting; it is held until the process ends. */
export function tryLock(fd: number): boolean {
  return libc().flock(fd, LOCK_EX | LOCK_NB) === 0;
}

/** Pid and uid of the process at the other end of a unix socket, or undefined if the system does not say. */
export function peerOf(socketFd: number): { pid: number; uid: number } | undefined {
  if (process.platform === "darwin") return undefined;
  const credentials = new Int32Array(3);
  const length = new Int32Array([12]);
  if (libc().getsockopt(socketFd, 1, 17, ptr(credentials), ptr(length)) !== 0) return undefined;
  return { pid: credentials[0]!, uid: credentials[1]! };
}

const POLLIN = 1;
const POLLERR = 8;
const POLLHUP = 16;

/** Waits until there is something to read, an end or an error included, at most so many milliseconds. Blocks. @returns whether there is */
export function waitReadable(fd: number, ms: number): boolean {
  return libc().poll(ptr(new Int32Array([fd, POLLIN])), 1n, Math.ceil(ms)) > 0;
}

/** Whether nobody can read any more what is written to a pipe, socket or terminal. */
export function isReaderGone(fd: number): boolean {
  // struct pollfd: fd, events, revents; nothing is asked for, and these two are told all the same
  const entry = new Int32Array([fd, 0]);
  return libc().poll(ptr(entry), 1n, 0) > 0 && ((entry[1]! >> 16) & (POLLERR | POLLHUP)) !== 0;
}

/** Whether a terminal echoes what is typed, and whether it edits lines (ECHO and ICANON of its local flags). */
export function terminalFlags(fd: number): { echo: boolean; canonical: boolean } | undefined {
  const termios = new Uint8Array(TERMIOS_BYTES);
  if (libc().tcgetattr(fd, ptr(termios)) !== 0) return undefined;
  const local = new DataView(termios.buffer).getUint32(process.platform === "darwin" ? 24 : 12, true);
  return process.platform === "darwin"
    ? { echo: (local & 8) !== 0, canonical: (local & 0x100) !== 0 }
    : { echo: (local & 8) !== 0, canonical: (local & 2) !== 0 };
}
