/** A tunnel's process as the executable starts it, whose SSH connections lead to this machine. Started by tests only. */
import { FugueError } from "../../src/base/errors.ts";
import { runTunnel } from "../../src/tunnel/tunnel-process.ts";
import { fakeFar, fakeOpenSsh } from "./fake-ssh.ts";

const far = fakeFar(JSON.parse(process.env.FAKE_FAR ?? "{}") as Record<string, string>);
if (process.env.FAKE_QUESTION) far.question = { text: "Password:", answer: process.env.FAKE_QUESTION };
if (process.env.FAKE_REFUSE) far.refuse = new FugueError("noServer", process.env.FAKE_REFUSE);
if (process.env.FAKE_FORBID_TCP) far.forbidTcp = true;
process.exit(await runTunnel({ openSsh: fakeOpenSsh(far), askpass: [] }));
