// The official Anthropic SDK for TypeScript: in front of the simulator, of an OpenAI provider, and of one of its own dialect.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { chunk, collect, scriptedModel, sendEvents, sendJson, startGateway, startScripted, user } from "./support.mjs";

const hello = { max_tokens: 64, messages: user("hello") };
const weather = { name: "weather", description: "Tells the weather", input_schema: { type: "object", properties: { city: { type: "string" } } } };
const thinking = { type: "enabled", budget_tokens: 1024 };

/** Its base URL has no /v1; it shows every error at once. */
function clientFor(gateway) {
  return new Anthropic({ baseURL: gateway.baseURL.replace(/\/v1$/, ""), apiKey: "unused", maxRetries: 0, timeout: 20_000 });
}

function textOf(message) {
  return message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");
}

describe("the simulator", () => {
  let gateway, client;
  before(async () => {
    gateway = await startGateway();
    client = clientFor(gateway);
  });
  after(() => gateway?.stop());

  test("a whole answer", async () => {
    const message = await client.messages.create({ model: "sim/chat", ...hello });
    assert.ok(textOf(message));
    assert.equal(message.stop_reason, "end_turn");
    assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
    assert.ok(message._request_id);
  });

  test("the stream helper comes to the same", async () => {
    const stream = client.messages.stream({ model: "sim/chat", ...hello });
    let text = "";
    stream.on("text", (piece) => (text += piece));
    const message = await stream.finalMessage();
    assert.ok(text);
    assert.equal(textOf(message), text);
    assert.equal(message.stop_reason, "end_turn");
  });

  test("tokens and models", async () => {
    const counted = await client.messages.countTokens({ model: "sim/chat", messages: user("hello"), tools: [weather] });
    assert.ok(counted.input_tokens > 0 && counted.input_tokens < 200);
    const models = await collect(client.models.list({ limit: 1 }));
    assert.ok(models.length > 0 && models.every((model) => model.type === "model"));
  });

  for (const [model, kind] of [
    ["sim/status-400", Anthropic.BadRequestError],
    ["sim/status-429", Anthropic.RateLimitError],
    ["sim/status-500", Anthropic.InternalServerError],
    ["nobody", Anthropic.NotFoundError],
  ]) {
    test(`${model} is a ${kind.name}`, () =>
      assert.rejects(client.messages.create({ model, ...hello }), (error) => {
        assert.ok(error instanceof kind && error.requestID);
        assert.equal(error.error.type, "error");
        return true;
      }));
  }
});

describe("a loop of tools with thinking", () => {
  /** Thinks and calls a tool, and answers once it has a result; each in its dialect. */
  function openai(_, response, body) {
    const request = JSON.parse(body);
    const deltas = request.messages.some((message) => message.role === "tool")
      ? [{ content: "4 " }, { content: "degrees" }]
      : [
          { reasoning_content: "Look." },
          { tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "weather", arguments: "" } }] },
          { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
          { tool_calls: [{ index: 0, function: { arguments: '"Oslo"}' } }] },
        ];
    sendEvents(response, [...deltas.map((delta) => chunk(delta)), chunk({}, "stop"), "[DONE]"]);
    response.end();
  }

  function anthropic(_, response, body) {
    const request = JSON.parse(body);
    const last = request.messages.at(-1).content;
    const done = Array.isArray(last) && last.some((block) => block.type === "tool_result");
    const sealed = { type: "thinking", thinking: "Look.", signature: "c2VhbA==" };
    if (done) assert.deepEqual(request.messages.at(-2).content[0], sealed);
    const content = done ? [{ type: "text", text: "4 degrees" }] : [sealed, { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Oslo" } }];
    const usage = { input_tokens: 3, output_tokens: 2 };
    const stopReason = done ? "end_turn" : "tool_use";
    sendJson(response, { id: "msg_1", type: "message", role: "assistant", model: "claude-m", content, stop_reason: stopReason, stop_sequence: null, usage });
  }

  for (const [name, handler, model] of [
    ["OpenAI", openai, scriptedModel],
    ["Anthropic", anthropic, `${scriptedModel}-anthropic`],
  ]) {
    test(`at a provider that speaks ${name}`, async () => {
      const scripted = await startScripted(handler);
      try {
        const client = clientFor(scripted);
        const ask = (messages) => client.messages.stream({ model, max_tokens: 4096, tools: [weather], thinking, messages }).finalMessage();
        const messages = user("How is Oslo?");
        const first = await ask(messages);
        assert.deepEqual(first.content.map((block) => block.type), ["thinking", "tool_use"]);
        assert.equal(first.stop_reason, "tool_use");
        const call = first.content[1];
        assert.deepEqual(call.input, { city: "Oslo" });
        const result = { type: "tool_result", tool_use_id: call.id, content: "4 degrees" };
        const last = await ask([...messages, { role: "assistant", content: first.content }, { role: "user", content: [result] }]);
        assert.equal(textOf(last), "4 degrees");
      } finally {
        await scripted.stop();
      }
    });
  }

  test("a stream that breaks is an error", async () => {
    const scripted = await startScripted((_, response) => {
      sendEvents(response, [chunk({ content: "Hel" }), { error: { message: "it broke", type: "server_error", code: null } }]);
      response.end();
    });
    try {
      const stream = clientFor(scripted).messages.stream({ model: scriptedModel, ...hello });
      await assert.rejects(stream.finalMessage(), (error) => error instanceof Anthropic.APIError && /it broke/.test(error.message));
    } finally {
      await scripted.stop();
    }
  });
});
