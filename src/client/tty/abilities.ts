/** What the outer terminal can do, as far as its environment tells; replies to queries refine it. */
import type { ColorDepth, PaintAbilities } from "./sgr.ts";

function colorDepth(env: Record<string, string | undefined>, wish: "auto" | "on" | "off"): ColorDepth {
  const term = env.TERM ?? "";
  if (wish === "on") return "truecolor";
  if (env.NO_COLOR) return "none";
  const named = /^(truecolor|24bit)$/i.test(env.COLORTERM ?? "") || /(-direct|kitty|alacritty|wezterm|ghostty|foot|iterm)/i.test(term);
  if (wish !== "off" && named) return "truecolor";
  if (/256color|direct|kitty|alacritty|wezterm|ghostty|foot/.test(term) || named) return "256";
  return /^(vt\d|dumb)/.test(term) ? "none" : "16";
}

/** @param wish the `true-color` option */
export function abilitiesOf(env: Record<string, string | undefined>, wish: "auto" | "on" | "off"): PaintAbilities {
  const term = env.TERM ?? "";
  const simple = /^(linux|vt\d|screen$|dumb)/.test(term);
  return { colors: colorDepth(env, wish), underlines: !simple, hyperlinks: !simple, synchronized: false };
}
