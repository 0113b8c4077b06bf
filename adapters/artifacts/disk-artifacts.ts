import { join } from 'node:path';
import { diskFiles } from '../system/disk-files.ts';
import type { Random } from '../system/random.ts';
import { fileArtifacts, forgetStaged } from './file-artifacts.ts';
import type { Artifacts } from './port.ts';

/** Artifacts below a folder of this machine, made when something is first written. */
export async function diskArtifacts(root: string, random: Random): Promise<Artifacts> {
  const files = diskFiles(root);
  await forgetStaged(files);
  return fileArtifacts({ files, random, absolute: (path) => join(root, path) });
}
