/** Answers of the mocks of agents' APIs: server-sent events, one by one as they are made. */

/** @param write an event as it goes over the wire; @param end what follows the last one */
export function eventStream<T>(events: () => AsyncGenerator<T>, write: (event: T) => string, end = ""): Response {
  const encoder = new TextEncoder();
  const readable = new ReadableStream({
    async start(controller) {
      try {
        for await (const event of events()) controller.enqueue(encoder.encode(write(event)));
        if (end !== "") controller.enqueue(encoder.encode(end));
        controller.close();
      } catch {
        // the agent was interrupted and has closed the connection
      }
    },
  });
  return new Response(readable, { headers: { "content-type": "text/event-stream" } });
}

/** An event with a name, which its body has too. */
export type NamedEvent = readonly [type: string, body: Record<string, unknown>];

export function namedEvents(events: () => AsyncGenerator<NamedEvent>): Response {
  return eventStream(events, ([type, body]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`);
}
