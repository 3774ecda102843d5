/** Logins with ssh2 against a server whose decisions the test makes: passwords, questions, several steps, strange servers. */
import { expect } from "bun:test";
import type { AuthContext } from "ssh2";
import { readFileSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { ForwardingForbidden, type SshConnection } from "../../../../src/tunnel/ssh/connection.ts";
import { SshMemory } from "../../../../src/tunnel/ssh/memory.ts";
import { readText } from "../../../support/duplex-text.ts";
import { testWith } from "../../../support/e2e-test.ts";
import { testPrompter } from "../../../support/ssh-prompter.ts";
import { connect } from "../../../support/ssh-rig.ts";
import { offers, startServer, startTcp } from "../../../support/ssh-server.ts";
import { SSH_USER, sshHome } from "../../../support/sshd.ts";
import { rejection } from "../../../support/thrown.ts";

const test = (name: string, body: () => Promise<void>) => testWith(["ssh", "ssh-keygen"], name, body);

async function works(connection: SshConnection): Promise<void> {
  const run = await connection.exec(["echo", "in"]);
  expect(await readText(run.duplex).end()).toBe("in\n");
}

const password = (secret: string) => (context: AuthContext) => {
  if (context.method === "password" && context.password === secret) context.accept();
  else context.reject(["password"]);
};

test("a password is asked for, three times at most; kept in memory it needs nobody; once refused it is forgotten", async () => {
  using home = sshHome();
  let secret = "sesame";
  await using server = await startServer(home, (context) => password(secret)(context), "Welcome\u001b[31m\nsecond line");
  const memory = new SshMemory();
  const background = await rejection(connect(home, server));
  expect(background.code).toBe("refused");
  expect(background.hint).toContain("foreground");
  const prompter = testPrompter("wrong", "sesame");
  {
    using connection = await connect(home, server, {}, { prompter, memory });
    await works(connection);
  }
  expect(prompter.asked).toEqual([`Password for ${SSH_USER}@127.0.0.1: `, `Wrong. Password for ${SSH_USER}@127.0.0.1: `]);
  expect(prompter.stages).toContain("authenticating Welcome\ufffd[31m");
  {
    using again = await connect(home, server, {}, { memory });
    await works(again);
  }
  secret = "changed";
  const refused = await rejection(connect(home, server, {}, { memory }));
  expect(refused.message).toContain("the password typed before");
  const before = server.attempts.length;
  await rejection(connect(home, server, {}, { memory }));
  expect(server.attempts.slice(before)).toEqual(["none"]);
  const three = testPrompter("1", "2", "3", "4");
  expect((await rejection(connect(home, server, {}, { prompter: three }))).message).toContain("a password");
  expect(three.asked).toHaveLength(3);
  expect((await rejection(connect(home, server, {}, { prompter: testPrompter(undefined) }))).code).toBe("interrupted");
});

test("questions of the server: several, shown and hidden, in rounds; a code is never kept", async () => {
  using home = sshHome();
  const answersSeen: string[][] = [];
  await using server = await startServer(home, (context) => {
    if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
    context.prompt([{ prompt: "Name: ", echo: true }, { prompt: "Code: ", echo: false }], "Second factor", "Look at your token", (first) => {
      answersSeen.push(first);
      context.prompt([{ prompt: "Password: ", echo: false }], "", "", (second) => {
        answersSeen.push(second);
        if (first[1] === "123456" && second[0] === "sesame") context.accept();
        else context.reject(["keyboard-interactive"]);
      });
    });
  });
  const memory = new SshMemory();
  const prompter = testPrompter("me", "123456", "sesame");
  {
    using connection = await connect(home, server, {}, { prompter, memory });
    await works(connection);
  }
  const from = `(${SSH_USER}@127.0.0.1)`;
  expect(prompter.asked).toEqual([`${from} Second factor: Look at your token. Name:  (shown)`, `${from} Code: `, `${from} Password: `]);
  expect(answersSeen).toEqual([["me", "123456"], ["sesame"]]);
  const background = await rejection(connect(home, server, {}, { memory }));
  expect(background.code).toBe("refused");
  expect(answersSeen.flat().filter((answer) => answer === "123456")).toHaveLength(1);
});

test("a password that is asked for as a question is kept as one", async () => {
  using home = sshHome();
  await using server = await startServer(home, (context) => {
    if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
    context.prompt([{ prompt: "Password: ", echo: false }], "", "", ([answer]) => (answer === "sesame" ? context.accept() : context.reject(["keyboard-interactive"])));
  });
  const memory = new SshMemory();
  {
    using _connection = await connect(home, server, {}, { prompter: testPrompter("sesame"), memory });
  }
  using again = await connect(home, server, {}, { memory });
  await works(again);
});

test("a key and then a password: partial success goes on with what is left", async () => {
  using home = sshHome();
  const line = readFileSync(`${home.key}.pub`, "utf8");
  await using server = await startServer(home, (context) => {
    if (offers(context, line)) return context.signature ? context.reject(["password"], true) : context.accept();
    if (context.method === "password" && context.password === "sesame") return context.accept();
    context.reject(context.method === "none" ? ["publickey"] : ["password"]);
  });
  const prompter = testPrompter("sesame");
  using connection = await connect(home, server, {}, { prompter });
  await works(connection);
  expect(prompter.asked).toHaveLength(1);
  expect(server.attempts.filter((method) => method !== "publickey")).toEqual(["none", "password"]);
});

test("a server that opens no streams forbids them", async () => {
  using home = sshHome();
  await using server = await startServer(home, (context) => context.accept());
  using connection = await connect(home, server);
  expect(await rejection(connection.openTcp("127.0.0.1", 1))).toBeInstanceOf(ForwardingForbidden);
  expect(await rejection(connection.openUnix("/x"))).toBeInstanceOf(ForwardingForbidden);
});

test("a server that says nothing runs into the time-out; the message says how far it came", async () => {
  using home = sshHome();
  await using silent = await startTcp(() => {});
  const error = await rejection(connect(home, silent, {}, { timeoutMs: 400 }));
  expect(error.code).toBe("timeout");
  expect(error.message).toContain("authenticating");
});

test("what is no ssh server is named as such, whatever it says", async () => {
  using home = sshHome();
  const speeches = ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-1.0-old\r\n", "SSH-2.0-x\r\n\0\0\0\u00ff\u00ff\u00ff\u00ff\u00ff", `SSH-2.0-x\r\n${"\u00ff".repeat(5000)}`, ""];
  for (const speech of speeches) {
    await using server = await startTcp((socket) => void socket.end(Buffer.from(speech, "latin1")));
    const error = await rejection(connect(home, server, {}, { timeoutMs: 5000 }));
    expect([speech.slice(0, 12), error.code]).toEqual([speech.slice(0, 12), expect.stringMatching(/noServer|closed/)]);
  }
  await using endless = await startTcp((socket) => {
    const timer = setInterval(() => socket.write("x".repeat(10_000)), 1);
    socket.on("close", () => clearInterval(timer));
  });
  expect((await rejection(connect(home, endless, {}, { timeoutMs: 2000 }))).code).toMatch(/noServer|closed|timeout/);
});

test("what talks but never says SSH is named without waiting for the time-out; lines before SSH are none of that", async () => {
  using home = sshHome();
  await using mail = await startTcp((socket) => void socket.write("220 mail.example ESMTP\r\n"));
  const error = await rejection(connect(home, mail, {}, { timeoutMs: 20_000 }));
  expect([error.code, error.message]).toEqual(["noServer", expect.stringContaining("is no ssh server")]);
  await using sshd = await startServer(home, (context) => context.accept());
  await using polite = await startTcp((socket) => {
    const on = createConnection(sshd.port, sshd.host);
    socket.write("Authorised use only\r\n");
    socket.pipe(on).pipe(socket);
    socket.on("close", () => on.destroy());
    on.on("error", () => {});
  });
  writeFileSync(home.knownHosts, readFileSync(home.knownHosts, "utf8").replace(`:${sshd.port} `, `:${polite.port} `));
  using connection = await connect(home, polite);
  expect(connection.backend).toBe("ssh2");
});

test("an attempt that is cancelled ends at once", async () => {
  using home = sshHome();
  await using silent = await startTcp(() => {});
  const aborter = new AbortController();
  const attempt = rejection(connect(home, silent, {}, { signal: aborter.signal }));
  setTimeout(() => aborter.abort(), 50);
  expect((await attempt).code).toBe("interrupted");
});

test("a command that ends with the packet that says it runs has its status and its output all the same", async () => {
  using home = sshHome();
  await using server = await startServer(home, (context) => context.accept());
  using connection = await connect(home, server);
  for (let n = 0; n < 20; n++) {
    const run = await connection.exec(["echo", "in"]);
    expect(await readText(run.duplex).end()).toBe("in\n");
    expect(await run.exit).toEqual({ code: 0 });
  }
});
