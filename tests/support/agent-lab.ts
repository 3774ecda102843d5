/**
 * Homes with which the real Claude Code, Codex, Gemini CLI and OpenCode run offline against a mock. The programs are
 * looked for in `FUGUE_AGENT_LAB` (a folder of executables), else on the PATH.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type RealAgent = "claude" | "codex" | "gemini" | "opencode";

const KEY = "offline-mock-key-000000000000";

/** The executable of an agent, or undefined if it is not installed. */
export function realAgent(agent: RealAgent): string | undefined {
  const lab = process.env.FUGUE_AGENT_LAB;
  return Bun.which(agent, lab ? { PATH: lab } : undefined) ?? undefined;
}

/** Why the real agent can't be used here; undefined: it can. It must not speak to anybody. */
export function noRealAgent(agent: RealAgent): string | undefined {
  if (!realAgent(agent)) return `${agent} is not installed (FUGUE_AGENT_LAB)`;
  const routes = existsSync("/proc/net/route") ? readFileSync("/proc/net/route", "utf8").trim().split("\n").length - 1 : 1;
  return routes > 0 ? "there is a network: use unshare -n" : undefined;
}

export interface LabHome {
  readonly env: Record<string, string>;
  /** Where the agent works: a folder that it trusts. */
  readonly work: string;
}

/** A home below `folder` in which Claude Code starts without questions and speaks to the mock. */
export function claudeHome(folder: string, port: number): LabHome {
  const config = join(folder, ".claude");
  const work = join(folder, "work");
  for (const each of [config, work]) mkdirSync(each, { recursive: true });
  const state = {
    hasCompletedOnboarding: true, theme: "dark", lastOnboardingVersion: "99.0.0", customApiKeyResponses: { approved: [KEY.slice(-20)], rejected: [] },
    projects: { [work]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  };
  writeFileSync(join(config, ".claude.json"), JSON.stringify(state));
  return {
    work,
    env: {
      HOME: folder, CLAUDE_CONFIG_DIR: config, ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`, ANTHROPIC_API_KEY: KEY,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1", IS_SANDBOX: "1",
    },
  };
}

/** The same for Codex. The folder must not be below the temporary one, which Codex refuses as a home. */
export function codexHome(folder: string, port: number): LabHome {
  const home = join(folder, ".codex");
  const work = join(folder, "work");
  for (const each of [home, work]) mkdirSync(each, { recursive: true });
  writeFileSync(join(home, "config.toml"), `model = "gpt-5"
model_provider = "mock"
approval_policy = "on-request"
sandbox_mode = "read-only"
check_for_update_on_startup = false

[model_providers.mock]
name = "mock"
base_url = "http://127.0.0.1:${port}/v1"
wire_api = "responses"
env_key = "MOCK_KEY"

[projects."${work}"]
trust_level = "trusted"
`);
  return { work, env: { HOME: folder, CODEX_HOME: home, MOCK_KEY: "x" } };
}

/** The same for Gemini CLI. */
export function geminiHome(folder: string, port: number): LabHome {
  const home = join(folder, ".gemini");
  const work = join(folder, "work");
  for (const each of [home, work]) mkdirSync(each, { recursive: true });
  writeFileSync(join(home, "settings.json"), JSON.stringify({
    security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
    general: { enableAutoUpdate: false }, privacy: { usageStatisticsEnabled: false }, telemetry: { enabled: false },
  }));
  return { work, env: { HOME: folder, GEMINI_API_KEY: "offline", GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${port}` } };
}

/** The same for OpenCode. */
export function openCodeHome(folder: string, port: number): LabHome {
  const config = join(folder, ".config", "opencode");
  const work = join(folder, "work");
  for (const each of [config, work]) mkdirSync(each, { recursive: true });
  const options = { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "x" };
  writeFileSync(join(config, "opencode.json"), JSON.stringify({
    autoupdate: false, share: "disabled", model: "mock/m", small_model: "mock/m", permission: { bash: "ask", edit: "ask" },
    provider: { mock: { npm: "@ai-sdk/openai-compatible", name: "Mock", options, models: { m: { name: "Mock Model" } } } },
  }));
  return { work, env: { HOME: folder, OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_LSP_DOWNLOAD: "1" } };
}
