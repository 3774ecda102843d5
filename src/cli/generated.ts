/** Every file of the repository that is made from the registry. */
import { bashCompletion } from "./completion-bash.ts";
import { fishCompletion } from "./completion-fish.ts";
import { zshCompletion } from "./completion-zsh.ts";
import { manualPages } from "./manual.ts";
import { commandReference } from "./reference.ts";

/** Texts by path from the root of the repository. */
export function generatedFiles(): Map<string, string> {
  const files = new Map([
    ["completions/fugue.bash", bashCompletion()],
    ["completions/_fugue", zshCompletion()],
    ["completions/fugue.fish", fishCompletion()],
    ["docs/COMMANDS.md", commandReference()],
  ]);
  for (const [name, page] of manualPages()) files.set(`man/${name}`, page);
  return files;
}
