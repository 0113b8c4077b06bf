import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

/** Gzipped bytes that a browser may fetch before the first page works. */
export const FIRST_PAGE_GZIP_MAX = 350 * 1024;

export interface ConsoleBuild {
  /** Where the files are, ready to be served, each text also as .br and .gz. */
  folder: string;
  sourcesSha256: string;
  /** False when the files were already there for the same sources. */
  built: boolean;
  /** Scripts and styles that the overview needs before it works, gzipped. */
  firstPageGzipBytes: number;
  /** Everything, gzipped, also what comes when it is needed. */
  totalGzipBytes: number;
}

interface ManifestEntry {
  file: string;
  imports?: string[];
  css?: string[];
}

/**
 * Builds the console into `apps/console/dist` unless it is there for the same sources. The new files replace the old
 * ones whole, so a server that runs meanwhile never sees half of them. Rejects when the first page became too heavy.
 */
export async function buildConsole(root: string): Promise<ConsoleBuild> {
  const folder = join(root, 'apps/console/dist');
  const stamp = join(folder, 'build.json');
  const sourcesSha256 = digestSources(root);
  if (existsSync(stamp)) {
    const kept = JSON.parse(readFileSync(stamp, 'utf8')) as ConsoleBuild;
    if (kept.sourcesSha256 === sourcesSha256) return { ...kept, folder, built: false };
  }
  const next = join(root, '.orla', `console-${process.pid}`);
  mkdirSync(next, { recursive: true });
  try {
    await build({
      configFile: join(root, 'apps/console/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: next, emptyOutDir: true },
    });
    const totalGzipBytes = compress(next);
    const firstPageGzipBytes = sizeOfFirstPage(next);
    if (firstPageGzipBytes > FIRST_PAGE_GZIP_MAX) {
      throw new Error(
        `the first page of the console is ${firstPageGzipBytes} bytes gzipped, more than ${FIRST_PAGE_GZIP_MAX}`,
      );
    }
    const made = { sourcesSha256, firstPageGzipBytes, totalGzipBytes };
    writeFileSync(join(next, 'build.json'), JSON.stringify(made));
    rmSync(folder, { recursive: true, force: true });
    renameSync(next, folder);
    return { ...made, folder, built: true };
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

function digestSources(root: string): string {
  const patterns = ['apps/console/{src/**,index.html,vite.config.ts}', '{contracts,core}/**/*.ts', 'package-lock.json'];
  const digest = createHash('sha256');
  for (const path of patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()) {
    if (/\.(test|prop\.test|live)\.tsx?$/.test(path)) continue;
    const bytes = readIfFile(join(root, path));
    if (bytes !== undefined) digest.update(`${path}\0`).update(bytes);
  }
  return digest.digest('hex');
}

function readIfFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return undefined;
    throw error;
  }
}

function compress(folder: string): number {
  let total = 0;
  for (const path of globSync('**/*.{js,mjs,css,html,svg,json}', { cwd: folder })) {
    const bytes = readFileSync(join(folder, path));
    const gzipped = gzipSync(bytes, { level: 9 });
    total += gzipped.length;
    writeFileSync(join(folder, `${path}.gz`), gzipped);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(join(folder, `${path}.br`), brotliCompressSync(bytes, { params }));
  }
  return total;
}

function sizeOfFirstPage(folder: string): number {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    ManifestEntry
  >;
  const files = new Set<string>(['index.html']);
  const waiting = ['index.html', 'src/pages/overview/overview-page.tsx'];
  const seen = new Set<string>();
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const entry = manifest[key];
    if (entry === undefined) throw new Error(`the build has no ${key}`);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const file of [entry.file, ...(entry.css ?? [])]) files.add(file);
    waiting.push(...(entry.imports ?? []));
  }
  return [...files].reduce((sum, file) => sum + readFileSync(join(folder, `${file}.gz`)).length, 0);
}

if (import.meta.main) {
  const begunAt = performance.now();
  const made = await buildConsole(join(import.meta.dirname, '..'));
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  const what = made.built ? `built in ${((performance.now() - begunAt) / 1000).toFixed(1)} s` : 'already built';
  process.stdout.write(
    `console: ${what}; first page ${kib(made.firstPageGzipBytes)} gzip of at most ${kib(FIRST_PAGE_GZIP_MAX)}, everything ${kib(made.totalGzipBytes)}\n`,
  );
}
