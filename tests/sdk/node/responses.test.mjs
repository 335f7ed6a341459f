// The Responses API of the official SDK for Node, over the simulator and over a provider of Anthropic's dialect.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { clientFor, collect, scriptedModel, sendJson, startGateway, startScripted } from "./support.mjs";

const weather = {
  type: "function", name: "weather", strict: true,
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
};

let gateway, client;
before(async () => {
  gateway = await startGateway();
  client = clientFor(gateway);
});
after(() => gateway?.stop());

describe("responses", () => {
  test("a text, whole and streamed", async () => {
    const answer = await client.responses.create({ model: "sim/chat", input: "a lighthouse" });
    assert.match(answer.output_text, /a lighthouse/);
    assert.equal(answer.usage.total_tokens, answer.usage.input_tokens + answer.usage.output_tokens);
    const events = await collect(await client.responses.create({ model: "sim/chat", input: "a lighthouse", stream: true }));
    assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, index) => index));
    assert.equal(events.at(-1).type, "response.completed");
  });

  test("the stream helper builds what the last event says", async () => {
    for (const model of ["sim/chat", "sim/reasoning"]) {
      const stream = client.responses.stream({ model, input: "a lighthouse" });
      let text = "";
      stream.on("response.output_text.delta", (event) => (text += event.delta));
      const response = await stream.finalResponse();
      assert.equal(response.output_text, text);
      assert.match(text, /a lighthouse/);
    }
  });

  test("structured output, also in a stream", async () => {
    const City = z.object({ name: z.string(), capital: z.boolean() });
    const request = { model: "sim/chat", input: "Oslo", text: { format: zodTextFormat(City, "city") } };
    City.parse((await client.responses.parse(request)).output_parsed);
    City.parse((await client.responses.stream(request).finalResponse()).output_parsed);
  });

  test("the tool loop by previous_response_id", async () => {
    const first = await client.responses.create({ model: "sim/chat", input: "weather?", tools: [weather] });
    const call = first.output.find((item) => item.type === "function_call");
    assert.equal(call.name, "weather");
    const result = { type: "function_call_output", call_id: call.call_id, output: "4 degrees" };
    const second = await client.responses.create({
      model: "sim/chat", input: [result], tools: [weather], previous_response_id: first.id,
    });
    assert.match(second.output_text, /4 degrees/);
    assert.deepEqual(await client.responses.retrieve(first.id).then((kept) => kept.output), first.output);
    await client.responses.delete(first.id);
    await assert.rejects(client.responses.retrieve(first.id), OpenAI.NotFoundError);
  });

  test("streamed calls by the helper", async () => {
    const response = await client.responses.stream({ model: "sim/chat", input: "weather?", tools: [weather] }).finalResponse();
    assert.deepEqual(response.output.map((item) => item.type), ["function_call"]);
    JSON.parse(response.output[0].arguments);
  });

  test("a stream that breaks off", async () => {
    const stream = await client.responses.create({ model: "sim/cut-after-3", input: "x", stream: true });
    await assert.rejects(collect(stream), OpenAI.APIError);
  });

  test("errors", async () => {
    await assert.rejects(client.responses.create({ model: "nobody", input: "x" }), OpenAI.NotFoundError);
    await assert.rejects(client.responses.create({ model: "sim/chat", input: "x", background: true }), OpenAI.BadRequestError);
  });
});

test("a provider of Anthropic's dialect", async () => {
  const scripted = await startScripted((request, response) => {
    const content = [{ type: "thinking", thinking: "Hm.", signature: "c2ln" }, { type: "text", text: "It snows." }];
    const usage = { input_tokens: 3, output_tokens: 4 };
    sendJson(response, { id: "msg_1", type: "message", role: "assistant", model: "m", content, stop_reason: "end_turn", usage });
  });
  try {
    const asked = { model: `${scriptedModel}-anthropic`, max_output_tokens: 2000, reasoning: { effort: "low" }, store: false };
    const first = await clientFor(scripted).responses.create({ ...asked, input: "Oslo?" });
    assert.equal(first.output_text, "It snows.");
    assert.equal(first.output[0].summary[0].text, "Hm.");
    await clientFor(scripted).responses.create({
      ...asked, input: [{ role: "user", content: "Oslo?" }, ...first.output, { role: "user", content: "And now?" }],
    });
    const [, turn] = JSON.parse(scripted.requests[1].body).messages;
    assert.deepEqual(turn.content[0], { type: "thinking", thinking: "Hm.", signature: "c2ln" });
  } finally {
    await scripted.stop();
  }
});
