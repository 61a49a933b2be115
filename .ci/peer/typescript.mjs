// Checks the TypeScript declarations with the compiler itself: typescript.mjs VOXEV TSC FOLDER
// Every payload in the fixtures that voxev accepts must compile, and every one that it refuses by a
// rule that a type can express must not.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [voxev, tsc, folder] = process.argv.slice(2);
const EXPRESSIBLE = ['missing-property', 'wrong-type', 'unexpected-value', 'unknown-event'];
const run = (program, options) => {
  const done = spawnSync(program, options, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.error) throw done.error;
  return done;
};

for (const options of [[], ['--strict'], ['--api', '64'], ['--api', '64', '--strict']]) {
  const declarations = execFileSync(voxev, ['schema', '--format', 'typescript', ...options]);
  writeFileSync(join(folder, 'toolkit.ts'), declarations);
  const counts = { accepted: 0, refused: 0 };
  const code = ["import type { ToolkitEvent, ToolkitEventMap } from './toolkit';"];
  for (const kind of ['valid', 'invalid', 'shapes']) {
    for (const name of readdirSync(join('fixtures', kind)).filter((it) => it.endsWith('.jsonl'))) {
      const path = join('fixtures', kind, name);
      const checked = run(voxev, ['validate', '--no-config', '--input', 'lines', '--format', 'json', ...options, path]);
      const findings = checked.stdout.split('\n').filter(Boolean).map((it) => JSON.parse(it));
      readFileSync(path, 'utf8').replace(/^\ufeff/, '').split('\n').forEach((line, index) => {
        let payload;
        try { payload = JSON.parse(line); } catch { return; }
        const here = findings.filter((it) => it.line === index + 1);
        const errors = here.filter((it) => it.severity === 'error');
        // A number that is not whole, and a key that is there twice, are beyond what a type says.
        const isSaid = (it) => EXPRESSIBLE.includes(it.rule) && !/is -?[\d.]+, .* integer/.test(it.message);
        const value = JSON.stringify(payload);
        const at = `_${code.length}`;
        if (errors.length === 0) {
          counts.accepted += 1;
          code.push(`export const ${at}: ToolkitEvent = ${value}; // ${path}:${index + 1}`);
        } else if (errors.some(isSaid)) {
          counts.refused += 1;
          code.push('// @ts-expect-error', `export const ${at}: ToolkitEvent = ${value}; // ${path}:${index + 1}`);
        }
      });
    }
  }
  code.push("export const map = (it: ToolkitEventMap['hold']): string => it.detail.callId;");
  code.push("export const narrowed = (it: ToolkitEvent): string => it.type === 'hold' ? it.detail.participant : it.type;");
  writeFileSync(join(folder, 'fixtures.ts'), code.join('\n') + '\n');
  const compiled = run(process.execPath, [tsc, '--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2022,dom', join(folder, 'fixtures.ts')]);
  if (compiled.status !== 0) {
    console.log(`tsc ${options.join(' ')}\n${compiled.stdout.slice(0, 4000)}`);
    process.exit(1);
  }
  if (!counts.accepted || !counts.refused) throw new Error('nothing was checked');
  console.log(`tsc --strict: ${options.join(' ') || 'default'}: ${counts.accepted} payloads accepted, ${counts.refused} refused`);
}
