// What reaches a provider: retries by the SDK, cancelled calls; and recorded streams, read by the SDK's stream helper.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI from "openai";
import { chunk, clientFor, scriptedModel, sendEvents, sendJson, startScripted, user } from "./support.mjs";

const recordings = process.env.BREAKWATER_RECORDINGS;
const withoutRecordings = existsSync(join(recordings, "index.jsonl")) ? false : "the recordings are not there";
const request = { model: scriptedModel, messages: user("hello") };

async function withScripted(handler, body) {
  const scripted = await startScripted(handler);
  try {
    await body(scripted);
  } finally {
    await scripted.stop();
  }
}

async function within(milliseconds, promise, what) {
  const late = sleep(milliseconds, "late", { ref: false });
  assert.notEqual(await Promise.race([promise, late]), "late", what);
}

function completion(text) {
  const choice = { index: 0, message: { role: "assistant", content: text, refusal: null }, logprobs: null, finish_reason: "stop" };
  return { id: "chatcmpl-1", object: "chat.completion", created: 1770000000, model: "m", choices: [choice] };
}

function rateLimitedOnce() {
  let answered = false;
  return (_, response) => {
    if (answered) return sendJson(response, completion("at last"));
    answered = true;
    return sendJson(response, { error: { message: "slow down", type: "requests", code: "rate_limit_exceeded" } }, 429, { "retry-after": "1" });
  };
}

test("the SDK retries when told, after the time told", () =>
  withScripted(rateLimitedOnce(), async (scripted) => {
    const started = Date.now();
    const answer = await clientFor(scripted, { maxRetries: 2 }).chat.completions.create(request);
    assert.equal(answer.choices[0].message.content, "at last");
    assert.equal(scripted.requests.length, 2);
    assert.ok(Date.now() - started >= 1000);
  }));

test("the SDK does not retry when told that it is of no use", () =>
  withScripted(
    (_, response) => sendJson(response, { error: { message: "You exceeded your current quota", code: "insufficient_quota" } }, 429),
    async (scripted) => {
      await assert.rejects(clientFor(scripted, { maxRetries: 2 }).chat.completions.create(request), OpenAI.RateLimitError);
      assert.equal(scripted.requests.length, 1);
    },
  ));

test("an aborted stream cancels the call upstream", () =>
  withScripted(
    (_, response) => sendEvents(response, [chunk({ role: "assistant", content: "" }), chunk({ content: "word " })]),
    async (scripted) => {
      const stream = await clientFor(scripted).chat.completions.create({ ...request, stream: true });
      for await (const part of stream) {
        if (part.choices[0].delta.content) break;
      }
      stream.controller.abort();
      await within(1000, scripted.requests[0].gone, "the upstream call goes on although the client went away");
    },
  ));

test("the SDK's timeout cancels the call upstream", () =>
  withScripted(() => {}, async (scripted) => {
    await assert.rejects(clientFor(scripted, { timeout: 500 }).chat.completions.create(request), OpenAI.APIConnectionTimeoutError);
    await within(1000, scripted.requests[0].gone, "the upstream call goes on although the client went away");
  }));

/** The first recorded stream of the index with this dialect and tag that an official API gave. */
function firstRecording(dialect, provider, tag) {
  const lines = readFileSync(join(recordings, "index.jsonl"), "utf8").trim().split("\n");
  const entry = lines.map((line) => JSON.parse(line)).find((candidate) =>
    candidate.dialect === dialect && candidate.provider === provider && candidate.stream === "sse" && candidate.tags.includes(tag));
  return JSON.parse(readFileSync(join(recordings, entry.provider, `${entry.id}.json`), "utf8"));
}

function recordedData(recording) {
  const lines = recording.response.body.split("\n").filter((line) => line.startsWith("data: ") && !line.includes("[DONE]"));
  return lines.map((line) => JSON.parse(line.slice("data: ".length)));
}

function replay(recording) {
  return (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(recording.response.body);
  };
}

test("a recorded stream with tool calls of OpenAI", { skip: withoutRecordings }, async () => {
  const recording = firstRecording("openai.chat", "openai", "tool-call");
  const deltas = recordedData(recording).flatMap((part) => part.choices[0]?.delta.tool_calls ?? []);
  await withScripted(replay(recording), async (scripted) => {
    const { choices } = await clientFor(scripted).chat.completions.stream(request).finalChatCompletion();
    assert.equal(choices[0].finish_reason, "tool_calls");
    const names = deltas.map((delta) => delta.function?.name).filter(Boolean);
    assert.deepEqual(choices[0].message.tool_calls.map((call) => call.function.name), names);
    const text = deltas.map((delta) => delta.function?.arguments ?? "").join("");
    assert.equal(choices[0].message.tool_calls.map((call) => call.function.arguments).join(""), text || "{}");
  });
});

test("a recorded stream with thinking of Anthropic", { skip: withoutRecordings }, async () => {
  const recording = firstRecording("anthropic.messages", "anthropic", "thinking");
  const deltas = recordedData(recording).filter((event) => event.type === "content_block_delta").map((event) => event.delta);
  const joined = (name) => deltas.map((delta) => delta[name] ?? "").join("");
  await withScripted(replay(recording), async (scripted) => {
    let reasoning = "";
    const stream = clientFor(scripted).chat.completions.stream({ ...request, model: `${scriptedModel}-anthropic` });
    stream.on("chunk", (part) => (reasoning += part.choices[0]?.delta.reasoning_content ?? ""));
    const { choices } = await stream.finalChatCompletion();
    assert.equal(reasoning, joined("thinking"));
    assert.equal(choices[0].message.content ?? "", joined("text"));
  });
});
