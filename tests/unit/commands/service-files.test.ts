import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkLogout, checkRestarts } from "../../../src/commands/doctor-checks.ts";
import { serviceFile, serviceText } from "../../../src/commands/service-files.ts";
import { tempFolder, tempHome } from "../../support/temp-folder.ts";

describe("a unit", () => {
  test("of systemd runs the server in the foreground, with odd paths taken literally", () => {
    const text = serviceText("linux", { executable: '/opt/a b/%h/$x"q"/fugue', fugueHome: "/srv/f g" });
    expect(text).toContain('ExecStart="/opt/a b/%%h/$$x\\"q\\"/fugue" serve\n');
    expect(text).toContain('Environment="FUGUE_HOME=/srv/f g"\n');
    expect(serviceText("linux", { executable: "/x", fugueHome: undefined })).not.toContain("Environment");
    expect(serviceFile("linux", { HOME: "/home/a" })).toBe("/home/a/.config/systemd/user/fugue.service");
    expect(serviceFile("linux", { HOME: "/home/a", XDG_CONFIG_HOME: "/c" })).toBe("/c/systemd/user/fugue.service");
  });

  test("of launchd is XML", () => {
    const text = serviceText("darwin", { executable: "/a&b/<fugue>", fugueHome: "/h" });
    expect(text).toContain("<string>/a&amp;b/&lt;fugue&gt;</string><string>serve</string>");
    expect(serviceFile("darwin", { HOME: "/Users/a" })).toBe("/Users/a/Library/LaunchAgents/fugue.server.plist");
  });
});

describe("doctor", () => {
  test("warns where the system ends programs at logout, unless they linger", () => {
    using root = tempFolder();
    const put = (name: string, text: string) => {
      mkdirSync(dirname(join(root.path, name)), { recursive: true });
      writeFileSync(join(root.path, name), text);
    };
    const states = () => checkLogout({ USER: "ann" }, root.path).map(({ state }) => state);
    expect(states()).toEqual([]);
    put("etc/systemd/logind.conf", "[Login]\n#KillUserProcesses=yes\n");
    expect(states()).toEqual([]);
    put("etc/systemd/logind.conf.d/a.conf", "[Login]\nKillUserProcesses = yes\n");
    expect(states()).toEqual(["warn"]);
    put("var/lib/systemd/linger/ann", "");
    expect(states()).toEqual(["ok"]);
  });

  test("explains a daemon that ends again and again under a keeper that lives", () => {
    using home = tempHome();
    mkdirSync(home.paths.state, { recursive: true });
    const note = (value: unknown) => writeFileSync(join(home.paths.state, "keeper.json"), JSON.stringify(value));
    expect(checkRestarts(home.paths, false, 0)).toEqual([]);
    note({ pid: process.pid, restarts: 7, lastExit: "exit status 1", nextStart: 9000 });
    expect(checkRestarts(home.paths, true, 0)).toEqual([]);
    expect(checkRestarts(home.paths, false, 0)).toMatchObject([
      { state: "fail", text: "the programs run, but their daemon ended 7 times (last: exit status 1); started again in 9 s" },
    ]);
    note({ pid: 2 ** 22 + 5, restarts: 7 });
    expect(checkRestarts(home.paths, false, 0)).toEqual([]);
  });
});
