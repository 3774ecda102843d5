import { describe, expect, test } from "bun:test";
import { checkedMessages, isOutgoing, noMessages, type MessageState, type OutgoingState } from "../../../../src/server/model/messages-state.ts";
import { Messages } from "../../../../src/server/model/messages.ts";
import { thrownBy } from "../../../support/thrown.ts";

const SESSIONS = new Map([[1, ["a"]], [2, ["a", "b"]], [3, []]]);

function inboxes(): Messages {
  return new Messages({
    sessionsFor: (to) => [...SESSIONS].filter(([id, tags]) => (
      to.all || id === to.session || `s${id}` === to.name || (to.tag !== undefined && (tags as string[]).includes(to.tag))
    )).map(([id]) => id),
  });
}

function message(id: string, payload = "x", expiresAt = 1e6): MessageState {
  return { id, from: { server: "here", session: 1, name: "s1" }, type: "text", payload, sentAt: 0, expiresAt };
}

const ids = (messages: Messages, session: number) => messages.inbox(session).map(({ id }) => id);

describe("an inbox", () => {
  test("holds what was sent to its session, its tags and all, until it is acknowledged", () => {
    const messages = inboxes();
    expect(messages.post(message("1"), { session: 2 })).toEqual({ state: "delivered", recipients: 1 });
    expect(messages.post(message("2"), { tag: "a" })).toEqual({ state: "delivered", recipients: 2 });
    expect(messages.post(message("3"), { all: true })).toEqual({ state: "delivered", recipients: 3 });
    messages.post(message("4"), { name: "s3" });
    expect([1, 2, 3].map((session) => ids(messages, session))).toEqual([["2", "3"], ["1", "2", "3"], ["3", "4"]]);
    expect(messages.acknowledge(2, ["2", "4", "gone"])).toEqual(["2"]);
    expect([ids(messages, 1), ids(messages, 2)]).toEqual([["2", "3"], ["1", "3"]]);
  });

  test("takes a message once, whoever sends it again", () => {
    const messages = inboxes();
    messages.post(message("1"), { session: 2 });
    messages.acknowledge(2, ["1"]);
    expect(messages.post(message("1"), { session: 2 })).toEqual({ state: "duplicate", recipients: 0 });
    expect(ids(messages, 2)).toEqual([]);
  });

  test("is bounded in messages and in bytes, and says so", () => {
    const messages = inboxes();
    for (let i = 0; i < 1000; i++) messages.post(message(`m${i}`), { session: 1 });
    const error = thrownBy(() => messages.post(message("more"), { session: 1 }));
    expect([error.code, error.message]).toEqual(["tooLarge", "the inbox of number 1 is full"]);
    const large = "x".repeat(64 * 1024);
    for (let i = 0; i < 16; i++) messages.post(message(`l${i}`, large), { session: 2 });
    expect(thrownBy(() => messages.post(message("larger", large), { session: 2 })).code).toBe("tooLarge");
    // others are not harmed; of several only those with room get it
    expect(messages.post(message("all"), { all: true })).toEqual({ state: "delivered", recipients: 1 });
    expect(ids(messages, 3)).toEqual(["all"]);
  });

  test("what is for nobody is refused, and may be sent again later", () => {
    const messages = inboxes();
    expect(thrownBy(() => messages.post(message("1"), { name: "nobody" })).message).toBe("no session is called 'nobody'");
    expect(messages.post(message("1"), { session: 1 }).state).toBe("delivered");
  });

  test("forgets what has expired, and the inboxes of sessions that are gone", () => {
    const messages = inboxes();
    messages.post(message("1", "x", 100), { session: 1 });
    messages.post(message("2", "x", 200), { all: true });
    expect(messages.expire(100)).toBe(200);
    expect(ids(messages, 1)).toEqual(["2"]);
    messages.keepOnly(new Set([2]));
    expect([1, 2, 3].map((session) => ids(messages, session))).toEqual([[], ["2"], []]);
    expect(messages.expire(300)).toBeUndefined();
  });
});

describe("messages for other servers", () => {
  test("are numbered for each of them, and taken there once and in order", () => {
    const here = inboxes();
    const there = inboxes();
    for (const id of ["1", "2", "3"]) here.queue(message(id), "far", { session: 2 });
    here.queue(message("4"), "else", { session: 2 });
    expect(here.outgoing.map(({ server, seq }) => [server, seq])).toEqual([["far", 1], ["far", 2], ["far", 3], ["else", 1]]);
    const [one, two, three] = here.outgoing as OutgoingState[];
    expect(there.take(one!, 0).state).toBe("delivered");
    expect(there.take(two!, 0).state).toBe("delivered");
    // a second relay, late: what came is not taken again, and nothing out of order
    expect(there.take(one!, 0).state).toBe("duplicate");
    expect(there.take(three!, 0).state).toBe("delivered");
    expect(there.take(two!, 0).state).toBe("duplicate");
    expect(ids(there, 2)).toEqual(["1", "2", "3"]);
    expect(here.settle(["1", "2", "3"], undefined, 0)).toBe(3);
    here.queue(message("5"), "far", { session: 2 });
    expect(here.outgoing.map(({ id, seq }) => [id, seq])).toEqual([["4", 1], ["5", 4]]);
  });

  test("that can't be delivered come back to their sender", () => {
    const messages = inboxes();
    messages.queue(message("1"), "far", { name: "nobody" });
    messages.settle(["1"], "no session is called 'nobody'", 5);
    const [back] = messages.inbox(1);
    expect(back).toMatchObject({ id: "1.undeliverable", type: "undeliverable", from: { name: "far" } });
    expect(JSON.parse(back!.payload)).toEqual({ id: "1", server: "far", to: { name: "nobody" }, type: "text", reason: "no session is called 'nobody'" });
    messages.queue(message("2", "x", 50), "far", { name: "s1" });
    messages.expire(60);
    expect(JSON.parse(messages.inbox(1)[1]!.payload)).toMatchObject({ id: "2", reason: "it expired before it could be carried there" });
    expect(messages.outgoing).toEqual([]);
  });

  test("one for nobody is settled there: it does not come a second time", () => {
    const here = inboxes();
    const there = inboxes();
    here.queue(message("1"), "far", { name: "nobody" });
    expect(thrownBy(() => there.take(here.outgoing[0]!, 0)).code).toBe("noTarget");
    expect(there.take(here.outgoing[0]!, 0).state).toBe("duplicate");
  });

  test("are bounded", () => {
    const messages = inboxes();
    for (let i = 0; i < 1000; i++) messages.queue(message(`m${i}`), "far", { all: true });
    expect(thrownBy(() => messages.queue(message("more"), "far", { all: true })).code).toBe("tooLarge");
  });
});

describe("what is kept", () => {
  test("comes back as it was, and goes on", () => {
    const before = inboxes();
    before.post(message("1"), { all: true });
    before.queue(message("2"), "far", { session: 9 });
    before.take({ ...message("3"), from: { server: "there", session: 4, name: "t" }, server: "here", to: { session: 2 }, seq: 7 }, 0);
    const state = before.export();
    const after = inboxes();
    after.import(checkedMessages(JSON.parse(JSON.stringify(state))));
    expect(after.export()).toEqual(state);
    expect(after.post(message("1"), { all: true }).state).toBe("duplicate");
    after.queue(message("4"), "far", { session: 9 });
    expect(after.outgoing.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test.each([[null], [[]], [{}], [{ version: 2 }], [{ version: 1, inboxes: 5, outgoing: [{}], sent: [1], taken: [null], recent: [4] }]])(
    "%j is an empty one", (value) => expect(checkedMessages(value)).toEqual(noMessages()),
  );
});

test("a message of a machine whose clock is wrong lives as long as its sender said, from its arrival", () => {
  const messages = inboxes();
  const now = 5e12;
  messages.take({ ...message("1", "x", 60_000), server: "b", to: { session: 2 }, seq: 1 }, now);
  expect(messages.inbox(2)).toMatchObject([{ id: "1", sentAt: 0, expiresAt: now + 60_000 }]);
  messages.take({ ...message("2", "x", Number.MAX_SAFE_INTEGER), server: "b", to: { session: 2 }, seq: 2 }, now);
  expect(messages.inbox(2)[1]!.expiresAt).toBeLessThan(now + 367 * 86_400_000);
});

test("what another server hands over is bounded in every field", () => {
  const whole: OutgoingState = { ...message("1"), server: "b", to: { name: "s1" }, seq: 1 };
  expect(isOutgoing(whole)).toBe(true);
  const long = "x".repeat(300);
  const bad = [
    { ...whole, id: long }, { ...whole, type: long }, { ...whole, server: long }, { ...whole, to: { name: long } }, { ...whole, to: { tag: long } },
    { ...whole, from: { ...whole.from, name: long } }, { ...whole, from: { ...whole.from, server: long } }, { ...whole, to: { all: true, tag: "x" } },
  ];
  expect(bad.filter(isOutgoing)).toEqual([]);
});

test("messages to more servers than can be counted are refused: no number is given twice", () => {
  const messages = inboxes();
  for (let n = 0; n < 1000; n++) {
    messages.queue(message(`m${n}`), `server-${n}`, { name: "x" });
    messages.settle([`m${n}`], undefined, 0);
  }
  expect(thrownBy(() => messages.queue(message("more"), "one-more", { name: "x" }))).toMatchObject({ code: "tooLarge" });
  messages.queue(message("again"), "server-0", { name: "x" });
  expect(messages.outgoing[0]!.seq).toBe(2);
});
