/** Where and how this executable's tunnels run. */
import { systemClock } from "../base/clock.ts";
import type { Paths } from "../base/paths.ts";
import type { TunnelHost } from "../tunnel/start.ts";
import { selfCommand, selfEnvironment } from "./self.ts";

export function tunnelHost({ paths, env }: { readonly paths: Paths; readonly env: Record<string, string | undefined> }): TunnelHost {
  return { paths, env: selfEnvironment(env), clock: systemClock, self: (role, ...rest) => [...selfCommand(role!), ...rest] };
}
