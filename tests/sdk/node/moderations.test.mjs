// Moderations with the official OpenAI SDK for Node.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clientFor, startGateway } from "./support.mjs";

describe("moderations", () => {
  let gateway;
  let client;
  before(async () => {
    gateway = await startGateway();
    client = clientFor(gateway);
  });
  after(() => gateway.stop());

  test("each text has its verdict", async () => {
    const answer = await client.moderations.create({ model: "sim/moderation", input: ["good morning", "I hate you"] });
    assert.deepEqual(answer.results.map((result) => result.flagged), [false, true]);
    assert.equal(answer.results[1].categories.hate, true);
    assert.equal(answer.results[1].categories["hate/threatening"], false);
  });

  test("errors say what is wrong", async () => {
    await assert.rejects(client.moderations.create({ model: "sim/chat", input: "hello" }), /POST \/v1\/chat\/completions/);
  });
});
