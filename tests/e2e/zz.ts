import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelledPanes } from "../support/e2e-labels.ts";
const floods: Record<string, string> = {
  plain: "x", bell: "\\a", title: "\\033]2;%s\\a", notify: "\\033]9;hello\\a", osc52: "\\033]52;c;YQ==\\a", da: "\\033[c", ris: "\\033c", alt: "\\033[?1049h\\033[?1049l",
  ed2: "\\033[2J", decaln: "\\033#8", progress: "\\033]9;4;1;1\\a\\033]9;4;1;2\\a", cwd: "\\033]7;file:///a\\a\\033]7;file:///b\\a", osc4: "\\033]4;1;?\\a", sync: "\\033[?2026h\\033[?2026l", prompt: "\\033]133;A\\a", ed3: "a\\n\\033[3J", link: "\\033]8;;http://a/\\ax", name: "\\033kfoo\\033\\\\", osc99: "\\033]99;;x\\033\\\\", dsr: "\\033[6n",
};
const only = process.argv.slice(2);
for (const [name, seq] of Object.entries(floods)) {
  if (only.length && !only.includes(name)) continue;
  const home = new E2eHome();
  try {
    const t = await labelledPanes(home, ["AAA"], "--right", { cols: 200, rows: 50 });
    await home.fugue("split", "work", "--right", "--", "sh", "-c", `printf FLOOD; stty -echo raw; yes "$(printf '${seq}')" | tr -d '\\n'`);
    await Bun.sleep(700);
    const times: number[] = [];
    const before = t.received;
    for (let i = 0; i < 25; i++) { const s = performance.now(); await expectFocus(t, "AAA", `w${String(i).padStart(2, "0")}`); times.push(performance.now() - s); if (i % 20 === 0) t.write(""); await Bun.sleep(10); }
    times.sort((a, b) => a - b);
    const { daemon, keeper } = await home.pids();
    const rss = async (p: number) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(await Bun.file(`/proc/${p}/status`).text())![1]) / 1024);
    console.log(name.padEnd(10), "p50", times[12]!.toFixed(1), "max", times[24]!.toFixed(1), "tty KB", Math.round((t.received - before) / 1024), "rss d/k", await rss(daemon), await rss(keeper));
  } catch (e) { console.log(name, "FAILED", String(e).slice(0, 1500)); }
  await home[Symbol.asyncDispose]().catch((e) => console.log(name, "dispose", String(e).slice(0, 300)));
}
process.exit(0);
