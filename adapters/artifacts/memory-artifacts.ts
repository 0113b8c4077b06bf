import { type MemoryFiles, memoryFiles } from '../system/memory-files.ts';
import type { Random } from '../system/random.ts';
import { fileArtifacts } from './file-artifacts.ts';
import type { Artifacts } from './port.ts';

/** Artifacts in memory; their paths name no real file. Give `files` to make them fail or survive a crash. */
export function memoryArtifacts(random: Random, files: MemoryFiles = memoryFiles()): Artifacts {
  return fileArtifacts({ files, random, absolute: (path) => `memory:${path}` });
}
