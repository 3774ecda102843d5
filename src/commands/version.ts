/** `version`: which build this is. */
import { PROTOCOL_MAX, PROTOCOL_MIN } from "../protocol/limits.ts";
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";

export const version = cliCommand({
  name: "version",
  summary: "Print the release of this executable",
  group: "server",
  effect: "read",
  args: {},
  result: {
    "releases[].release": "string: release of this executable",
    "releases[].protocol": "object: {min, max} of the protocol that it speaks",
    "releases[].platform": "string: what it was built for",
  },
  run(ctx) {
    if (!ctx.json) return ctx.stdout(`fugue ${ctx.release}\n`);
    const release = {
      release: ctx.release, protocol: {
        min: PROTOCOL_MIN, max: PROTOCOL_MAX,
      }, platform: `${process.platform}-${process.arch}`,
    };
    ctx.stdout(jsonDocument({ releases: [release] }));
  },
});
