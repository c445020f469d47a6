"use strict";
// What the published schema says of each object. The library validates nothing, so this does.

const assert = require("node:assert/strict");

const text = (value) => typeof value === "string";
const integer = Number.isInteger;
const flag = (value) => typeof value === "boolean";
const number = (value) => typeof value === "number";
const one = (...values) => (value) => values.includes(value);
const orNull = (is) => (value) => value === null || is(value);
const orAbsent = (is) => (value) => value === undefined || is(value);
const each = (is) => (value) => Array.isArray(value) && value.every((item) => is(item));

const shape = (keys) => (value) => {
  assert.equal(typeof value, "object");
  for (const [key, is] of Object.entries(keys)) {
    assert.ok(is(value[key]), `${key} is ${JSON.stringify(value[key])}`);
  }
  return true;
};

const map = (is) => (value) => shape({})(value) && Object.values(value).every((item) => is(item));
const attribute = (value) => text(value) || number(value) || flag(value);
const now = (value) => integer(value) && Math.abs(value - Date.now() / 1000) < 60;
const status = one("in_progress", "completed", "cancelled", "failed");

const counts = shape({
  in_progress: integer,
  completed: integer,
  failed: integer,
  cancelled: integer,
  total: integer,
});

const file = shape({
  id: text,
  object: one("file"),
  bytes: integer,
  created_at: now,
  expires_at: orAbsent(orNull(integer)),
  filename: text,
  purpose: text,
  status: one("uploaded", "processed", "error"),
});

const upload = shape({
  id: text,
  object: one("upload"),
  bytes: integer,
  created_at: now,
  expires_at: integer,
  filename: text,
  purpose: text,
  status: one("pending", "completed", "cancelled", "expired"),
  file: orAbsent(orNull(file)),
});

const part = shape({ id: text, object: one("upload.part"), created_at: now, upload_id: text });

const store = shape({
  id: text,
  object: one("vector_store"),
  created_at: now,
  name: text,
  usage_bytes: integer,
  file_counts: counts,
  status: one("expired", "in_progress", "completed"),
  last_active_at: orNull(integer),
  metadata: orNull(map(text)),
  expires_after: orAbsent(shape({ anchor: one("last_active_at"), days: integer })),
  expires_at: orAbsent(orNull(integer)),
});

const storeFile = shape({
  id: text,
  object: one("vector_store.file"),
  usage_bytes: integer,
  created_at: now,
  vector_store_id: text,
  status,
  last_error: orNull(shape({ code: text, message: text })),
  chunking_strategy: shape({
    type: one("static"),
    static: shape({ max_chunk_size_tokens: integer, chunk_overlap_tokens: integer }),
  }),
  attributes: orNull(map(attribute)),
});

const batch = shape({
  id: text,
  object: one("vector_store.files_batch"),
  created_at: now,
  vector_store_id: text,
  status,
  file_counts: counts,
});

const hit = shape({
  file_id: text,
  filename: text,
  score: (value) => number(value) && value >= 0 && value <= 1,
  attributes: orNull(map(attribute)),
  content: each(shape({ type: one("text"), text })),
});

const list = (is) =>
  shape({
    object: one("list"),
    data: each(is),
    first_id: orNull(text),
    last_id: orNull(text),
    has_more: flag,
  });

const deleted = (object) => shape({ id: text, object: one(object), deleted: one(true) });

module.exports = {
  text, integer, one, each, shape, orNull, flag, number,
  file, upload, part, store, storeFile, batch, hit, list, deleted,
};
