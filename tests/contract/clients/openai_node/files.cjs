"use strict";
const assert = require("node:assert/strict");
const { NotFoundError } = require("openai");
const is = require("./shapes.cjs");
const { WOMBATS, all, toFile } = require("./given.cjs");

module.exports = {
  "files.create": async (given) => {
    const made = await given.uploaded();

    is.file(made);
    assert.ok(made.id.startsWith("file-"));
    assert.deepEqual([made.filename, made.purpose], ["wombats.txt", "assistants"]);
    assert.deepEqual([made.bytes, made.status], [WOMBATS.length, "processed"]);
  },

  "files.create(expires_after)": async (given) => {
    const made = await given.client.files.create({
      file: await toFile(Buffer.from(WOMBATS), "wombats.txt"),
      purpose: "assistants",
      expires_after: { anchor: "created_at", seconds: 3600 },
    });

    is.file(made);
    assert.equal(made.expires_at, made.created_at + 3600);
  },

  "files.list": async (given) => {
    const made = await given.uploaded();

    const page = await given.client.files.list({ purpose: "assistants", order: "desc" });
    const listed = await all(given.client.files.list({ purpose: "assistants" }));

    is.list(is.text)({ ...page.body, data: [] });
    assert.ok(page.data.some((each) => each.id === made.id));
    assert.deepEqual(listed.filter((each) => each.id === made.id), [made]);
  },

  "files.retrieve": async (given) => {
    const made = await given.uploaded();

    assert.deepEqual(await given.client.files.retrieve(made.id), made);
  },

  "files.content": async (given) => {
    const sent = Buffer.from(Array.from({ length: 128_000 }, (_, number) => number % 256));
    const made = await given.uploaded(sent, "all.bin");

    const response = await given.client.files.content(made.id);

    assert.ok(Buffer.from(await response.arrayBuffer()).equals(sent));
  },

  "files.delete": async (given) => {
    const made = await given.uploaded();

    const gone = await given.client.files.delete(made.id);

    is.deleted("file")(gone);
    assert.equal(gone.id, made.id);
    await assert.rejects(given.client.files.retrieve(made.id), (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.equal(error.error.message, `No such File object: ${made.id}`);
      return true;
    });
  },

  "files.wait_for_processing": async (given) => {
    const made = await given.uploaded();

    assert.deepEqual(await given.client.files.waitForProcessing(made.id), made);
  },
};
