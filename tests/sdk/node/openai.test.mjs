// The official OpenAI SDK for Node against the gateway with its simulated provider.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import OpenAI from "openai";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { clientFor, collect, serverSection, startGateway, user } from "./support.mjs";

const trickyText = 'Line one\nline "two" \\ tab\t, é, 漢字, 🌊';
const pixel = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    parameters: {
      type: "object",
      properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
      required: ["city", "unit"],
      additionalProperties: false,
    },
  },
};
const clock = { type: "function", function: { name: "get_time", parameters: { type: "object", properties: {} } } };
const Picnic = z.object({
  title: z.string(),
  weather: z.enum(["sun", "rain"]),
  items: z.array(z.object({ name: z.string(), quantity: z.number().int() })),
  note: z.string().nullable(),
  outside: z.boolean(),
});

let gateway, client;
before(async () => {
  gateway = await startGateway();
  client = clientFor(gateway);
});
after(() => gateway?.stop());

describe("chat", () => {
  test("a whole answer", async () => {
    const answer = await client.chat.completions.create({ model: "sim/chat", messages: user("a lighthouse keeper") });
    assert.match(answer.choices[0].message.content, /a lighthouse keeper/);
    assert.equal(answer.choices[0].finish_reason, "stop");
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
    assert.ok(answer._request_id);
  });

  test("a stream, with usage when asked for", async () => {
    const stream = await client.chat.completions.create({
      model: "sim/echo", messages: user(trickyText), stream: true, stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    const last = chunks.pop();
    assert.equal(chunks.map((chunk) => chunk.choices[0].delta.content ?? "").join(""), trickyText);
    assert.ok(chunks.every((chunk) => chunk.usage === null));
    assert.deepEqual(last.choices, []);
    assert.ok(last.usage.total_tokens > 0);
  });

  test("the stream helper", async () => {
    const stream = client.chat.completions.stream({ model: "sim/chat", messages: user("a lighthouse keeper") });
    let text = "";
    stream.on("content", (delta) => (text += delta));
    const message = await stream.finalMessage();
    assert.equal(message.content, text);
    assert.match(text, /a lighthouse keeper/);
  });

  test("an image", async () => {
    const content = [{ type: "text", text: "What is this?" }, { type: "image_url", image_url: { url: pixel } }];
    const answer = await client.chat.completions.create({ model: "sim/chat", messages: [{ role: "user", content }] });
    assert.match(answer.choices[0].message.content, /\[1 image\]/);
  });
});

describe("tools", () => {
  test("parallel calls and their results", async () => {
    const messages = user("How is the weather?");
    const first = await client.chat.completions.create({ model: "sim/chat", messages, tools: [weather, clock] });
    const calls = first.choices[0].message.tool_calls;
    assert.deepEqual(calls.map((call) => call.function.name), ["get_weather", "get_time"]);
    assert.ok(["celsius", "fahrenheit"].includes(JSON.parse(calls[0].function.arguments).unit));
    const results = calls.map((call) => ({ role: "tool", tool_call_id: call.id, content: `result of ${call.id}` }));
    const second = await client.chat.completions.create({
      model: "sim/chat", messages: [...messages, first.choices[0].message, ...results], tools: [weather, clock],
    });
    assert.ok(second.choices[0].message.content.includes(results.at(-1).content));
  });

  test("streamed calls by the helper", async () => {
    const stream = client.chat.completions.stream({ model: "sim/chat", messages: user("weather?"), tools: [weather, clock] });
    const completion = await stream.finalChatCompletion();
    assert.equal(completion.choices[0].finish_reason, "tool_calls");
    assert.deepEqual(completion.choices[0].message.tool_calls.map((call) => call.function.name), ["get_weather", "get_time"]);
    JSON.parse(completion.choices[0].message.tool_calls[0].function.arguments);
  });

  test("runTools calls the function and ends with a text", async () => {
    let called = 0;
    const run = (argument) => `${argument.city} is fine, call ${++called}`;
    const tool = zodFunction({ name: "get_weather", parameters: z.object({ city: z.string() }), function: run });
    const runner = client.chat.completions.runTools({ model: "sim/chat", messages: user("weather?"), tools: [tool] });
    assert.match(await runner.finalContent(), /is fine, call 1/);
    assert.equal(called, 1);
  });

  test("typed arguments, also in a stream", async () => {
    const tools = [zodFunction({ name: "forecast", parameters: z.object({ city: z.string(), days: z.number().int() }) })];
    const request = { model: "sim/chat", messages: user("forecast?"), tools };
    const whole = await client.chat.completions.parse(request);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    for (const completion of [whole, streamed]) {
      assert.equal(typeof completion.choices[0].message.tool_calls[0].function.parsed_arguments.days, "number");
    }
  });
});

test("structured output, also in a stream", async () => {
  const request = { model: "sim/chat", messages: user("Plan a picnic."), response_format: zodResponseFormat(Picnic, "picnic") };
  const whole = await client.chat.completions.parse(request);
  const streamed = await client.chat.completions.stream(request).finalChatCompletion();
  for (const completion of [whole, streamed]) Picnic.parse(completion.choices[0].message.parsed);
});

describe("errors", () => {
  const cases = [
    ["sim/status-400", OpenAI.BadRequestError],
    ["sim/status-401", OpenAI.InternalServerError],
    ["no-such-model", OpenAI.NotFoundError],
    ["sim/status-429", OpenAI.RateLimitError],
    ["sim/status-500", OpenAI.InternalServerError],
    ["sim/status-503", OpenAI.InternalServerError],
    ["sim/html", OpenAI.InternalServerError],
    ["sim/refused", OpenAI.InternalServerError],
    ["sim/error-first-event", OpenAI.InternalServerError],
  ];
  for (const [model, kind] of cases) {
    for (const stream of [false, true]) {
      test(`${model}${stream ? " as a stream" : ""}`, async () => {
        await assert.rejects(client.chat.completions.create({ model, messages: user("hello"), stream }), (error) => {
          assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
          assert.ok(error.requestID && error.type && error.error.message);
          return true;
        });
      });
    }
  }

  test("a wrong key", async () => {
    const config = `${serverSection}keys: [{name: team-a, sha256: "${"0".repeat(64)}"}]\nproviders: {sim: {dialect: sim}}\n`;
    const closed = await startGateway(config);
    try {
      const request = { model: "sim/chat", messages: user("hello") };
      await assert.rejects(clientFor(closed).chat.completions.create(request), OpenAI.AuthenticationError);
    } finally {
      await closed.stop();
    }
  });

  test("a stream that breaks off", async () => {
    const stream = await client.chat.completions.create({ model: "sim/cut-after-5", messages: user("a long story"), stream: true });
    let text = "";
    await assert.rejects(async () => {
      for await (const chunk of stream) text += chunk.choices[0].delta.content ?? "";
    }, OpenAI.APIError);
    assert.notEqual(text, "");
  });
});

test("models", async () => {
  const ids = (await collect(client.models.list())).map((model) => model.id);
  const slashed = ids.find((id) => id.startsWith("sim/"));
  assert.equal((await client.models.retrieve(slashed)).id, slashed);
  await assert.rejects(client.models.retrieve("acme/unknown"), OpenAI.NotFoundError);
});

test("the SDK's timeout", async () => {
  const request = { model: "sim/slow-head-5s", messages: user("hello") };
  await assert.rejects(client.chat.completions.create(request, { timeout: 500 }), OpenAI.APIConnectionTimeoutError);
});
