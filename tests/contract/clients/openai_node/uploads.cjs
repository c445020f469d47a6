"use strict";
const assert = require("node:assert/strict");
const { createHash } = require("node:crypto");
const { BadRequestError } = require("openai");
const is = require("./shapes.cjs");
const { WOMBATS, toFile } = require("./given.cjs");

const begun = (given) =>
  given.client.uploads.create({
    filename: "wombats.txt",
    purpose: "assistants",
    bytes: WOMBATS.length,
    mime_type: "text/plain",
  });

const sent = async (given, upload, text) =>
  given.client.uploads.parts.create(upload.id, { data: await toFile(Buffer.from(text), "part") });

module.exports = {
  "uploads.create": async (given) => {
    const upload = await begun(given);

    is.upload(upload);
    assert.ok(upload.id.startsWith("upload_"));
    assert.deepEqual([upload.status, upload.filename], ["pending", "wombats.txt"]);
    assert.deepEqual([upload.bytes, upload.purpose], [WOMBATS.length, "assistants"]);
    assert.equal(upload.expires_at, upload.created_at + 3600);
  },

  "uploads.parts.create": async (given) => {
    const upload = await begun(given);

    const part = await sent(given, upload, WOMBATS);

    is.part(part);
    assert.ok(part.id.startsWith("part_"));
    assert.equal(part.upload_id, upload.id);
  },

  // The order is that of `part_ids`, not that of arrival.
  "uploads.complete": async (given) => {
    const upload = await begun(given);
    const end = await sent(given, upload, WOMBATS.slice(20));
    const start = await sent(given, upload, WOMBATS.slice(0, 20));

    const done = await given.client.uploads.complete(upload.id, {
      part_ids: [start.id, end.id],
      md5: createHash("md5").update(WOMBATS).digest("hex"),
    });

    is.upload(done);
    is.file(done.file);
    assert.deepEqual([done.id, done.status], [upload.id, "completed"]);
    const response = await given.client.files.content(done.file.id);
    assert.equal(await response.text(), WOMBATS);
  },

  "uploads.cancel": async (given) => {
    const upload = await begun(given);

    const cancelled = await given.client.uploads.cancel(upload.id);

    is.upload(cancelled);
    assert.deepEqual([cancelled.id, cancelled.status], [upload.id, "cancelled"]);
    await assert.rejects(sent(given, upload, WOMBATS), BadRequestError);
  },
};
