/**
 * Bundler plugins for the packages that do not bundle well by themselves. neo-blessed asks for its widgets by computed
 * names and reads terminfo from files; citty loads what we don't need; native addons cannot be loaded by the executable.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BunPlugin } from "bun";

/** The widgets that src/client/ui uses, and those that neo-blessed itself makes or asks for by name. */
const WIDGETS = ["Node", "Screen", "Element", "Box", "Text", "ScrollableBox", "ScrollableText", "Log"];

/** The part of lib/tput.js that finds and reads a terminfo file. */
const READ_TERMINFO = /Tput\.prototype\.readTerminfo = function\(term\) \{[\s\S]*?\n\};\n/;

/** lib/widget.js with a plain `require` for each widget. */
function widgetModule(): string {
  const lines = WIDGETS.map((name) => {
    const file = name.toLowerCase();
    return `exports.${name} = exports.${file} = require("./widgets/${file}");`;
  });
  return `exports.classes = ${JSON.stringify(WIDGETS)};\nexports.aliases = {};\n${lines.join("\n")}\n`;
}

/**
 * lib/tput.js that always has the terminfo of xterm-256color, which is the only terminal there is for it.
 * @throws Error if the file is not the one this was written for.
 */
function tputModule(path: string): string {
  const source = readFileSync(path, "utf8");
  if (!READ_TERMINFO.test(source)) throw new Error("neo-blessed has changed: readTerminfo not found in lib/tput.js");
  const terminfo = readFileSync(join(dirname(path), "..", "usr", "xterm-256color")).toString("base64");
  const embedded = `Tput.prototype.readTerminfo = function() {
  return this.parseTerminfo(Buffer.from("${terminfo}", "base64"), "xterm-256color");
};
`;
  return source.replace(READ_TERMINFO, () => embedded);
}

/** Makes neo-blessed bundle: the widgets needed, terminfo embedded, no file read at run time. */
export const blessedPlugin: BunPlugin = {
  name: "neo-blessed",
  setup(build) {
    const inLib = (file: string): RegExp => new RegExp(`[\\\\/]neo-blessed[\\\\/]lib[\\\\/]${file}\\.js$`);
    build.onLoad({ filter: inLib("widget") }, () => ({ contents: widgetModule(), loader: "js" }));
    build.onLoad({ filter: inLib("tput") }, ({ path }) => ({ contents: tputModule(path), loader: "js" }));
  },
};

const IMPORT_OF_UTIL = 'import { parseArgs as parseArgs$1 } from "node:util";';

/** Has citty load node:util only for commands that declare options, which ours don't: every start would wait for that module. */
export const cittyPlugin: BunPlugin = {
  name: "citty",
  setup(build) {
    build.onLoad({ filter: /[\\/]citty[\\/]dist[\\/]index\.mjs$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (!source.includes(IMPORT_OF_UTIL)) throw new Error("citty has changed: its import of node:util was not found");
      const late = `const parseArgs$1 = (config) => config.options
        ? process.getBuiltinModule("node:util").parseArgs(config) : { values: {}, positionals: config.args };`;
      return { contents: source.replace(IMPORT_OF_UTIL, () => late), loader: "js" };
    });
  },
};

/** Native addons: their users all have a fallback for an addon that is not there. */
const NATIVE_ADDON = /(\.node$|^cpu-features$|^cbor-extract$)/;

/** Gives native addons a module that throws when it is loaded, as a missing one would. */
export const nativeAddonPlugin: BunPlugin = {
  name: "native-addons",
  setup(build) {
    build.onResolve({ filter: NATIVE_ADDON }, ({ path }) => ({ path, namespace: "native-addon" }));
    build.onLoad({ filter: /.*/, namespace: "native-addon" }, ({ path }) => {
      const message = JSON.stringify(`native addon left out: ${path.replace(/^.*[\\/]/, "")}`);
      return { contents: `throw new Error(${message});`, loader: "js" };
    });
  },
};
