import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { join } from "node:path";
import { seededRandom } from "../../../../src/base/random.ts";
import { agentKeys, parseIdentities } from "../../../../src/tunnel/ssh/agent-keys.ts";
import { embeddedPublicKey } from "../../../../src/tunnel/ssh/keys.ts";
import { WireWriter } from "../../../../src/tunnel/ssh/wire.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { rejection, thrownBy } from "../../../support/thrown.ts";

const blob = (type: string) => new WireWriter().string(type).string("key").framed().subarray(4);
const answer = (...types: string[]) => {
  const writer = new WireWriter().byte(12).uint32(types.length);
  for (const type of types) writer.string(blob(type)).string(`my ${type}`);
  return writer.framed();
};

test("an agent's list, also of types that ssh2 does not know", () => {
  const keys = parseIdentities(Buffer.from(answer("ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ssh-rsa-cert-v01@openssh.com").subarray(4)));
  expect(keys.map(({ type, comment }) => [type, comment])).toEqual([
    ["ssh-ed25519", "my ssh-ed25519"], ["sk-ssh-ed25519@openssh.com", "my sk-ssh-ed25519@openssh.com"],
    ["ssh-rsa-cert-v01@openssh.com", "my ssh-rsa-cert-v01@openssh.com"],
  ]);
});

test("refusals and malformed lists are an error of ours", () => {
  const random = seededRandom(3);
  const good = answer("ssh-ed25519").subarray(4);
  expect(thrownBy(() => parseIdentities(Buffer.from([5]))).code).toBe("refused");
  for (let cut = 1; cut < good.length; cut++) expect(thrownBy(() => parseIdentities(Buffer.from(good.subarray(0, cut)))).code).toBe("refused");
  for (let i = 0; i < 500; i++) {
    const bytes = Buffer.from([12, 0, 0, 0, ...random.bytes(random.integer(60))]);
    try {
      expect(parseIdentities(bytes).length).toBeLessThanOrEqual(256);
    } catch (error) {
      expect((error as { code: string }).code).toBe("refused");
    }
  }
});

test("an agent that answers in pieces, too much, or not at all", async () => {
  using folder = tempFolder();
  const listen = (name: string, speech: Uint8Array[]) => new Promise<{ path: string; close(): void }>((resolve) => {
    const path = join(folder.path, name);
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => {
        for (const piece of speech) socket.write(piece);
        if (speech.length === 0) socket.end();
      });
    });
    server.listen(path, () => resolve({ path, close: () => void server.close() }));
  });
  const whole = answer("ssh-ed25519");
  const pieces = await listen("a", [whole.subarray(0, 3), whole.subarray(3, 20), whole.subarray(20)]);
  expect(await agentKeys(pieces.path)).toHaveLength(1);
  const huge = await listen("b", [Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1)]);
  expect((await rejection(agentKeys(huge.path))).message).toContain("does not answer");
  const silent = await listen("c", []);
  expect((await rejection(agentKeys(silent.path))).code).toBe("refused");
  for (const server of [pieces, huge, silent]) server.close();
  expect((await rejection(agentKeys(join(folder.path, "none")))).code).toBe("refused");
});

test("the public part of a private key's file: hostile files hold none", () => {
  const random = seededRandom(9);
  const file = (bytes: Uint8Array) => `-----BEGIN OPENSSH PRIVATE KEY-----\n${Buffer.from(bytes).toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
  expect(embeddedPublicKey("no key")).toBeUndefined();
  for (let i = 0; i < 300; i++) expect(embeddedPublicKey(file(Buffer.concat([Buffer.from("openssh-key-v1\0"), random.bytes(random.integer(80))])))).toBeUndefined();
});
