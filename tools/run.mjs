// Runs a TypeScript file of this repository on the Node.js it brings (24+), installing what is missing first.
// Must itself run on Node.js 20, before anything is installed: no dependencies, no TypeScript here.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.orla-lock-sha256');
const installing = join(root, '.orla-installing');

function broughtNode() {
  const brought = join(modules, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(brought)) return brought;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `orla: needs Node.js 24 or newer, found ${process.versions.node}, and none is brought for ${process.platform}-${process.arch}.\n` +
      'Install Node.js 24 and run the same command again.\n',
  );
  process.exit(1);
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function installed() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest();
}

function takeInstallLock() {
  const giveUpAt = Date.now() + 300_000;
  for (;;) {
    try {
      mkdirSync(installing);
      return true;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (installed()) return false;
      if (Date.now() - statSync(installing).mtimeMs > 300_000) rmSync(installing, { recursive: true });
      if (Date.now() > giveUpAt)
        throw new Error(`orla: another install holds ${installing}; remove it if none is running`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  }
}

function install() {
  if (installed() || !takeInstallLock()) return 0;
  try {
    process.stderr.write('orla: installing dependencies (npm ci) …\n');
    const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    if (npm.error) throw npm.error;
    if (npm.status !== 0) return npm.status ?? 1;
    writeFileSync(stamp, lockDigest());
    return 0;
  } finally {
    rmSync(installing, { recursive: true, force: true });
  }
}

const failed = install();
if (failed !== 0) process.exit(failed);
const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  process.stderr.write('usage: node tools/run.mjs FILE.ts [arguments]\n');
  process.exit(2);
}
// Types are stripped and code compiled once, not at every start.
const env = { NODE_COMPILE_CACHE: join(modules, '.cache', 'node-compile'), ...process.env };
const child = spawn(broughtNode(), [resolve(root, script), ...args], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`orla: cannot start Node.js: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1);
});
