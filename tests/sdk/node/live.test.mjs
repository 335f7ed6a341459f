// Google's Live API with Google's own SDK, against the simulator.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GoogleGenAI, Modality } from "@google/genai";
import { startGateway } from "./support.mjs";

let gateway, ai;

before(async () => {
  gateway = await startGateway();
  ai = new GoogleGenAI({ apiKey: "unused", httpOptions: { baseUrl: new URL(gateway.baseURL).origin } });
});
after(() => gateway?.stop());

/** A session, and what it says: `next` waits for a message, and is null at the end. */
async function connect(model) {
  const messages = [];
  let wake = () => {};
  let closed = null;
  const hear = (message) => {
    messages.push(message);
    wake();
  };
  const session = await ai.live.connect({
    model,
    config: { responseModalities: [Modality.TEXT] },
    callbacks: {
      onmessage: hear,
      onerror: () => {},
      onclose: (event) => {
        closed = event;
        hear(null);
      },
    },
  });
  async function next() {
    while (messages.length === 0) await new Promise((resolve) => (wake = resolve));
    return messages.shift();
  }
  return { session, next, closed: () => closed };
}

async function turn(next) {
  let text = "";
  for (let message = await next(); message !== null; message = await next()) {
    text += message.text ?? "";
    if (message.serverContent?.turnComplete) return { text, usage: message.usageMetadata };
  }
  throw new Error("the session ended");
}

test("a conversation in text", async () => {
  const { session, next } = await connect("sim/realtime");
  assert.deepEqual((await next()).setupComplete, {});
  session.sendClientContent({ turns: "say hi" });
  const first = await turn(next);
  assert.equal(first.text, "You said: say hi");
  assert.ok(first.usage.responseTokenCount > 0);
  session.sendRealtimeInput({ text: "and again" });
  assert.equal((await turn(next)).text, "You said: and again");
  session.close();
  assert.equal(await next(), null);
});

test("a model that is not there", { timeout: 10_000 }, async () => {
  // The SDK waits for a setupComplete; what comes instead is told to whoever listens.
  const closed = new Promise((resolve) => {
    const callbacks = { onmessage: () => {}, onerror: () => {}, onclose: resolve };
    ai.live.connect({ model: "nobody", callbacks }).catch(() => {});
  });
  const event = await closed;
  assert.equal(event.code, 1008);
  assert.match(event.reason, /nobody/);
});
