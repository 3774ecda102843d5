/** A process that opens an SSH connection, says so, and holds it until it is killed. argv: target and env as JSON, folder. */
import { systemClock } from "../../src/base/clock.ts";
import { openSsh } from "../../src/tunnel/ssh/open.ts";

const [target, env, folder] = process.argv.slice(2);
const connection = await openSsh(JSON.parse(target!), { clock: systemClock, env: JSON.parse(env!), timeoutMs: 20_000, folder: folder! });
await connection.exec(["sleep", "600"]);
console.log(`open ${connection.backend}`);
await connection.closed;
