// Runs what a page of the documentation shows: npm-page.mjs PAGE FOLDER
// Each `$ npx …` in a console block is run in FOLDER, in the order of the page, and must print what the
// page shows. Durations may differ. What the page shows of the test must be in FOLDER, too.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [page, folder] = process.argv.slice(2);
const EXPECTED_COMMANDS = 5;
const text = readFileSync(page, 'utf8');
const blocks = (language) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map((it) => it[1]);

const comparable = (output) =>
  output.split('\n')
    .filter((it) => !it.startsWith('npm warn'))
    .map((it) => it.replace(/ \([\d.]+ m?s\)$/, '').replace(/^Time: .*/, 'Time:').trimEnd())
    .join('\n')
    .trim();

let ran = 0;
for (const block of blocks('console')) {
  const [first, ...shown] = block.split('\n');
  if (!first.startsWith('$ npx ')) continue;
  const env = { ...process.env, COLUMNS: '100', NO_COLOR: '1', TZ: 'UTC', FORCE_COLOR: undefined };
  const command = first.slice('$ '.length);
  const run = spawnSync('sh', ['-c', `${command} 2>&1`], { cwd: folder, env, encoding: 'utf8' });
  const [printed, expected] = [comparable(run.stdout), comparable(shown.join('\n'))];
  if (run.status !== 0 || printed !== expected) {
    console.log(`${page}: ${command}\nexit ${run.status}\n--- printed\n${printed}\n--- shown\n${expected}`);
    process.exit(1);
  }
  ran += 1;
}
if (ran !== EXPECTED_COMMANDS) throw new Error(`${ran} commands ran, not ${EXPECTED_COMMANDS}`);

const component = join(folder, 'force-app/main/default/lwc/callMonitor');
const test = readFileSync(join(component, '__tests__', 'callMonitor.test.js'), 'utf8');
const quoted = blocks('js').filter((it) => it.includes('callMonitor') || it.includes('advanceTimers'));
for (const part of quoted) {
  if (!test.includes(part)) throw new Error(`${page} shows what is not in the test:\n${part}`);
}
if (quoted.length !== 2) throw new Error('the page shows no parts of the test');

// The committed capture is what the commands made, but for the random key.
const names = (path) => readFileSync(path, 'utf8').trim().split('\n').map((it) => {
  const { type, recordedAt, detail } = JSON.parse(it);
  return JSON.stringify([type, recordedAt, Object.keys(detail)]);
}).join('\n');
const data = join('force-app/main/default/lwc/callMonitor/__tests__/data', 'bad-call.jsonl');
if (names(join('packaging/npm/example', data)) !== names(join(folder, data))) {
  throw new Error(`packaging/npm/example/${data} is not what the commands of ${page} make`);
}
if (!readdirSync(folder).includes('call.jsonl')) throw new Error('the commands ran elsewhere');
console.log(`npm: the ${ran} commands of ${page} print what it shows`);
