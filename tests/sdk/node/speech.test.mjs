// Speech with the official OpenAI SDK for Node.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clientFor, startGateway } from "./support.mjs";

describe("speech", () => {
  let gateway;
  let client;
  before(async () => {
    gateway = await startGateway();
    client = clientFor(gateway);
  });
  after(() => gateway.stop());

  const request = { model: "sim/speech:gap=5ms", voice: "alloy", input: "word ".repeat(20), response_format: "wav" };

  test("a sound comes in pieces", async () => {
    const answer = await client.audio.speech.create(request);
    assert.equal(answer.headers.get("content-type"), "audio/wav");
    const pieces = [];
    for await (const piece of answer.body) pieces.push(Buffer.from(piece));
    assert.ok(pieces.length > 1);
    assert.equal(Buffer.concat(pieces).subarray(0, 4).toString(), "RIFF");
  });

  test("errors say what is wrong", async () => {
    await assert.rejects(client.audio.speech.create({ ...request, speed: 9 }), /speed: /);
  });
});
