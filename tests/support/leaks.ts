/** Preloaded by every test run: a test file that leaves file descriptors or child processes behind fails. */
import { afterAll, beforeAll, expect } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What the standard streams are: streams of the runtime that are made late hold them a second time. */
function standard(): string[] {
  return [1, 2].flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

/** Sockets, pipes and terminals that this process has open; files of the runtime do not count. */
function openDescriptors(): Map<string, string> {
  const open = new Map<string, string>();
  const own = standard();
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      if (/^(socket|pipe):|^\/dev\/(pts|ptmx)/.test(target) && !own.includes(target)) open.set(fd, target);
    } catch {
      // closed while we looked
    }
  }
  return open;
}

function children(): string[] {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

let before = new Map<string, string>();
let childrenBefore: string[] = [];

if (process.platform === "linux") {
  beforeAll(() => {
    before = openDescriptors();
    childrenBefore = children();
  });

  afterAll(async () => {
    // what was closed in the last test may need a turn of the event loop to be gone
    for (let tries = 0; tries < 40 && (left().length > 0 || strays().length > 0); tries++) await Bun.sleep(25);
    expect({ descriptors: left(), children: strays() }).toEqual({ descriptors: [], children: [] });
  });
}

function left(): string[] {
  return [...openDescriptors()].filter(([fd, target]) => before.get(fd) !== target).map(([fd, target]) => `${fd} ${target}`);
}

function strays(): string[] {
  return children().filter((pid) => !childrenBefore.includes(pid));
}
