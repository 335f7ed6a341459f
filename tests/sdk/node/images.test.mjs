// Pictures with the official OpenAI SDK for Node.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { toFile } from "openai";
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

  test("pictures are made of others", async () => {
    const picture = (name) => toFile(Buffer.from(`PNG ${name}`), `${name}.png`, { type: "image/png" });
    const answer = await client.images.edit({ model: "sim/image", image: await picture("cat"), prompt: "a hat", n: 2 });
    assert.equal(answer.data.length, 2);
    const images = [await picture("cat"), await picture("hat")];
    const other = await client.images.edit({ model: "sim/image", image: images, mask: await picture("mask"), prompt: "a hat" });
    assert.notEqual(other.data[0].b64_json, answer.data[0].b64_json);
  });

  test("pictures come as a stream", async () => {
    const types = [];
    const stream = await client.images.generate({ model: "sim/image", prompt: "a cat", stream: true, partial_images: 1 });
    for await (const event of stream) types.push(event.type);
    assert.deepEqual(types, ["image_generation.partial_image", "image_generation.completed"]);
  });

  test("errors say what is wrong", async () => {
    await assert.rejects(client.images.generate({ model: "sim/image", prompt: "a cat", n: 99 }), /n: /);
  });
});
