import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { utcOffset } from "../../../src/base/libc.ts";
import { evaluateFormat, formatText } from "../../../src/config/format-evaluation.ts";
import { parseFormat } from "../../../src/config/format.ts";
import { FORMAT_VARIABLES } from "../../../src/config/format-variables.ts";
import type { FormatValues } from "../../../src/config/format-variables.ts";
import { formatTime } from "../../../src/config/strftime.ts";
import { parseStyle } from "../../../src/config/style.ts";

/** A moment by its local time, in whatever zone the machine is in: the test runner has an opinion of its own of that. */
function local(...parts: Parameters<typeof Date.UTC>): number {
  const moment = Date.UTC(...parts);
  return moment - utcOffset(moment);
}

const WALL = local(2024, 2, 5, 4, 7, 9);
const VALUES: FormatValues = {
  session: "work", window: "vim", window_index: 2, pane_index: 1, pane_id: "%7", title: "notes.md",
  host: "box.example.org", host_short: "box", window_flags: "*Z", zoomed: true, window_bell: false, path: "/home/ann/src/",
  command: "",
};

function text(source: string, values = VALUES): string {
  return formatText(parseFormat(source), values, WALL);
}

function mistake(source: string): { message: string; hint?: string } {
  try {
    parseFormat(source);
  } catch (thrown) {
    return thrown as { message: string; hint?: string };
  }
  throw new Error(`${source} was accepted`);
}

describe("variables", () => {
  test.each([
    ["#S:#I:#W#F", "work:2:vim*Z"],
    ["#P #D #T #H #h", "1 %7 notes.md box.example.org box"],
    ["#{session}/#{window}", "work/vim"],
    ["#{session_name}/#{window_zoomed_flag}#{window_bell_flag}", "work/10"],
    ["##S #, #} 100% %% #1 #", "#S , } 100% % #1 #"],
    ["[#{agent}]", "[]"],
    ["", ""],
  ])("%p", (source, result) => {
    expect(text(source)).toBe(result);
  });

  test("every variable of the table can be used", () => {
    for (const name of Object.keys(FORMAT_VARIABLES)) {
      expect(text(`<#{${name}}>`, { [name]: "x" })).toBe("<x>");
    }
  });

  test("what a program chose is shown as it is: no format, no control characters", () => {
    expect(text("#T", { title: "#S %H\x1b[31m#[fg=red]\n\x9b" })).toBe("#S %H[31m#[fg=red]");
  });

  test("a result is bounded", () => {
    expect(text("#T".repeat(100), { title: "x".repeat(5000) })).toHaveLength(8192);
    expect(text("#T", { title: "x".repeat(5000) })).toHaveLength(1024);
  });
});

describe("choices, comparisons, modifiers", () => {
  test.each([
    ["#{?zoomed,Z,-}#{?window_bell,!,.}", "Z."],
    ["#{?command,yes}", ""],
    ["#{?#{==:#S,work},same,other}", "same"],
    ["#{?#{!=:#{session},work},other,same}", "same"],
    ["#{?#{&&:#{zoomed},#{window_bell}},both,#{?#{||:#{zoomed},#{window_bell}},one,none}}", "one"],
    ["#{?zoomed,a#,b#}c,d}", "a,b}c"],
    ["#{?zoomed,#[fg=red,bold]x,y}", "x"],
    ["#{=3:title}|#{=-3:title}|#{=20:title}", "not|.md|notes.md"],
    ["#{=/3/...:title}|#{=|-3|<:title}", "not...|<.md"],
    ["#{p6:session}|#{p-6:session}|#{p2:session}", "work  |  work|work"],
    ["#{b:path} #{d:path}", "src /home/ann"],
    ["#{=2;p4:title}|#{b;=2:path}", "no  |sr"],
    ["#{=6:#S-#W}", "work-v"],
  ])("%p", (source, result) => {
    expect(text(source)).toBe(result);
  });

  test("cuts count columns and never split a character", () => {
    expect(text("#{=5:title}", { title: "漢字漢字" })).toBe("漢字");
    expect(text("#{=3:title}", { title: "e\u0301e\u0301e\u0301e\u0301" })).toBe("e\u0301e\u0301e\u0301");
    expect(text("#{=2:title}", { title: "👩‍👩‍👧x" })).toBe("👩‍👩‍👧");
  });
});

describe("times", () => {
  test.each([
    ["%H:%M:%S %Y-%m-%d", "04:07:09 2024-03-05"],
    ["%T %R %F %D", "04:07:09 04:07 2024-03-05 03/05/24"],
    ["%a %A %b %B %e %-", "Tue Tuesday Mar March  5 %-"],
    ["%I:%M %p %l %k %j %u %w %y %C", "04:07 AM  4  4 065 2 2 24 20"],
    ["%V %G %U %W", "10 2024 09 10"],
    ["%c", "Tue Mar  5 04:07:09 2024"],
  ])("%p", (source, result) => {
    expect(text(source)).toBe(result);
  });

  test.each([
    [2021, 0, 3, "53 2020 01 00"],
    [2020, 11, 31, "53 2020 52 52"],
    [2018, 11, 31, "01 2019 52 53"],
    [2012, 0, 1, "52 2011 01 00"],
  ])("weeks around new year %i-%i-%i", (year, month, day, result) => {
    expect(formatText(parseFormat("%V %G %U %W"), {}, local(year, month, day, 12))).toBe(result);
  });
});

test("times follow the offset of the zone", () => {
  const at = (letter: string, hours: number) => formatTime(letter, Date.UTC(2024, 11, 31, 23, 30), hours * 3_600_000);
  expect(["H", "d", "Y", "j", "z"].map((letter) => at(letter, 1))).toEqual(["00", "01", "2025", "001", "+0100"]);
  expect(["H", "d", "Y", "j", "z"].map((letter) => at(letter, -3.5))).toEqual(["20", "31", "2024", "366", "-0330"]);
  expect([at("s", 0), at("s", 5)]).toEqual(["1735687800", "1735687800"]);
});

test("the machine's offset is that of the moment", () => {
  const zoned = Bun.spawnSync([process.execPath, "-e", `
    import { utcOffset } from ${JSON.stringify(join(import.meta.dir, "../../../src/base/libc.ts"))};
    console.log([0, 6].map((month) => utcOffset(Date.UTC(2024, month, 15)) / 3_600_000).join(" "));
  `], { env: { ...process.env, TZ: "XST5XDT,M3.2.0,M11.1.0" } });
  expect(zoned.stdout.toString().trim()).toBe("-5 -4");
});

describe("styles", () => {
  test("runs carry the change since the start, and #[default] ends it", () => {
    const runs = evaluateFormat(parseFormat("a#[fg=red,bold]b#[nobold]c#[default]d"), {}, 0);
    expect(runs).toEqual([
      { text: "a", style: parseStyle("") },
      { text: "b", style: parseStyle("fg=red,bold") },
      { text: "c", style: { ...parseStyle("fg=red,nobold") } },
      { text: "d", style: parseStyle("") },
    ]);
  });

  test("neighbours of one style are one run, and a cut keeps the styles", () => {
    const runs = evaluateFormat(parseFormat("#{=4:#[bold]#S#[nobold]#W}"), VALUES, 0);
    expect(runs).toEqual([{ text: "work", style: parseStyle("bold") }]);
    expect(evaluateFormat(parseFormat("x#{session}y"), VALUES, 0)).toHaveLength(1);
  });

  test("a style set in a choice holds after it", () => {
    const runs = evaluateFormat(parseFormat("#{?zoomed,#[bold],}x"), VALUES, 0);
    expect(runs).toEqual([{ text: "x", style: parseStyle("bold") }]);
  });
});

describe("mistakes", () => {
  test.each([
    ["#{sesion}", 'unknown variable "sesion"', "did you mean 'session'?"],
    ["#{@thm_bg}", 'unknown variable "@thm_bg"', "there are no user options"],
    ["#X", "unknown variable '#X'", "write ## for a #"],
    ["#{session", "no '}'", "write #{name}"],
    ["#{?zoomed}", "'#{?' without a ','", "#{?flag,"],
    ["#{?zomed,a,b}", 'unknown variable "zomed"', "did you mean 'zoomed'?"],
    ["#{==:a}", "without a ','", "#{==:"],
    ["#{=x:title}", 'unknown modifier "=x"', "=WIDTH"],
    ["#{=5000:title}", "unknown modifier", "1000"],
    ["#{T:status-left}", 'unknown modifier "T"', "the modifiers are"],
    ["#[fg=redd]", '"redd" is not a colour', "did you mean 'red'?"],
    ["#[fg=red", "without a ']'", "#[fg=red]"],
    ["#(uptime)", "no shell commands", "remove #(...)"],
    ["%Q", "unknown time conversion '%Q'", "%%"],
    ["a\x1bb", "control character", "#[...]"],
  ])("%p", (source, message, hint) => {
    const error = mistake(source);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  test("a format that is too long or too deep is refused", () => {
    expect(mistake("x".repeat(5000)).message).toContain("too long");
    expect(mistake("#{?zoomed,".repeat(40)).message).toContain("too deeply");
  });
});
