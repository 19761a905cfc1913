// Reads {"documents": [{"name", "mode", "document"}], "feeds": [url], "lists": {url: JSON-LD}} and prints what OpenActive's validators refuse.
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { validate } = require('@openactive/data-model-validator');
const loader = require('@openactive/data-model-validator/src/helpers/json-loader');
const { RpdeValidator } = require('@openactive/rpde-validator');

let text = '';
for await (const part of process.stdin) text += part;
const { documents = [], feeds = [], lists = {} } = JSON.parse(text);
const said = [];

// The validator fetches vocabularies from the web; here they are put where it looks first.
const remoteJsonCachePath = mkdtempSync(join(tmpdir(), 'lists-'));
for (const [url, data] of Object.entries(lists)) {
  const file = { errorCode: 'error_none', statusCode: 200, data, url, contentType: 'application/ld+json', exception: null };
  const name = `${createHash('sha256').update(url).digest('hex')}.json`;
  writeFileSync(join(remoteJsonCachePath, name), JSON.stringify({ ...file, fetchTime: Date.now() }));
  await loader.getFile(url, { loadRemoteJson: true, remoteJsonCachePath, remoteJsonCacheTimeToLive: 3600 });
}

for (const { name, mode, document } of documents) {
  const options = { loadRemoteJson: false, validationMode: mode };
  for (const one of await validate(document, options)) {
    if (one.severity === 'failure') said.push(`${name}: ${one.path}: ${one.type}: ${one.message}`);
  }
}
for (const url of feeds) {
  const log = await RpdeValidator(url, { pageLimit: 50, timeoutMs: 20000, logCallback: () => {} });
  if (log.pages.length === 0) said.push(`${url}: no page was read`);
  for (const page of log.pages) {
    for (const { data } of page.errors) {
      if (data.severity === 'failure') said.push(`${page.url}: ${data.type}: ${data.message}`);
    }
  }
}
console.log(JSON.stringify(said));
