/** What ssh says when it ends, in its own words of several versions. */
import { expect, test } from "bun:test";
import { configurationFrom } from "../../../../src/tunnel/ssh/configuration.ts";
import { NoCommonAlgorithm } from "../../../../src/tunnel/ssh/failures.ts";
import { brokenFailure, loginFailure } from "../../../../src/tunnel/ssh/openssh-failures.ts";

const configuration = configurationFrom(new Map(), { host: "far", user: "me", port: 2200, backend: "auto" }, {});
const login = (said: string) => loginFailure(said, configuration, true);

test.each([
  ["ssh: Could not resolve hostname far: Name or service not known", "noServer", "'far' is unknown"],
  ["ssh: connect to host far port 2200: Connection refused\r", "noServer", "far:2200 refuses connections"],
  ["ssh: connect to host far port 2200: Connection timed out", "timeout", "far:2200 does not answer"],
  ["ssh: connect to host far port 2200: No route to host", "noServer", "can't be reached"],
  ["Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\nDisconnected", "refused", "too many keys"],
  ["/c: line 3: Bad configuration option: nonsense\r\n/c: terminating, 1 bad configuration options", "config", "terminating, 1 bad"],
  ["kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 10.0.0.1 port 22", "closed", "Connection closed by 10.0.0.1"],
  ["", "closed", "it said nothing"],
])("%p", (said, code, message) => {
  const error = login(`debug1: Reading configuration data /etc/ssh/ssh_config\r\n${said}\r\n`);
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)] as never);
});

test("keys and methods that were tried are named", () => {
  const error = login([
    "debug1: Offering public key: /k/one ED25519 SHA256:aaa explicit agent", "debug1: Authentications that can continue: publickey,password",
    "debug1: Offering public key: /k/two RSA SHA256:bbb", "debug1: Server accepts key: /k/two RSA SHA256:bbb", "me@far: Permission denied (publickey,password).",
  ].join("\r\n"));
  expect(error.message).toContain("/k/one (SHA256:aaa), /k/two (SHA256:bbb)");
  expect(error.message).toContain("/k/two was taken, but its passphrase or token was missing");
  expect(error.message).toContain("it takes publickey, password");
});

test("no algorithm in common is told apart", () => {
  const error = login("Unable to negotiate with 10.0.0.1 port 22: no matching cipher found. Their offer: x");
  expect(error).toBeInstanceOf(NoCommonAlgorithm);
  expect(error.message).toContain("no matching cipher found");
});

test("a connection that worked ends with ssh's reason, without its log", () => {
  expect(brokenFailure("debug1: x\nTimeout, server far not responding.\r\n", "me@far").code).toBe("timeout");
  expect(brokenFailure("debug1: x\nclient_loop: send disconnect: Broken pipe\r\n", "me@far").message).toContain("Broken pipe");
  expect(brokenFailure("debug1: x\r\n", "me@far").message).toContain("is gone");
  const counted = "Connection to far closed by remote host.\r\nTransferred: sent 4016, received 4100 bytes, in 2.1 seconds\r\nBytes per second: sent 1874.5, received 1909.4\r\n";
  expect(brokenFailure(counted, "me@far").message).toBe("the ssh connection to me@far broke: Connection to far closed by remote host.");
});
