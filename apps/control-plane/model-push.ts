import type { ResourceWrite } from '../../adapters/store/port.ts';
import { MODEL_BYTES_MAX } from '../../contracts/api.ts';
import { EdgeError } from '../../contracts/errors.ts';
import type { ModelSpec, ModelVersionSpec } from '../../contracts/kinds/model.ts';
import type { Resource } from '../../contracts/resource.ts';
import type { Centre } from './centre.ts';

/** A version is named after its model, and a name has 63 characters. */
const MODEL_NAME_MAX = 53;
const TRIES_MAX = 20;

export interface ModelPush {
  readonly model: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What the sender says that the bytes are. */
  readonly sha256?: string | undefined;
  /** Alias to move to the version. */
  readonly alias?: string | undefined;
}

/**
 * Takes an ONNX file as the next version of a model: staged, inspected and run once before anything is kept. The same bytes
 * again are the version that is there. 'invalid-model' with the reason; then nothing was stored.
 */
export async function pushModel(
  centre: Centre,
  push: ModelPush,
  actor: string,
): Promise<ModelVersionSpec & { alreadyThere: boolean }> {
  const { ports, mirror } = centre;
  const { model } = push;
  if (model.length > MODEL_NAME_MAX) {
    throw new EdgeError('bad-request', `The name of a model has at most ${MODEL_NAME_MAX} characters.`, {
      where: 'model',
    });
  }
  const staged = await ports.artifacts.stage(push.bytes, MODEL_BYTES_MAX);
  try {
    const { sha256, sizeBytes } = staged;
    if (push.sha256 !== undefined && push.sha256 !== sha256) {
      throw new EdgeError('corrupt', 'The bytes that arrived are not those that were sent.', {
        where: sha256,
        hint: 'Push the file again.',
      });
    }
    if (sizeBytes === 0) throw new EdgeError('invalid-model', 'The file is not ONNX: it is empty.');
    const known = versionsOf(centre, model).find((version) => version.spec.artifact === sha256);
    const facts = known === undefined ? await ports.inspectModel(staged) : undefined;
    await staged.keep();
    for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
      const present = versionsOf(centre, model).find((version) => version.spec.artifact === sha256);
      const newest = Math.max(0, ...versionsOf(centre, model).map((version) => version.spec.version));
      const spec: ModelVersionSpec = present?.spec ?? {
        ...facts!,
        model,
        version: newest + 1,
        artifact: sha256,
        sizeBytes,
        pushedAt: ports.clock.now(),
        pushedBy: actor,
      };
      const resources: ResourceWrite[] = [
        ...aliasWrites(mirror.resources.Model.get(model), model, push.alias, spec.version),
        ...(present === undefined ? [versionWrite(spec)] : []),
      ];
      try {
        if (resources.length > 0)
          await centre.commit({ actor, because: `push of ${model}:${spec.version}`, resources });
        return { ...spec, alreadyThere: present !== undefined };
      } catch (error) {
        if (!(error instanceof EdgeError) || error.code !== 'conflict') throw error;
      }
    }
    throw new EdgeError('conflict', `Others push versions of ${model} at the same time.`, {
      where: model,
      hint: 'Push it again.',
    });
  } finally {
    await staged.discard();
  }
}

/** Attaches a model card to a version that has none. */
export async function putModelCard(
  centre: Centre,
  model: string,
  version: number,
  card: string,
  actor: string,
): Promise<void> {
  const kept = versionsOf(centre, model).find((one) => one.spec.version === version);
  if (kept === undefined)
    throw new EdgeError('not-found', `There is no version ${version} of the model ${model}.`, {
      where: `${model}:${version}`,
    });
  if (kept.spec.card === card) return;
  if (kept.spec.card !== undefined) {
    throw new EdgeError('conflict', `Version ${version} of ${model} has a model card already.`, {
      where: `${model}:${version}`,
      hint: 'A version is immutable: push a new one.',
    });
  }
  const { name, generation, labels, spec } = kept;
  const put = { labels, spec: { ...spec, card } };
  await centre.commit({
    actor,
    because: 'model card',
    resources: [{ kind: 'ModelVersion', name, expected: generation, put }],
  });
}

function versionsOf(centre: Centre, model: string): Resource<'ModelVersion'>[] {
  return [...centre.mirror.resources.ModelVersion.values()].filter((version) => version.spec.model === model);
}

function versionWrite(spec: ModelVersionSpec): ResourceWrite {
  return { kind: 'ModelVersion', name: `${spec.model}-v${spec.version}`, expected: 0, put: { labels: {}, spec } };
}

function aliasWrites(
  model: Resource<'Model'> | undefined,
  name: string,
  alias: string | undefined,
  version: number,
): ResourceWrite[] {
  const spec: ModelSpec = model?.spec ?? { aliases: {} };
  if (model !== undefined && (alias === undefined || spec.aliases[alias] === version)) return [];
  const aliases = alias === undefined ? spec.aliases : { ...spec.aliases, [alias]: version };
  return [
    {
      kind: 'Model',
      name,
      expected: model?.generation ?? 0,
      put: { labels: model?.labels ?? {}, spec: { ...spec, aliases } },
    },
  ];
}
