// Google's own SDK against providers of OpenAI's and of Anthropic's dialect, scripted.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { ApiError, GoogleGenAI, Type } from "@google/genai";
import { chunk, collect, scriptedModel, sendEvents, sendJson, serverSection, startGateway, startScripted } from "./support.mjs";

const usage = { openai: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 }, anthropic: { input_tokens: 11, output_tokens: 7 } };
const weather = {
  name: "weather",
  description: "Tells the weather of a city",
  parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ["city"] },
};
const call = { id: "toolu_1", name: "weather", args: { city: "Oslo" } };

/** What a provider answers, in its own words: `{text}`, `{thinking, call}`, or `{status, words}`. */
const dialects = {
  openai: {
    model: scriptedModel,
    whole({ text, call }) {
      const calls = call && [{ id: call.id, type: "function", function: { name: call.name, arguments: JSON.stringify(call.args) } }];
      const message = { role: "assistant", content: text ?? null, refusal: null, tool_calls: calls };
      const choice = { index: 0, message, logprobs: null, finish_reason: calls ? "tool_calls" : "stop" };
      return { id: "chatcmpl-1", object: "chat.completion", created: 1770000000, model: "m", choices: [choice], usage: usage.openai };
    },
    events: ({ text }) => [
      chunk({ role: "assistant", content: "" }),
      ...text.split(/(?= )/).map((content) => chunk({ content })),
      chunk({}, "stop"),
      { ...chunk({}), choices: [], usage: usage.openai },
      "[DONE]",
    ],
    broken: { error: { message: "Broke down.", type: "server_error", param: null, code: null } },
    refusal: (words) => ({ error: { message: words, type: "requests", param: null, code: "rate_limit_exceeded" } }),
  },
  anthropic: {
    model: `${scriptedModel}-anthropic`,
    whole({ text, thinking, call }) {
      const content = [];
      if (thinking) content.push({ type: "thinking", thinking, signature: "ErUBseal" });
      if (text) content.push({ type: "text", text });
      if (call) content.push({ type: "tool_use", id: call.id, name: call.name, input: call.args });
      const stop_reason = call ? "tool_use" : "end_turn";
      return { id: "msg_1", type: "message", role: "assistant", model: "m", content, stop_reason, stop_sequence: null, usage: usage.anthropic };
    },
    events: ({ text }) => [
      { type: "message_start", message: { id: "msg_1", type: "message", role: "assistant", model: "m", content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 11, output_tokens: 1 } } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      ...text.split(/(?= )/).map((words) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: words } })),
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 7 } },
      { type: "message_stop" },
    ],
    broken: { type: "error", error: { type: "api_error", message: "Broke down." } },
    refusal: (words) => ({ type: "error", error: { type: "rate_limit_error", message: words } }),
  },
};

let scripted, client;
let said = [];

before(async () => {
  scripted = await startScripted((request, response, body) => {
    const dialect = request.url.startsWith("/v1/messages") ? dialects.anthropic : dialects.openai;
    const next = said.shift();
    if (next.status) return sendJson(response, dialect.refusal(next.words), next.status);
    if (!JSON.parse(body).stream) return sendJson(response, dialect.whole(next));
    const events = dialect.events(next);
    sendEvents(response, next.broken ? [...events.slice(0, 4), dialect.broken] : events);
    response.end();
  });
  client = new GoogleGenAI({ apiKey: "unused", httpOptions: { baseUrl: scripted.baseURL.replace(/\/v1$/, ""), retryOptions: { attempts: 1 } } });
});
after(() => scripted.stop());
beforeEach(() => {
  said = [];
});

const lastBody = () => JSON.parse(scripted.requests.at(-1).body);

for (const [name, { model }] of Object.entries(dialects)) {
  test(`${name}: an answer`, async () => {
    said = [{ text: "Grey, and 4 °C." }];
    const answer = await client.models.generateContent({ model, contents: "How is Oslo?", config: { systemInstruction: "Be terse." } });
    assert.equal(answer.text, "Grey, and 4 °C.");
    assert.equal(answer.candidates[0].finishReason, "STOP");
    assert.equal(answer.usageMetadata.totalTokenCount, 18);
    assert.match(scripted.requests.at(-1).body, /Be terse\./);
  });

  test(`${name}: a stream`, async () => {
    said = [{ text: "One, two, three." }];
    const chunks = await collect(await client.models.generateContentStream({ model, contents: "Count." }));
    assert.equal(chunks.map((one) => one.text ?? "").join(""), "One, two, three.");
    assert.equal(chunks.at(-1).candidates[0].finishReason, "STOP");
    assert.equal(chunks.at(-1).usageMetadata.promptTokenCount, 11);
  });

  test(`${name}: a chat`, async () => {
    said = [{ text: "Hello Ada." }, { text: "You are Ada." }];
    const chat = client.chats.create({ model });
    await collect(await chat.sendMessageStream({ message: "I am Ada." }));
    assert.equal((await chat.sendMessage({ message: "Who am I?" })).text, "You are Ada.");
    const turns = lastBody().messages.filter((message) => message.role === "assistant");
    assert.match(JSON.stringify(turns), /Hello.*Ada/, "a turn of which the SDK thinks that it is broken is left out");
  });

  test(`${name}: calls over turns`, async () => {
    said = [{ thinking: "North, winter.", call }, { text: "Grey." }];
    const config = { tools: [{ functionDeclarations: [weather] }], thinkingConfig: { thinkingBudget: 2048, includeThoughts: true } };
    const chat = client.chats.create({ model, config });
    const answer = await chat.sendMessage({ message: "How is Oslo?" });
    assert.deepEqual(answer.functionCalls, [call]);
    const functionResponse = { id: call.id, name: "weather", response: { output: "4 degrees" } };
    assert.equal((await chat.sendMessage({ message: [{ functionResponse }] })).text, "Grey.");
    assert.match(scripted.requests.at(-1).body, /4 degrees/);
  });

  test(`${name}: a form for the answer`, async () => {
    said = [{ text: '{"degrees":4}' }];
    const responseSchema = { type: Type.OBJECT, properties: { degrees: { type: Type.INTEGER } } };
    const config = { responseMimeType: "application/json", responseSchema };
    const answer = await client.models.generateContent({ model, contents: "How is Oslo?", config });
    assert.deepEqual(JSON.parse(answer.text), { degrees: 4 });
    assert.match(scripted.requests.at(-1).body, /"integer"/);
  });

  test(`${name}: errors`, async () => {
    const asking = { model, contents: "How is Oslo?" };
    said = [{ status: 429, words: "Full today." }];
    await assert.rejects(client.models.generateContent(asking), (error) => {
      return error instanceof ApiError && error.status === 429 && /RESOURCE_EXHAUSTED/.test(error.message) && /Full today/.test(error.message);
    });
    said = [{ text: "One, two, three, four, five.", broken: true }];
    const reading = async () => collect(await client.models.generateContentStream(asking));
    await assert.rejects(reading(), (error) => error instanceof ApiError && /Broke down/.test(error.message));
  });
}

test("a model that is not there", async () => {
  await assert.rejects(client.models.generateContent({ model: "not-there", contents: "Hello" }), (error) => {
    return error instanceof ApiError && error.status === 404 && /NOT_FOUND/.test(error.message);
  });
});

test("models and tokens", async () => {
  const names = (await collect(await client.models.list())).map((model) => model.name);
  assert.deepEqual(names.sort(), [`models/${scriptedModel}`, `models/${scriptedModel}-anthropic`]);
  const { totalTokens } = await client.models.countTokens({ model: scriptedModel, contents: "How is Oslo?" });
  assert.ok(totalTokens > 0 && totalTokens < 30);
});

test("embeddings", async () => {
  const gateway = await startGateway(`${serverSection}providers: {sim: {dialect: sim}}\ndeployments: {embed: {provider: sim, model: embed}}\n`);
  try {
    const ai = new GoogleGenAI({ apiKey: "unused", httpOptions: { baseUrl: gateway.baseURL.replace(/\/v1$/, "") } });
    const config = { outputDimensionality: 64, taskType: "RETRIEVAL_QUERY" };
    const answer = await ai.models.embedContent({ model: "embed", contents: ["the cat sat", "quarterly revenue"], config });
    assert.deepEqual(answer.embeddings.map((one) => one.values.length), [64, 64]);
    await assert.rejects(ai.models.embedContent({ model: "nothing", contents: "x" }), (error) => error instanceof ApiError && error.status === 404);
  } finally {
    await gateway.stop();
  }
});
