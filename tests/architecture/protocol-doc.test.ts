/** docs/PROTOCOL.md lists the messages that there are. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { PROTOCOL_DOC, withMessageTable } from "../../scripts/protocol-doc.ts";

test("the message table of docs/PROTOCOL.md is up to date (bun scripts/protocol-doc.ts)", () => {
  const document = readFileSync(PROTOCOL_DOC, "utf8");
  expect(withMessageTable(document)).toBe(document);
});
