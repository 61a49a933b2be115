// Compiles the recorder with the open-source LWC compiler and drives it in Chromium:
// recorder.mjs VOXEV FOLDER
// What it downloads must be what was sent, and `voxev validate` must have no finding for it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { withPage } from './browser.mjs';

const [voxev, folder] = process.argv.slice(2);
const packages = join(process.cwd(), 'target', 'peers', 'npm', 'node_modules');
const require = createRequire(join(packages, '_'));
const { rollup } = require('rollup');
const lwc = require('@lwc/rollup-plugin');

const modules = join(folder, 'modules');
const stub = join(modules, 'lightning', 'serviceCloudVoiceToolkitApi');
mkdirSync(stub, { recursive: true });
mkdirSync(join(modules, 'c'));
execFileSync(voxev, ['recorder', '--out', join(modules, 'c')]);

// A stand-in for Salesforce's component: an element that events are dispatched to.
writeFileSync(join(stub, 'serviceCloudVoiceToolkitApi.js'), `
  import { LightningElement } from 'lwc';
  export default class Toolkit extends LightningElement {
    connectedCallback() { window.toolkit = this.template.host; }
  }`);
writeFileSync(join(modules, 'main.js'), `
  import { createElement } from 'lwc';
  import Recorder from 'c/voxevRecorder';
  window.show = (properties) => {
    const recorder = createElement('c-voxev-recorder', { is: Recorder });
    Object.assign(recorder, properties);
    document.body.replaceChildren(recorder);
    window.recorder = recorder;
  };
  window.send = (payloads) => {
    for (const { type, detail } of payloads) window.toolkit.dispatchEvent(new CustomEvent(type, { detail }));
  };
  window.read = (id) => [...window.recorder.shadowRoot.querySelectorAll('[data-id=' + id + ']')].map((it) => it.textContent);`);

writeFileSync(join(folder, 'package.json'), JSON.stringify({ lwc: { modules: [{ dir: 'modules' }, { npm: 'lwc' }] } }));
symlinkSync(packages, join(folder, 'node_modules'));
const bundle = await rollup({
  input: join(modules, 'main.js'),
  plugins: [lwc({ rootDir: modules })],
  onwarn: (warning) => { throw new Error(`the compiler warns: ${warning.message}`); },
});
await bundle.write({ file: join(folder, 'main.js'), format: 'iife' });
const page = join(folder, 'page.html');
// A development build checks more, and logs what it finds, which fails this check.
writeFileSync(page, `<!doctype html><meta charset="utf-8"><script>var process = { env: { NODE_ENV: 'development' } };</script>
<body><script src="main.js"></script>`);

const generate = (...options) => execFileSync(voxev, ['generate', ...options], { encoding: 'utf8' })
  .trim().split('\n').map((line) => JSON.parse(line));
const payloads = generate('--calls', '6', '--mix', 'transcript=20,note=5,flagraise=5,flaglower=5,hold=5,resume=5');
const names = execFileSync(voxev, ['schema'], { encoding: 'utf8' });

await withPage({ acceptDownloads: true }, async (tab) => {
  const open = async (properties) => {
    await tab.goto(pathToFileURL(page).href);
    await tab.evaluate((it) => window.show(it), properties);
  };
  const send = (list) => tab.evaluate((it) => window.send(it), list);
  const read = (id) => tab.evaluate((it) => window.read(it), id);
  const click = (id) => tab.locator(`[data-id=${id}]`).click();
  const counter = async () => (await read('counter'))[0];
  const download = async (name) => {
    const [file] = await Promise.all([tab.waitForEvent('download'), click('download')]);
    assert.match(file.suggestedFilename(), /^capture-[\w-]+\.jsonl$/);
    const path = join(folder, name);
    await file.saveAs(path);
    return path;
  };
  /** The payloads in a file in which voxev finds nothing. */
  const checked = (path) => {
    const done = spawnSync(voxev, ['validate', '--no-config', '--lifecycle', '--format', 'json', path], { encoding: 'utf8' });
    assert.deepEqual([done.stdout, done.status], ['', 0], done.stderr);
    return readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  };

  await open({ recordId: 'a' });
  assert.equal(await counter(), '0 events');
  await send(payloads);
  await send([{ type: 'click', detail: {} }]);
  assert.equal(await counter(), `${payloads.length} events`);
  const lines = checked(await download('whole.jsonl'));
  assert.deepEqual(lines.map(({ type, detail }) => ({ type, detail })), payloads);
  assert.ok(lines.every(({ recordedAt }) => recordedAt === new Date(recordedAt).toISOString()));

  // Every event, once, also after the component was moved.
  await open({ recordId: 'b' });
  for (let round = 0; round < 3; round += 1) await tab.evaluate(() => document.body.append(window.recorder));
  const all = names.split('\n').flatMap((line) => line.match(/^ *([a-z]+) {2,}/)?.[1] ?? []);
  assert.equal(all.length, 19);
  await send(all.map((type) => ({ type, detail: { callId: 'c' } })));
  assert.equal(await counter(), '19 events');

  // A refresh keeps the recording of a record; clearing ends it for good.
  await open({ recordId: 'a' });
  assert.equal(await counter(), `${payloads.length} events`);
  await send(payloads.slice(-1));
  assert.equal(checked(await download('refreshed.jsonl')).length, payloads.length + 1);
  await click('clear');
  await click('confirm');
  assert.equal(await counter(), '0 events');
  await open({ recordId: 'a' });
  assert.equal(await counter(), '0 events');
  await open({ recordId: 'b' });
  assert.equal(await counter(), '19 events');

  // Redaction: nothing personal in the file or in the storage.
  await open({ recordId: 'c', redactPersonalData: true });
  const marked = payloads.map((it) => ({ ...it, detail: { ...it.detail, extra: 'Erika Mustermann' } }));
  await send(marked);
  const redacted = checked(await download('redacted.jsonl'));
  assert.deepEqual(redacted.map((it) => [it.type, it.detail.callId]), payloads.map((it) => [it.type, it.detail.callId]));
  const stored = await tab.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('.c')).map((key) => sessionStorage[key]).join('\n'));
  const personal = new Set(['Erika']);
  for (const { detail } of payloads) {
    for (const it of [detail.participant, detail.content?.text, detail.sender?.displayName]) if (it) personal.add(it);
  }
  assert.ok(personal.size > 20);
  for (const it of personal) {
    assert.ok(!JSON.stringify(redacted).includes(it) && !stored.includes(it), `${it} is still there`);
  }

  // Where the storage is full, the oldest audiostats go, and the page says so.
  await open({ recordId: 'd' });
  await tab.evaluate(() => {
    const filler = 'x'.repeat(65536);
    let number = 0;
    try { for (;; number += 1) sessionStorage.setItem(`filler${number}`, filler); } catch { /* it is full */ }
    sessionStorage.removeItem(`filler${number - 1}`);
  });
  const many = generate('--calls', '10', '--seed', '2');
  await send(many);
  const remark = (await read('remark')).find((it) => it.includes('audiostats'));
  const dropped = Number(remark?.match(/^(\d+) events? dropped/)?.[1]);
  assert.ok(dropped > 10, `of ${many.length}: ${remark}`);
  const rest = checkedParts(await download('dropped.jsonl'));
  const isReport = ({ type }) => type === 'audiostats';
  assert.deepEqual(rest.filter((it) => !isReport(it)), many.filter((it) => !isReport(it)));
  assert.deepEqual(rest.filter(isReport), many.filter(isReport).slice(dropped));
  await open({ recordId: 'd' });
  assert.equal(await counter(), `${rest.length} events`);
  assert.equal((await read('remark')).find((it) => it.includes('audiostats')), remark);

  function checkedParts(path) {
    return checked(path).map(({ type, detail }) => ({ type, detail }));
  }
});
console.log(`recorder: ${payloads.length} events recorded in Chromium, downloaded, and valid; refresh, clear, redaction and a full storage`);
