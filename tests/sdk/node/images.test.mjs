// Pictures with the official OpenAI SDK for Node.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { clientFor, startGateway } from "./support.mjs";

describe("images", () => {
  let gateway;
  let client;
  before(async () => {
    gateway = await startGateway();
    client = clientFor(gateway);
  });
  after(() => gateway.stop());

  test("pictures come as bytes", async () => {
    const answer = await client.images.generate({ model: "sim/image", prompt: "a cat", n: 2 });
    assert.equal(answer.data.length, 2);
    assert.equal(Buffer.from(answer.data[0].b64_json, "base64").subarray(1, 4).toString(), "PNG");
  });

  test("errors say what is wrong", async () => {
    await assert.rejects(client.images.generate({ model: "sim/image", prompt: "a cat", n: 99 }), /n: /);
  });
});
