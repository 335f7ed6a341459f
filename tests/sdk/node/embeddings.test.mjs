// Embeddings with the official OpenAI SDK for Node, which reads base64 unless it is told not to.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clientFor, startGateway } from "./support.mjs";

const texts = ["the cat sat on the mat", "quarterly revenue"];

describe("embeddings", () => {
  let gateway;
  let client;
  before(async () => {
    gateway = await startGateway();
    client = clientFor(gateway);
  });
  after(() => gateway.stop());

  test("both forms are the same vectors", async () => {
    const packed = await client.embeddings.create({ model: "sim/embed", input: texts, dimensions: 64 });
    const plain = await client.embeddings.create({ model: "sim/embed", input: texts, dimensions: 64, encoding_format: "float" });
    assert.deepEqual(packed.data.map((item) => item.index), [0, 1]);
    assert.equal(packed.data[0].embedding.length, 64);
    for (const [i, item] of plain.data.entries()) {
      assert.deepEqual(Array.from(packed.data[i].embedding), item.embedding.map((value) => Math.fround(value)));
    }
  });

  test("errors say what is wrong", async () => {
    await assert.rejects(client.embeddings.create({ model: "sim/chat", input: "hello" }), /POST \/v1\/chat\/completions/);
  });
});
