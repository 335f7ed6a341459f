// LangChain JS on top of the gateway: with the simulator, and with a provider that speaks Anthropic's dialect.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import OpenAI from "openai";
import { z } from "zod";
import { collect, scriptedModel, sendEvents, sendJson, startGateway, startScripted } from "./support.mjs";

const trickyText = 'Line one\nline "two" \\ tab\t, é, 漢字, 🌊';
const Picnic = z.object({ title: z.string(), guests: z.number().int(), food: z.array(z.string()) });
const weather = tool(({ city, days }) => `${city}: ${days} days of drizzle`, {
  name: "get_weather", description: "The weather of a city for some days", schema: z.object({ city: z.string(), days: z.number().int() }),
});
const clock = tool(({ zone }) => `noon in ${zone}`, {
  name: "get_time", description: "The time in a zone", schema: z.object({ zone: z.string() }),
});

/** What every model of LangChain takes; it shows every error at once. */
function at(gateway, model, options = {}) {
  return { model, apiKey: "unused", maxRetries: 0, timeout: 20_000, configuration: { baseURL: gateway.baseURL }, ...options };
}

/** The chunks of a stream, and the message that they add up to. */
async function streamed(model, input) {
  const chunks = await collect(await model.stream(input));
  return { chunks, message: chunks.reduce((sum, chunk) => sum.concat(chunk)) };
}

/** Two questions of a loop: the message that calls the tools, and the answer to what the tools gave. */
async function loop(model, tools) {
  const bound = model.bindTools(tools);
  const question = new HumanMessage("How is the weather?");
  const asked = await bound.invoke([question]);
  const results = [];
  for (const call of asked.tool_calls) results.push(await tools.find(({ name }) => name === call.name).invoke(call));
  assert.ok(results.length > 0 && results.every((result) => ToolMessage.isInstance(result)));
  return { asked, results, answer: await bound.invoke([question, asked, ...results]) };
}

describe("the simulator", () => {
  let gateway;
  before(async () => {
    gateway = await startGateway();
  });
  after(() => gateway?.stop());

  const chat = (model = "sim/chat", options = {}) => new ChatOpenAI(at(gateway, model, options));

  for (const useResponsesApi of [false, true]) {
    test(`a whole answer by the API of ${useResponsesApi ? "responses" : "chat completions"}`, async () => {
      const messages = [new SystemMessage("Be brief."), new HumanMessage("a lighthouse keeper")];
      const answer = await chat("sim/chat", { useResponsesApi }).invoke(messages);
      assert.match(answer.text, /a lighthouse keeper/);
      assert.equal(answer.response_metadata.object === "response", useResponsesApi);
      const { input_tokens: input, output_tokens: output, total_tokens: total } = answer.usage_metadata;
      assert.ok(input > 0 && output > 0);
      assert.equal(total, input + output);
    });
  }

  test("a stream is the same text in pieces, with usage", async () => {
    const { chunks, message } = await streamed(chat("sim/echo"), trickyText);
    assert.ok(chunks.filter((chunk) => chunk.text).length > 1);
    assert.equal(message.text, trickyText);
    assert.equal(message.response_metadata.finish_reason, "stop");
    const whole = await chat("sim/echo").invoke(trickyText);
    assert.ok(whole.usage_metadata.output_tokens > 0);
    for (const name of ["input_tokens", "output_tokens", "total_tokens"]) {
      assert.equal(message.usage_metadata[name], whole.usage_metadata[name], name);
    }
  });

  test("a batch is answered in the order of its questions", async () => {
    const questions = ["first", "second", "third", "fourth"];
    const answers = await chat("sim/echo").batch(questions, { maxConcurrency: 4 });
    assert.deepEqual(answers.map((answer) => answer.text), questions);
  });

  test("bound tools are called, and their results answered", async () => {
    const { asked, results, answer } = await loop(chat(), [weather, clock]);
    assert.deepEqual(asked.tool_calls.map((call) => call.name), ["get_weather", "get_time"]);
    assert.match(results[0].text, /: -?\d+ days of drizzle$/);
    assert.ok(answer.text.includes(results[1].text), answer.text);
    assert.deepEqual(answer.tool_calls, []);
  });

  test("streamed calls add up to typed arguments", async () => {
    const { chunks, message } = await streamed(chat().bindTools([weather]), "How is the weather?");
    assert.ok(chunks.filter((chunk) => chunk.tool_call_chunks.length > 0).length > 1);
    assert.deepEqual(message.invalid_tool_calls, []);
    assert.deepEqual(message.tool_calls.map((call) => call.name), ["get_weather"]);
    weather.schema.parse(message.tool_calls[0].args);
  });

  for (const method of ["jsonSchema", "functionCalling"]) {
    test(`structured output by ${method}`, async () => {
      const { raw, parsed } = await chat().withStructuredOutput(Picnic, { method, includeRaw: true }).invoke("Plan a picnic.");
      Picnic.parse(parsed);
      assert.deepEqual(method === "jsonSchema" ? JSON.parse(raw.text) : raw.tool_calls[0].args, parsed);
    });
  }

  for (const [how, ask] of [["", (model) => model.invoke("hello")], [" as a stream", (model) => streamed(model, "hello")]]) {
    test(`an unknown model is not found${how}`, () =>
      assert.rejects(ask(chat("no-such-model")), (error) => {
        assert.ok(error instanceof OpenAI.NotFoundError, `${error.constructor.name}: ${error.message}`);
        assert.equal(error.code, "model_not_found");
        assert.equal(error.lc_error_code, "MODEL_NOT_FOUND");
        assert.match(error.message, /no-such-model/);
        return true;
      }));
  }

  test("a stream that breaks off is an error", async () => {
    let text = "";
    await assert.rejects(async () => {
      for await (const chunk of await chat("sim/cut-after-5").stream("a long story")) text += chunk.text;
    }, OpenAI.APIError);
    assert.notEqual(text, "");
  });

  test("embeddings of documents and of a query near one of them", async () => {
    const embeddings = new OpenAIEmbeddings(at(gateway, "sim/embed", { dimensions: 64, batchSize: 2 }));
    const vectors = await embeddings.embedDocuments(["quarterly revenue", "the cat sat on the mat", "tax returns"]);
    assert.deepEqual(vectors.map((vector) => vector.length), [64, 64, 64]);
    const query = await embeddings.embedQuery("a cat on a mat");
    const likeness = vectors.map((vector) => vector.reduce((sum, value, i) => sum + value * query[i], 0));
    assert.equal(likeness.indexOf(Math.max(...likeness)), 1, `${likeness}`);
    assert.deepEqual(await embeddings.embedQuery("tax returns"), vectors[2]);
  });
});

describe("a provider that speaks Anthropic", () => {
  const usage = { input_tokens: 11, cache_read_input_tokens: 5, output_tokens: 7 };

  /** Calls the tool, and answers once it has a result. */
  function anthropic(_, response, body) {
    const request = JSON.parse(body);
    const last = request.messages.at(-1).content;
    const done = Array.isArray(last) && last.some((block) => block.type === "tool_result");
    const message = { id: "msg_1", type: "message", role: "assistant", model: "claude-m", stop_sequence: null, usage };
    const call = { type: "tool_use", id: "toolu_1", name: "get_weather", input: { city: "Oslo", days: 4 } };
    const text = { type: "text", text: "Umbrella." };
    if (!request.stream) return sendJson(response, { ...message, content: [done ? text : call], stop_reason: done ? "end_turn" : "tool_use" });
    sendEvents(response, [
      { type: "message_start", message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Umb" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "rella." } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 7 } },
      { type: "message_stop" },
    ]);
    response.end();
  }

  let scripted, model;
  before(async () => {
    scripted = await startScripted(anthropic);
    model = new ChatOpenAI(at(scripted, `${scriptedModel}-anthropic`));
  });
  after(() => scripted?.stop());

  test("gets tools and results in its dialect", async () => {
    scripted.requests.length = 0;
    const { asked, answer } = await loop(model, [weather]);
    assert.deepEqual(asked.tool_calls.map(({ name, args }) => ({ name, args })), [{ name: "get_weather", args: { city: "Oslo", days: 4 } }]);
    assert.equal(answer.text, "Umbrella.");
    const [first, second] = scripted.requests.map(({ body }) => JSON.parse(body));
    assert.deepEqual(first.tools.map((sent) => sent.name), ["get_weather"]);
    assert.deepEqual(Object.keys(first.tools[0].input_schema.properties), ["city", "days"]);
    const result = second.messages.at(-1).content.find((block) => block.type === "tool_result");
    assert.equal(result.tool_use_id, "toolu_1");
    assert.match(JSON.stringify(result.content), /Oslo: 4 days of drizzle/);
  });

  test("streams its text and its usage", async () => {
    const { chunks, message } = await streamed(model, "hello");
    assert.deepEqual(chunks.map((chunk) => chunk.text).filter(Boolean), ["Umb", "rella."]);
    assert.equal(message.response_metadata.finish_reason, "stop");
    const { input_tokens: input, output_tokens: output, input_token_details: details } = message.usage_metadata;
    assert.deepEqual([input, output, details.cache_read], [16, 7, 5]);
  });
});
