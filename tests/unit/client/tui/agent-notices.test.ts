import { expect, test } from "bun:test";
import { agentNotice } from "../../../../src/client/tui/agent-notices.ts";
import { defaultOptions } from "../../../../src/config/options.ts";
import type { ServerEvent } from "../../../../src/protocol/messages.ts";

const event = (more: object = {}) => (
  { kind: "agent", pane: 3, target: "work/0.1", agent: "claude", state: "blocked", before: "working", question: "may I?", ...more }
) as ServerEvent & { kind: "agent" };
const by = (...ways: string[]) => ({ ...defaultOptions(), agentNotifyBy: ways });

test("a bell and a message tell who asks what", () => {
  expect(agentNotice(event(), defaultOptions())).toEqual({ bytes: "\x07", message: "claude in work/0.1 asks: may I?" });
});

test("notifications are those of the terminal that is chosen", () => {
  expect(agentNotice(event(), by("osc9"))).toEqual({ bytes: "\x1b]9;claude in work/0.1 asks: may I?\x1b\\" });
  expect(agentNotice(event(), by("osc777"))!.bytes).toBe("\x1b]777;notify;claude in work/0.1 asks;may I?\x1b\\");
  expect(agentNotice(event(), by("osc99"))!.bytes).toBe(
    "\x1b]99;i=fugue-3:d=0;claude in work/0.1 asks\x1b\\\x1b]99;i=fugue-3:p=body;may I?\x1b\\",
  );
});

test("what is looked at, and states that were not chosen, are told to nobody", () => {
  expect(agentNotice(event({ looked: true }), defaultOptions())).toBeUndefined();
  expect(agentNotice(event({ state: "working" }), defaultOptions())).toBeUndefined();
  expect(agentNotice(event({ state: "something newer" }), defaultOptions())).toBeUndefined();
});

test("no control character of an agent or a question reaches the terminal", () => {
  const notice = agentNotice(event({ agent: "a\x1b]0;x\x07", question: "b\x9c\x1b\\c" }), by("osc9", "osc777", "osc99", "message"))!;
  expect(notice.bytes.replace(/\x1b\](9|777|99);|\x1b\\/g, "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  expect(notice.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});
