// Opens headless Chromium. A page that asks for anything over a network, logs an error or throws
// fails the check that opened it.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'target', 'peers', 'npm', 'node_modules', '_'));
const { chromium } = require('playwright-core');

const executablePath = execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();

/** Runs `use(page, context)` on a new page with these options of Playwright's `newContext`. */
export async function withPage(options, use) {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!/^(file|data|blob|about):/.test(request.url())) complaints.push(`a request: ${request.url()}`);
    });
    const result = await use(page, context);
    if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`);
    return result;
  } finally {
    await browser.close();
  }
}
