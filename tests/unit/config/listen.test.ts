import { expect, test } from "bun:test";
import { formatAddress } from "../../../src/config/address.ts";
import { parseListenAddress } from "../../../src/config/listen.ts";
import { thrownBy } from "../../support/thrown.ts";
import { readText } from "./read-text.ts";

test.each([
  "tcp://127.0.0.1:9999", "tcp://localhost:9999", "tcp://127.8.9.1:1", "tcp://[::1]:9999", "tls://0.0.0.0:9999", "tls://[::]:1",
  "tls://box.example:9", "unix:///tmp/x",
])("%s can be listened on", (url) => {
  expect(formatAddress(parseListenAddress(url))).toBe(url);
});

test.each([
  ["tcp://0.0.0.0:9999", "write tls://0.0.0.0:9999, or tcp://127.0.0.1:9999 behind ssh"],
  ["tcp://[::]:9999", "write tls://[::]:9999, or tcp://127.0.0.1:9999 behind ssh"],
  ["tcp://box:9999", "write tls://box:9999, or tcp://127.0.0.1:9999 behind ssh"],
  ["tcp://127.0.0.1.example.org:9999", "write tls://127.0.0.1.example.org:9999, or tcp://127.0.0.1:9999 behind ssh"],
])("%s is no place for tcp", (url, hint) => {
  expect(thrownBy(() => parseListenAddress(url))).toMatchObject({ code: "usage", hint });
});

test("addresses that stand there twice count once, and good ones are taken beside bad ones", () => {
  const { config, problems } = readText("[server]\nlisten = ['tls://[::]:1', 'tls://[::]:1', 'tcp://x:1', 'unix:///a']\n");
  expect(config.listen.map(formatAddress)).toEqual(["tls://[::]:1", "unix:///a"]);
  expect(problems).toHaveLength(1);
});

test("there are bounds", () => {
  const urls = Array.from({ length: 40 }, (_, i) => `"tls://[::]:${i + 1}"`).join(", ");
  const { config, problems } = readText(`[server]\nlisten = [${urls}]\n`);
  expect(config.listen).toHaveLength(16);
  expect(problems[0]!.message).toBe("there are too many addresses");
});
