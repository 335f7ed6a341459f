// The official Anthropic SDK for TypeScript with files and message batches that a provider keeps.
import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic, { toFile } from "@anthropic-ai/sdk";
import { collect, sendJson, startScripted } from "./support.mjs";

const keeper = "fake-anthropic"; // of support.mjs
const file = { id: "file_1", type: "file", filename: "a.pdf", mime_type: "application/pdf", size_bytes: 8, created_at: "2026-01-01T00:00:00Z" };
const results = '{"custom_id":"a","result":{"type":"canceled"}}\n{"custom_id":"b","result":{"type":"expired"}}\n';

function batch(number) {
  const id = `msgbatch_${number}`;
  return { id, type: "message_batch", processing_status: "ended", results_url: `https://api.anthropic.com/v1/messages/batches/${id}/results` };
}

function answer(request, response) {
  const [path, query] = request.url.split("?");
  const method = request.method;
  if (path === "/v1/messages/batches" && method === "GET") {
    const number = query?.includes("after_id=msgbatch_1") ? 2 : 1;
    return sendJson(response, { data: [batch(number)], first_id: `msgbatch_${number}`, last_id: `msgbatch_${number}`, has_more: number === 1 });
  }
  if (path.endsWith("/results")) return response.writeHead(200, { "content-type": "application/x-jsonl" }).end(results);
  if (path.startsWith("/v1/messages/batches")) {
    return sendJson(response, method === "DELETE" ? { id: "msgbatch_1", type: "message_batch_deleted" } : batch(1));
  }
  if (path === "/v1/files" && method === "GET") {
    return sendJson(response, { data: [file], first_id: "file_1", last_id: "file_1", has_more: false, next_page: null });
  }
  if (path === "/v1/files/file_1/content") return response.writeHead(200, { "content-type": "application/pdf" }).end("%PDF-1.7");
  return sendJson(response, method === "DELETE" ? { id: "file_1", type: "file_deleted" } : file);
}

async function withKeeper(body) {
  const scripted = await startScripted(answer);
  try {
    await body(new Anthropic({ baseURL: scripted.baseURL.replace(/\/v1$/, ""), apiKey: "unused", maxRetries: 0, timeout: 20_000 }), scripted);
  } finally {
    await scripted.stop();
  }
}

test("message batches", () =>
  withKeeper(async (client, scripted) => {
    const content = [{ type: "document", source: { type: "file", file_id: `${keeper}:file_1` } }];
    const params = { model: "claude-sonnet-4-5", max_tokens: 64, messages: [{ role: "user", content }] };
    const made = await client.messages.batches.create({ requests: [{ custom_id: "a", params }] });
    assert.equal(made.id, `${keeper}:msgbatch_1`);
    const sent = JSON.parse(scripted.requests.at(-1).body);
    assert.equal(sent.requests[0].params.messages[0].content[0].source.file_id, "file_1");
    assert.equal((await client.messages.batches.retrieve(made.id)).id, made.id);
    const listed = await collect(client.messages.batches.list({ limit: 1 }));
    assert.deepEqual(listed.map((each) => each.id), [`${keeper}:msgbatch_1`, `${keeper}:msgbatch_2`]);
    const lines = await collect(await client.messages.batches.results(made.id));
    assert.deepEqual(lines.map((each) => each.custom_id), ["a", "b"]);
    assert.equal((await client.messages.batches.cancel(made.id)).id, made.id);
    assert.equal((await client.messages.batches.delete(made.id)).id, made.id);
  }));

test("files", () =>
  withKeeper(async (client, scripted) => {
    const kept = await client.beta.files.upload({ file: await toFile(Buffer.from("%PDF-1.7"), "a.pdf", { type: "application/pdf" }) });
    assert.equal(kept.id, `${keeper}:file_1`);
    assert.match(scripted.requests.at(-1).body, /%PDF-1\.7/);
    assert.deepEqual((await collect(client.beta.files.list())).map((each) => each.id), [kept.id]);
    assert.equal((await client.beta.files.retrieveMetadata(kept.id)).id, kept.id);
    assert.equal(await (await client.beta.files.download(kept.id)).text(), "%PDF-1.7");
    assert.equal((await client.beta.files.delete(kept.id)).id, kept.id);
  }));

test("what no provider keeps is not found", () =>
  withKeeper(async (client) => {
    await assert.rejects(client.messages.batches.retrieve("msgbatch_1"), (error) => {
      assert.ok(error instanceof Anthropic.NotFoundError, String(error));
      assert.match(error.message, /PROVIDER:ID/);
      assert.ok(error.requestID);
      return true;
    });
    await assert.rejects(client.beta.files.download("nobody:file_1"), Anthropic.NotFoundError);
  }));
