// The Vercel AI SDK on top of the gateway.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, stepCountIs, streamObject, streamText, tool } from "ai";
import { z } from "zod";
import { collect, startGateway } from "./support.mjs";

const Picnic = z.object({ title: z.string(), guests: z.number(), food: z.array(z.string()) });
const tools = {
  weather: tool({
    description: "The weather of a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `${city}: drizzle`,
  }),
};

let gateway, provider;
before(async () => {
  gateway = await startGateway();
  provider = createOpenAICompatible({
    name: "breakwater", baseURL: gateway.baseURL, apiKey: "unused", includeUsage: true, supportsStructuredOutputs: true,
  });
});
after(() => gateway?.stop());

function asking(prompt, model = "sim/chat") {
  return { model: provider(model), prompt, maxRetries: 0 };
}

test("generateText", async () => {
  const { text, usage, finishReason } = await generateText(asking("a lighthouse keeper"));
  assert.match(text, /a lighthouse keeper/);
  assert.equal(finishReason, "stop");
  assert.ok(usage.totalTokens > 0);
});

test("streamText", async () => {
  const result = streamText(asking("a lighthouse keeper"));
  const parts = await collect(result.textStream);
  assert.ok(parts.length > 1);
  assert.match(parts.join(""), /a lighthouse keeper/);
  assert.equal(await result.finishReason, "stop");
  assert.ok((await result.usage).totalTokens > 0);
});

test("reasoning is told apart from the text", async () => {
  const { reasoningText, text } = await generateText(asking("why", "sim/reasoning"));
  assert.ok(reasoningText && text);
});

test("tools, with a second step that uses the result", async () => {
  const { steps, text } = await generateText({ ...asking("How is the weather?"), tools, stopWhen: stepCountIs(3) });
  assert.deepEqual(steps[0].toolCalls.map((call) => call.toolName), ["weather"]);
  assert.match(text, /drizzle/);
});

test("streamed tools", async () => {
  const result = streamText({ ...asking("How is the weather?"), tools, stopWhen: stepCountIs(3) });
  const kinds = new Set((await collect(result.fullStream)).map((part) => part.type));
  assert.ok(kinds.has("tool-call") && kinds.has("tool-result") && !kinds.has("error"));
  assert.match(await result.text, /drizzle/);
});

test("generateObject", async () => {
  const { object } = await generateObject({ ...asking("Plan a picnic."), schema: Picnic });
  Picnic.parse(object);
});

test("streamObject", async () => {
  const result = streamObject({ ...asking("Plan a picnic."), schema: Picnic });
  await collect(result.partialObjectStream);
  Picnic.parse(await result.object);
});

test("errors", async () => {
  await assert.rejects(generateText(asking("hello", "sim/status-429")), (error) => error.statusCode === 429 && error.isRetryable);
});

test("a stream that breaks off is an error", async () => {
  const result = streamText({ ...asking("a long story", "sim/cut-after-5"), onError: () => {} });
  const parts = await collect(result.fullStream);
  assert.ok(parts.some((part) => part.type === "error"));
});
